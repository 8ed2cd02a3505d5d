package service

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"picket"
	"picket/access"
)

// Identity is a user or a role of an account.
type Identity struct {
	Name      string            `json:"name"`
	ID        string            `json:"id"` // AIDA… or AROA…
	ARN       string            `json:"arn"`
	CreatedAt int64             `json:"createdAt"`          // milliseconds since the epoch
	Policies  []string          `json:"policies,omitempty"` // names: the account's own, AWS's or Picket's
	Tags      map[string]string `json:"tags,omitempty"`
	Trust     json.RawMessage   `json:"trust,omitempty"` // of a role: who may assume it
}

// IdentityKind is users or roles.
type IdentityKind string

// The kinds of identities, and of their documents.
const (
	Users IdentityKind = "user"
	Roles IdentityKind = "role"
)

func (k IdentityKind) idPrefix() string {
	if k == Users {
		return "AIDA"
	}
	return "AROA"
}

// quota is IAM's, of an account.
func (k IdentityKind) quota() int {
	if k == Users {
		return 5000
	}
	return 1000
}

func identityKey(account string, kind IdentityKind, name string) picket.DocumentKey {
	return picket.DocumentKey{Kind: string(kind), Account: account, ID: name}
}

var identityName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// What a user or role may have, beside maxTags: as in IAM, where 10 policies are the quota and 20 the most that it is raised to. That
// all tags together are bounded too is Picket's: thousands of users are listed at once.
const (
	maxAttached = 20
	maxTagKey   = 128 // characters
	maxTagValue = 256
	maxTagsText = 2048
)

// CreateIdentity makes a user or a role of an account; a role needs a trust policy, and a user has none.
func (s *Service) CreateIdentity(ctx context.Context, account string, kind IdentityKind, in Identity) (Identity, error) {
	if err := in.check(kind); err != nil {
		return Identity{}, err
	}
	policies, err := attachable(in.Policies)
	if err != nil {
		return Identity{}, err
	}
	in.Policies = policies
	return update(ctx, s, func(tx picket.Tx) (Identity, error) {
		if _, err := existing(tx, account); err != nil {
			return Identity{}, err
		}
		if _, err := get[Identity](tx, identityKey(account, kind, in.Name)); picket.ErrorCode(err) != picket.CodeNotFound {
			return Identity{}, orConflict(err, "Account %s has a %s %s already.", account, kind, in.Name)
		}
		if err := s.checkQuota(tx, account, string(kind), kind.quota()); err != nil {
			return Identity{}, err
		}
		in.ID, in.CreatedAt = kind.idPrefix()+randomID(17), s.now()
		in.ARN = fmt.Sprintf("arn:aws:iam::%s:%s/%s", account, kind, in.Name)
		if err := policiesExist(tx, account, in.Policies); err != nil {
			return Identity{}, err
		}
		return in, tx.Documents().Put(identityKey(account, kind, in.Name), in)
	})
}

// checkQuota refuses one more of a kind of documents that an account has in no region.
func (s *Service) checkQuota(tx picket.Tx, account, kind string, most int) error {
	if s.Settings.OpenQuotas {
		return nil
	}
	n, err := tx.Documents().CountOf(kind, account, "")
	if err == nil && n >= most {
		err = refuse("The request is rejected because the number of users, roles or policies exceeds the limit.",
			"IAM's quota is %d of the kind %s; the server's setting \"quotas: open\" lifts it.", most, kind)
	}
	return err
}

// check refuses what no new user or role may be, but for its policies.
func (in Identity) check(kind IdentityKind) error {
	if !identityName.MatchString(in.Name) {
		return invalid("The %s name %q is not 1 to 64 letters, digits or any of +=,.@_-.", kind, in.Name)
	}
	if len(in.Tags) > maxTags {
		return invalid("The %s %s has %d tags, and a resource has at most %d.", kind, in.Name, len(in.Tags), maxTags)
	}
	sum := 0
	for k, v := range in.Tags {
		key, value := utf8.RuneCountInString(k), utf8.RuneCountInString(v)
		if key == 0 || key > maxTagKey || value > maxTagValue {
			return invalid("A tag's key has 1 to %d characters and its value at most %d, but not those of %.40q.", maxTagKey, maxTagValue, k)
		}
		sum += key + value
	}
	if sum > maxTagsText {
		return invalid("The tags of %s %s have %d characters, and may have %d together.", kind, in.Name, sum, maxTagsText)
	}
	if kind == Users && len(in.Trust) > 0 {
		return invalid("A user has no trust policy; roles have.")
	}
	if kind == Roles {
		if _, err := access.ParseTrust(string(in.Trust)); err != nil {
			return invalid("The trust policy of role %s: %v", in.Name, err)
		}
	}
	return nil
}

// attachable returns the names of policies for a user or role, each once.
func attachable(names []string) ([]string, error) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if len(names) > maxAttached {
		return nil, invalid("%d policies are too many: a user or role has at most %d. Put several into one.", len(names), maxAttached)
	}
	return names, nil
}

func policiesExist(tx picket.Tx, account string, names []string) error {
	for _, name := range names {
		if _, err := policyOf(tx, account, name); err != nil {
			return err
		}
	}
	return nil
}

// orConflict returns err, or a conflict if there is none.
func orConflict(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf(format, args...)}
}

// Identities lists the users or roles of an account by name.
func (s *Service) Identities(ctx context.Context, account string, kind IdentityKind) ([]Identity, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Identity, error) {
		if _, err := existing(tx, account); err != nil {
			return nil, err
		}
		return list[Identity](tx, string(kind), account)
	})
}

// DeleteIdentity removes a user with its access keys, or a role; their sessions end with them.
func (s *Service) DeleteIdentity(ctx context.Context, account string, kind IdentityKind, name string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := identityOf(tx, account, kind, name); err != nil {
			return err
		}
		if kind == Users {
			keys, err := keysOf(tx, account, name)
			if err != nil {
				return err
			}
			for _, k := range keys {
				if err := deleteKey(tx, k); err != nil {
					return err
				}
			}
			if err := tx.Documents().Delete(signIn(account, name)); err != nil {
				return err
			}
			if err := endSessions(tx, account, name, ""); err != nil {
				return err
			}
		}
		return tx.Documents().Delete(identityKey(account, kind, name))
	})
}

// SetPolicies replaces the policies attached to a user or role.
func (s *Service) SetPolicies(ctx context.Context, account string, kind IdentityKind, name string, policies []string) error {
	policies, err := attachable(policies)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		id, err := identityOf(tx, account, kind, name)
		if err != nil {
			return err
		}
		if err := policiesExist(tx, account, policies); err != nil {
			return err
		}
		id.Policies = policies
		return tx.Documents().Put(identityKey(account, kind, name), id)
	})
}

func identityOf(tx picket.Tx, account string, kind IdentityKind, name string) (Identity, error) {
	id, err := get[Identity](tx, identityKey(account, kind, name))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("Account %s has no %s %s.", account, kind, name)}
	}
	return id, err
}

// organizationRoleName is the role by which an organization's management account administrates one of its accounts.
const organizationRoleName = "OrganizationAccountAccessRole"

// organizationRole makes that role in an account that the organization made.
func (s *Service) organizationRole(tx picket.Tx, management, account string) error {
	const name = organizationRoleName
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"sts:AssumeRole"}]}`, management)
	return tx.Documents().Put(identityKey(account, Roles, name), Identity{
		Name: name, ID: Roles.idPrefix() + randomID(17), ARN: fmt.Sprintf("arn:aws:iam::%s:role/%s", account, name),
		CreatedAt: s.now(), Policies: []string{"AmazonGuardDutyFullAccess"}, Trust: json.RawMessage(trust),
	})
}

// randomID returns n characters as AWS's unique ids have them.
func randomID(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := make([]byte, n)
	rand.Read(b)
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b)
}

// Principal implements access.Directory.
func (s *Service) Principal(ctx context.Context, arn string) (access.Principal, error) {
	account, resource, ok := cutIAM(arn)
	if !ok {
		return access.Principal{}, &picket.Error{Code: picket.CodeNotFound, Message: "No principal has the ARN " + arn + "."}
	}
	return s.principals.get(ctx, s, arn, func(tx picket.Tx) (access.Principal, error) { return principal(tx, account, resource) })
}

// cutIAM splits arn:aws:iam::ACCOUNT:RESOURCE.
func cutIAM(arn string) (account, resource string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" {
		return "", "", false
	}
	return parts[4], parts[5], true
}

// principal looks up "root", "user/NAME" or "role/NAME".
func principal(tx picket.Tx, account, resource string) (access.Principal, error) {
	a, err := existing(tx, account)
	if err != nil {
		return access.Principal{}, err
	}
	p := access.Principal{Account: account, Closed: a.ClosedAt != 0, ARN: "arn:aws:iam::" + account + ":" + resource}
	if resource == "root" {
		p.Kind, p.ID = access.Root, account
		return p, nil
	}
	kind, name, _ := strings.Cut(resource, "/")
	id, err := identityOf(tx, account, IdentityKind(kind), name)
	if err != nil {
		return p, err
	}
	p.Kind, p.ID, p.Name, p.Tags = access.User, id.ID, name, id.Tags
	if IdentityKind(kind) == Roles {
		p.Kind = access.Role
		if p.Trust, err = access.ParseTrust(string(id.Trust)); err != nil {
			return p, fmt.Errorf("read trust policy of %s: %w", p.ARN, err)
		}
	}
	for _, name := range id.Policies {
		policy, err := policyOf(tx, account, name)
		if err != nil {
			return p, err
		}
		p.Policies = append(p.Policies, policy)
	}
	return p, nil
}
