package access

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lookup returns the values that a request has for a condition key in lower case: none if the key is absent.
type lookup func(key string) ([]string, error)

// keys are the condition keys of AWS that a request here can have, in lower case, and how they are found. Those of other
// services are understood and always absent, as they are in GuardDuty.
var keys = map[string]func(id *Identity, r *Request) []string{
	"aws:currenttime":      func(_ *Identity, r *Request) []string { return one(r.Time.UTC().Format(time.RFC3339)) },
	"aws:epochtime":        func(_ *Identity, r *Request) []string { return one(strconv.FormatInt(r.Time.Unix(), 10)) },
	"aws:principalaccount": func(id *Identity, _ *Request) []string { return one(id.Account) },
	principalKey:           func(id *Identity, _ *Request) []string { return one(id.Principal.ARN) },
	"aws:principaltype":    func(id *Identity, _ *Request) []string { return one(id.principalType()) },
	"aws:requestedregion":  func(id *Identity, _ *Request) []string { return one(id.Region) },
	"aws:securetransport":  func(_ *Identity, r *Request) []string { return one(strconv.FormatBool(r.TLS)) },
	"aws:sourceip":         func(id *Identity, _ *Request) []string { return one(id.SourceIP) },
	"aws:tagkeys":          func(_ *Identity, r *Request) []string { return r.TagKeys },
	"aws:tokenissuetime":   func(id *Identity, _ *Request) []string { return id.tokenIssueTime() },
	"aws:useragent":        func(id *Identity, _ *Request) []string { return one(id.UserAgent) },
	"aws:userid":           func(id *Identity, _ *Request) []string { return one(id.PrincipalID) },
	"aws:username":         func(id *Identity, _ *Request) []string { return id.userName() },
	"sts:externalid":       func(_ *Identity, r *Request) []string { return one(r.ExternalID) },
	"sts:rolesessionname":  func(_ *Identity, r *Request) []string { return one(r.SessionName) },

	// Nobody proves a second factor to the API, as with long-term keys of AWS.
	"aws:multifactorauthpresent": func(*Identity, *Request) []string { return nil },
	"aws:multifactorauthage":     func(*Identity, *Request) []string { return nil },
}

const (
	principalKey = "aws:principalarn"

	requestTag   = "aws:requesttag/"
	resourceTag  = "aws:resourcetag/"
	principalTag = "aws:principaltag/"
)

// parseKey checks a condition key and returns it in lower case. A typing error in one would quietly make a condition that
// never holds.
func parseKey(name string) (string, error) {
	key := strings.ToLower(name)
	service, rest, ok := strings.Cut(key, ":")
	if !ok || service == "" || rest == "" || strings.ContainsAny(key, "\x00\x01") {
		return "", fmt.Errorf("is no condition key, as aws:SourceIp is")
	}
	for _, prefix := range []string{requestTag, resourceTag, principalTag} {
		if strings.HasPrefix(key, prefix) && key != prefix {
			return key, nil
		}
	}
	if _, known := keys[key]; known || service != "aws" && service != "sts" && service != "guardduty" && service != "picket" {
		return key, nil
	}
	return "", fmt.Errorf("is a condition key that this server does not know; it knows %s, and tags as in aws:RequestTag/team, aws:ResourceTag/team, aws:PrincipalTag/team",
		strings.Join(slices.Sorted(maps.Keys(keys)), ", "))
}

// lookup finds the condition keys of a request.
func (r *Request) lookup(id *Identity) lookup {
	return func(key string) ([]string, error) {
		if found, known := keys[key]; known {
			return found(id, r), nil
		}
		if name, ok := strings.CutPrefix(key, requestTag); ok {
			return tag(r.Tags, name), nil
		}
		if name, ok := strings.CutPrefix(key, principalTag); ok {
			return tag(id.Principal.Tags, name), nil
		}
		name, ok := strings.CutPrefix(key, resourceTag)
		if !ok || r.ResourceTags == nil {
			return nil, nil
		}
		tags, err := r.ResourceTags()
		return tag(tags, name), err
	}
}

// tag returns the value of a tag whose key is name without regard to case; none if two are.
func tag(tags map[string]string, name string) []string {
	var found []string
	for key, value := range tags {
		if strings.EqualFold(key, name) {
			found = append(found, value)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}

func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (id *Identity) principalType() string {
	switch {
	case id.Principal.Kind == Root:
		return "Account"
	case id.Principal.Kind == Role:
		return "AssumedRole"
	}
	return "User"
}

func (id *Identity) userName() []string {
	if id.Principal.Kind != User {
		return nil
	}
	return one(id.Principal.Name)
}

func (id *Identity) tokenIssueTime() []string {
	if id.Session == nil {
		return nil
	}
	return one(id.Session.IssuedAt.UTC().Format(time.RFC3339))
}
