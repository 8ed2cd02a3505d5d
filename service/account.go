package service

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"

	"picket"
	"picket/guardduty"
)

// Account is an account of this server.
type Account struct {
	ID        string   `json:"accountId"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	CreatedAt int64    `json:"createdAt"`                     // milliseconds since the epoch
	ClosedAt  int64    `json:"closedAt,omitempty"`            // 0 while it is open
	Forgotten bool     `json:"forgotten,omitempty"`           // closed for good: what it has is being deleted
	Trusted   []string `json:"trustedInviters,omitempty"`     // accounts whose invitations are accepted by themselves
	Manager   string   `json:"managementAccountId,omitempty"` // of its organization
	Operator  bool     `json:"operator,omitempty"`            // in the console it may look after the server: its sources, and what could not be read
}

// accountKind is the kind of accounts' documents; they belong to the server.
const accountKind = "account"

func accountKey(id string) picket.DocumentKey { return picket.DocumentKey{Kind: accountKind, ID: id} }

// accountOf returns an account, nil if this server has none with the id.
func accountOf(tx picket.Tx, id string) (*Account, error) {
	a, err := get[Account](tx, accountKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, nil
	}
	return &a, err
}

// isClosed reports whether an account is closed; one that can't be read counts as open, so that it holds up no other's logs.
func isClosed(tx picket.Tx, id string) (bool, error) {
	a, err := accountOf(tx, id)
	if errors.Is(err, picket.ErrUnreadable) {
		return false, nil
	}
	return a != nil && a.ClosedAt != 0, err
}

// existing returns an account, or an Error that says there is none.
func existing(tx picket.Tx, id string) (*Account, error) {
	a, err := accountOf(tx, id)
	if err == nil && a == nil {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no account %s; create it first.", id)}
	}
	return a, err
}

// Account returns an account, or an Error if there is none.
func (s *Service) Account(ctx context.Context, id string) (*Account, error) {
	return view(ctx, s, func(tx picket.Tx) (*Account, error) { return existing(tx, id) })
}

// KnownAccount returns an Error if there is no such account.
func (s *Service) KnownAccount(ctx context.Context, id string) error {
	_, err := s.Account(ctx, id)
	return err
}

func (a *Account) put(tx picket.Tx) error { return tx.Documents().Put(accountKey(a.ID), a) }

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// invalid is an error about what the operator asked for.
func invalid(format string, args ...any) error {
	return &picket.Error{Code: picket.CodeBadRequest, Message: fmt.Sprintf(format, args...)}
}

// CreateAccount makes an account and the access key of its root. An account made in an organization belongs to it from then
// on: its management account may assume the role OrganizationAccountAccessRole in it.
func (s *Service) CreateAccount(ctx context.Context, a Account) (AccessKey, error) {
	return s.CreateAccountKept(ctx, a, func(AccessKey) error { return nil })
}

// CreateAccountKept is CreateAccount that has the key kept first: where keep fails, no account is made. Keep may be called again with
// another key, which is then the right one. An error may come after it: then the account most likely isn't made, and what was kept is useless.
func (s *Service) CreateAccountKept(ctx context.Context, a Account, keep func(AccessKey) error) (AccessKey, error) {
	if !accountID.MatchString(a.ID) {
		return AccessKey{}, invalid("Account id %q is not 12 digits.", a.ID)
	}
	if a.Name == "" {
		return AccessKey{}, invalid("Account %s needs a name.", a.ID)
	}
	if parsed, err := mail.ParseAddress(a.Email); err != nil || parsed.Address != a.Email {
		return AccessKey{}, invalid("Account %s needs an e-mail address, not %q.", a.ID, a.Email)
	}
	return update(ctx, s, func(tx picket.Tx) (AccessKey, error) {
		old, err := accountOf(tx, a.ID)
		if err != nil {
			return AccessKey{}, err
		}
		if old != nil {
			return AccessKey{}, &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Account %s exists already: %s.", a.ID, old.Name)}
		}
		management := a.Manager
		made := Account{ID: a.ID, Name: a.Name, Email: a.Email, CreatedAt: s.now(), Trusted: a.Trusted, Operator: a.Operator}
		if err := made.put(tx); err != nil {
			return AccessKey{}, err
		}
		if management != "" {
			if err := s.organizationRole(tx, management, a.ID); err != nil {
				return AccessKey{}, err
			}
			if err := s.join(tx, management, &made); err != nil {
				return AccessKey{}, err
			}
		}
		key, err := s.newKey(tx, a.ID, "")
		if err != nil {
			return AccessKey{}, err
		}
		return key, keep(key)
	})
}

// Accounts lists the accounts of this server by id.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Account, error) {
		return list[Account](tx, accountKind, "")
	})
}

// CloseAccount refuses an account's calls and stops its analysis, and tells its administrator and members. Its data stays for
// ClosedLife. An account that others of an organization depend on is not closed.
func (s *Service) CloseAccount(ctx context.Context, id string) error {
	mark, err := update(ctx, s, func(tx picket.Tx) (*telling, error) {
		a, err := existing(tx, id)
		if err != nil || a.ClosedAt != 0 {
			return nil, err
		}
		if err := s.dispensable(tx, a); err != nil {
			return nil, err
		}
		a.ClosedAt = s.now()
		mark := &telling{At: a.ClosedAt, Closed: true}
		if err := s.routeAll(tx, a); err != nil {
			return nil, err
		}
		return mark, tx.Documents().Put(tellKey(id), mark)
	})
	if err != nil || mark == nil {
		return err
	}
	return s.tellOfAccount(context.WithoutCancel(ctx), picket.Operator(id, ""), *mark)
}

// routeAll stores an account that was closed or opened, and tells the log what is analysed of it in all regions.
func (s *Service) routeAll(tx picket.Tx, a *Account) error {
	if err := a.put(tx); err != nil {
		return err
	}
	for _, region := range s.Regions() {
		d, err := detectorOf(tx, a.ID, region)
		if err != nil {
			return err
		}
		if d == nil {
			continue
		}
		if err := s.putRoute(tx, a.ID, region, d); err != nil {
			return err
		}
	}
	return nil
}

// dispensable refuses an account that manages other accounts, or administrates for them.
func (s *Service) dispensable(tx picket.Tx, a *Account) error {
	if a.Manager == a.ID {
		others, err := tx.Documents().List(organizationAccounts, a.ID, "", "", 2)
		if err != nil || len(others) < 2 {
			return err
		}
		return invalid("Account %s manages an organization: take its other accounts out first.", a.ID)
	}
	for _, region := range s.Regions() {
		if err := notDelegate(tx, a, region); err != nil {
			return err
		}
	}
	return nil
}

// ReopenAccount undoes CloseAccount, as long as the account's data is there, and tells those whom that told. Where all accounts of
// its organization are enrolled, it is too; where an inviter that it trusts waits, it accepts.
func (s *Service) ReopenAccount(ctx context.Context, id string) error {
	mark, err := update(ctx, s, func(tx picket.Tx) (*telling, error) {
		a, err := existing(tx, id)
		if err != nil || a.ClosedAt == 0 {
			return nil, err
		}
		if a.Forgotten {
			return nil, invalid("Account %s was closed for good, and what it has is being deleted: create it again in a few minutes.", id)
		}
		a.ClosedAt = 0
		if err := s.routeAll(tx, a); err != nil {
			return nil, err
		}
		if a.Manager != "" {
			if err := s.autoEnrolEverywhere(tx, a, guardduty.AutoEnableMembersAll); err != nil {
				return nil, err
			}
		}
		if err := s.acceptTrustedEverywhere(tx, id); err != nil {
			return nil, err
		}
		mark := &telling{At: s.now()}
		return mark, tx.Documents().Put(tellKey(id), mark)
	})
	if err != nil || mark == nil {
		return err
	}
	return s.tellOfAccount(context.WithoutCancel(ctx), picket.Operator(id, ""), *mark)
}

// CreateOrganization makes an account the management account of an organization of its own.
func (s *Service) CreateOrganization(ctx context.Context, management string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		a, err := existing(tx, management)
		if err != nil {
			return err
		}
		if a.Manager != "" {
			return invalid("Account %s belongs to the organization of %s.", management, a.Manager)
		}
		a.Manager = management
		if err := a.put(tx); err != nil {
			return err
		}
		return tx.Documents().Put(organizationMember(management, management), struct{}{})
	})
}

func organizationMember(management, account string) picket.DocumentKey {
	return picket.DocumentKey{Kind: organizationAccounts, Account: management, ID: account}
}

// JoinOrganization adds an account to an organization, which gets no role in it: that is for accounts that it makes. Where
// its administrator enrols new members, it is enrolled at once.
func (s *Service) JoinOrganization(ctx context.Context, management, account string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		a, err := existing(tx, account)
		if err != nil {
			return err
		}
		return s.join(tx, management, a)
	})
}

func (s *Service) join(tx picket.Tx, management string, a *Account) error {
	m, err := existing(tx, management)
	if err != nil {
		return err
	}
	if m.Manager != management {
		return invalid("Account %s manages no organization: create it first.", management)
	}
	if m.ClosedAt != 0 {
		return invalid("Account %s, which manages the organization, is closed: reopen it first.", management)
	}
	if a.Manager != "" {
		return invalid("Account %s belongs to the organization of %s.", a.ID, a.Manager)
	}
	if a.ClosedAt != 0 {
		return invalid("Account %s is closed: reopen it first.", a.ID)
	}
	a.Manager = management
	if err := a.put(tx); err != nil {
		return err
	}
	if err := tx.Documents().Put(organizationMember(management, a.ID), struct{}{}); err != nil {
		return err
	}
	return s.autoEnrolEverywhere(tx, a, guardduty.AutoEnableMembersNew, guardduty.AutoEnableMembersAll)
}

// LeaveOrganization takes an account out of its organization, and ends its relations with the administrator there. The role
// that the organization made stays, as with AWS: whoever runs the account then decides.
func (s *Service) LeaveOrganization(ctx context.Context, account string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		a, err := existing(tx, account)
		if err != nil {
			return err
		}
		if a.Manager == "" || a.Manager == account {
			return invalid("Account %s is no member of another account's organization.", account)
		}
		for _, region := range s.Regions() {
			if err := s.outOfOrganization(tx, account, region); err != nil {
				return err
			}
		}
		if err := tx.Documents().Delete(organizationMember(a.Manager, account)); err != nil {
			return err
		}
		a.Manager = ""
		return a.put(tx)
	})
}

// notDelegate refuses an account that administrates for its organization in a region.
func notDelegate(tx picket.Tx, a *Account, region string) error {
	delegate, err := delegateOf(tx, a.Manager, region)
	if err == nil && delegate == a.ID {
		err = invalid("Account %s administrates GuardDuty for its organization in %s: dismiss it first.", a.ID, region)
	}
	return err
}

// outOfOrganization ends what the organization made in a region.
func (s *Service) outOfOrganization(tx picket.Tx, account, region string) error {
	a, err := existing(tx, account)
	if err != nil {
		return err
	}
	if err := notDelegate(tx, a, region); err != nil {
		return err
	}
	m, err := administratorOf(tx, account, region)
	if err != nil || m == nil || m.Mode != picket.Organization {
		return err
	}
	return s.take(tx, picket.Operator(account, region), m, leavesOrganization)
}
