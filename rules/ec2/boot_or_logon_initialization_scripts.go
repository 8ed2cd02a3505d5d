package ec2

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:EC2/BootOrLogonInitializationScripts",
	Signal:      "EC2UserDataModified",
	Severity:    picket.High,
	Techniques:  []string{"T1037"},
	Title:       "The user data of an instance was changed.",
	Description: "{user} changed the user data of an instance by calling {api}. It runs as root when the instance starts.",
	Origin:      rule.Custom,
	ID:          "ec2-user-data-modified",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'ModifyInstanceAttribute'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.userData') IS NOT NULL",
	On: rule.Calls("ec2.amazonaws.com", "ModifyInstanceAttribute"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && attribute(e, "userData").Exists()
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::EC2::Instance", "instanceId"),
})
