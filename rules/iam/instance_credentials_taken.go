package iam

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/InstanceCredentialsTaken",
	Severity:    picket.Medium,
	Techniques:  []string{"T1552.005", "T1078.004"},
	Title:       "Credentials of the EC2 instance {instance} were used by whoever had reached into it.",
	Description: "AWS issued these credentials of role {user} to the EC2 instance {instance} alone, yet {api} was called with them from {ip}, the address from which somebody had just run a command on that instance or opened a way into it.",
	Origin:      rule.Picket,
	On:          firstCalls(),
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return onInstance(e) && made(e) && env.Caller(e).Public
	},
	Given: func(e *event.CloudTrail, env *rule.Env) bool { return env.Facts.Reached(e) && unusualPlace(e, env) },
	Key:   workload,
	Note:  func(n *rule.Note, _ *event.CloudTrail, _ *rule.Env) { n.Resource = "Instance" },
})

// firstCalls are what thieves ask first: whose credentials these are, and what there is. Instances make most other calls too
// often to look at each.
func firstCalls() []rule.Call {
	all := rule.Calls("sts.amazonaws.com", "GetCallerIdentity")
	all = append(all, rule.Calls("iam.amazonaws.com", "GetAccountAuthorizationDetails", "ListRoles", "ListUsers")...)
	all = append(all, rule.Calls("s3.amazonaws.com", "ListBuckets")...)
	return append(all, rule.Calls("secretsmanager.amazonaws.com", "ListSecrets")...)
}
