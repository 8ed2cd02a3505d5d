package iam

import "picket/event"

// root reports whether the root user made the call. A sign-in that failed is none of root's doing.
func root(e *event.CloudTrail) bool {
	return e.UserIdentity.Get("type") == `"Root"` && made(e) && e.ResponseElements.Get("ConsoleLogin") != `"Failure"`
}

// assumedRoot reports whether the call was made in a session that sts AssumeRoot began.
func assumedRoot(e *event.CloudTrail) bool { return e.Identity().AssumedRoot }
