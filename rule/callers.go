package rule

import "picket/event"

// Callers are a sort of callers that rules listen to. The rules that have the same Callers share the question, which is asked
// once a record; it should be cheap.
type Callers struct {
	Made func(*event.CloudTrail, *Env) bool // whether they made a call
}

var (
	// Listed are callers from an address that some list speaks of.
	Listed = &Callers{func(e *event.CloudTrail, env *Env) bool { return env.Caller(e).Matches.Any() }}
	// PenTesters are callers whose user agent names a system for penetration testers.
	PenTesters = &Callers{func(e *event.CloudTrail, env *Env) bool { return env.PenTestSystem(e) != "" }}
)
