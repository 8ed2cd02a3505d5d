package iam

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// People who need the password of a Windows instance need that of one, or a few.
const manyPasswords = 5

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/ManyPasswordDataReads",
	Severity:    picket.Medium,
	Techniques:  []string{"T1552"},
	Title:       "{user} asked for the Windows passwords of many EC2 instances.",
	Description: "{user} asked for the administrator's passwords of many different EC2 instances in a short time by calling {api}, refused or not.",
	Origin:      rule.Picket,
	On:          rule.Calls("ec2.amazonaws.com", "GetPasswordData"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     askedInstance,
		N:      manyPasswords,
		Within: 10 * time.Minute,
	},
	Note: rule.Affects("AWS::EC2::Instance", "instanceId"),
})

// askedInstance tells apart the instances that calls ask about.
func askedInstance(e *event.CloudTrail) uint64 {
	return rule.Hash(e.RequestParameters.Get("instanceId").Str())
}
