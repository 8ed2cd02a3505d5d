package service

import (
	"context"
	"slices"

	"picket"
	"picket/guardduty"
)

// The documents of organizations. What an organization is made of is kept under its management account.
const (
	organizationAccounts = "organization-account" // one for each account, the management account too
	delegates            = "delegate"             // of a region: the administrator that the organization appointed
)

const maxOrganizationMembers = 50_000

// notManagement is for calls that only an organization's management account, or its delegate, may make.
const notManagement = "The request failed because you do not have required AWS Organization master permission."

// organization is what a delegated administrator knows of the organization that appointed it.
type organization struct {
	management string
	config     organizationConfig
}

// organizationOf returns the organization that appointed the caller in its region, nil if none did.
func organizationOf(tx picket.Tx, c picket.Caller) (*organization, error) {
	a, err := accountOf(tx, c.Account)
	if err != nil || a == nil || a.Manager == "" {
		return nil, err
	}
	delegate, err := delegateOf(tx, a.Manager, c.Region)
	if err != nil || delegate != c.Account {
		return nil, err
	}
	config, err := configOf(tx, c)
	return &organization{management: a.Manager, config: config}, err
}

// delegateOf returns the account that an organization appointed in a region, "" if none.
func delegateOf(tx picket.Tx, management, region string) (string, error) {
	docs, err := tx.Documents().List(delegates, management, region, "", 1)
	if err != nil || len(docs) == 0 {
		return "", err
	}
	return docs[0].ID, nil
}

// OrganizationRole says what an account is to its organization in a region; both are empty for an account that is in none.
type OrganizationRole struct {
	Management    string `json:"managementAccountId,omitempty"`
	Administrator string `json:"administratorId,omitempty"` // that it appointed there
	Managed       bool   `json:"managed,omitempty"`         // the account is a member by it, which only its administrator ends
}

// OrganizationRole tells the caller's.
func (s *Service) OrganizationRole(ctx context.Context, c picket.Caller) (OrganizationRole, error) {
	return view(ctx, s, func(tx picket.Tx) (OrganizationRole, error) {
		a, err := accountOf(tx, c.Account)
		if err != nil || a == nil || a.Manager == "" {
			return OrganizationRole{}, err
		}
		delegate, err := delegateOf(tx, a.Manager, c.Region)
		if err != nil {
			return OrganizationRole{}, err
		}
		m, err := administratorOf(tx, c.Account, c.Region)
		return OrganizationRole{a.Manager, delegate, m != nil && m.Mode == picket.Organization}, err
	})
}

// has reports whether an open account belongs to the organization; a nil organization has none.
func (o *organization) has(tx picket.Tx, account string) (bool, error) {
	if o == nil {
		return false, nil
	}
	a, err := accountOf(tx, account)
	return a != nil && a.Manager == o.management && a.ClosedAt == 0, err
}

// eachOrganizationAccount calls f for every account of an organization, by id.
func eachOrganizationAccount(tx picket.Tx, management string, f func(account string) error) error {
	const batch = 1000
	after := ""
	for {
		docs, err := tx.Documents().List(organizationAccounts, management, "", after, batch)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if err := f(d.ID); err != nil {
				return err
			}
			after = d.ID
		}
		if len(docs) < batch {
			return nil
		}
	}
}

// enrol makes an account of the organization a monitored member: its detector is made or resumed, with the features that the
// organization switches on for new members.
func (s *Service) enrol(tx picket.Tx, c picket.Caller, org *organization, m *picket.Member) error {
	member := picket.Caller{Account: m.Account, Region: c.Region}
	if other, err := administratorOf(tx, m.Account, c.Region); err != nil {
		return err
	} else if other != nil && other.Administrator != c.Account {
		return refuse("The request is rejected because the given account ID is already an associated member of another master account.", "It is a member of %s.", other.Administrator)
	}
	if err := noMembers(tx, member); picket.ErrorCode(err) != "" {
		return refuse("The request is rejected because the given account ID has members of its own.", "Remove them first.")
	} else if err != nil {
		return err
	}
	d, err := detectorOf(tx, m.Account, c.Region)
	if err != nil {
		return err
	}
	if d == nil && m.Account == org.management {
		return refuse("Operation failed because your organization master must first enable GuardDuty to be added as a member", "Account %s has no detector in %s.", m.Account, c.Region)
	}
	if d, err = s.enabledDetector(tx, member); err != nil {
		return err
	}
	if !m.Status.Associated() || m.Mode != picket.Organization {
		org.config.enable(d.Features, s.now(), false)
	}
	if err := s.putDetector(tx, c.Region, d); err != nil {
		return err
	}
	if m.Email == "" {
		if a, err := accountOf(tx, m.Account); err != nil {
			return err
		} else if a != nil {
			m.Email = a.Email
		}
	}
	m.Mode, m.DetectorID = picket.Organization, d.ID
	return s.take(tx, c, m, enrols)
}

// enabledDetector returns the caller's detector, made if missing, with Enabled set; its caller stores it.
func (s *Service) enabledDetector(tx picket.Tx, c picket.Caller) (*detector, error) {
	d, err := detectorOf(tx, c.Account, c.Region)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return s.newDetector(tx, c, true)
	}
	if !d.Enabled {
		d.Enabled, d.UpdatedAt = true, s.now()
	}
	return d, nil
}

// management checks that the caller is the management account of an organization.
func management(tx picket.Tx, c picket.Caller) error {
	a, err := accountOf(tx, c.Account)
	if err != nil {
		return err
	}
	if a == nil || a.Manager == "" {
		return refuse("The request failed because the organization is not in use by the current account.", "Account %s belongs to no organization.", c.Account)
	}
	if a.Manager != c.Account {
		return refuse(notManagement, "The management account of its organization is %s.", a.Manager)
	}
	return nil
}

// EnableOrganizationAdminAccount appoints the administrator of the caller's organization in this region, and enables the
// service for it. It is the same account in every region.
func (s *Service) EnableOrganizationAdminAccount(ctx context.Context, c picket.Caller, in *guardduty.EnableOrganizationAdminAccountRequest) (*guardduty.EnableOrganizationAdminAccountResponse, error) {
	admin := picket.Caller{Account: str(in.AdminAccountId), Region: c.Region, ARN: c.ARN}
	mark := applying{Call: newID()}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		if err := s.mayAppoint(tx, c, admin); err != nil {
			return err
		}
		d, err := s.enabledDetector(tx, admin)
		if err != nil {
			return err
		}
		if err := s.putDetector(tx, c.Region, d); err != nil {
			return err
		}
		if err := tx.Documents().Put(key(c, delegates, admin.Account), map[string]int64{"since": s.now()}); err != nil {
			return err
		}
		return tx.Documents().Put(key(admin, takeOverKind, configID), mark)
	})
	if err != nil {
		return nil, err
	}
	// The caller may go away, the administrator stays.
	return &guardduty.EnableOrganizationAdminAccountResponse{}, s.takeOver(context.WithoutCancel(ctx), admin, mark)
}

func (s *Service) mayAppoint(tx picket.Tx, c, admin picket.Caller) error {
	if err := management(tx, c); err != nil {
		return err
	}
	a, err := accountOf(tx, admin.Account)
	if err != nil {
		return err
	}
	if a == nil || a.Manager != c.Account || a.ClosedAt != 0 {
		return refuse(invalidValue, "adminAccountId %s is no open account of the organization.", admin.Account)
	}
	for _, region := range s.Regions() {
		delegate, err := delegateOf(tx, c.Account, region)
		if err != nil {
			return err
		}
		if delegate != "" && delegate != admin.Account {
			return refuse("The request failed because another account is already enabled as GuardDuty delegated administrator for the organization.", "It is %s, in %s.", delegate, region)
		}
	}
	if over, err := isDismissed(tx, admin.Account, c.Region); err != nil {
		return err
	} else if over {
		return refuse(invalidValue, "Account %s was dismissed, and members that it had are still being removed; try again in a few minutes.", admin.Account)
	}
	return notMember(tx, admin, "The request failed because the account is an associated member of another master account.")
}

// Regions names the regions of this server, the first being its own.
func (s *Service) Regions() []string {
	if len(s.Settings.Regions) == 0 {
		return []string{"us-east-1"}
	}
	return s.Settings.Regions
}

// takeOverKind is the kind of a document that stands while members are taken over.
const takeOverKind = belongings + "organization-take-over"

// takeOver makes members by invitation that belong to the organization members by organization. What a stop of the server
// interrupts, Sweep finishes.
func (s *Service) takeOver(ctx context.Context, admin picket.Caller, mark applying) error {
	err := s.inBatches(ctx, admin.Account, admin.Region, func(tx picket.Tx, members []picket.Member) error {
		org, err := organizationOf(tx, admin)
		if err != nil {
			return err
		}
		for _, m := range members {
			ours, err := org.has(tx, m.Account)
			if err != nil {
				return err
			}
			if !ours || !takesOver.allows(m.Status) || m.Mode == picket.Organization {
				continue
			}
			m.Mode = picket.Organization
			if err := s.take(tx, admin, &m, takesOver); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return finished(ctx, s, key(admin, takeOverKind, configID), mark)
}

// ListOrganizationAdminAccounts names the administrator that the caller's organization appointed in this region.
func (s *Service) ListOrganizationAdminAccounts(ctx context.Context, c picket.Caller, in *guardduty.ListOrganizationAdminAccountsRequest) (*guardduty.ListOrganizationAdminAccountsResponse, error) {
	if _, err := s.after(c, "organization administrators", in.NextToken); err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListOrganizationAdminAccountsResponse, error) {
		if err := management(tx, c); err != nil {
			return nil, err
		}
		out := &guardduty.ListOrganizationAdminAccountsResponse{AdminAccounts: []guardduty.AdminAccount{}}
		delegate, err := delegateOf(tx, c.Account, c.Region)
		if delegate != "" {
			out.AdminAccounts = append(out.AdminAccounts, guardduty.AdminAccount{
				AdminAccountId: &delegate, AdminStatus: guardduty.AdminStatusEnabled,
			})
		}
		return out, err
	})
}

// autoEnrolEverywhere is autoEnrol in all regions, for an account that belongs to an organization.
func (s *Service) autoEnrolEverywhere(tx picket.Tx, a *Account, modes ...guardduty.AutoEnableMembers) error {
	for _, region := range s.Regions() {
		if err := s.autoEnrol(tx, a.Manager, a.ID, region, modes...); err != nil {
			return err
		}
	}
	return nil
}

// managementEnabled enrols an organization's management account, which can't be before it has a detector, if the caller is
// one and all accounts are to be enrolled.
func (s *Service) managementEnabled(tx picket.Tx, c picket.Caller) error {
	a, err := accountOf(tx, c.Account)
	if err != nil || a == nil || a.Manager != c.Account {
		return err
	}
	return s.autoEnrol(tx, c.Account, c.Account, c.Region, guardduty.AutoEnableMembersAll)
}

// autoEnrol enrols an account in a region whose administrator has auto-enable set to one of the modes.
func (s *Service) autoEnrol(tx picket.Tx, management, account, region string, modes ...guardduty.AutoEnableMembers) error {
	delegate, err := delegateOf(tx, management, region)
	if err != nil || delegate == "" || delegate == account {
		return err
	}
	admin := picket.Operator(delegate, region)
	org, err := organizationOf(tx, admin)
	if err != nil || org == nil || !slices.Contains(modes, org.config.AutoEnable) {
		return err
	}
	_, err = s.enrolAll(tx, admin, org, []string{account})
	return err
}

// enrolled reports whether enrolling a member would change nothing.
func enrolled(m picket.Member) bool {
	return m.Status == picket.Enabled && m.Mode == picket.Organization
}

// enrolAll enrols accounts as long as the administrator has room, and returns those that can't be: accounts that are
// members elsewhere, or have members.
func (s *Service) enrolAll(tx picket.Tx, admin picket.Caller, org *organization, accounts []string) ([]guardduty.UnprocessedAccount, error) {
	room, err := s.room(tx, admin, org)
	if err != nil {
		return nil, err
	}
	return unprocessed(accounts, func(account string) error {
		m, err := memberOf(tx, admin, account)
		if err != nil || account == admin.Account || enrolled(m) {
			return err
		}
		if open, err := org.has(tx, account); err != nil || !open {
			return err
		}
		if m.Status == absent {
			if room <= 0 {
				return refuse(tooManyMembers, "The maximum is %d.", s.maxMembers(org))
			}
			room--
		}
		return s.enrol(tx, admin, org, &m)
	})
}
