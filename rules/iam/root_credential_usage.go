package iam

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:IAMUser/RootCredentialUsage",
	Severity:    picket.Low,
	Techniques:  []string{"T1078.004"},
	Title:       "API {api} was invoked using root credentials.",
	Description: "The root user of account {account} called {api} from {ip}. Root may do everything and can't be restricted, so daily work should not use it.",
	By:          root,
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return !assumedRoot(e) },
	Key:         func(*event.CloudTrail) string { return "root" },
})
