package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// CreateThreatEntitySet adds a list of threat entities to the caller's account, which alone uses it.
func (s *Service) CreateThreatEntitySet(ctx context.Context, c picket.Caller, in *guardduty.CreateThreatEntitySetRequest) (*guardduty.CreateThreatEntitySetResponse, error) {
	id, err := s.createSet(ctx, c, threatEntitySets, newSet{
		operation: "CreateThreatEntitySet", detector: in.DetectorId, token: in.ClientToken, name: str(in.Name), format: string(in.Format),
		location: str(in.Location), bucketOwner: str(in.ExpectedBucketOwner), activate: in.Activate, tags: in.Tags, request: in,
	})
	return &guardduty.CreateThreatEntitySetResponse{ThreatEntitySetId: id}, err
}

// GetThreatEntitySet describes a list of threat entities; one that was deleted lately answers that it is.
func (s *Service) GetThreatEntitySet(ctx context.Context, c picket.Caller, in *guardduty.GetThreatEntitySetRequest) (*guardduty.GetThreatEntitySetResponse, error) {
	l, tags, err := s.getSet(ctx, c, threatEntitySets, in.DetectorId, in.ThreatEntitySetId)
	if err != nil {
		return nil, err
	}
	out := &guardduty.GetThreatEntitySetResponse{
		Name: &l.Name, Format: guardduty.ThreatEntitySetFormat(l.Format), Location: &l.Location, Status: guardduty.ThreatEntitySetStatus(l.status()), Tags: tags, CreatedAt: instant(l.CreatedAt), UpdatedAt: instant(l.UpdatedAt),
	}
	if l.status() == setError {
		out.ErrorDetails = &l.Reason
	}
	if l.Owner != "" {
		out.ExpectedBucketOwner = &l.Owner
	}
	return out, nil
}

// ListThreatEntitySets lists the ids of such lists.
func (s *Service) ListThreatEntitySets(ctx context.Context, c picket.Caller, in *guardduty.ListThreatEntitySetsRequest) (*guardduty.ListThreatEntitySetsResponse, error) {
	ids, next, err := s.listSets(ctx, c, threatEntitySets, in.DetectorId, in.MaxResults, in.NextToken)
	return &guardduty.ListThreatEntitySetsResponse{ThreatEntitySetIds: ids, NextToken: next}, err
}

// UpdateThreatEntitySet changes a list of threat entities, and activates or deactivates it.
func (s *Service) UpdateThreatEntitySet(ctx context.Context, c picket.Caller, in *guardduty.UpdateThreatEntitySetRequest) (*guardduty.UpdateThreatEntitySetResponse, error) {
	return &guardduty.UpdateThreatEntitySetResponse{}, s.updateSet(ctx, c, threatEntitySets, setChange{
		detector: in.DetectorId, id: in.ThreatEntitySetId, name: in.Name, location: in.Location, bucketOwner: in.ExpectedBucketOwner, activate: in.Activate,
	})
}

// DeleteThreatEntitySet deletes a list of threat entities.
func (s *Service) DeleteThreatEntitySet(ctx context.Context, c picket.Caller, in *guardduty.DeleteThreatEntitySetRequest) (*guardduty.DeleteThreatEntitySetResponse, error) {
	return &guardduty.DeleteThreatEntitySetResponse{}, s.deleteSet(ctx, c, threatEntitySets, in.DetectorId, in.ThreatEntitySetId)
}
