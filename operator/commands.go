package operator

import (
	"context"
	"encoding/json"
	"errors"

	"picket"
	"picket/service"
)

// AccountOnly names an account.
type AccountOnly struct {
	Account string `json:"accountId"`
}

func accounts(r router, s *service.Service) {
	command(r, "account/create", s.CreateAccount)
	question(r, "account/list", func(ctx context.Context, _ struct{}) ([]service.Account, error) { return s.Accounts(ctx) })
	question(r, "account/show", func(ctx context.Context, in AccountOnly) (*service.Account, error) { return s.Account(ctx, in.Account) })
	command(r, "account/close", func(ctx context.Context, in AccountOnly) (*service.Account, error) {
		if err := s.CloseAccount(ctx, in.Account); err != nil {
			return nil, err
		}
		return s.Account(ctx, in.Account)
	})
	command(r, "account/reopen", do(func(ctx context.Context, in AccountOnly) error { return s.ReopenAccount(ctx, in.Account) }))
	command(r, "account/trust", do(func(ctx context.Context, in Trust) error { return s.TrustInviters(ctx, in.Account, in.Inviters) }))
}

// Trust names the accounts whose invitations an account accepts by itself.
type Trust struct {
	Account  string   `json:"accountId"`
	Inviters []string `json:"inviters"`
}

func organizations(r router, s *service.Service) {
	command(r, "organization/create", do(func(ctx context.Context, in AccountOnly) error { return s.CreateOrganization(ctx, in.Account) }))
	command(r, "organization/join", do(func(ctx context.Context, in Join) error { return s.JoinOrganization(ctx, in.Management, in.Account) }))
	command(r, "organization/leave", do(func(ctx context.Context, in AccountOnly) error { return s.LeaveOrganization(ctx, in.Account) }))
}

// Join names an account and the management account of the organization it joins.
type Join struct {
	Account    string `json:"accountId"`
	Management string `json:"managementAccountId"`
}

// Who names a user or role of an account; for a new one Identity holds the rest.
type Who struct {
	Account  string               `json:"accountId"`
	Kind     service.IdentityKind `json:"kind"`
	Identity service.Identity     `json:"identity"`
}

func identities(r router, s *service.Service) {
	command(r, "identity/create", func(ctx context.Context, in Who) (service.Identity, error) {
		return s.CreateIdentity(ctx, in.Account, in.Kind, in.Identity)
	})
	question(r, "identity/list", func(ctx context.Context, in Who) ([]service.Identity, error) {
		return s.Identities(ctx, in.Account, in.Kind)
	})
	command(r, "identity/delete", do(func(ctx context.Context, in Who) error {
		return s.DeleteIdentity(ctx, in.Account, in.Kind, in.Identity.Name)
	}))
	command(r, "identity/policies", do(func(ctx context.Context, in Who) error {
		return s.SetPolicies(ctx, in.Account, in.Kind, in.Identity.Name, in.Identity.Policies)
	}))
}

// Reset asks for a new password of a root or user for the console, and is the answer.
type Reset struct {
	Account  string `json:"accountId"`
	User     string `json:"user,omitempty"`     // empty for the root
	Password string `json:"password,omitempty"` // empty: one is made, to be changed at the first sign-in
}

// passwords resets passwords: what the audit log has of it holds none.
func passwords(r router, s *service.Service) {
	question(r, "password/reset", func(ctx context.Context, in Reset) (Reset, error) {
		password, err := s.ResetPassword(ctx, in.Account, in.User, in.Password)
		in.Password = ""
		noted, e := json.Marshal(in)
		if e == nil {
			e = s.OperatorEvent(ctx, in.Account, "password/reset", noted, err)
		}
		in.Password = password
		return in, errors.Join(err, e)
	})
}

func keys(r router, s *service.Service) {
	command(r, "key/create", func(ctx context.Context, in service.AccessKey) (service.AccessKey, error) {
		return s.CreateKey(ctx, in.Account, in.User)
	})
	question(r, "key/list", func(ctx context.Context, in AccountOnly) ([]service.AccessKey, error) { return s.Keys(ctx, in.Account) })
	command(r, "key/activate", do(func(ctx context.Context, in service.AccessKey) error {
		return s.SetKeyActive(ctx, in.Account, in.ID, true)
	}))
	command(r, "key/deactivate", do(func(ctx context.Context, in service.AccessKey) error {
		return s.SetKeyActive(ctx, in.Account, in.ID, false)
	}))
	command(r, "key/delete", do(func(ctx context.Context, in service.AccessKey) error { return s.DeleteKey(ctx, in.Account, in.ID) }))
}

// PolicyOf is a policy and the account it belongs to.
type PolicyOf struct {
	Account string         `json:"accountId"`
	Policy  service.Policy `json:"policy"`
}

func policies(r router, s *service.Service) {
	command(r, "policy/put", do(func(ctx context.Context, in PolicyOf) error { return s.PutPolicy(ctx, in.Account, in.Policy) }))
	question(r, "policy/list", func(ctx context.Context, in AccountOnly) ([]service.Policy, error) {
		return s.Policies(ctx, in.Account)
	})
	command(r, "policy/delete", do(func(ctx context.Context, in PolicyOf) error {
		return s.DeletePolicy(ctx, in.Account, in.Policy.Name)
	}))
}

// AuditQuery asks for audit records of an account, or of the whole server.
type AuditQuery struct {
	Account string `json:"accountId"`
	After   int64  `json:"after"`
	Limit   int    `json:"limit"`
}

func audit(r router, s *service.Service) {
	question(r, "audit/list", func(ctx context.Context, in AuditQuery) ([]picket.AuditRecord, error) {
		return s.Audit(ctx, in.Account, in.After, in.Limit)
	})
	question(r, "audit/verify", s.VerifyAudit)
}

// MemberOf names a member of an administrator in a region; Email is its right address, to resend an invitation to.
type MemberOf struct {
	Account string `json:"accountId"` // the administrator
	Region  string `json:"region"`
	Member  string `json:"memberId"`
	Email   string `json:"email,omitempty"`
}

func members(r router, s *service.Service) {
	question(r, "region/list", func(context.Context, struct{}) ([]string, error) { return s.Regions(), nil })
	question(r, "member/show", func(ctx context.Context, in MemberOf) (picket.Member, error) {
		return s.Member(ctx, picket.Operator(in.Account, in.Region), in.Member)
	})
	command(r, "member/resend", func(ctx context.Context, in MemberOf) (picket.Member, error) {
		return s.ResendInvitation(ctx, picket.Operator(in.Account, in.Region), in.Member, in.Email)
	})
}

// FindingsOf asks for findings that an account sees in a region: those of a search, or those whose id begins so.
type FindingsOf struct {
	Account string                `json:"accountId"`
	Region  string                `json:"region"`
	ID      string                `json:"id,omitempty"`
	Search  service.FindingSearch `json:"search"`
}

func findings(r router, s *service.Service) {
	question(r, "finding/search", func(ctx context.Context, in FindingsOf) (service.FindingsFound, error) {
		return s.SearchFindings(ctx, picket.Operator(in.Account, in.Region), in.Search)
	})
	question(r, "finding/follow", func(ctx context.Context, in FindingsOf) (service.FindingsFound, error) {
		return s.FollowFindings(ctx, picket.Operator(in.Account, in.Region), in.Search)
	})
	question(r, "finding/show", func(ctx context.Context, in FindingsOf) ([]service.FindingDetail, error) {
		return s.FindingsByID(ctx, picket.Operator(in.Account, in.Region), in.ID)
	})
}
