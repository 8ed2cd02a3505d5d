package service

import (
	"context"
	"fmt"
	"strings"

	"picket"
	"picket/guardduty"
)

// detector is the service of one account in one region.
type detector struct {
	ID        string                               `json:"id"`
	Account   string                               `json:"account"`
	Enabled   bool                                 `json:"enabled"` // false while suspended
	Frequency guardduty.FindingPublishingFrequency `json:"frequency"`
	Features  features                             `json:"features"`
	Rules     []string                             `json:"rules,omitempty"` // custom detection rules that are live, by id: see liveRules
	CreatedAt int64                                `json:"createdAt"`       // milliseconds since the epoch
	UpdatedAt int64                                `json:"updatedAt"`
}

// detectors is the kind of a detector's document. What belongs to a detector, and goes with it, is of a kind that begins
// with belongings.
const (
	detectors  = "detector"
	belongings = "detector/"
)

// detectorOf returns the detector of an account in a region, nil if the service is off there.
func detectorOf(tx picket.Tx, account, region string) (*detector, error) {
	docs, err := tx.Documents().List(detectors, account, region, "", 1)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	d, err := get[detector](tx, docs[0].DocumentKey)
	return &d, err
}

// owned returns the caller's detector with this id.
func owned(tx picket.Tx, c picket.Caller, id *string) (*detector, error) {
	d, err := get[detector](tx, key(c, detectors, str(id)))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, refuse(notOwned, "Account %s has no detector %q in %s; detectors are regional.", c.Account, str(id), c.Region)
	}
	return &d, err
}

// putDetector stores a detector, with the rules that are live now, and tells the log where that changes what is analysed.
func (s *Service) putDetector(tx picket.Tx, region string, d *detector) (err error) {
	if d.Rules, err = liveRules(tx, d.Account, region); err != nil {
		return err
	}
	return s.storeDetector(tx, region, d)
}

func (s *Service) storeDetector(tx picket.Tx, region string, d *detector) error {
	old, err := detectorOf(tx, d.Account, region)
	if err != nil {
		return err
	}
	if old == nil || !d.routed(old) {
		if err := s.putRoute(tx, d.Account, region, d); err != nil {
			return err
		}
	}
	return tx.Documents().Put(picket.DocumentKey{Kind: detectors, Account: d.Account, Region: region, ID: d.ID}, d)
}

// CreateDetector enables the service for the caller.
func (s *Service) CreateDetector(ctx context.Context, c picket.Caller, in *guardduty.CreateDetectorRequest) (*guardduty.CreateDetectorResponse, error) {
	return once(ctx, s, c, "CreateDetector", in.ClientToken, in, func(tx picket.Tx) (*guardduty.CreateDetectorResponse, error) {
		d, err := s.newDetector(tx, c, *in.Enable)
		if err != nil {
			return nil, err
		}
		if in.FindingPublishingFrequency != "" {
			d.Frequency = in.FindingPublishingFrequency
		}
		if err := d.Features.apply(detectorChanges(in.DataSources, in.Features), d.CreatedAt); err != nil {
			return nil, err
		}
		if err := s.putDetector(tx, c.Region, d); err != nil {
			return nil, err
		}
		if err := setTags(tx, c, "detector/"+d.ID, in.Tags); err != nil {
			return nil, err
		}
		if err := s.managementEnabled(tx, c); err != nil {
			return nil, err
		}
		return &guardduty.CreateDetectorResponse{DetectorId: &d.ID}, s.acceptTrusted(tx, c)
	})
}

// newDetector makes a detector with the features of a new one; its caller stores it.
func (s *Service) newDetector(tx picket.Tx, c picket.Caller, enabled bool) (*detector, error) {
	switch old, err := detectorOf(tx, c.Account, c.Region); {
	case err != nil:
		return nil, err
	case old != nil:
		return nil, refuse(detectorExists, "It is %s in %s.", old.ID, c.Region)
	}
	now := s.now()
	return &detector{
		ID: newID(), Account: c.Account, Enabled: enabled, Frequency: guardduty.FindingPublishingFrequencySixHours,
		Features: newFeatures(now), CreatedAt: now, UpdatedAt: now,
	}, nil
}

// DetectorID returns the id of the caller's detector, "" if it has none.
func (s *Service) DetectorID(ctx context.Context, c picket.Caller) (string, error) {
	d, err := view(ctx, s, func(tx picket.Tx) (*detector, error) { return detectorOf(tx, c.Account, c.Region) })
	if err != nil || d == nil {
		return "", err
	}
	return d.ID, nil
}

// GetDetector describes the caller's detector.
func (s *Service) GetDetector(ctx context.Context, c picket.Caller, in *guardduty.GetDetectorRequest) (*guardduty.GetDetectorResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetDetectorResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, c, "detector/"+d.ID)
		if err != nil {
			return nil, err
		}
		return &guardduty.GetDetectorResponse{
			ServiceRole:                ptr(linkedRole(c, "guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty")),
			Status:                     guardduty.DetectorStatus(status(d.Enabled)),
			CreatedAt:                  ptr(timeText(d.CreatedAt)),
			UpdatedAt:                  ptr(timeText(d.UpdatedAt)),
			FindingPublishingFrequency: d.Frequency,
			DataSources:                d.dataSources(c.Region),
			Features:                   d.detectorFeatures(),
			Tags:                       tags,
		}, nil
	})
}

// ListDetectors lists the caller's detector: there is at most one in a region.
func (s *Service) ListDetectors(ctx context.Context, c picket.Caller, in *guardduty.ListDetectorsRequest) (*guardduty.ListDetectorsResponse, error) {
	if _, err := s.after(c, "detectors", in.NextToken); err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListDetectorsResponse, error) {
		d, err := detectorOf(tx, c.Account, c.Region)
		if err != nil || d == nil {
			return &guardduty.ListDetectorsResponse{}, err
		}
		return &guardduty.ListDetectorsResponse{DetectorIds: guardduty.List[string]{d.ID}}, nil
	})
}

// UpdateDetector suspends or resumes the caller's service and changes its features and frequency.
func (s *Service) UpdateDetector(ctx context.Context, c picket.Caller, in *guardduty.UpdateDetectorRequest) (*guardduty.UpdateDetectorResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.UpdateDetectorResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		if in.Enable != nil && *in.Enable != d.Enabled {
			if err := s.monitorSelf(tx, c, *in.Enable); err != nil {
				return nil, err
			}
			d.Enabled = *in.Enable
		}
		if in.FindingPublishingFrequency != "" {
			d.Frequency = in.FindingPublishingFrequency
		}
		if err := d.change(detectorChanges(in.DataSources, in.Features), s.now()); err != nil {
			return nil, err
		}
		d.UpdatedAt = s.now()
		return &guardduty.UpdateDetectorResponse{}, s.putDetector(tx, c.Region, d)
	})
}

// DeleteDetector disables the caller's service: its findings and configuration go. An administrator must remove its members
// first; a member's administrator keeps its copies and sees the member as Removed.
func (s *Service) DeleteDetector(ctx context.Context, c picket.Caller, in *guardduty.DeleteDetectorRequest) (*guardduty.DeleteDetectorResponse, error) {
	if err := s.dropMembers(ctx, c, in.DetectorId); err != nil {
		return nil, err
	}
	return update(ctx, s, func(tx picket.Tx) (*guardduty.DeleteDetectorResponse, error) {
		d, err := mayDelete(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		err = eachMember(tx, c.Account, c.Region, func(m picket.Member) error { return s.deleteMember(tx, c, &m) }) // added meanwhile
		if err != nil {
			return nil, err
		}
		if err := s.disableSelf(tx, c); err != nil {
			return nil, err
		}
		if err := tx.Findings().Purge(c.Account, c.Region); err != nil {
			return nil, err
		}
		if err := s.endDestinations(tx, c, destinationKind); err != nil {
			return nil, err
		}
		if err := s.withdrawAll(tx, c); err != nil {
			return nil, err
		}
		if err := tx.Documents().Purge(belongings, c.Account, c.Region); err != nil {
			return nil, err
		}
		if err := s.putRoute(tx, c.Account, c.Region, nil); err != nil {
			return nil, err
		}
		return &guardduty.DeleteDetectorResponse{}, tx.Documents().Delete(key(c, detectors, d.ID))
	})
}

// dropMembers forgets the members of an account that disables its service, as long as it may.
func (s *Service) dropMembers(ctx context.Context, c picket.Caller, detectorID *string) error {
	err := s.Store.View(ctx, func(tx picket.Tx) error {
		_, err := mayDelete(tx, c, detectorID)
		return err
	})
	if err != nil {
		return err
	}
	return s.inBatches(ctx, c.Account, c.Region, func(tx picket.Tx, members []picket.Member) error {
		if _, err := mayDelete(tx, c, detectorID); err != nil {
			return err
		}
		for _, m := range members {
			if err := s.deleteMember(tx, c, &m); err != nil {
				return err
			}
		}
		return nil
	})
}

// mayDelete returns the caller's detector with this id, unless members of its or its organization forbid it to be deleted.
func mayDelete(tx picket.Tx, c picket.Caller, detectorID *string) (*detector, error) {
	d, err := owned(tx, c, detectorID)
	if err != nil {
		return nil, err
	}
	if err := noneShares(tx, c); err != nil {
		return nil, err
	}
	_, err = mayStepOut(tx, c, disablesSelf)
	return d, err
}

// mayShare are the statuses of members that share findings, or may as soon as they like.
var mayShare = []picket.MemberStatus{picket.Invited, picket.Enabled, picket.Disabled}

// noneShares refuses while the caller has members that may share findings. They may be thousands: it names ten.
func noneShares(tx picket.Tx, c picket.Caller) error {
	counts, err := tx.Members().Count(c.Account, c.Region)
	if err != nil {
		return err
	}
	n := 0
	for _, status := range mayShare {
		n += counts[status].N
	}
	if n == 0 {
		return nil
	}
	members, err := tx.Members().List(c.Account, c.Region, picket.MemberQuery{Limit: 10, Sharing: true})
	if err != nil {
		return err
	}
	var named []string
	for _, m := range members {
		named = append(named, m.Account)
	}
	more := ""
	if n > len(named) {
		more = " and others"
	}
	// In the message itself: most clients show nothing else, and those that know the sentence look for it anywhere.
	return refuse(fmt.Sprintf("%s Remove its %d members in %s first: %s%s.", membersRemain, n, c.Region, strings.Join(named, ", "), more), "")
}
