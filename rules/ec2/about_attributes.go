package ec2

import (
	"picket/event"
	"picket/rule"
)

// attribute is the value that a Modify…Attribute call gives to the named attribute, or "". Callers name it by its own
// parameter, with the value in it or below it, or by the parameters attribute and value.
func attribute(e *event.CloudTrail, name string) event.Value {
	p := e.RequestParameters
	if p.Get("attribute").Str() == name {
		return p.Get("value")
	}
	v := p.Get(name)
	if below := v.Get("value"); below.Exists() {
		return below
	}
	return v
}

// sharesOutside reports whether a list of permissions to add lets in everybody, or an account that is not of the
// organization.
func sharesOutside(add event.Value, e *event.CloudTrail, env *rule.Env) bool {
	for item := range add.Items() {
		if item.Get("group").Str() == "all" {
			return true
		}
		if account := item.Get("userId").Str(); account != "" && !env.Own(e.Account, account) {
			return true
		}
	}
	return false
}
