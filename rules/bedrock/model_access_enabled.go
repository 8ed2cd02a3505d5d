package bedrock

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Impact:Bedrock/ModelAccessEnabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1496"},
	Title:       "{user} turned on access to models of Amazon Bedrock.",
	Description: "{user} turned on access to a model of Amazon Bedrock, or asked for it, by calling {api}. It is done once for a model; attackers do it to run models at the account's cost.",
	Origin:      rule.Picket,
	On:          rule.Calls("bedrock.amazonaws.com", "PutUseCaseForModelAccess", "CreateFoundationModelAgreement", "PutFoundationModelEntitlement"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && entity.Direct(e) },
	Key:         entity.Principal,
	Note:        func(n *rule.Note, _ *event.CloudTrail, _ *rule.Env) { n.CallNames = true },
})
