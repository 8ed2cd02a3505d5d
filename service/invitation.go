package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"picket"
	"picket/guardduty"
)

// maxMessage bounds the notes of an inviter: every member keeps them, and its mail has all of them.
const maxMessage = 5000

// InviteMembers invites members, again if they left or were removed, and mails them unless the caller says not to.
func (s *Service) InviteMembers(ctx context.Context, c picket.Caller, in *guardduty.InviteMembersRequest) (*guardduty.InviteMembersResponse, error) {
	if n := utf8.RuneCountInString(str(in.Message)); n > maxMessage {
		return nil, refuse(invalidValue, "message has %d characters; a mail takes %d.", n, maxMessage)
	}
	silent := in.DisableEmailNotification != nil && *in.DisableEmailNotification
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		if account == c.Account {
			return refuse("The request is rejected because the current account cannot invite itself.", "")
		}
		if err := notMember(tx, c, "The request is rejected because the current account cannot invite other accounts since it is already an associated member of another master account."); err != nil {
			return err
		}
		m, err := known(tx, c, account)
		if err != nil {
			return err
		}
		if !invites.allows(m.Status) { // no detail: clients compare the whole sentence
			return refuse("The request is rejected because the current account has already invited or is already the GuardDuty master of the given member account ID.", "")
		}
		return s.invite(tx, c, &m, str(in.Message), silent)
	})
	return &guardduty.InviteMembersResponse{UnprocessedAccounts: refused}, err
}

// invite sends an invitation, and accepts it at once where the member trusts the inviter.
func (s *Service) invite(tx picket.Tx, c picket.Caller, m *picket.Member, message string, silent bool) error {
	if m.Email == "" {
		return refuse("The request is rejected because member account's email address is missing.", "")
	}
	m.Mode = picket.Autonomous
	m.Invitation = picket.Invitation{ID: newID(), SentAt: s.now(), Message: message}
	if err := s.mail(tx, m, silent); err != nil {
		return err
	}
	if err := s.take(tx, c, m, invites); err != nil {
		return err
	}
	return s.acceptTrusted(tx, picket.Caller{Account: m.Account, Region: m.Region})
}

// ResendInvitation mails an invitation that waits for acceptance once more. With an address it corrects the member's first,
// in whatever status the member is; it returns the member as it is then.
func (s *Service) ResendInvitation(ctx context.Context, c picket.Caller, account, email string) (picket.Member, error) {
	return update(ctx, s, func(tx picket.Tx) (picket.Member, error) {
		m, err := known(tx, c, account)
		if err != nil {
			return m, err
		}
		if email != "" {
			if err := checkEmail(email); err != nil {
				return m, err
			}
			if email != m.Email {
				note(&m, c, s.now(), fmt.Sprintf(corrects, cmp.Or(m.Email, "none"), email))
			}
			m.Email = email
		} else if m.Status != picket.Invited {
			return m, refuse(invalidValue, "Account %s has no pending invitation; its status is %s.", account, m.Status)
		}
		if m.Status == picket.Invited {
			if err := s.mail(tx, &m, false); err != nil {
				return m, err
			}
			note(&m, c, s.now(), resends)
		}
		return m, tx.Members().Put(m)
	})
}

// AcceptAdministratorInvitation makes the caller a member.
func (s *Service) AcceptAdministratorInvitation(ctx context.Context, c picket.Caller, in *guardduty.AcceptAdministratorInvitationRequest) (*guardduty.AcceptAdministratorInvitationResponse, error) {
	return &guardduty.AcceptAdministratorInvitationResponse{}, s.accept(ctx, c, in.DetectorId, str(in.AdministratorId), str(in.InvitationId))
}

// AcceptInvitation is AcceptAdministratorInvitation under its old name.
func (s *Service) AcceptInvitation(ctx context.Context, c picket.Caller, in *guardduty.AcceptInvitationRequest) (*guardduty.AcceptInvitationResponse, error) {
	return &guardduty.AcceptInvitationResponse{}, s.accept(ctx, c, in.DetectorId, str(in.MasterId), str(in.InvitationId))
}

func (s *Service) accept(ctx context.Context, c picket.Caller, detectorID *string, administrator, invitation string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		d, err := owned(tx, c, detectorID)
		if err != nil {
			return err
		}
		return s.acceptFrom(tx, c, d, administrator, invitation)
	})
}

// acceptFrom checks all that an acceptance asks for: the caller has no members, administrates no organization and has no
// administrator, the invitation is one that the inviter sent and the caller has not deleted, and the inviter is neither closed nor
// a member itself. Who was not invited learns nothing of the account that it names.
func (s *Service) acceptFrom(tx picket.Tx, c picket.Caller, d *detector, administrator, invitation string) error {
	if err := notMember(tx, c, "The request is rejected because the current account cannot accept invitations since it is already an associated member of some master account."); err != nil {
		return err
	}
	if err := noMembers(tx, c); err != nil {
		return err
	}
	m, err := memberOf(tx, picket.Caller{Account: administrator, Region: c.Region}, c.Account)
	if err != nil {
		return err
	}
	if invitation == "" {
		return refuse(invalidValue, "invitationId is empty; ListInvitations tells it.")
	}
	if !accepts.allows(m.Status) || m.Invitation.ID != invitation || m.Invitation.Deleted {
		return refuse(noInvitation, "")
	}
	if inviter, err := accountOf(tx, administrator); err != nil {
		return err
	} else if inviter != nil && inviter.ClosedAt != 0 {
		return refuse(noInvitation, "Account %s is closed.", administrator)
	}
	if above, err := administratorOf(tx, administrator, c.Region); err != nil {
		return err
	} else if above != nil { // no detail: whose member the inviter is, is its own affair
		return refuse("The request is rejected because the current account cannot accept invitation from the given account ID since the latter is an associated member of another master account.", "")
	}
	m.DetectorID = d.ID
	if err := s.take(tx, c, &m, accepts); err != nil || d.Enabled {
		return err
	}
	return s.take(tx, c, &m, suspendsSelf) // the detector was suspended before
}

// noMembers refuses if the caller has members of its own, or an organization to take them from.
func noMembers(tx picket.Tx, c picket.Caller) error {
	const sentence = "The request is rejected because the current account cannot accept invitations since it still has created, invited or associated members."
	if org, err := organizationOf(tx, c); err != nil {
		return err
	} else if org != nil {
		return refuse(sentence, "It is the GuardDuty administrator of the organization of %s.", org.management)
	}
	counts, err := tx.Members().Count(c.Account, c.Region)
	if err != nil {
		return err
	}
	for _, status := range []picket.MemberStatus{picket.Created, picket.Invited, picket.Enabled, picket.Disabled} {
		if n := counts[status].N; n > 0 {
			return refuse(sentence, "It has %d with status %s.", n, status)
		}
	}
	return nil
}

// Administers reports whether the caller has members of its own, or an organization to take them from, and so can accept no
// invitation.
func (s *Service) Administers(ctx context.Context, c picket.Caller) (bool, error) {
	return view(ctx, s, func(tx picket.Tx) (bool, error) {
		err := noMembers(tx, c)
		if picket.ErrorCode(err) != "" {
			return true, nil
		}
		return false, err
	})
}

// DeclineInvitations declines pending invitations. One that was declined before stays so.
func (s *Service) DeclineInvitations(ctx context.Context, c picket.Caller, in *guardduty.DeclineInvitationsRequest) (*guardduty.DeclineInvitationsResponse, error) {
	refused, err := s.eachInviter(ctx, c, in.AccountIds, func(tx picket.Tx, m picket.Member) error {
		switch {
		case m.Status.Associated():
			return refuse(invalidValue, "The invitation of %s was accepted; leave it with DisassociateFromAdministratorAccount.", m.Administrator)
		case declines.allows(m.Status):
			return s.take(tx, c, &m, declines)
		}
		return nil
	})
	return &guardduty.DeclineInvitationsResponse{UnprocessedAccounts: refused}, err
}

// DeleteInvitations takes invitations that were declined or left off the caller's list. The inviter's member stays as it is.
func (s *Service) DeleteInvitations(ctx context.Context, c picket.Caller, in *guardduty.DeleteInvitationsRequest) (*guardduty.DeleteInvitationsResponse, error) {
	refused, err := s.eachInviter(ctx, c, in.AccountIds, func(tx picket.Tx, m picket.Member) error {
		if m.Status == picket.Invited || m.Status.Associated() {
			return refuse("The request is rejected because the current account cannot delete the invitation from the given master account ID since it is still associated to it or has not declined their invitation yet.", "")
		}
		m.Invitation.Deleted = true
		return tx.Members().Put(m)
	})
	return &guardduty.DeleteInvitationsResponse{UnprocessedAccounts: refused}, err
}

// eachInviter does f to the relation with each inviter whose invitation the caller can see.
func (s *Service) eachInviter(ctx context.Context, c picket.Caller, inviters []string, f func(picket.Tx, picket.Member) error) ([]guardduty.UnprocessedAccount, error) {
	return update(ctx, s, func(tx picket.Tx) ([]guardduty.UnprocessedAccount, error) {
		return unprocessed(inviters, func(inviter string) error {
			m, err := memberOf(tx, picket.Caller{Account: inviter, Region: c.Region}, c.Account)
			if err == nil && !listed(m) {
				err = refuse(noInvitation, "")
			}
			if err != nil {
				return err
			}
			return f(tx, m)
		})
	})
}

// listed reports whether the invitee sees the invitation: it was sent, and neither withdrawn by the inviter nor deleted.
func listed(m picket.Member) bool {
	seen := m.Status == picket.Invited || m.Status == picket.Resigned || m.Status.Associated()
	return m.Invitation.ID != "" && !m.Invitation.Deleted && seen
}

// ListInvitations lists invitations to the caller, the oldest first; it needs no detector.
func (s *Service) ListInvitations(ctx context.Context, c picket.Caller, in *guardduty.ListInvitationsRequest) (*guardduty.ListInvitationsResponse, error) {
	after, err := s.after(c, "invitations", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListInvitationsResponse, error) {
		inviters, err := tx.Members().Inviters(c.Account, c.Region)
		if err != nil {
			return nil, err
		}
		position := func(m picket.Member) string { return timeText(m.Invitation.SentAt) + " " + m.Administrator }
		visible := slices.DeleteFunc(inviters, func(m picket.Member) bool { return !listed(m) || position(m) <= after })
		page, next := pageOf(visible, limit(in.MaxResults), position)
		out := &guardduty.ListInvitationsResponse{Invitations: []guardduty.Invitation{}, NextToken: s.nextToken(c, "invitations", next)}
		for _, m := range page {
			out.Invitations = append(out.Invitations, guardduty.Invitation{
				AccountId: ptr(m.Administrator), InvitationId: ptr(m.Invitation.ID),
				RelationshipStatus: ptr(string(m.Status)), InvitedAt: ptr(timeText(m.Invitation.SentAt)),
			})
		}
		return out, nil
	})
}

// GetInvitationsCount counts the invitations that wait for the caller.
func (s *Service) GetInvitationsCount(ctx context.Context, c picket.Caller, _ *guardduty.GetInvitationsCountRequest) (*guardduty.GetInvitationsCountResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetInvitationsCountResponse, error) {
		inviters, err := tx.Members().Inviters(c.Account, c.Region)
		var n int32
		for _, m := range inviters {
			if m.Status == picket.Invited && listed(m) {
				n++
			}
		}
		return &guardduty.GetInvitationsCountResponse{InvitationsCount: &n}, err
	})
}
