package service

import (
	"context"
	"strings"

	"picket"
	"picket/guardduty"
)

// eachAccount does f to each of the accounts in one transaction, after checking that the detector is the caller's, and
// returns the accounts that f refused.
func (s *Service) eachAccount(ctx context.Context, c picket.Caller, detector *string, accounts []string, f func(tx picket.Tx, account string) error) ([]guardduty.UnprocessedAccount, error) {
	return update(ctx, s, func(tx picket.Tx) ([]guardduty.UnprocessedAccount, error) {
		if _, err := owned(tx, c, detector); err != nil {
			return nil, err
		}
		return unprocessed(accounts, func(account string) error { return f(tx, account) })
	})
}

// unprocessed does f to each account. An account that f refuses is reported, any other error ends it.
func unprocessed(accounts []string, f func(account string) error) ([]guardduty.UnprocessedAccount, error) {
	refused := []guardduty.UnprocessedAccount{}
	for _, account := range accounts {
		err := f(account)
		if err == nil {
			continue
		}
		if picket.ErrorCode(err) == "" {
			return nil, err
		}
		refused = append(refused, guardduty.UnprocessedAccount{AccountId: ptr(account), Result: ptr(err.Error())})
	}
	return refused, nil
}

// memberOf returns the caller's member, with status absent if the account is none.
func memberOf(tx picket.Tx, c picket.Caller, account string) (picket.Member, error) {
	m, err := tx.Members().Get(c.Account, c.Region, account)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return picket.Member{Administrator: c.Account, Region: c.Region, Account: account, Mode: picket.Autonomous}, nil
	}
	return m, err
}

// CreateMembers adds members. Accounts of the organization that the caller administrates are enrolled at once; others wait
// for an invitation.
func (s *Service) CreateMembers(ctx context.Context, c picket.Caller, in *guardduty.CreateMembersRequest) (*guardduty.CreateMembersResponse, error) {
	refused, err := update(ctx, s, func(tx picket.Tx) ([]guardduty.UnprocessedAccount, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		emails, accounts := map[string]string{}, []string{}
		for _, a := range in.AccountDetails {
			accounts = append(accounts, str(a.AccountId))
			if _, twice := emails[str(a.AccountId)]; !twice { // the second is refused as a member already
				emails[str(a.AccountId)] = str(a.Email)
			}
		}
		org, err := organizationOf(tx, c)
		if err != nil {
			return nil, err
		}
		room, err := s.room(tx, c, org)
		if err != nil {
			return nil, err
		}
		return unprocessed(accounts, func(account string) error {
			return s.addMember(tx, c, org, account, emails[account], &room)
		})
	})
	return &guardduty.CreateMembersResponse{UnprocessedAccounts: refused}, err
}

// room returns how many members the caller may still have.
func (s *Service) room(tx picket.Tx, c picket.Caller, org *organization) (int, error) {
	counts, err := tx.Members().Count(c.Account, c.Region)
	n := 0
	for _, count := range counts {
		n += count.N
	}
	return s.maxMembers(org) - n, err
}

// maxMembers is higher for the administrator of an organization.
func (s *Service) maxMembers(org *organization) int {
	byInvitation := s.Settings.Members
	if byInvitation == 0 {
		byInvitation = 5000
	}
	if org != nil {
		return max(byInvitation, maxOrganizationMembers)
	}
	return byInvitation
}

func (s *Service) addMember(tx picket.Tx, c picket.Caller, org *organization, account, email string, room *int) error {
	if account == c.Account {
		return refuse("The request is rejected because an account cannot become a member of itself.", "")
	}
	if err := notMember(tx, c, "The request is rejected because the current account cannot create members since it is already an associated member of another master account."); err != nil {
		return err
	}
	if !accountID.MatchString(account) {
		return refuse(invalidValue, "Account id %q is not 12 digits.", account)
	}
	if err := checkEmail(email); err != nil {
		return err
	}
	m, err := memberOf(tx, c, account)
	if err != nil {
		return err
	}
	ours, err := org.has(tx, account)
	if err != nil {
		return err
	}
	st := adds
	if ours {
		st = enrols
	}
	if m.Status.Associated() || !st.allows(m.Status) {
		return refuse("The request is rejected because the given account ID is already a member or associated member of the current account.", "Its status is %s.", m.Status)
	}
	if m.Status == absent {
		if *room <= 0 {
			return refuse(tooManyMembers, "The maximum is %d.", s.maxMembers(org))
		}
		*room--
	}
	m.Email = email
	if st == enrols {
		return s.enrol(tx, c, org, &m)
	}
	m.Mode = picket.Autonomous
	return s.take(tx, c, &m, st)
}

// notMember refuses with a sentence if the caller is an associated member itself.
func notMember(tx picket.Tx, c picket.Caller, sentence string) error {
	m, err := administratorOf(tx, c.Account, c.Region)
	if err != nil || m == nil {
		return err
	}
	return refuse(sentence, "It is a member of %s.", m.Administrator)
}

// ListMembers lists the caller's members by account id.
func (s *Service) ListMembers(ctx context.Context, c picket.Caller, in *guardduty.ListMembersRequest) (*guardduty.ListMembersResponse, error) {
	associated, err := onlyAssociated(in.OnlyAssociated)
	if err != nil {
		return nil, err
	}
	after, err := s.after(c, "members", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListMembersResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		n := limit(in.MaxResults)
		found, err := tx.Members().List(c.Account, c.Region, picket.MemberQuery{After: after, Limit: n + 1, Associated: associated})
		if err != nil {
			return nil, err
		}
		page, next := pageOf(found, n, func(m picket.Member) string { return m.Account })
		out := &guardduty.ListMembersResponse{Members: []guardduty.Member{}, NextToken: s.nextToken(c, "members", next)}
		for _, m := range page {
			out.Members = append(out.Members, shapeOf(m))
		}
		return out, nil
	})
}

// onlyAssociated reads what is a text in the contract; clients write it in any case. Missing is true.
func onlyAssociated(text *string) (bool, error) {
	switch strings.ToLower(str(text)) {
	case "", "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, refuse("The request is rejected because the parameter onlyAssociated has an invalid value.", "It is true or false, not %q.", *text)
}

// shapeOf writes a member as the API has it: without the time of an invitation while there is none, without a detector
// before the first acceptance.
func shapeOf(m picket.Member) guardduty.Member {
	out := guardduty.Member{
		AccountId: ptr(m.Account), MasterId: ptr(m.Administrator), AdministratorId: ptr(m.Administrator), Email: ptr(m.Email),
		RelationshipStatus: ptr(string(m.Status)), UpdatedAt: ptr(timeText(m.UpdatedAt)),
	}
	if m.Status != picket.Created && m.Invitation.SentAt > 0 {
		out.InvitedAt = ptr(timeText(m.Invitation.SentAt))
	}
	if m.DetectorID != "" {
		out.DetectorId = ptr(m.DetectorID)
	}
	return out
}

// GetMembers describes members by their account ids.
func (s *Service) GetMembers(ctx context.Context, c picket.Caller, in *guardduty.GetMembersRequest) (*guardduty.GetMembersResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetMembersResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		out := &guardduty.GetMembersResponse{}
		var err error
		out.UnprocessedAccounts, err = unprocessed(in.AccountIds, func(account string) error {
			m, err := known(tx, c, account)
			if err == nil {
				out.Members = append(out.Members, shapeOf(m))
			}
			return err
		})
		return out, err
	})
}

// Member returns the caller's member with its history and the state of its invitation.
func (s *Service) Member(ctx context.Context, c picket.Caller, account string) (picket.Member, error) {
	return view(ctx, s, func(tx picket.Tx) (picket.Member, error) { return known(tx, c, account) })
}

// known returns the caller's member, or refuses an account that is none.
func known(tx picket.Tx, c picket.Caller, account string) (picket.Member, error) {
	m, err := memberOf(tx, c, account)
	if err == nil && m.Status == absent {
		err = refuse(noMember, "")
	}
	return m, err
}

// associated returns the caller's associated member, or refuses any other account.
func associated(tx picket.Tx, c picket.Caller, account string) (picket.Member, error) {
	m, err := memberOf(tx, c, account)
	if err != nil {
		return m, err
	}
	over, err := dismissed(tx, m)
	if err == nil && (over || !m.Status.Associated()) {
		err = refuse(notAssociated, "")
	}
	return m, err
}

// DeleteMembers forgets members that are not associated.
func (s *Service) DeleteMembers(ctx context.Context, c picket.Caller, in *guardduty.DeleteMembersRequest) (*guardduty.DeleteMembersResponse, error) {
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		m, err := known(tx, c, account)
		if err != nil {
			return err
		}
		if m.Status.Associated() {
			return refuse("The request is rejected because the current account cannot delete the given member account ID since it is still associated to it.", "Disassociate it first.")
		}
		return s.deleteMember(tx, c, &m)
	})
	return &guardduty.DeleteMembersResponse{UnprocessedAccounts: refused}, err
}

// DisassociateMembers ends relations and withdraws invitations. Members in any other status stay as they are, because tools
// call this blindly.
func (s *Service) DisassociateMembers(ctx context.Context, c picket.Caller, in *guardduty.DisassociateMembersRequest) (*guardduty.DisassociateMembersResponse, error) {
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		m, err := known(tx, c, account)
		if err != nil || !disassociate.allows(m.Status) {
			return err
		}
		if err := refuseWhileAll(tx, c, &m); err != nil {
			return err
		}
		return s.take(tx, c, &m, disassociate)
	})
	return &guardduty.DisassociateMembersResponse{UnprocessedAccounts: refused}, err
}

// StopMonitoringMembers suspends the service of members.
func (s *Service) StopMonitoringMembers(ctx context.Context, c picket.Caller, in *guardduty.StopMonitoringMembersRequest) (*guardduty.StopMonitoringMembersResponse, error) {
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		return s.monitor(tx, c, account, suspends)
	})
	return &guardduty.StopMonitoringMembersResponse{UnprocessedAccounts: refused}, err
}

// StartMonitoringMembers resumes the service of members, whoever suspended it.
func (s *Service) StartMonitoringMembers(ctx context.Context, c picket.Caller, in *guardduty.StartMonitoringMembersRequest) (*guardduty.StartMonitoringMembersResponse, error) {
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		return s.monitor(tx, c, account, resumes)
	})
	return &guardduty.StartMonitoringMembersResponse{UnprocessedAccounts: refused}, err
}

// monitor suspends or resumes a member; one that is already so stays as it is.
func (s *Service) monitor(tx picket.Tx, c picket.Caller, account string, st step) error {
	m, err := associated(tx, c, account)
	if err != nil || !st.allows(m.Status) {
		return err
	}
	if st == suspends {
		if err := refuseWhileAll(tx, c, &m); err != nil {
			return err
		}
	}
	if err := s.setDetector(tx, account, c.Region, st == resumes); err != nil {
		return err
	}
	return s.take(tx, c, &m, st)
}
