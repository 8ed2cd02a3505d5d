package rolesanywhere

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:RolesAnywhere/AccountManipulation",
	Signal:      "RolesAnywhereTrustAnchorCreated",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "A trust anchor for IAM Roles Anywhere was created.",
	Description: "{user} made the account trust a certificate authority by calling {api}. Whoever holds its key can take roles from outside AWS, with no access key to revoke.",
	Origin:      rule.Custom,
	ID:          "rolesanywhere-trust-anchor-created",
	Expression: "eventSource = 'rolesanywhere.amazonaws.com' AND eventName = 'CreateTrustAnchor'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("rolesanywhere.amazonaws.com", "CreateTrustAnchor"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::RolesAnywhere::TrustAnchor", "name"),
})
