package service

import (
	"context"
	"fmt"
	"time"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// Of groups, GuardDuty returns 25 where nothing is asked, and 100 at most.
const (
	defaultGroups = 25
	maxGroups     = 100
)

// GetFindingsStatistics counts the findings that the caller sees: by severity, or in the groups that it asks for, the
// largest first.
func (s *Service) GetFindingsStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetFindingsStatisticsRequest) (*guardduty.GetFindingsStatisticsResponse, error) {
	if (len(in.FindingStatisticTypes) > 0) == (in.GroupBy != "") {
		return nil, refuse(invalidValue, "Give findingStatisticTypes or groupBy, and not both.")
	}
	if in.GroupBy == "" && (in.MaxResults != nil || in.OrderBy != "") {
		return nil, refuse(invalidValue, "maxResults and orderBy go with groupBy only.")
	}
	wanted, err := criteria.Parse(in.FindingCriteria, criteria.List)
	if err != nil {
		return nil, err
	}
	q := picket.StatisticsQuery{Criteria: wanted, GroupBy: in.GroupBy, Ascending: in.OrderBy == guardduty.OrderByAsc, Limit: groups(in)}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetFindingsStatisticsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		found, err := tx.Findings().Statistics(c.Account, c.Region, q)
		if err != nil {
			return nil, err
		}
		out, err := statistics(in.GroupBy, found)
		return &guardduty.GetFindingsStatisticsResponse{FindingStatistics: out}, err
	})
}

// LastFindings is when each account of whose findings the caller sees any had its last one, in milliseconds since the epoch. Clients
// of the API get at most a hundred groups; an administrator has more members.
func (s *Service) LastFindings(ctx context.Context, c picket.Caller) (map[string]int64, error) {
	q := picket.StatisticsQuery{GroupBy: guardduty.GroupByTypeAccount, Limit: maxOrganizationMembers + 1}
	return view(ctx, s, func(tx picket.Tx) (map[string]int64, error) {
		groups, err := tx.Findings().Statistics(c.Account, c.Region, q)
		last := map[string]int64{}
		for _, g := range groups {
			last[g.Key] = g.LastGenerated
		}
		return last, err
	})
}

// groups is how many groups a caller gets.
func groups(in *guardduty.GetFindingsStatisticsRequest) int {
	switch {
	case in.GroupBy == "":
		return maxGroups
	case in.MaxResults == nil:
		return defaultGroups
	}
	return int(*in.MaxResults)
}

// statistics writes groups as the API has them.
func statistics(by guardduty.GroupByType, found []picket.FindingGroup) (*guardduty.FindingStatistics, error) {
	out := emptyStatistics(by)
	for _, g := range found {
		last, n := guardduty.NewTimestamp(time.UnixMilli(g.LastGenerated)), guardduty.Ptr(int32(g.Total))
		switch by {
		case guardduty.GroupByTypeAccount:
			out.GroupedByAccount = append(out.GroupedByAccount, guardduty.AccountStatistics{AccountId: ptr(g.Key), LastGeneratedAt: last, TotalFindings: n})
		case guardduty.GroupByTypeDate:
			day, err := time.Parse(time.DateOnly, g.Key)
			if err != nil {
				return nil, fmt.Errorf("read day of a group: %w", err)
			}
			out.GroupedByDate = append(out.GroupedByDate, guardduty.DateStatistics{
				Date: guardduty.NewTimestamp(day), LastGeneratedAt: last, Severity: &g.Severity, TotalFindings: n,
			})
		case guardduty.GroupByTypeFindingType:
			out.GroupedByFindingType = append(out.GroupedByFindingType, guardduty.FindingTypeStatistics{FindingType: ptr(g.Key), LastGeneratedAt: last, TotalFindings: n})
		case guardduty.GroupByTypeResource:
			out.GroupedByResource = append(out.GroupedByResource, guardduty.ResourceStatistics{
				ResourceId: ptr(g.Key), ResourceType: ptr(g.Type), AccountId: ptr(g.Account), LastGeneratedAt: last, TotalFindings: n,
			})
		case guardduty.GroupByTypeSeverity:
			out.GroupedBySeverity = append(out.GroupedBySeverity, guardduty.SeverityStatistics{Severity: &g.Severity, LastGeneratedAt: last, TotalFindings: n})
		default:
			countSeverity(out, g)
		}
	}
	return out, nil
}

// emptyStatistics has the groups that are asked for, and none in them: clients index them without looking.
func emptyStatistics(by guardduty.GroupByType) *guardduty.FindingStatistics {
	switch by {
	case guardduty.GroupByTypeAccount:
		return &guardduty.FindingStatistics{GroupedByAccount: []guardduty.AccountStatistics{}}
	case guardduty.GroupByTypeDate:
		return &guardduty.FindingStatistics{GroupedByDate: []guardduty.DateStatistics{}}
	case guardduty.GroupByTypeFindingType:
		return &guardduty.FindingStatistics{GroupedByFindingType: []guardduty.FindingTypeStatistics{}}
	case guardduty.GroupByTypeResource:
		return &guardduty.FindingStatistics{GroupedByResource: []guardduty.ResourceStatistics{}}
	case guardduty.GroupByTypeSeverity:
		return &guardduty.FindingStatistics{GroupedBySeverity: []guardduty.SeverityStatistics{}}
	}
	return &guardduty.FindingStatistics{CountBySeverity: map[string]int32{}}
}

// countSeverity adds a group to the counts by severity, whose keys clients know as "2.0", "5.0" and "8.0".
func countSeverity(out *guardduty.FindingStatistics, g picket.FindingGroup) {
	out.CountBySeverity[fmt.Sprintf("%.1f", g.Severity)] += int32(g.Total)
}
