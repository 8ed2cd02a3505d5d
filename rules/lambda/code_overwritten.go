package lambda

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:Lambda/CodeOverwritten",
	Severity:    picket.Low,
	Techniques:  []string{"T1648", "T1525"},
	Title:       "{user} replaced the code of a function by hand.",
	Description: "{user} uploaded other code for a function by calling {api}. It runs with the role of the function whenever that is invoked. Pipelines have roles, or take the code from a bucket or a registry; this is the work of somebody at a keyboard.",
	Origin:      rule.Picket,
	On:          rule.Calls("lambda.amazonaws.com", "UpdateFunctionCode"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && uploads(e.RequestParameters) && entity.Person(e)
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::Lambda::Function", "functionName"),
})

// uploads reports whether an update brings the code with it, and is meant.
func uploads(p event.Value) bool {
	return !p.Get("s3Bucket").Exists() && !p.Get("imageUri").Exists() && !p.Get("dryRun").Bool()
}
