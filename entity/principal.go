package entity

import "picket/event"

// Principal names who made the call, whatever the session and access key: PrincipalKey of e's identity. Rules whose
// finding is about the principal have it as their Key.
func Principal(e *event.CloudTrail) string { return PrincipalKey(e.Identity()) }
