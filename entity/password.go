package entity

import "picket/event"

// PasswordPolicy is an account's rules for the passwords of its users.
type PasswordPolicy struct {
	MinimumLength                          int64
	Symbols, Numbers, Uppercase, Lowercase bool // required
	UsersMayChange                         bool
	HardExpiry                             bool
	MaxAge                                 int64 // days; 0: never expires
	Reuse                                  int64 // how many earlier passwords are refused
}

// DefaultPasswordPolicy is what holds in an account that set none.
//
// Source: IAM User Guide, "Default password policy": eight characters, three of four kinds. Which kinds is up to the
// user, so none is required.
func DefaultPasswordPolicy() PasswordPolicy { return PasswordPolicy{MinimumLength: 8} }

// defaultMinimumLength is what UpdateAccountPasswordPolicy sets where it is given no length.
const defaultMinimumLength = 6

// PasswordPolicyOf is the policy that e leaves behind: UpdateAccountPasswordPolicy replaces the whole policy, and what it
// isn't given falls back to its default; DeleteAccountPasswordPolicy brings back the default policy.
func PasswordPolicyOf(e *event.CloudTrail) PasswordPolicy {
	if e.Call == "DeleteAccountPasswordPolicy" {
		return DefaultPasswordPolicy()
	}
	p := e.RequestParameters
	length, ok := p.Get("minimumPasswordLength").Int()
	if !ok {
		length = defaultMinimumLength
	}
	age, _ := p.Get("maxPasswordAge").Int()
	reuse, _ := p.Get("passwordReusePrevention").Int()
	return PasswordPolicy{
		MinimumLength: length, MaxAge: age, Reuse: reuse,
		Symbols: p.Get("requireSymbols").Bool(), Numbers: p.Get("requireNumbers").Bool(),
		Uppercase: p.Get("requireUppercaseCharacters").Bool(), Lowercase: p.Get("requireLowercaseCharacters").Bool(),
		UsersMayChange: p.Get("allowUsersToChangePassword").Bool(), HardExpiry: p.Get("hardExpiry").Bool(),
	}
}

// PasswordPolicy returns the account's policy, and whether it is known.
func (a *Account) PasswordPolicy() (PasswordPolicy, bool) {
	if a.passwords == nil {
		return PasswordPolicy{}, false
	}
	return *a.passwords, true
}

func (a *Account) observePasswordPolicy(e *event.CloudTrail) {
	if e.Call == "UpdateAccountPasswordPolicy" || e.Call == "DeleteAccountPasswordPolicy" {
		p := PasswordPolicyOf(e)
		a.passwords = &p
	}
}
