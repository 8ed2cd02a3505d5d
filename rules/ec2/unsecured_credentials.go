package ec2

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:EC2/UnsecuredCredentials",
	Signal:      "EC2PasswordDataRetrieved",
	Severity:    picket.Medium,
	Techniques:  []string{"T1552"},
	Title:       "The administrator's password of a Windows instance was retrieved.",
	Description: "{user} retrieved the encrypted administrator's password of a Windows instance by calling {api}. Whoever has the key pair can sign in with it.",
	Origin:      rule.Custom,
	ID:          "ec2-password-data-retrieved",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'GetPasswordData'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("ec2.amazonaws.com", "GetPasswordData"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::EC2::Instance", "instanceId"),
})
