package lambda

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:Lambda/LayerAdded",
	Severity:    picket.Low,
	Techniques:  []string{"T1648", "T1546"},
	Title:       "{user} put a layer under a function by hand.",
	Description: "{user} set the layers of a function by calling {api}. A layer's code runs with the role of the function, beside its own code, and sees its secrets. Pipelines have roles; this is the work of somebody at a keyboard.",
	Origin:      rule.Picket,
	On:          rule.Calls("lambda.amazonaws.com", "UpdateFunctionConfiguration"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && layered(e.RequestParameters) && entity.Person(e)
	},
	Key: entity.Principal,
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.Affect("AWS::Lambda::Function", e.RequestParameters.Get("functionName").Str())
		for layer := range e.RequestParameters.Get("layers").Items() {
			n.Affect("AWS::Lambda::LayerVersion", layer.Str())
			break
		}
	},
})

// layered reports whether a change of configuration leaves the function with layers of its choice.
func layered(p event.Value) bool {
	for range p.Get("layers").Items() {
		return true
	}
	return false
}
