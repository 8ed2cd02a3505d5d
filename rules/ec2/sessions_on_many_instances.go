package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Whoever works on instances opens a session on one, perhaps on another beside it, and works there for a while.
const (
	manySessions   = 3
	sessionsWithin = 5 * time.Minute
)

var _ = add(&rule.CloudTrail{
	Type:        "LateralMovement:EC2/SessionsOnManyInstances",
	Severity:    picket.Low,
	Techniques:  []string{"T1021.007"},
	Title:       "{user} opened sessions on several EC2 instances within minutes.",
	Description: "{user} opened sessions of AWS Systems Manager on several different EC2 instances within minutes by calling {api}. Such a session is a shell or a tunnel that no security group holds up.",
	Origin:      rule.Picket,
	On:          rule.Calls("ssm.amazonaws.com", "StartSession"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     func(e *event.CloudTrail) uint64 { return rule.Hash(e.RequestParameters.Get("target").Str()) },
		N:      manySessions,
		Within: sessionsWithin,
	},
	Note: rule.Affects("AWS::EC2::Instance", "target"),
})
