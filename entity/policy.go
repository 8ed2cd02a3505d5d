package entity

import (
	"iter"
	"net/netip"
	"strings"

	"picket/event"
)

// Reach says whom a statement of a policy speaks of, as far as its text alone tells.
type Reach uint8

// The reaches, from narrow to wide.
const (
	Listed Reach = iota // named principals, or anyone from a named place
	AnyAWS              // every principal of AWS, whatever its account
	Anyone              // the whole internet
)

// Statement is one statement of an IAM or resource policy.
type Statement struct{ body event.Value }

// Statements yields the statements of a policy, which a record gives as an object or as its text.
func Statements(policy event.Value) iter.Seq[Statement] {
	if strings.HasPrefix(string(policy), `"`) {
		policy = event.Value(strings.TrimSpace(policy.Str()))
	}
	return func(yield func(Statement) bool) {
		for s := range policy.Get("Statement").Items() {
			if !yield(Statement{s}) {
				return
			}
		}
	}
}

// Allows reports whether the statement's effect is Allow.
func (s Statement) Allows() bool { return s.body.Get("Effect").Str() == "Allow" }

// Denies reports whether the statement's effect is Deny.
func (s Statement) Denies() bool { return s.body.Get("Effect").Str() == "Deny" }

// Actions yields the patterns of actions that the statement speaks of, lower case: "s3:get*". One that speaks of all
// but some (NotAction) yields "*".
func (s Statement) Actions() iter.Seq[string] {
	return func(yield func(string) bool) {
		if s.body.Get("NotAction").Exists() && !yield("*") {
			return
		}
		for a := range s.body.Get("Action").Items() {
			if !yield(strings.ToLower(a.Str())) {
				return
			}
		}
	}
}

// Principals yields the statement's AWS principals; "*" stands for everybody.
func (s Statement) Principals() iter.Seq[string] {
	return func(yield func(string) bool) {
		if s.body.Get("NotPrincipal").Exists() && !yield("*") {
			return
		}
		principal := s.body.Get("Principal")
		if principal.Str() != "" {
			yield(principal.Str())
			return
		}
		for kind, names := range principal.Members() {
			if kind != "AWS" && kind != "*" {
				continue
			}
			for name := range names.Items() {
				if !yield(name.Str()) {
					return
				}
			}
		}
	}
}

// Accounts yields the accounts that the statement names as principals, or whose principals it names.
func (s Statement) Accounts() iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range s.Principals() {
			if strings.HasPrefix(name, "arn:") {
				name = arnAccount(name)
			}
			if accountID(name) && !yield(name) {
				return
			}
		}
	}
}

// Reach says whom the statement speaks of. It reads the text alone: a condition narrows only where it is known to, so
// that what looks closed is closed.
func (s Statement) Reach() Reach {
	for name := range s.Principals() {
		if name != "*" {
			continue
		}
		reach := Anyone
		for operator, keys := range s.body.Get("Condition").Members() {
			for key, values := range keys.Members() {
				reach = min(reach, conditionReach(strings.ToLower(operator), strings.ToLower(key), values))
			}
		}
		return reach
	}
	return Listed
}

// signedKeys are the condition keys that only a signed request has, beside those that begin with "aws:principal".
var signedKeys = map[string]bool{"aws:userid": true, "aws:username": true}

// placeKeys are the condition keys that say where a request comes from or goes through.
var placeKeys = map[string]bool{
	"aws:sourceip": true, "aws:sourcevpc": true, "aws:sourcevpce": true, "aws:vpceaccount": true, "aws:sourcearn": true,
	"aws:sourceaccount": true, "aws:sourceorgid": true, "s3:dataaccesspointaccount": true, "s3:dataaccesspointarn": true,
}

// conditionReach says who meets a condition at most. operator and key are lower case.
func conditionReach(operator, key string, values event.Value) Reach {
	operator, ifExists := strings.CutSuffix(operator, "ifexists")
	operator = strings.TrimPrefix(operator, "foranyvalue:")
	signed := strings.HasPrefix(key, "aws:principal") || signedKeys[key]
	if operator == "bool" && key == "aws:principalisawsservice" && values.Bool() {
		return Listed
	}
	switch operator { // any other, ForAllValues and negations included, is met by anyone who lacks the key
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress":
	default:
		return Anyone
	}
	if ifExists && key != "aws:sourceip" || !signed && !placeKeys[key] {
		return Anyone
	}
	for v := range values.Items() {
		if narrow(key, v.Str()) {
			continue
		}
		if signed {
			return AnyAWS
		}
		return Anyone
	}
	return Listed
}

// The shortest prefixes that S3 takes for a place; what is wider is public.
const (
	placeBits4 = 8
	placeBits6 = 32
)

// narrow reports whether value picks out few callers: a range of addresses that is not too wide, a name without
// wildcard, an ARN whose account is fixed, or a wildcard below a fixed name ("o-example/*", "AROAEXAMPLE:*").
func narrow(key, value string) bool {
	if key == "aws:sourceip" {
		if p, err := netip.ParsePrefix(value); err == nil {
			return p.Addr().IsPrivate() || p.Addr().Is4() && p.Bits() >= placeBits4 || p.Bits() >= placeBits6
		}
		_, err := netip.ParseAddr(value)
		return err == nil
	}
	wild := strings.IndexAny(value, "*?")
	switch {
	case key == "aws:principaltype" || strings.HasPrefix(key, "aws:principaltag/"):
		return false // everybody can have that
	case wild < 0:
		return true
	case strings.HasPrefix(value, "arn:"):
		return accountID(arnAccount(value))
	}
	return strings.ContainsAny(value[:wild], "/:")
}

// arnAccount is the fifth part of an ARN.
func arnAccount(arn string) string {
	for range 4 {
		_, arn, _ = strings.Cut(arn, ":")
	}
	return before(arn, ':')
}

func accountID(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 12
}
