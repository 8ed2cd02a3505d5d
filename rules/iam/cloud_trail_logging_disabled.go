package iam

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Stealth:IAMUser/CloudTrailLoggingDisabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1562.008"},
	Title:       "AWS CloudTrail trail {trail} was disabled.",
	Description: "{user} disabled the CloudTrail trail {trail} by calling {api}. What is done without a trail can't be investigated later.",
	On:          rule.Calls("cloudtrail.amazonaws.com", "StopLogging", "DeleteTrail"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() },
	Key:         trailName,
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.Affect("AWS::CloudTrail::Trail", trailName(e))
		n.Set("trail", trailName(e))
	},
})

// trailName is the trail as the call names it: a name or an ARN.
func trailName(e *event.CloudTrail) string { return e.RequestParameters.Get("name").Str() }
