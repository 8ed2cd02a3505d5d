package bedrock

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// An application invokes one model, or a few: one for texts, one for embeddings, one to fall back on.
const manyModels = 5

var _ = add(&rule.CloudTrail{
	Type:        "Impact:Bedrock/ManyModelsInvoked",
	Severity:    picket.Medium,
	Techniques:  []string{"T1496", "T1580"},
	Title:       "{user} tried many models of Amazon Bedrock.",
	Description: "{user} invoked many different models of Amazon Bedrock in a short time, refused or not. Whoever found an access key does so to see which models it reaches.",
	Origin:      rule.Picket,
	On:          rule.Calls("bedrock.amazonaws.com", "InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     func(e *event.CloudTrail) uint64 { return rule.Hash(e.RequestParameters.Get("modelId").Str()) },
		N:      manyModels,
		Within: 10 * time.Minute,
	},
})
