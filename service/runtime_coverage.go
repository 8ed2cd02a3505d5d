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
// members that have runtime monitoring on: all are unhealthy, as no agent watches them. Coverage says what logs cover. In the order of
// accounts a page may hold less than was asked for; in others, the first maxCoverage accounts by id are told of.
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
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListCoverageResponse, error) {
		accounts, err := s.coverageAccounts(tx, c, in.DetectorId, in.FilterCriteria)
		if err != nil {
			return nil, err
		}
		q := coverageQuery{in.FilterCriteria, string(by), sign, after, limit(in.MaxResults)}
		page, next, err := s.coveragePage(tx, c.Region, accounts, q)
		out := &guardduty.ListCoverageResponse{NextToken: s.nextToken(c, "coverage "+question, next)}
		for _, r := range page {
			out.Resources = append(out.Resources, r.resource())
		}
		return out, err
	})
}

// coverageQuery asks for a page of what ListCoverage lists.
type coverageQuery struct {
	criteria *guardduty.CoverageFilterCriteria
	by       string
	sign     int // -1 if descending
	after    string
	limit    int
}

const (
	// maxCoveragePage is of how many accounts a page tells in their order: an administrator's many may have nothing to list.
	maxCoveragePage = 1_000
	// maxCoverage is of how many accounts another order or a count tells, the first by id, and in how many instances they end.
	maxCoverage = 10_000
)

// coveragePage returns a page and where the next begins. What else than ids and days it is sorted by all have in common, so that their
// order is that of ARNs, and so of accounts.
func (s *Service) coveragePage(tx picket.Tx, region string, accounts []string, q coverageQuery) (page []unwatchedResource, next string, err error) {
	if q.by != string(guardduty.CoverageSortKeyInstanceId) && q.by != string(guardduty.CoverageSortKeyUpdatedAt) {
		return s.coverageByAccount(tx, region, accounts, q)
	}
	all, err := s.unwatched(tx, region, accounts, q.criteria)
	place := func(r unwatchedResource) string { return r.attribute(q.by) + "\x00" + r.arn }
	all = slices.DeleteFunc(all, func(r unwatchedResource) bool { return q.after != "" && q.sign*strings.Compare(place(r), q.after) <= 0 })
	slices.SortFunc(all, func(a, b unwatchedResource) int { return q.sign * strings.Compare(place(a), place(b)) })
	page, next = pageOf(all, q.limit, place)
	return page, next, err
}

// coverageByAccount is coveragePage in the order of ARNs. It ends where the page is full, or after maxCoveragePage accounts.
func (s *Service) coverageByAccount(tx picket.Tx, region string, accounts []string, q coverageQuery) (page []unwatchedResource, next string, err error) {
	if q.sign < 0 {
		slices.Reverse(accounts)
	}
	begin, name, _ := strings.Cut(q.after, "\x00") // no name: that account is done
	for len(accounts) > 0 && q.after != "" && (q.sign*strings.Compare(accounts[0], begin) < 0 || accounts[0] == begin && name == "") {
		accounts = accounts[1:]
	}
	for i, account := range accounts {
		if i == maxCoveragePage {
			return page, accounts[i-1] + "\x00", nil
		}
		some, err := s.unwatched(tx, region, accounts[i:i+1], q.criteria)
		if err != nil {
			return nil, "", err
		}
		some = slices.DeleteFunc(some, func(r unwatchedResource) bool { return account == begin && q.sign*strings.Compare(r.arn, name) <= 0 })
		slices.SortFunc(some, func(a, b unwatchedResource) int { return q.sign * strings.Compare(a.arn, b.arn) })
		if page = append(page, some...); len(page) > q.limit {
			page, next = pageOf(page, q.limit, func(r unwatchedResource) string { return r.account + "\x00" + r.arn })
			return page, next, nil
		}
	}
	return page, "", nil
}

// GetCoverageStatistics counts what ListCoverage lists, of the first maxCoverage accounts by id.
func (s *Service) GetCoverageStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetCoverageStatisticsRequest) (*guardduty.GetCoverageStatisticsResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetCoverageStatisticsResponse, error) {
		accounts, err := s.coverageAccounts(tx, c, in.DetectorId, in.FilterCriteria)
		if err != nil {
			return nil, err
		}
		all, err := s.unwatched(tx, c.Region, accounts, in.FilterCriteria)
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

// coverageAccounts are the accounts that ListCoverage may tell of, by id.
func (s *Service) coverageAccounts(tx picket.Tx, c picket.Caller, detectorID *string, criteria *guardduty.CoverageFilterCriteria) ([]string, error) {
	if _, err := owned(tx, c, detectorID); err != nil {
		return nil, err
	}
	accounts, err := s.usageAccounts(tx, c, nil)
	if criteria == nil {
		return accounts, err
	}
	var of guardduty.CoverageFilterCriteria
	for _, f := range criteria.FilterCriterion {
		if f.CriterionKey == guardduty.CoverageFilterCriterionKeyAccountId {
			of.FilterCriterion = append(of.FilterCriterion, f)
		}
	}
	return slices.DeleteFunc(accounts, func(a string) bool { return !unwatchedResource{account: a}.fits(&of) }), err
}

// unwatched returns what ListCoverage lists of accounts, of what fits all criteria.
func (s *Service) unwatched(tx picket.Tx, region string, accounts []string, criteria *guardduty.CoverageFilterCriteria) ([]unwatchedResource, error) {
	found := map[string]unwatchedResource{}
	for _, account := range accounts[:min(len(accounts), maxCoverage)] {
		if len(found) >= maxCoverage {
			break
		}
		d, err := detectorOf(tx, account, region)
		if err != nil {
			return nil, err
		}
		if d == nil || !d.Enabled || !d.Features[anyRuntime].Enabled {
			continue
		}
		at := picket.Caller{Account: account, Region: region}
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
