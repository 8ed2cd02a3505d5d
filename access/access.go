// Package access decides who calls and what they may do: it verifies AWS Signature Version 4, seals the secrets and session
// tokens that this needs, and evaluates IAM policies. It stores nothing and serves nothing: who exists it asks a Directory,
// and it knows requests only as far as they are signed.
package access

import (
	"context"

	"picket"
)

// Directory knows the principals of this server's accounts and their access keys. Package service implements it.
type Directory interface {
	// Key returns the access key with an id, and an Error with CodeNotFound if there is none or it is switched off.
	Key(ctx context.Context, id string) (Key, error)
	// Principal returns the root, user or role that an IAM ARN names, as it is now; CodeNotFound if there is none.
	Principal(ctx context.Context, arn string) (Principal, error)
}

// Key is a long-term access key.
type Key struct {
	ID, Secret string
	Principal  Principal // whose it is
}

// Kind is a kind of principal, as CloudTrail names it in userIdentity.type.
type Kind string

// The kinds.
const (
	Root Kind = "Root"
	User Kind = "IAMUser"
	Role Kind = "Role"
)

// Principal is who can call: the root or a user of an account, or a role that others assume.
type Principal struct {
	Kind     Kind
	Account  string
	Closed   bool   // its account is closed
	ARN      string // arn:aws:iam::111122223333:root, …:user/dana, …:role/audit/reader
	ID       string // the account's id for its root, AIDA… for a user, AROA… for a role
	Name     string // of a user or a role, without its path
	Policies []Policy
	Tags     map[string]string

	Trust Policy // of a role: who may assume it
}

// Identity is who signed a request, and what they may do.
type Identity struct {
	picket.Caller
	Principal Principal // whose policies hold; for a session its user or role
	Session   *Session  // nil for long-term keys, the console and the operator
}

// IsRoot reports whether everything in the account is allowed, whatever policies say.
func (id Identity) IsRoot() bool { return id.Principal.Kind == Root }
