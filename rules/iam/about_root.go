package iam

import (
	"picket/event"
	"picket/rule"
)

// root is the root user, long-term or in a session. A sign-in that failed is none of root's doing.
var root = &rule.Callers{Made: func(e *event.CloudTrail, _ *rule.Env) bool {
	return e.UserIdentity.Get("type") == `"Root"` && made(e) && e.ResponseElements.Get("ConsoleLogin") != `"Failure"`
}}

// assumedRoot reports whether the call was made in a session that sts AssumeRoot began.
func assumedRoot(e *event.CloudTrail) bool { return e.Identity().AssumedRoot }
