package s3

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "PenTest:S3/ParrotLinux",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "S3 API {api} was invoked from a remote host that appears to run Parrot Security Linux.",
	Description: "{user} called {api} on bucket {bucket} from {ip}, with a user agent that names Parrot Security Linux, a system for penetration testers.",
	By:          rule.PenTesters,
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return isData(e) && env.PenTestSystem(e) == "parrot"
	},
	Key:  principalAndBucket,
	Note: noteBucket,
})
