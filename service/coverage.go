package service

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"picket"
	"picket/event"
)

// Covered says what is analysed of an account's logs of a kind in a region.
type Covered struct {
	Account string           `json:"accountId"`
	Region  string           `json:"region"`
	Kind    string           `json:"kind"`
	State   string           `json:"state"`             // of what analyses it: "on", "off", "suspended" or "no detector"
	Month   Amount           `json:"last30Days"`        // analysed
	Last    int64            `json:"last,omitempty"`    // the latest event, seconds since the epoch
	Silent  bool             `json:"silent,omitempty"`  // none come any more
	Skipped map[string]int64 `json:"skipped,omitempty"` // records that were not analysed, by reason
	Late    Late             `json:"late,omitzero"`
}

// Coverage says what is analysed of the logs of the caller and its members: of each kind, also where none came.
func (s *Service) Coverage(ctx context.Context, c picket.Caller) ([]Covered, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Covered, error) {
		accounts, err := s.usageAccounts(tx, c, nil)
		if err != nil {
			return nil, err
		}
		out := []Covered{}
		for _, account := range accounts {
			some, err := s.covered(tx, picket.Caller{Account: account, Region: c.Region})
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
		return out, nil
	})
}

func (s *Service) covered(tx picket.Tx, c picket.Caller) (out []Covered, err error) {
	d, err := detectorOf(tx, c.Account, c.Region)
	if err != nil {
		return nil, err
	}
	all, err := listIn[Intake](tx, c, intakeKind)
	if err != nil || d == nil && len(all) == 0 {
		return nil, err
	}
	for _, kind := range []string{event.KindCloudTrail.String(), event.KindDNS.String(), event.KindFlow.String(), S3Events} {
		row := Covered{Account: c.Account, Region: c.Region, Kind: kind, State: d.analyses(kind)}
		for _, in := range all {
			if in.Kind == kind {
				row.Month, row.Last, row.Skipped, row.Late = in.since(s.firstUsageDay()), in.Last, in.Skipped, in.Late
				row.Silent = row.State == "on" && in.Arrivals.Last > 0 && !in.Watched
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// analyses says whether a detector, which may be nil, analyses logs of a kind.
func (d *detector) analyses(kind string) string {
	switch {
	case d == nil:
		return "no detector"
	case !d.Enabled:
		return "suspended"
	case kind == S3Events && !d.Features["S3_DATA_EVENTS"].Enabled:
		return "off"
	}
	return "on"
}

// CoveredResource is a resource that wrote logs in the last 30 days.
type CoveredResource struct {
	Account  string `json:"accountId"`
	Region   string `json:"region"`
	Kind     string `json:"kind"`
	Resource string `json:"resource"` // ARN
	Last     string `json:"last"`     // day on which some were analysed
	Amount
}

// CoveredResources lists the resources of the caller and its members that logs came of, of each day the busiest.
func (s *Service) CoveredResources(ctx context.Context, c picket.Caller) ([]CoveredResource, error) {
	return view(ctx, s, func(tx picket.Tx) ([]CoveredResource, error) {
		accounts, err := s.usageAccounts(tx, c, nil)
		if err != nil {
			return nil, err
		}
		sums := map[CoveredResource]CoveredResource{}
		for _, account := range accounts {
			at := picket.Caller{Account: account, Region: c.Region}
			err := eachResource(tx, at, s.firstUsageDay(), func(day string, u resourceUse) {
				k := CoveredResource{Account: account, Region: c.Region, Kind: u.Kind, Resource: u.arn(at)}
				sum := k
				sum.Last, sum.Amount = day, sums[k].Amount.plus(u.Amount)
				sums[k] = sum
			})
			if err != nil {
				return nil, err
			}
		}
		out := []CoveredResource{}
		for _, r := range sums {
			out = append(out, r)
		}
		slices.SortFunc(out, func(a, b CoveredResource) int {
			return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Resource, b.Resource))
		})
		return out, nil
	})
}

// LastLog is when logs of an account were written last.
type LastLog struct {
	Account string `json:"accountId"`
	Last    int64  `json:"last"` // the latest event that was analysed, seconds since the epoch; 0 if none was
}

// LastLogs tells it of every account that has an enabled detector, by id.
func (s *Service) LastLogs(ctx context.Context) ([]LastLog, error) {
	return view(ctx, s, func(tx picket.Tx) ([]LastLog, error) {
		last := map[string]int64{}
		err := each(tx, detectors, func(at picket.DocumentKey, d detector) {
			if d.Enabled {
				last[at.Account] = 0
			}
		})
		if err != nil {
			return nil, err
		}
		err = each(tx, intakeKind, func(at picket.DocumentKey, in Intake) {
			if before, on := last[at.Account]; on {
				last[at.Account] = max(before, in.Last)
			}
		})
		if err != nil {
			return nil, err
		}
		out := []LastLog{}
		for _, account := range slices.Sorted(maps.Keys(last)) {
			out = append(out, LastLog{account, last[account]})
		}
		return out, nil
	})
}
