package access

import (
	"fmt"
	"strings"
	"time"

	"picket"
)

// Request is what a caller wants to do.
type Request struct {
	Action   string // guardduty:GetDetector
	Resource string // an ARN; "*" for what is about none in particular
	Time     time.Time
	TLS      bool

	Tags    map[string]string // that the request sets
	TagKeys []string          // that the request sets or takes away
	// ResourceTags returns the tags of the resource. It is called only if a policy asks; nil means none.
	ResourceTags func() (map[string]string, error)

	ExternalID, SessionName string // of AssumeRole
}

type verdict int

const (
	silent verdict = iota // no statement speaks of it
	allowed
	denied
)

// Authorize returns nil if id may do r, and an Error with CodeAccessDenied if not. A root may do everything in its account,
// and nobody anything in another's, but for roles that may be assumed (see AuthorizeAssume).
func (id Identity) Authorize(r Request) error {
	if r.Resource != "*" && accountOf(r.Resource) != id.Account {
		return id.refuse(r, noResourcePolicy(r))
	}
	v, why, err := id.decide(r)
	if err != nil || v == allowed {
		return err
	}
	return id.refuse(r, why)
}

func noResourcePolicy(r Request) string {
	return "because no resource-based policy allows the " + r.Action + " action"
}

// decide judges by the policies of id alone, and says why in the words that end a refusal. The policies that a session was
// made with only take away: what they are silent about is denied.
func (id Identity) decide(r Request) (v verdict, why string, err error) {
	if id.Session != nil && len(id.Session.Policies) > 0 {
		policies, err := id.Session.policies()
		if err != nil {
			return silent, "", err
		}
		switch v, err := judge(policies, r.Action, r.Resource, r.lookup(&id)); {
		case err != nil:
			return silent, "", err
		case v == denied:
			return denied, "with an explicit deny in a session policy", nil
		case v == silent:
			return denied, "because no session policy allows the " + r.Action + " action", nil
		}
	}
	if id.IsRoot() {
		return allowed, "", nil
	}
	v, err = judge(id.Principal.Policies, r.Action, r.Resource, r.lookup(&id))
	if v == denied {
		return v, "with an explicit deny in an identity-based policy", err
	}
	return v, "because no identity-based policy allows the " + r.Action + " action", err
}

// AuthorizeAssume returns nil if id may assume a role. Its trust policy must allow id. Where that names id itself, and both
// are of one account, it is enough that no policy denies it; else id's own policies must allow it too.
func (id Identity) AuthorizeAssume(role Principal, r Request) error {
	r.Action, r.Resource = "sts:AssumeRole", role.ARN
	trusted, direct, err := id.trusted(role.Trust, r)
	if err != nil {
		return err
	}
	if trusted != allowed {
		return id.refuse(r, noResourcePolicy(r))
	}
	v, why, err := id.decide(r)
	if err != nil || v == allowed || v == silent && direct && role.Account == id.Account {
		return err
	}
	return id.refuse(r, why)
}

// trusted judges by a trust policy, and says whether it names id itself and not only its account.
func (id Identity) trusted(trust Policy, r Request) (v verdict, direct bool, err error) {
	for _, s := range trust.statements {
		names, itself := s.names(id)
		if !names {
			continue
		}
		speaks, err := s.speaksOf(r.Action, r.Resource, r.lookup(&id))
		switch {
		case err != nil:
			return silent, false, err
		case speaks && !s.allow:
			return denied, false, nil
		case speaks:
			v, direct = allowed, direct || itself
		}
	}
	return v, direct, nil
}

// names reports whether a trust policy's statement is about id, and whether it names id itself.
func (s statement) names(id Identity) (names, itself bool) {
	for _, p := range s.principals {
		switch p {
		case "*", rootOf(id.Account):
			names = true
		case id.ARN, id.Principal.ARN:
			return true, true
		}
	}
	return names, false
}

// judge evaluates policies as one: a denial wins over everything, and what no statement allows is not allowed.
func judge(policies []Policy, action, resource string, keys lookup) (verdict, error) {
	v := silent
	for _, p := range policies {
		for _, s := range p.statements {
			if s.allow && v == allowed {
				continue
			}
			speaks, err := s.speaksOf(action, resource, keys)
			switch {
			case err != nil:
				return silent, err
			case speaks && !s.allow:
				return denied, nil
			case speaks:
				v = allowed
			}
		}
	}
	return v, nil
}

func (s statement) speaksOf(action, resource string, keys lookup) (bool, error) {
	action = strings.ToLower(action)
	hit := false
	for _, g := range s.actions {
		if ok, err := g.match(action, keys); err != nil {
			return false, err
		} else if ok {
			hit = true
		}
	}
	if hit == s.notActions {
		return false, nil
	}
	if ok, err := s.coversResource(resource, keys); !ok || err != nil {
		return false, err
	}
	for _, c := range s.conditions {
		if ok, err := c.holds(keys); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// coversResource is true for a trust policy, which stands on its role.
func (s statement) coversResource(resource string, keys lookup) (bool, error) {
	if s.resources == nil {
		return true, nil
	}
	for _, r := range s.resources {
		if ok, err := r.match(resource, keys); err != nil {
			return false, err
		} else if ok {
			return !s.notResources, nil
		}
	}
	return s.notResources, nil
}

func (id Identity) refuse(r Request, why string) error {
	return &picket.Error{
		Code:    picket.CodeAccessDenied,
		Message: fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", id.ARN, r.Action, clip(r.Resource), why),
	}
}

// accountOf returns the account of an ARN, "" for what is none.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) != arnParts {
		return ""
	}
	return parts[4]
}
