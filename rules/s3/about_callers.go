package s3

import (
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// from accepts what is accepts where the caller's address is on a list of category c. Denied calls count: the caller tried.
func from(c intel.Category, is func(*event.CloudTrail) bool) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, env *rule.Env) bool { return is(e) && env.Caller(e).Matches.Has(c, e.Time) }
}

// noteList says which bucket was called, by which calls, and which list knows the caller.
func noteList(c intel.Category) func(*rule.Note, *event.CloudTrail, *rule.Env) {
	return func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		noteBucket(n, e, env)
		n.CallNames = true
		if entry, ok := env.Caller(e).Matches.First(c, e.Time); ok {
			n.Threat(entry)
		}
	}
}
