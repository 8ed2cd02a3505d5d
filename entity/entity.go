// Package entity knows what an account's own logs say about its resources: who a principal is, which flow records form a
// conversation, which bucket a trail writes to. It is fed by the engine and read-only for rules; it judges nothing,
// raises nothing and does no I/O.
package entity

import (
	"strings"

	"picket/event"
)

// PrincipalKey names who e's identity is, the same over all its sessions and keys: a role's id without the session, a
// user's unique id, "root:<account>". It is "" where the record names nobody.
//
// Source: detection notes §0.2 (profile key by userIdentity.type).
func PrincipalKey(id event.Identity) string {
	switch id.Type {
	case "Root":
		return "root:" + id.AccountID
	case "AssumedRole", "Role":
		return or(id.IssuerPrincipalID, before(id.PrincipalID, ':'), id.ARN)
	case "FederatedUser":
		return or(id.IssuerPrincipalID, id.PrincipalID) + "/" + after(id.ARN, '/')
	case "AWSAccount":
		return "acct:" + id.AccountID + ":" + id.PrincipalID
	case "AWSService":
		return id.InvokedBy
	case "IdentityCenterUser":
		return or(id.OnBehalfOfUserID, id.PrincipalID)
	}
	return or(id.PrincipalID, id.ARN, id.UserName)
}

// UserName is the name that findings show: the role for a session, the account for a foreign caller.
func UserName(id event.Identity) string {
	switch id.Type {
	case "Root":
		return or(id.UserName, "Root")
	case "AssumedRole", "Role":
		return or(id.IssuerUserName, after(id.ARN, '/'), id.PrincipalID)
	case "AWSAccount":
		return id.AccountID
	case "AWSService":
		return id.InvokedBy
	case "IdentityCenterUser":
		return or(id.UserName, id.OnBehalfOfUserID)
	}
	return or(id.UserName, after(id.ARN, '/'), id.PrincipalID)
}

// InstanceOf returns the EC2 instance whose credentials made the call, from the session name of an assumed role
// ("AROA…:i-0123456789abcdef0"), and whether there is one. Sign-ins to the console carry no access key.
func InstanceOf(id event.Identity) (instance string, ok bool) {
	if id.Type != "AssumedRole" || id.AccessKeyID != "" && !strings.HasPrefix(id.AccessKeyID, "ASIA") {
		return "", false
	}
	_, session, found := strings.Cut(id.PrincipalID, ":")
	if !found || !strings.HasPrefix(session, "i-") || len(session) != len("i-")+8 && len(session) != len("i-")+17 {
		return "", false
	}
	for _, c := range session[2:] {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return "", false
		}
	}
	return session, true
}

func or(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

func before(s string, sep byte) string {
	if i := strings.IndexByte(s, sep); i >= 0 {
		return s[:i]
	}
	return s
}

func after(s string, sep byte) string { return s[strings.LastIndexByte(s, sep)+1:] }
