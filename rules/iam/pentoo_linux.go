package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "PenTest:IAMUser/PentooLinux",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "API {api} was invoked from a remote host that appears to run Pentoo Linux.",
	Description: "{user} called {api} from {ip}, with a user agent that names Pentoo Linux, a system for penetration testers.",
	By:          rule.PenTesters,
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return env.PenTestSystem(e) == "pentoo" && manages(e)
	},
	Key: entity.Principal,
})
