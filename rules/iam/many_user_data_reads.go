package iam

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Whoever looks into a start-up script looks into one, or those of a group of instances.
const manyUserData = 10

var _ = add(&rule.CloudTrail{
	Type:        "Discovery:IAMUser/ManyUserDataReads",
	Severity:    picket.Medium,
	Techniques:  []string{"T1580", "T1552"},
	Title:       "{user} asked for the user data of many EC2 instances.",
	Description: "{user} asked for the user data of many different EC2 instances in a short time by calling {api}, refused or not. Start-up scripts often hold passwords and keys.",
	Origin:      rule.Picket,
	On:          rule.Calls("ec2.amazonaws.com", "DescribeInstanceAttribute"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     askedInstance,
		N:      manyUserData,
		Within: 10 * time.Minute,
		Add: func(e *event.CloudTrail, t *rule.Tally) {
			if e.RequestParameters.Get("attribute").Str() == "userData" {
				t.Sum[0]++
			}
		},
		// What compares instances with their definition asks for other attributes of each, too.
		Decide: func(t *rule.Tally) bool { return t.Sum[0]*2 > t.Records },
	},
	Note: rule.Affects("AWS::EC2::Instance", "instanceId"),
})
