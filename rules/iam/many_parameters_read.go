package iam

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// A service reads its own parameters when it starts: some, in a call or two of at most ten. Forty are several services'.
const (
	manyParameters   = 40
	parametersInCall = 10 // the most that one answer of Systems Manager holds
	parametersWithin = 10 * time.Minute
)

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/ManyParametersRead",
	Severity:    picket.Medium,
	Techniques:  []string{"T1552"},
	Title:       "{user} read many encrypted parameters in a short time.",
	Description: "{user} asked AWS Systems Manager for the decrypted values of many different parameters in a short time. Attackers look for passwords and keys there.",
	Origin:      rule.Picket,
	On:          rule.Calls("ssm.amazonaws.com", "GetParameter", "GetParameters", "GetParametersByPath"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.RequestParameters.Get("withDecryption").Bool() && entity.Direct(e)
	},
	Key: entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     func(e *event.CloudTrail) uint64 { return rule.Hash(string(e.RequestParameters)) },
		N:      1,
		Within: parametersWithin,
		Add:    func(e *event.CloudTrail, t *rule.Tally) { t.Sum[0] += parametersOf(e) },
		// What is asked again and again counts once: the size of an average request times the number of different ones.
		Decide: func(t *rule.Tally) bool { return t.Sum[0]*t.Distinct >= manyParameters*t.Records },
	},
})

// parametersOf is how many parameters a call asks for.
func parametersOf(e *event.CloudTrail) (n uint64) {
	switch e.Call {
	case "GetParameters":
		for range e.RequestParameters.Get("names").Items() {
			n++
		}
		return n
	case "GetParametersByPath":
		return parametersInCall
	}
	return 1
}
