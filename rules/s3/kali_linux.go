package s3

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "PenTest:S3/KaliLinux",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "S3 API {api} was invoked from a remote host that appears to run Kali Linux.",
	Description: "{user} called {api} on bucket {bucket} from {ip}, with a user agent that names Kali Linux, a system for penetration testers.",
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return isData(e) && entity.PenTestSystem(e.UserAgent) == "kali"
	},
	Key:  principalAndBucket,
	Note: noteBucket,
})
