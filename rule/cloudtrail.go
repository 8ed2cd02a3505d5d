package rule

import "picket/event"

// Succeeded is the Where of rules about any call that was not refused.
func Succeeded(e *event.CloudTrail, _ *Env) bool { return e.OK() }

// Affects is the Note of rules about calls that name the resource they change in the request parameter at path. typ is
// the resource's CloudFormation type.
func Affects(typ string, path ...string) func(*Note, *event.CloudTrail, *Env) {
	return func(n *Note, e *event.CloudTrail, _ *Env) {
		n.Affect(typ, e.RequestParameters.Get(path...).Str())
	}
}
