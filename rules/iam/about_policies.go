package iam

import (
	"strings"

	"picket/event"
	"picket/rule"
)

// attaches accepts calls that attach AWS's own policy of that name, in any partition.
func attaches(policy string) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && strings.HasSuffix(e.RequestParameters.Get("policyArn").Str(), ":iam::aws:policy/"+policy)
	}
}
