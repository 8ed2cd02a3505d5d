package access

import (
	"fmt"
	"strings"

	"picket/guardduty"
)

// MaxPolicy is how many bytes a policy may have.
const MaxPolicy = 10240

// Policy is an IAM policy, ready to be evaluated. The zero value says nothing: it neither allows nor denies.
type Policy struct{ statements []statement }

type statement struct {
	allow        bool
	principals   []string // of a trust policy; see parsePrincipals
	actions      []glob
	notActions   bool
	resources    []resourceGlob
	notResources bool
	conditions   []condition
}

// ParsePolicy reads the policy of a user or a role. It is strict, so that a policy never says less than its author thinks:
// an unknown element, operator or aws: condition key, or a value that can't be one, is a *guardduty.ValidationError that
// says what is wrong and where.
func ParsePolicy(text string) (Policy, error) { return parsePolicy(text, false) }

// ParseTrust reads the trust policy of a role, which says who may assume it. It is as strict as ParsePolicy.
func ParseTrust(text string) (Policy, error) { return parsePolicy(text, true) }

func malformed(path, format string, args ...any) error {
	return &guardduty.ValidationError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

func parsePolicy(text string, trust bool) (Policy, error) {
	var p Policy
	if len(text) > MaxPolicy {
		return p, malformed("", "a policy has at most %d bytes, this one has %d", MaxPolicy, len(text))
	}
	tree, err := parseTree(text)
	if err != nil {
		return p, err
	}
	doc, ok := tree.(object)
	if !ok {
		return p, malformed("", "a policy is a JSON object with Version and Statement")
	}
	if err := doc.only("", "Version", "Id", "Statement"); err != nil {
		return p, err
	}
	if id, set := doc.get("Id"); set {
		if _, ok := id.(string); !ok {
			return p, malformed("Id", "must be a string")
		}
	}
	variables := false
	switch version, _ := doc.get("Version"); version {
	case "2012-10-17":
		variables = true
	case nil, "2008-10-17":
	default:
		return p, malformed("Version", "must be 2012-10-17 (or 2008-10-17, without variables)")
	}
	statements, set := doc.get("Statement")
	if !set {
		return p, malformed("Statement", "is required")
	}
	list, ok := statements.([]any)
	if !ok {
		list = []any{statements}
	}
	for i, item := range list {
		path := "Statement"
		if ok {
			path = fmt.Sprintf("Statement[%d]", i)
		}
		s, err := parseStatement(item, path, trust, variables)
		if err != nil {
			return Policy{}, err
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

func parseStatement(item any, path string, trust, variables bool) (statement, error) {
	var s statement
	o, ok := item.(object)
	if !ok {
		return s, malformed(path, "must be an object")
	}
	elements := []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	if trust {
		elements = []string{"Sid", "Effect", "Action", "NotAction", "Principal", "Condition"}
	}
	if err := o.only(path, elements...); err != nil {
		return s, err
	}
	if sid, set := o.get("Sid"); set {
		if _, ok := sid.(string); !ok {
			return s, malformed(path+".Sid", "must be a string")
		}
	}
	switch effect, _ := o.get("Effect"); effect {
	case "Allow":
		s.allow = true
	case "Deny":
	case nil:
		return s, malformed(path+".Effect", "is required: Allow or Deny")
	default:
		return s, malformed(path+".Effect", "must be Allow or Deny")
	}
	if err := s.parseActions(o, path); err != nil {
		return s, err
	}
	var err error
	if trust {
		err = s.parsePrincipals(o, path)
	} else {
		err = s.parseResources(o, path, variables)
	}
	if err != nil {
		return s, err
	}
	s.conditions, err = parseConditions(o, path, variables)
	return s, err
}

func (s *statement) parseActions(o object, path string) error {
	texts, at, not, err := o.either(path, "Action", "NotAction")
	if err != nil {
		return err
	}
	s.notActions = not
	for i, text := range texts {
		service, name, ok := strings.Cut(text, ":")
		if text != "*" && (!ok || service == "" || name == "" || strings.Trim(text, actionLetters) != "") {
			return malformed(at(i), "must be * or service:Action, as in guardduty:Get*, not %q", text)
		}
		g, err := parseGlob(strings.ToLower(text), false)
		if err != nil {
			return malformed(at(i), "%v", err)
		}
		s.actions = append(s.actions, g)
	}
	return nil
}

const actionLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-*?:"

func (s *statement) parseResources(o object, path string, variables bool) error {
	texts, at, not, err := o.either(path, "Resource", "NotResource")
	if err != nil {
		return err
	}
	s.notResources = not
	for i, text := range texts {
		g, err := parseResourceGlob(text, variables)
		if err != nil {
			return malformed(at(i), "%v", err)
		}
		s.resources = append(s.resources, g)
	}
	return nil
}

// parsePrincipals keeps "*" for anyone, and ARNs of accounts' roots, users, roles and sessions. Services and federations
// are understood, but nobody here is one.
func (s *statement) parsePrincipals(o object, path string) error {
	path += ".Principal"
	who, set := o.get("Principal")
	if !set {
		return malformed(path, `is required, as in {"AWS": "arn:aws:iam::111122223333:root"}`)
	}
	if who == "*" {
		s.principals = []string{"*"}
		return nil
	}
	kinds, ok := who.(object)
	if !ok || len(kinds) == 0 {
		return malformed(path, `must be "*" or an object, as in {"AWS": "arn:aws:iam::111122223333:root"}`)
	}
	if err := kinds.only(path, "AWS", "Service", "Federated", "CanonicalUser"); err != nil {
		return err
	}
	for _, kind := range kinds {
		texts, at, err := texts(kind.value, path+"."+kind.key)
		if err != nil {
			return err
		}
		if kind.key != "AWS" {
			continue
		}
		for i, text := range texts {
			switch {
			case text == "*":
			case isAccount(text):
				text = rootOf(text)
			case !principalARN.MatchString(text):
				return malformed(at(i), "must be an account, the ARN of a root, a user, a role or a session, or *, not %q", text)
			}
			s.principals = append(s.principals, InPartition(text, "aws"))
		}
	}
	return nil
}
