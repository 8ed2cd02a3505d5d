package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// GetAdministratorAccount names the caller's administrator; its answer is empty for an account that has none.
func (s *Service) GetAdministratorAccount(ctx context.Context, c picket.Caller, in *guardduty.GetAdministratorAccountRequest) (*guardduty.GetAdministratorAccountResponse, error) {
	m, err := s.administrator(ctx, c, in.DetectorId)
	if err != nil || m == nil {
		return &guardduty.GetAdministratorAccountResponse{}, err
	}
	a := guardduty.Administrator(masterOf(m))
	return &guardduty.GetAdministratorAccountResponse{Administrator: &a}, nil
}

// GetMasterAccount is GetAdministratorAccount under its old name.
func (s *Service) GetMasterAccount(ctx context.Context, c picket.Caller, in *guardduty.GetMasterAccountRequest) (*guardduty.GetMasterAccountResponse, error) {
	m, err := s.administrator(ctx, c, in.DetectorId)
	if err != nil || m == nil {
		return &guardduty.GetMasterAccountResponse{}, err
	}
	a := masterOf(m)
	return &guardduty.GetMasterAccountResponse{Master: &a}, nil
}

func (s *Service) administrator(ctx context.Context, c picket.Caller, detectorID *string) (*picket.Member, error) {
	return view(ctx, s, func(tx picket.Tx) (*picket.Member, error) {
		if _, err := owned(tx, c, detectorID); err != nil {
			return nil, err
		}
		return administratorOf(tx, c.Account, c.Region)
	})
}

func masterOf(m *picket.Member) guardduty.Master {
	out := guardduty.Master{AccountId: ptr(m.Administrator), RelationshipStatus: ptr(string(m.Status))}
	if m.Invitation.ID != "" {
		out.InvitationId, out.InvitedAt = ptr(m.Invitation.ID), ptr(timeText(m.Invitation.SentAt))
	}
	return out
}

// DisassociateFromAdministratorAccount lets the caller leave its administrator.
func (s *Service) DisassociateFromAdministratorAccount(ctx context.Context, c picket.Caller, in *guardduty.DisassociateFromAdministratorAccountRequest) (*guardduty.DisassociateFromAdministratorAccountResponse, error) {
	return &guardduty.DisassociateFromAdministratorAccountResponse{}, s.leave(ctx, c, in.DetectorId)
}

// DisassociateFromMasterAccount is DisassociateFromAdministratorAccount under its old name.
func (s *Service) DisassociateFromMasterAccount(ctx context.Context, c picket.Caller, in *guardduty.DisassociateFromMasterAccountRequest) (*guardduty.DisassociateFromMasterAccountResponse, error) {
	return &guardduty.DisassociateFromMasterAccountResponse{}, s.leave(ctx, c, in.DetectorId)
}

func (s *Service) leave(ctx context.Context, c picket.Caller, detectorID *string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := owned(tx, c, detectorID); err != nil {
			return err
		}
		m, err := administratorOf(tx, c.Account, c.Region)
		if err != nil {
			return err
		}
		if m == nil {
			return refuse("The request is rejected because the current account is not associated to a master account.", "")
		}
		return s.stepOut(tx, c, leaves)
	})
}
