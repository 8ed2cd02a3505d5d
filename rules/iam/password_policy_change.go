package iam

import (
	"strconv"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// How much weaker a policy becomes is counted in points, one for each protection that is lost or lessened. One or two may be
// a matter of taste; from highWeakening on little of a strong policy is left, as when it is deleted.
const (
	mediumWeakening = 3
	highWeakening   = 5
	shortPassword   = 6 // a length that can be tried out counts twice
)

var _ = add(&rule.CloudTrail{
	Type:        "Stealth:IAMUser/PasswordPolicyChange",
	Severity:    picket.Low,
	Techniques:  []string{"T1556"},
	Title:       "The account password policy was weakened by {user} calling {api}.",
	Description: "{user} called {api}, which weakens the rules for passwords in account {account}, or tries to. Weak passwords of IAM users can be guessed.",
	On:          rule.Calls("iam.amazonaws.com", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return e.ErrorCode != "NoSuchEntityException" },
	Given:       func(e *event.CloudTrail, env *rule.Env) bool { return weakening(e, env.Facts) > 0 },
	Key:         func(*event.CloudTrail) string { return "password policy" },
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		switch w := weakening(e, env.Facts); {
		case w >= highWeakening:
			n.Severity = picket.High
		case w >= mediumWeakening:
			n.Severity = picket.Medium
		}
		n.Add("oldPolicy", policyInfo(oldPolicy(env.Facts)))
		n.Add("newPolicy", policyInfo(entity.PasswordPolicyOf(e)))
	},
})

// oldPolicy is the account's policy before the call: where nothing is known of it, AWS's own default.
func oldPolicy(facts *entity.Account) entity.PasswordPolicy {
	if p, ok := facts.PasswordPolicy(); ok {
		return p
	}
	return entity.DefaultPasswordPolicy()
}

func weakening(e *event.CloudTrail, facts *entity.Account) (points int) {
	if e.Call == "DeleteAccountPasswordPolicy" {
		return highWeakening
	}
	was, is := oldPolicy(facts), entity.PasswordPolicyOf(e)
	for _, lost := range []bool{
		is.MinimumLength < was.MinimumLength,
		is.MinimumLength < was.MinimumLength && is.MinimumLength <= shortPassword,
		was.Symbols && !is.Symbols,
		was.Numbers && !is.Numbers,
		was.Uppercase && !is.Uppercase,
		was.Lowercase && !is.Lowercase,
		was.MaxAge > 0 && (is.MaxAge == 0 || is.MaxAge > was.MaxAge),
		is.Reuse < was.Reuse,
		was.HardExpiry && !is.HardExpiry,
	} {
		if lost {
			points++
		}
	}
	return points
}

// policyInfo writes a policy as GuardDuty does: every value is text.
func policyInfo(p entity.PasswordPolicy) map[string]any {
	return map[string]any{
		"minimumPasswordLength":      strconv.FormatInt(p.MinimumLength, 10),
		"requireSymbols":             strconv.FormatBool(p.Symbols),
		"requireNumbers":             strconv.FormatBool(p.Numbers),
		"requireUppercaseCharacters": strconv.FormatBool(p.Uppercase),
		"requireLowercaseCharacters": strconv.FormatBool(p.Lowercase),
		"allowUsersToChangePassword": strconv.FormatBool(p.UsersMayChange),
		"hardExpiry":                 strconv.FormatBool(p.HardExpiry),
		"maxPasswordAge":             strconv.FormatInt(p.MaxAge, 10),
		"passwordReusePrevention":    strconv.FormatInt(p.Reuse, 10),
	}
}
