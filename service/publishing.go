package service

import (
	"context"
	"regexp"

	"picket"
	"picket/guardduty"
	"picket/publish"
)

const destinationKind = publish.S3Kind

func destinationTail(d *detector, id string) string {
	return "detector/" + d.ID + "/publishingDestination/" + id
}

// noDestination is what Terraform takes for a destination that is gone.
const noDestination = "The request is rejected because the one or more input parameters have invalid values."

var (
	bucketARN = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$`)
	kmsARN    = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$`)
)

// verifyDestination checks what can be told of a destination without writing to it.
func verifyDestination(p *guardduty.DestinationProperties) error {
	if p == nil || !bucketARN.MatchString(str(p.DestinationArn)) {
		return refuse(invalidValue, "destinationArn is not the ARN of an S3 bucket, arn:aws:s3:::BUCKET or arn:aws:s3:::BUCKET/PREFIX.")
	}
	if !kmsARN.MatchString(str(p.KmsKeyArn)) {
		return refuse(invalidValue, "kmsKeyArn is not the ARN of a KMS key; findings are exported encrypted.")
	}
	return nil
}

// CreatePublishingDestination adds the destination of a detector: there is one of each type.
func (s *Service) CreatePublishingDestination(ctx context.Context, c picket.Caller, in *guardduty.CreatePublishingDestinationRequest) (*guardduty.CreatePublishingDestinationResponse, error) {
	return once(ctx, s, c, "CreatePublishingDestination", in.ClientToken, in, func(tx picket.Tx) (*guardduty.CreatePublishingDestinationResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		if err := verifyDestination(in.DestinationProperties); err != nil {
			return nil, err
		}
		all, _, err := destinationsIn(tx, c, "", 1000)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if p.Type == publish.Type(in.DestinationType) {
				return nil, refuse("The request is rejected because a publishingDestination with the given type already exists.", "It is %s.", p.ID)
			}
		}
		p := publish.Destination{
			ID: newID(), Type: publish.Type(in.DestinationType), Account: c.Account, Region: c.Region,
			Properties: *in.DestinationProperties, CreatedAt: s.now(),
		}
		if err := setTags(tx, c, destinationTail(d, p.ID), in.Tags); err != nil {
			return nil, err
		}
		return &guardduty.CreatePublishingDestinationResponse{DestinationId: &p.ID}, publish.Begin(tx, p, p.CreatedAt)
	})
}

// destinationsIn returns a page of the caller's destinations, also those that can't be read, and where the next begins.
func destinationsIn(tx picket.Tx, c picket.Caller, after string, n int) ([]publish.Destination, string, error) {
	docs, err := tx.Documents().List(destinationKind, c.Account, c.Region, after, n+1)
	docs, next := pageOf(docs, n, func(d picket.Document) string { return d.ID })
	page := make([]publish.Destination, len(docs))
	for i, d := range docs {
		page[i] = publish.Decode(d)
	}
	return page, next, err
}

// destinationOf returns the caller's detector and one of its destinations, which may be one that can't be read.
func destinationOf(tx picket.Tx, c picket.Caller, detectorID, id *string) (*detector, publish.Destination, error) {
	d, err := owned(tx, c, detectorID)
	if err != nil {
		return nil, publish.Destination{}, err
	}
	all, _, err := destinationsIn(tx, c, "", 1000)
	if err != nil {
		return nil, publish.Destination{}, err
	}
	for _, p := range all {
		if p.ID == str(id) {
			return d, p, nil
		}
	}
	return nil, publish.Destination{}, refuse(noDestination, "The detector has no publishing destination %q.", str(id))
}

// DescribePublishingDestination describes a destination and the state of delivery to it.
func (s *Service) DescribePublishingDestination(ctx context.Context, c picket.Caller, in *guardduty.DescribePublishingDestinationRequest) (*guardduty.DescribePublishingDestinationResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.DescribePublishingDestinationResponse, error) {
		d, p, err := destinationOf(tx, c, in.DetectorId, in.DestinationId)
		if err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, c, destinationTail(d, p.ID))
		if err != nil {
			return nil, err
		}
		state, err := stateOf(tx, p, s.now())
		return &guardduty.DescribePublishingDestinationResponse{
			DestinationId: &p.ID, DestinationType: guardduty.DestinationType(p.Type), DestinationProperties: &p.Properties,
			Status: state.Status, PublishingFailureStartTimestamp: &state.FailingSince, Tags: tags,
		}, err
	})
}

// ListPublishingDestinations lists the destinations of a detector.
func (s *Service) ListPublishingDestinations(ctx context.Context, c picket.Caller, in *guardduty.ListPublishingDestinationsRequest) (*guardduty.ListPublishingDestinationsResponse, error) {
	after, err := s.after(c, "destinations", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListPublishingDestinationsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		all, next, err := destinationsIn(tx, c, after, limit(in.MaxResults))
		out := &guardduty.ListPublishingDestinationsResponse{NextToken: s.nextToken(c, "destinations", next)}
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			state, err := stateOf(tx, p, s.now())
			if err != nil {
				return nil, err
			}
			out.Destinations = append(out.Destinations, guardduty.Destination{
				DestinationId: ptr(p.ID), DestinationType: guardduty.DestinationType(p.Type), Status: state.Status,
			})
		}
		return out, nil
	})
}

// UpdatePublishingDestination changes where a destination is and with which key findings are encrypted.
func (s *Service) UpdatePublishingDestination(ctx context.Context, c picket.Caller, in *guardduty.UpdatePublishingDestinationRequest) (*guardduty.UpdatePublishingDestinationResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.UpdatePublishingDestinationResponse, error) {
		_, p, err := destinationOf(tx, c, in.DetectorId, in.DestinationId)
		if err != nil {
			return nil, err
		}
		if p.Unreadable != nil {
			return nil, refuse(invalidValue, "Publishing destination %s: %v.", p.ID, p.Unreadable)
		}
		if next := in.DestinationProperties; next != nil {
			if next.DestinationArn != nil {
				p.Properties.DestinationArn = next.DestinationArn
			}
			if next.KmsKeyArn != nil {
				p.Properties.KmsKeyArn = next.KmsKeyArn
			}
			if next.ExpectedBucketOwner != nil {
				p.Properties.ExpectedBucketOwner = next.ExpectedBucketOwner
			}
		}
		if err := verifyDestination(&p.Properties); err != nil {
			return nil, err
		}
		return &guardduty.UpdatePublishingDestinationResponse{}, publish.Begin(tx, p, s.now())
	})
}

// DeletePublishingDestination removes a destination; what was exported stays where it is.
func (s *Service) DeletePublishingDestination(ctx context.Context, c picket.Caller, in *guardduty.DeletePublishingDestinationRequest) (*guardduty.DeletePublishingDestinationResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.DeletePublishingDestinationResponse, error) {
		d, p, err := destinationOf(tx, c, in.DetectorId, in.DestinationId)
		if err != nil {
			return nil, err
		}
		if err := setTags(tx, c, destinationTail(d, p.ID), nil); err != nil {
			return nil, err
		}
		return &guardduty.DeletePublishingDestinationResponse{}, publish.End(tx, p, s.now())
	})
}
