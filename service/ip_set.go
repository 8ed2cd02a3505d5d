package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// CreateIPSet adds a trusted IP list to the caller's account, which alone uses it.
func (s *Service) CreateIPSet(ctx context.Context, c picket.Caller, in *guardduty.CreateIPSetRequest) (*guardduty.CreateIPSetResponse, error) {
	id, err := s.createSet(ctx, c, ipSets, newSet{
		operation: "CreateIPSet", detector: in.DetectorId, token: in.ClientToken, name: str(in.Name), format: string(in.Format),
		location: str(in.Location), bucketOwner: str(in.ExpectedBucketOwner), activate: in.Activate, tags: in.Tags, request: in,
	})
	return &guardduty.CreateIPSetResponse{IpSetId: id}, err
}

// GetIPSet describes a trusted IP list; one that was deleted lately answers that it is.
func (s *Service) GetIPSet(ctx context.Context, c picket.Caller, in *guardduty.GetIPSetRequest) (*guardduty.GetIPSetResponse, error) {
	l, tags, err := s.getSet(ctx, c, ipSets, in.DetectorId, in.IpSetId)
	if err != nil {
		return nil, err
	}
	out := &guardduty.GetIPSetResponse{
		Name: &l.Name, Format: guardduty.IpSetFormat(l.Format), Location: &l.Location, Status: guardduty.IpSetStatus(l.status()), Tags: tags,
	}
	if l.Owner != "" {
		out.ExpectedBucketOwner = &l.Owner
	}
	return out, nil
}

// ListIPSets lists the ids of such lists.
func (s *Service) ListIPSets(ctx context.Context, c picket.Caller, in *guardduty.ListIPSetsRequest) (*guardduty.ListIPSetsResponse, error) {
	ids, next, err := s.listSets(ctx, c, ipSets, in.DetectorId, in.MaxResults, in.NextToken)
	return &guardduty.ListIPSetsResponse{IpSetIds: ids, NextToken: next}, err
}

// UpdateIPSet changes a trusted IP list, and activates or deactivates it.
func (s *Service) UpdateIPSet(ctx context.Context, c picket.Caller, in *guardduty.UpdateIPSetRequest) (*guardduty.UpdateIPSetResponse, error) {
	return &guardduty.UpdateIPSetResponse{}, s.updateSet(ctx, c, ipSets, setChange{
		detector: in.DetectorId, id: in.IpSetId, name: in.Name, location: in.Location, bucketOwner: in.ExpectedBucketOwner, activate: in.Activate,
	})
}

// DeleteIPSet deletes a trusted IP list.
func (s *Service) DeleteIPSet(ctx context.Context, c picket.Caller, in *guardduty.DeleteIPSetRequest) (*guardduty.DeleteIPSetResponse, error) {
	return &guardduty.DeleteIPSetResponse{}, s.deleteSet(ctx, c, ipSets, in.DetectorId, in.IpSetId)
}
