package organizations

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseImpairment:Organizations/DisableOrModifyTools",
	Signal:      "OrganizationPolicyDisabled",
	Severity:    picket.High,
	Techniques:  []string{"T1685"},
	Title:       "A policy of the organization was removed.",
	Description: "{user} removed what an organization's policy forbids or demands by calling {api}.",
	Origin:      rule.Custom,
	ID:          "organization-policy-disabled",
	Expression: "eventSource = 'organizations.amazonaws.com' AND eventName IN ('DisablePolicyType', 'DetachPolicy', 'DeletePolicy')" +
		" AND errorCode IS NULL",
	On:    rule.Calls("organizations.amazonaws.com", "DisablePolicyType", "DetachPolicy", "DeletePolicy"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::Organizations::Policy", "policyId"),
})
