package iam

import (
	"strings"

	"picket/event"
	"picket/intel"
	"picket/rule"
)

// made reports whether somebody made the call: it is not a service's own event, nor a call that a service made on
// somebody's behalf, nor a VPC endpoint's view of a call that is logged anyway.
func made(e *event.CloudTrail) bool {
	return e.EventType != "AwsServiceEvent" && e.EventCategory != "NetworkActivity" && !e.UserIdentity.Get("invokedBy").Exists()
}

// manages reports whether somebody made the call, and not on the objects of a bucket or other data.
func manages(e *event.CloudTrail) bool { return e.EventCategory != "Data" && made(e) }

// recon reports whether the call looks around rather than at something known: it lists or describes, or sums up what there
// is. Get calls otherwise name what they get.
func recon(e *event.CloudTrail) bool {
	return strings.HasPrefix(e.Call, "List") || strings.HasPrefix(e.Call, "Describe") ||
		strings.HasPrefix(e.Call, "Get") && strings.HasSuffix(e.Call, "Summary") || e.Call == "GetAccountAuthorizationDetails"
}

// acts reports whether the call does more than look around.
func acts(e *event.CloudTrail) bool { return !recon(e) }

// from accepts what is accepts where the caller's address is on a list of one of the categories. Denied calls count: the
// caller tried.
func from(is func(*event.CloudTrail) bool, categories ...intel.Category) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, env *rule.Env) bool {
		return listed(e, env, categories) != nil && is(e) && manages(e)
	}
}

// listed returns what the lists of the first of the categories that knows the caller's address say about it, else nil.
func listed(e *event.CloudTrail, env *rule.Env, categories []intel.Category) *intel.Entry {
	matches := env.Caller(e).Matches
	for _, c := range categories {
		if entry, ok := matches.First(c, e.Time); ok {
			return entry
		}
	}
	return nil
}

// noteList says which calls were made and which list knows the caller.
func noteList(categories ...intel.Category) func(*rule.Note, *event.CloudTrail, *rule.Env) {
	return func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		n.CallNames = true
		entry := listed(e, env, categories)
		n.Threat(entry)
		n.Set("list", entry.List)
	}
}
