package ec2

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "LateralMovement:EC2/RemoteServices",
	Signal:      "EC2InstanceSSHKeyPushed",
	Severity:    picket.Medium,
	Techniques:  []string{"T1021.004"},
	Title:       "An SSH key was pushed to an instance.",
	Description: "{user} pushed an SSH key to an instance by calling {api}, which lets its owner sign in for a minute.",
	Origin:      rule.Custom,
	ID:          "ec2-instance-ssh-key-pushed",
	Expression: "eventSource = 'ec2-instance-connect.amazonaws.com' AND eventName IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey')" +
		" AND errorCode IS NULL",
	On:    rule.Calls("ec2-instance-connect.amazonaws.com", "SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::EC2::Instance", "instanceId"),
})
