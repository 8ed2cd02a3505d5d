package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// CreateTrustedEntitySet adds a list of trusted entities to the caller's account, which alone uses it.
func (s *Service) CreateTrustedEntitySet(ctx context.Context, c picket.Caller, in *guardduty.CreateTrustedEntitySetRequest) (*guardduty.CreateTrustedEntitySetResponse, error) {
	id, err := s.createSet(ctx, c, trustedEntitySets, newSet{
		operation: "CreateTrustedEntitySet", detector: in.DetectorId, token: in.ClientToken, name: str(in.Name), format: string(in.Format),
		location: str(in.Location), bucketOwner: str(in.ExpectedBucketOwner), activate: in.Activate, tags: in.Tags, request: in,
	})
	return &guardduty.CreateTrustedEntitySetResponse{TrustedEntitySetId: id}, err
}

// GetTrustedEntitySet describes a list of trusted entities; one that was deleted lately answers that it is.
func (s *Service) GetTrustedEntitySet(ctx context.Context, c picket.Caller, in *guardduty.GetTrustedEntitySetRequest) (*guardduty.GetTrustedEntitySetResponse, error) {
	l, tags, err := s.getSet(ctx, c, trustedEntitySets, in.DetectorId, in.TrustedEntitySetId)
	if err != nil {
		return nil, err
	}
	out := &guardduty.GetTrustedEntitySetResponse{
		Name: &l.Name, Format: guardduty.TrustedEntitySetFormat(l.Format), Location: &l.Location, Status: guardduty.TrustedEntitySetStatus(l.status()), Tags: tags, CreatedAt: instant(l.CreatedAt), UpdatedAt: instant(l.UpdatedAt),
	}
	if l.status() == setError {
		out.ErrorDetails = &l.Reason
	}
	if l.Owner != "" {
		out.ExpectedBucketOwner = &l.Owner
	}
	return out, nil
}

// ListTrustedEntitySets lists the ids of such lists.
func (s *Service) ListTrustedEntitySets(ctx context.Context, c picket.Caller, in *guardduty.ListTrustedEntitySetsRequest) (*guardduty.ListTrustedEntitySetsResponse, error) {
	ids, next, err := s.listSets(ctx, c, trustedEntitySets, in.DetectorId, in.MaxResults, in.NextToken)
	return &guardduty.ListTrustedEntitySetsResponse{TrustedEntitySetIds: ids, NextToken: next}, err
}

// UpdateTrustedEntitySet changes a list of trusted entities, and activates or deactivates it.
func (s *Service) UpdateTrustedEntitySet(ctx context.Context, c picket.Caller, in *guardduty.UpdateTrustedEntitySetRequest) (*guardduty.UpdateTrustedEntitySetResponse, error) {
	return &guardduty.UpdateTrustedEntitySetResponse{}, s.updateSet(ctx, c, trustedEntitySets, setChange{
		detector: in.DetectorId, id: in.TrustedEntitySetId, name: in.Name, location: in.Location, bucketOwner: in.ExpectedBucketOwner, activate: in.Activate,
	})
}

// DeleteTrustedEntitySet deletes a list of trusted entities.
func (s *Service) DeleteTrustedEntitySet(ctx context.Context, c picket.Caller, in *guardduty.DeleteTrustedEntitySetRequest) (*guardduty.DeleteTrustedEntitySetResponse, error) {
	return &guardduty.DeleteTrustedEntitySetResponse{}, s.deleteSet(ctx, c, trustedEntitySets, in.DetectorId, in.TrustedEntitySetId)
}
