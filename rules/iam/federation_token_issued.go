package iam

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// What signs people in by such tokens does so at least once a month.
const federationHabit = 30 * 24 * time.Hour

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:IAMUser/FederationTokenIssued",
	Severity:    picket.Medium,
	Techniques:  []string{"T1550.001", "T1098.001"},
	Title:       "{user} got a federation token.",
	Description: "{user}, who had not done so lately, made credentials for the federated user {federated} by calling {api}. They stay valid for up to 36 hours, even when the access key that they were made with is deactivated.",
	Origin:      rule.Picket,
	On:          rule.Calls("sts.amazonaws.com", "GetFederationToken"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.FirstSeen[*event.CloudTrail]{
		Of:     func(*event.CloudTrail, *rule.Env) string { return "" },
		Within: federationHabit,
	},
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.Set("federated", e.RequestParameters.Get("name").Str())
	},
})
