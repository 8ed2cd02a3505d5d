package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"picket/guardduty"
	"picket/service"
)

const (
	listLimit  = 25 * time.Millisecond
	countLimit = 200 * time.Millisecond
)

// viewers are those who ask: an account about its own findings, and an administrator about as many of its members.
var viewers = []string{alone, chief}

var viewerNames = map[string]string{alone: "one account", chief: "administrator"}

// questions are what is measured.
func questions() []question {
	var all []question
	for _, l := range lists {
		for _, sort := range []string{"updatedAt", "severity"} {
			for _, page := range []int{1, 100} {
				all = append(all, question{
					name: fmt.Sprintf("%s, by %s, page %d", l.name, sort, page), limit: listLimit, page: page, viewers: viewers, accounts: l.accounts,
					draw: func(ctx context.Context, b *storeBench, viewer string) (ask, error) {
						return b.list(ctx, viewer, &guardduty.ListFindingsRequest{
							DetectorId: b.detectors[viewer], FindingCriteria: &guardduty.FindingCriteria{Criterion: l.criterion(b, viewer)},
							SortCriteria: &guardduty.SortCriteria{AttributeName: &sort, OrderBy: guardduty.OrderBy("").Values()[b.IntN(2)]},
						}, page)
					},
				})
			}
		}
	}
	return slices.Concat(all, statistics(), others)
}

// criterion is what a list is asked for.
type criterion = map[string]guardduty.Condition

func equals(values ...string) guardduty.Condition { return guardduty.Condition{Equals: values} }

func from(n int64) guardduty.Condition { return guardduty.Condition{GreaterThanOrEqual: &n} }

var (
	lastMonth = from(storeEnd.AddDate(0, 0, -30).UnixMilli())
	lastWeek  = from(storeEnd.AddDate(0, 0, -7).Add(12 * time.Hour).UnixMilli()) // not all of its first day
)

const (
	countryName   = "service.action.awsApiCallAction.remoteIpDetails.country.countryName"
	callName      = "service.action.awsApiCallAction.api"
	remoteAddress = "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4"
)

// country is one that a third of the findings have, or fewer.
func (b *storeBench) country() guardduty.Condition { return equals(countries[b.few(len(countries))]) }

// lists are criteria as people have them, three each.
var lists = []struct {
	name      string
	accounts  bool // which it asks for
	criterion func(b *storeBench, viewer string) criterion
}{
	{"current, 3 types, severity 4 and up", false, func(b *storeBench, _ string) criterion {
		var types []string
		for range 3 {
			types = append(types, string(b.rules[b.few(len(b.rules))].Info().Type))
		}
		return criterion{"service.archived": equals("false"), "type": equals(types...), "severity": from(4)}
	}},
	{"current, of 30 days, severity 7 and up", false, func(*storeBench, string) criterion {
		return criterion{"service.archived": equals("false"), "updatedAt": lastMonth, "severity": from(7)}
	}},
	{"current, a remote address, severity 4 and up", false, func(b *storeBench, _ string) criterion {
		return criterion{"service.archived": equals("false"), "severity": from(4), remoteAddress: equals(b.address())}
	}},
	{"current, 3 accounts, of 30 days", true, func(b *storeBench, viewer string) criterion {
		accounts := []string{memberID(b.few(b.Members)), memberID(b.few(b.Members)), memberID(b.few(b.Members))}
		if viewer == alone {
			accounts[0] = alone
		}
		return criterion{"service.archived": equals("false"), "accountId": equals(accounts...), "updatedAt": lastMonth}
	}},
	{"current, a country, severity 4 and up", false, func(b *storeBench, _ string) criterion {
		return criterion{
			"service.archived": equals("false"), "severity": from(4),
			countryName: b.country(),
		}
	}},
}

// list asks for a page, after reading those before it; the last one there is if it isn't there.
func (b *storeBench) list(ctx context.Context, viewer string, in *guardduty.ListFindingsRequest, page int) (ask, error) {
	n := 1
	for ; n < page; n++ {
		before, err := b.service.ListFindings(ctx, as(viewer), in)
		if err != nil {
			return ask{}, err
		}
		if before.NextToken == nil {
			break
		}
		in.NextToken = before.NextToken
	}
	return ask{n, func(ctx context.Context, s *service.Service) (int, error) {
		out, err := s.ListFindings(ctx, as(viewer), in)
		if err != nil {
			return 0, err
		}
		return len(out.FindingIds), nil
	}}, nil
}

// byResource are the groups of what is asked only by these: as many as any has.
var byResource = []guardduty.GroupByType{guardduty.GroupByTypeResource}

// counted are criteria as people count with them, more or less of all findings.
var counted = []struct {
	name      string
	groups    []guardduty.GroupByType // "" is counts by severity, which take as long as its groups
	viewers   []string                // who ask
	criterion func(b *storeBench) criterion
}{
	{name: "", groups: append(guardduty.GroupByType("").Values(), ""), viewers: viewers, criterion: func(*storeBench) criterion { return nil }},
	{name: ", current", groups: append(guardduty.GroupByType("").Values(), ""), viewers: viewers, criterion: func(*storeBench) criterion { return criterion{"service.archived": equals("false")} }},
	{name: ", severity 7 and up", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(*storeBench) criterion { return criterion{"severity": from(7)} }},
	{name: ", a type", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{"type": equals(string(b.rules[b.few(len(b.rules))].Info().Type))}
	}},
	{name: ", of 7 days", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(*storeBench) criterion { return criterion{"updatedAt": lastWeek} }},
	{name: ", an account", groups: guardduty.GroupByType("").Values(), viewers: []string{chief}, criterion: func(b *storeBench) criterion {
		return criterion{"accountId": equals(memberID(b.few(b.Members)))}
	}},
	{name: ", a country", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion { return criterion{countryName: b.country()} }},
	{name: ", not a country", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{countryName: {NotEquals: b.country().Equals}}
	}},
	{name: ", a type, a country", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{"type": equals(string(b.rules[b.few(len(b.rules))].Info().Type)), countryName: b.country()}
	}},
	{name: ", a remote address", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{remoteAddress: equals(b.address())}
	}},
	{name: ", a call", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{callName: equals(b.call())}
	}},
	{name: ", not a call", groups: byResource, viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{callName: {NotEquals: equals(b.call()).Equals}}
	}},
	{name: ", a range of addresses", groups: byResource, viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{remoteAddress: equals(b.address() + "/20")}
	}},
	{name: ", 500 times and more", groups: byResource, viewers: viewers, criterion: func(*storeBench) criterion { return criterion{"service.count": from(500)} }},
	{name: ", current, of 7 days, a country", groups: guardduty.GroupByType("").Values(), viewers: viewers, criterion: func(b *storeBench) criterion {
		return criterion{"service.archived": equals("false"), "updatedAt": lastWeek, countryName: b.country()}
	}},
}

// statistics ask for counts.
func statistics() []question {
	var all []question
	for _, by := range append(guardduty.GroupByType("").Values(), "") {
		for _, c := range counted {
			if !slices.Contains(c.groups, by) {
				continue
			}
			all = append(all, question{
				name: fmt.Sprintf("statistics by %s%s", cmp.Or(string(by), "severity, as counts"), c.name), limit: countLimit,
				viewers: c.viewers, accounts: by == guardduty.GroupByTypeAccount,
				draw: func(_ context.Context, b *storeBench, viewer string) (ask, error) {
					return b.count(viewer, by, c.criterion(b)), nil
				},
			})
		}
	}
	return all
}

func (b *storeBench) count(viewer string, by guardduty.GroupByType, c criterion) ask {
	in := &guardduty.GetFindingsStatisticsRequest{DetectorId: b.detectors[viewer], GroupBy: by}
	if by == "" {
		in.FindingStatisticTypes = []guardduty.FindingStatisticType{guardduty.FindingStatisticTypeCountBySeverity}
	} else {
		in.MaxResults = guardduty.Ptr(int32(100))
	}
	if c != nil {
		in.FindingCriteria = &guardduty.FindingCriteria{Criterion: c}
	}
	return ask{call: func(ctx context.Context, s *service.Service) (int, error) {
		out, err := s.GetFindingsStatistics(ctx, as(viewer), in)
		if err != nil {
			return 0, err
		}
		f := out.FindingStatistics
		return len(f.CountBySeverity) + len(f.GroupedByAccount) + len(f.GroupedByDate) + len(f.GroupedByFindingType) +
			len(f.GroupedByResource) + len(f.GroupedBySeverity), nil
	}}
}

var others = []question{
	{name: "50 findings, whole", viewers: viewers[:1], draw: func(ctx context.Context, b *storeBench, _ string) (ask, error) {
		at := storeEnd.UnixMilli() - b.Int64N(storeDays*24*3600*1000)
		page, err := b.service.ListFindings(ctx, as(alone), &guardduty.ListFindingsRequest{
			DetectorId: b.detectors[alone], FindingCriteria: &guardduty.FindingCriteria{Criterion: criterion{"updatedAt": {LessThan: &at}}},
		})
		if err != nil {
			return ask{}, err
		}
		return ask{call: func(ctx context.Context, s *service.Service) (int, error) {
			out, err := s.GetFindings(ctx, as(alone), &guardduty.GetFindingsRequest{DetectorId: b.detectors[alone], FindingIds: page.FindingIds})
			if err != nil {
				return 0, err
			}
			return len(out.Findings), nil
		}}, nil
	}},
	{name: "ListMembers, any page", limit: 10 * time.Millisecond, viewers: viewers[1:], quiet: true, draw: func(ctx context.Context, b *storeBench, _ string) (ask, error) {
		in := &guardduty.ListMembersRequest{DetectorId: b.detectors[chief], OnlyAssociated: guardduty.Ptr([]string{"true", "false"}[b.IntN(2)])}
		for range b.IntN(b.Members / 50) {
			page, err := b.service.ListMembers(ctx, as(chief), in)
			if err != nil {
				return ask{}, err
			}
			in.NextToken = page.NextToken
		}
		return ask{call: func(ctx context.Context, s *service.Service) (int, error) {
			out, err := s.ListMembers(ctx, as(chief), in)
			if err != nil {
				return 0, err
			}
			return len(out.Members), nil
		}}, nil
	}},
	{name: "CreateMembers, 50 beside the others", limit: 25 * time.Millisecond, viewers: viewers[1:], quiet: true, draw: func(_ context.Context, b *storeBench, _ string) (ask, error) {
		in := &guardduty.CreateMembersRequest{DetectorId: b.detectors[chief]}
		for i := range 50 {
			in.AccountDetails = append(in.AccountDetails, guardduty.AccountDetail{
				AccountId: guardduty.Ptr(addedMember(i)), Email: guardduty.Ptr("security@example.com"),
			})
		}
		return ask{call: func(ctx context.Context, s *service.Service) (int, error) {
			out, err := s.CreateMembers(ctx, as(chief), in)
			if err != nil {
				return 0, err
			}
			return 50 - len(out.UnprocessedAccounts), nil
		}}, nil
	}, undo: func(ctx context.Context, b *storeBench) error {
		in := &guardduty.DeleteMembersRequest{DetectorId: b.detectors[chief]}
		for i := range 50 {
			in.AccountIds = append(in.AccountIds, addedMember(i))
		}
		_, err := b.service.DeleteMembers(ctx, as(chief), in)
		return err
	}},
}

// addedMember is an account that is no member but between a call and its undoing.
func addedMember(i int) string { return fmt.Sprintf("3%011d", i*7919) }
