package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// noInvestigations answers the four investigation operations until they exist.
const noInvestigations = "This server has no investigations yet."

// refuseInvestigation checks that the detector is the caller's before it says what doesn't exist.
func (s *Service) refuseInvestigation(ctx context.Context, c picket.Caller, detectorID *string) error {
	return s.Store.View(ctx, func(tx picket.Tx) error {
		if _, err := owned(tx, c, detectorID); err != nil {
			return err
		}
		return refuse(noInvestigations, "picket scan --explain and GetFindings tell what led to a finding.")
	})
}

// CreateInvestigation refuses.
func (s *Service) CreateInvestigation(ctx context.Context, c picket.Caller, in *guardduty.CreateInvestigationRequest) (*guardduty.CreateInvestigationResponse, error) {
	return nil, s.refuseInvestigation(ctx, c, in.DetectorId)
}

// GetInvestigation refuses.
func (s *Service) GetInvestigation(ctx context.Context, c picket.Caller, in *guardduty.GetInvestigationRequest) (*guardduty.GetInvestigationResponse, error) {
	return nil, s.refuseInvestigation(ctx, c, in.DetectorId)
}

// ListInvestigations refuses.
func (s *Service) ListInvestigations(ctx context.Context, c picket.Caller, in *guardduty.ListInvestigationsRequest) (*guardduty.ListInvestigationsResponse, error) {
	return nil, s.refuseInvestigation(ctx, c, in.DetectorId)
}

// ListInvestigationRecords refuses.
func (s *Service) ListInvestigationRecords(ctx context.Context, c picket.Caller, in *guardduty.ListInvestigationRecordsRequest) (*guardduty.ListInvestigationRecordsResponse, error) {
	return nil, s.refuseInvestigation(ctx, c, in.DetectorId)
}
