package s3

import (
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// from accepts what is accepts where the caller's address is on a list of one of the categories. Denied calls count: the
// caller tried.
func from(is func(*event.CloudTrail) bool, categories ...intel.Category) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, env *rule.Env) bool { return is(e) && entry(e, env, categories) != nil }
}

// entry returns what the lists of the first of the categories that knows the caller's address say about it, else nil.
func entry(e *event.CloudTrail, env *rule.Env, categories []intel.Category) *intel.Entry {
	matches := env.Caller(e).Matches
	for _, c := range categories {
		if found, ok := matches.First(c, e.Time); ok {
			return found
		}
	}
	return nil
}

// noteList says which bucket was called, by which calls, and which list knows the caller.
func noteList(categories ...intel.Category) func(*rule.Note, *event.CloudTrail, *rule.Env) {
	return func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		noteBucket(n, e, env)
		n.CallNames = true
		found := entry(e, env, categories)
		n.Threat(found)
		n.Set("list", found.List)
	}
}
