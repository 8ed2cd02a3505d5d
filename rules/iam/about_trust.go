package iam

import (
	"strings"

	"picket/entity"
	"picket/event"
	"picket/rule"
)

// loosensTrust reports whether a trust policy lets in anyone, an account outside the organization, or the role itself,
// whose sessions then renew themselves for ever.
func loosensTrust(e *event.CloudTrail, env *rule.Env) bool {
	if !e.OK() {
		return false
	}
	self := "/" + e.RequestParameters.Get("roleName").Str()
	for s := range entity.Statements(e.RequestParameters.Get("policyDocument")) {
		if !s.Allows() {
			continue
		}
		if s.Reach() > entity.Listed {
			return true
		}
		for account := range s.Accounts() {
			if !env.Own(e.Account, account) {
				return true
			}
		}
		for name := range s.Principals() {
			_, path, _ := strings.Cut(name, ":iam::"+e.Account+":role")
			if strings.HasSuffix(path, self) {
				return true
			}
		}
	}
	return false
}
