package organizations

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseImpairment:Organizations/ModifyCloudResourceHierarchy",
	Signal:      "OrganizationLeaveAttempt",
	Severity:    picket.High,
	Techniques:  []string{"T1666"},
	Title:       "An account tried to leave its organization.",
	Description: "{user} tried to take the account {account} out of its organization by calling {api}. Outside, the organization's policies, trails and detectors no longer hold.",
	Origin:      rule.Custom,
	ID:          "organization-leave-attempt",
	Expression:  "eventSource = 'organizations.amazonaws.com' AND eventName = 'LeaveOrganization'",
	On:          rule.Calls("organizations.amazonaws.com", "LeaveOrganization"),
	Key:         entity.Principal,
})
