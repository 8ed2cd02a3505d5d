package s3

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:S3/AccountBlockPublicAccessDisabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1685"},
	Title:       "S3 Block Public Access was disabled for the account {account}.",
	Description: "{user} switched off all or part of S3 Block Public Access for the whole account {account} by calling {api}. Buckets without a block of their own can now be opened to the public.",
	On:          rule.Calls(source, "PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"),
	Where:       opensAccess,
	Key:         func(e *event.CloudTrail) string { return e.Account },
	Note:        func(n *rule.Note, _ *event.CloudTrail, _ *rule.Env) { n.Resource = "S3Bucket" },
})
