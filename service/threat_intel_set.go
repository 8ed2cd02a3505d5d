package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// CreateThreatIntelSet adds a threat list to the caller's account, which alone uses it.
func (s *Service) CreateThreatIntelSet(ctx context.Context, c picket.Caller, in *guardduty.CreateThreatIntelSetRequest) (*guardduty.CreateThreatIntelSetResponse, error) {
	id, err := s.createSet(ctx, c, threatIntelSets, newSet{
		operation: "CreateThreatIntelSet", detector: in.DetectorId, token: in.ClientToken, name: str(in.Name), format: string(in.Format),
		location: str(in.Location), bucketOwner: str(in.ExpectedBucketOwner), activate: in.Activate, tags: in.Tags, request: in,
	})
	return &guardduty.CreateThreatIntelSetResponse{ThreatIntelSetId: id}, err
}

// GetThreatIntelSet describes a threat list; one that was deleted lately answers that it is.
func (s *Service) GetThreatIntelSet(ctx context.Context, c picket.Caller, in *guardduty.GetThreatIntelSetRequest) (*guardduty.GetThreatIntelSetResponse, error) {
	l, tags, err := s.getSet(ctx, c, threatIntelSets, in.DetectorId, in.ThreatIntelSetId)
	if err != nil {
		return nil, err
	}
	out := &guardduty.GetThreatIntelSetResponse{
		Name: &l.Name, Format: guardduty.ThreatIntelSetFormat(l.Format), Location: &l.Location, Status: guardduty.ThreatIntelSetStatus(l.status()), Tags: tags,
	}
	if l.Owner != "" {
		out.ExpectedBucketOwner = &l.Owner
	}
	return out, nil
}

// ListThreatIntelSets lists the ids of such lists.
func (s *Service) ListThreatIntelSets(ctx context.Context, c picket.Caller, in *guardduty.ListThreatIntelSetsRequest) (*guardduty.ListThreatIntelSetsResponse, error) {
	ids, next, err := s.listSets(ctx, c, threatIntelSets, in.DetectorId, in.MaxResults, in.NextToken)
	return &guardduty.ListThreatIntelSetsResponse{ThreatIntelSetIds: ids, NextToken: next}, err
}

// UpdateThreatIntelSet changes a threat list, and activates or deactivates it.
func (s *Service) UpdateThreatIntelSet(ctx context.Context, c picket.Caller, in *guardduty.UpdateThreatIntelSetRequest) (*guardduty.UpdateThreatIntelSetResponse, error) {
	return &guardduty.UpdateThreatIntelSetResponse{}, s.updateSet(ctx, c, threatIntelSets, setChange{
		detector: in.DetectorId, id: in.ThreatIntelSetId, name: in.Name, location: in.Location, bucketOwner: in.ExpectedBucketOwner, activate: in.Activate,
	})
}

// DeleteThreatIntelSet deletes a threat list.
func (s *Service) DeleteThreatIntelSet(ctx context.Context, c picket.Caller, in *guardduty.DeleteThreatIntelSetRequest) (*guardduty.DeleteThreatIntelSetResponse, error) {
	return &guardduty.DeleteThreatIntelSetResponse{}, s.deleteSet(ctx, c, threatIntelSets, in.DetectorId, in.ThreatIntelSetId)
}
