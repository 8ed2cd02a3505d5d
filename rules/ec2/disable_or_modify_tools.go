package ec2

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseImpairment:EC2/DisableOrModifyTools",
	Signal:      "VPCFlowLogsDeleted",
	Severity:    picket.High,
	Techniques:  []string{"T1685.002"},
	Title:       "VPC flow logs were deleted.",
	Description: "{user} deleted VPC flow logs by calling {api}. Traffic from then on leaves no trace in them.",
	Origin:      rule.Custom,
	ID:          "vpc-flow-logs-deleted",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'DeleteFlowLogs'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("ec2.amazonaws.com", "DeleteFlowLogs"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::EC2::FlowLog", "DeleteFlowLogsRequest", "FlowLogId", "content"),
}, &rule.CloudTrail{
	Type:        "DefenseImpairment:EC2/DisableOrModifyTools",
	Signal:      "EC2TerminationProtectionEnabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1685"},
	Title:       "Termination protection of an instance was switched on.",
	Description: "{user} protected an instance from termination by calling {api}. Attackers do so to keep responders from stopping what they run.",
	Origin:      rule.Custom,
	ID:          "ec2-termination-protection-enabled",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'ModifyInstanceAttribute'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.disableApiTermination.value') = 'true'",
	On: rule.Calls("ec2.amazonaws.com", "ModifyInstanceAttribute"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && attribute(e, "disableApiTermination").Bool()
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::EC2::Instance", "instanceId"),
})
