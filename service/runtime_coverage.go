package service

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/guardduty"
)

// noAgent is why nothing that ListCoverage lists is healthy.
const noAgent = "No runtime agent reports from it: Picket has none. It analyses the instance's logs."

// unwatchedResource is a resource that an agent of GuardDuty would watch.
type unwatchedResource struct {
	account, detector, instance, arn string
	last                             string // day on which logs told of it
}

// ListCoverage lists the EC2 instances that wrote logs in the last 30 days (of each day the busiest), of those of the caller and its
// members that have runtime monitoring on: all are unhealthy, as no agent watches them. Coverage says what logs cover.
func (s *Service) ListCoverage(ctx context.Context, c picket.Caller, in *guardduty.ListCoverageRequest) (*guardduty.ListCoverageResponse, error) {
	question, err := fingerprint([]any{in.FilterCriteria, in.SortCriteria})
	if err != nil {
		return nil, err
	}
	after, err := s.after(c, "coverage "+question, in.NextToken)
	if err != nil {
		return nil, err
	}
	var by guardduty.CoverageSortKey
	sign := 1
	if in.SortCriteria != nil {
		by = in.SortCriteria.AttributeName
		if in.SortCriteria.OrderBy == guardduty.OrderByDesc {
			sign = -1
		}
	}
	place := func(r unwatchedResource) string { return r.attribute(string(by)) + "\x00" + r.arn }
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListCoverageResponse, error) {
		all, err := s.unwatched(tx, c, in.DetectorId, in.FilterCriteria)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(r unwatchedResource) bool { return after != "" && sign*strings.Compare(place(r), after) <= 0 })
		slices.SortFunc(all, func(a, b unwatchedResource) int { return sign * strings.Compare(place(a), place(b)) })
		page, next := pageOf(all, limit(in.MaxResults), place)
		out := &guardduty.ListCoverageResponse{NextToken: s.nextToken(c, "coverage "+question, next)}
		for _, r := range page {
			out.Resources = append(out.Resources, r.resource())
		}
		return out, nil
	})
}

// GetCoverageStatistics counts what ListCoverage lists.
func (s *Service) GetCoverageStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetCoverageStatisticsRequest) (*guardduty.GetCoverageStatisticsResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetCoverageStatisticsResponse, error) {
		all, err := s.unwatched(tx, c, in.DetectorId, in.FilterCriteria)
		if err != nil {
			return nil, err
		}
		count := func(of guardduty.CoverageStatisticsType, key string) map[string]int64 {
			if !slices.Contains(in.StatisticsType, of) {
				return nil
			}
			counts := map[string]int64{}
			for _, r := range all {
				counts[r.attribute(key)]++
			}
			return counts
		}
		return &guardduty.GetCoverageStatisticsResponse{CoverageStatistics: &guardduty.CoverageStatistics{
			CountByResourceType:   count(guardduty.CoverageStatisticsTypeCountByResourceType, "RESOURCE_TYPE"),
			CountByCoverageStatus: count(guardduty.CoverageStatisticsTypeCountByCoverageStatus, "COVERAGE_STATUS"),
		}}, nil
	})
}

// unwatched returns what ListCoverage lists of what fits all criteria.
func (s *Service) unwatched(tx picket.Tx, c picket.Caller, detectorID *string, criteria *guardduty.CoverageFilterCriteria) ([]unwatchedResource, error) {
	if _, err := owned(tx, c, detectorID); err != nil {
		return nil, err
	}
	accounts, err := s.usageAccounts(tx, c, nil)
	if err != nil {
		return nil, err
	}
	found := map[string]unwatchedResource{}
	for _, account := range accounts {
		d, err := detectorOf(tx, account, c.Region)
		if err != nil {
			return nil, err
		}
		if d == nil || !d.Enabled || !d.Features[anyRuntime].Enabled {
			continue
		}
		at := picket.Caller{Account: account, Region: c.Region}
		err = eachResource(tx, at, s.firstUsageDay(), func(day string, u resourceUse) {
			r := unwatchedResource{account: account, detector: d.ID, instance: u.Resource, arn: u.arn(at), last: day}
			if strings.HasPrefix(u.Resource, "i-") && u.Kind != S3Events && r.fits(criteria) {
				found[r.arn] = r
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Values(found)), nil
}

func (r unwatchedResource) fits(criteria *guardduty.CoverageFilterCriteria) bool {
	return criteria == nil || !slices.ContainsFunc(criteria.FilterCriterion, func(f guardduty.CoverageFilterCriterion) bool {
		value, wanted := r.attribute(string(f.CriterionKey)), f.FilterCondition
		return wanted != nil && (len(wanted.Equals) > 0 && !slices.Contains(wanted.Equals, value) || slices.Contains(wanted.NotEquals, value))
	})
}

// attribute is what it is filtered and sorted by, "" for what it has none of.
func (r unwatchedResource) attribute(key string) string {
	switch key {
	case "ACCOUNT_ID":
		return r.account
	case "RESOURCE_TYPE":
		return string(guardduty.ResourceTypeEc2)
	case "COVERAGE_STATUS":
		return string(guardduty.CoverageStatusUnhealthy)
	case "INSTANCE_ID":
		return r.instance
	case "ISSUE":
		return noAgent
	case "UPDATED_AT":
		return r.last
	}
	return ""
}

func (r unwatchedResource) resource() guardduty.CoverageResource {
	out := guardduty.CoverageResource{
		ResourceId: &r.arn, DetectorId: &r.detector, AccountId: &r.account, CoverageStatus: guardduty.CoverageStatusUnhealthy, Issue: ptr(noAgent),
		ResourceDetails: &guardduty.CoverageResourceDetails{
			ResourceType: guardduty.ResourceTypeEc2, Ec2InstanceDetails: &guardduty.CoverageEc2InstanceDetails{InstanceId: &r.instance},
		},
	}
	if day, err := time.Parse(time.DateOnly, r.last); err == nil {
		out.UpdatedAt = guardduty.NewTimestamp(day)
	}
	return out
}
