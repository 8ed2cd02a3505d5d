package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"picket"
	"picket/access"
)

// Policy is an IAM policy of an account, by its name.
type Policy struct {
	Name     string          `json:"name"`
	Document json.RawMessage `json:"document"`
}

const (
	policyKind  = "policy"
	maxPolicies = 1500 // of an account: IAM's quota
)

func policyKey(account, name string) picket.DocumentKey {
	return picket.DocumentKey{Kind: policyKind, Account: account, ID: name}
}

// PutPolicy writes a policy of an account, over one with its name. The names of AWS's and Picket's own policies are taken.
func (s *Service) PutPolicy(ctx context.Context, account string, p Policy) error {
	return s.writePolicy(ctx, account, p, false)
}

// CreatePolicy is PutPolicy where the account has no policy of that name yet; where it has one, that is a conflict.
func (s *Service) CreatePolicy(ctx context.Context, account string, p Policy) error {
	return s.writePolicy(ctx, account, p, true)
}

func (s *Service) writePolicy(ctx context.Context, account string, p Policy, create bool) error {
	if !identityName.MatchString(p.Name) {
		return invalid("The policy name %q is not 1 to 64 letters, digits or any of +=,.@_-.", p.Name)
	}
	if _, ok := access.ManagedPolicy(p.Name); ok {
		return invalid("%s is the name of a policy that every account has.", p.Name)
	}
	if _, err := access.ParsePolicy(string(p.Document)); err != nil {
		return invalid("Policy %s: %v", p.Name, err)
	}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := existing(tx, account); err != nil {
			return err
		}
		_, err := get[Policy](tx, policyKey(account, p.Name))
		if picket.ErrorCode(err) == picket.CodeNotFound {
			err = s.checkQuota(tx, account, policyKind, maxPolicies)
		} else if create {
			err = orConflict(err, "Account %s has a policy %s already.", account, p.Name)
		}
		if err != nil {
			return err
		}
		return tx.Documents().Put(policyKey(account, p.Name), p)
	})
}

// Policies lists an account's own policies by name.
func (s *Service) Policies(ctx context.Context, account string) ([]Policy, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Policy, error) {
		if _, err := existing(tx, account); err != nil {
			return nil, err
		}
		return list[Policy](tx, policyKind, account)
	})
}

// DeletePolicy removes a policy of an account, unless a user or role still has it.
func (s *Service) DeletePolicy(ctx context.Context, account, name string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := ownPolicy(tx, account, name); err != nil {
			return err
		}
		type attached struct {
			Name     string
			Policies []string
		}
		for _, kind := range []IdentityKind{Users, Roles} {
			identities, err := list[attached](tx, string(kind), account)
			if err != nil {
				return err
			}
			for _, id := range identities {
				if slices.Contains(id.Policies, name) {
					return invalid("Policy %s is attached to %s %s: detach it first.", name, kind, id.Name)
				}
			}
		}
		return tx.Documents().Delete(policyKey(account, name))
	})
}

// policyOf returns a policy by name: one that every account has, or the account's own.
func policyOf(tx picket.Tx, account, name string) (access.Policy, error) {
	if m, ok := access.ManagedPolicy(name); ok {
		return m.Policy, nil
	}
	p, err := ownPolicy(tx, account, name)
	if err != nil {
		return access.Policy{}, err
	}
	return access.ParsePolicy(string(p.Document))
}

func ownPolicy(tx picket.Tx, account, name string) (Policy, error) {
	p, err := get[Policy](tx, policyKey(account, name))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("Account %s has no policy %s.", account, name)}
	}
	return p, err
}
