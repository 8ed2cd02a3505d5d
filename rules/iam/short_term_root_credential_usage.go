package iam

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:IAMUser/ShortTermRootCredentialUsage",
	Severity:    picket.Low,
	Techniques:  []string{"T1078.004"},
	Title:       "API {api} was invoked using short-term root credentials.",
	Description: "A privileged session of the root user of account {account}, taken centrally with AssumeRoot, called {api} from {ip}.",
	By:          root,
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return assumedRoot(e) },
	Key:         func(*event.CloudTrail) string { return "root" },
})
