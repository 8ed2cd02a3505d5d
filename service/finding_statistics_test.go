package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
)

func (w *world) statistics(c picket.Caller, in guardduty.GetFindingsStatisticsRequest) *guardduty.FindingStatistics {
	w.t.Helper()
	in.DetectorId = w.detector(c)
	out, err := w.GetFindingsStatistics(context.Background(), c, &in)
	w.ok(err)
	return out.FindingStatistics
}

func TestStatistics(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	severe := hit(member.Account, scan, "x", 100)
	severe.Severity = guardduty.Ptr(8.0)
	w.records(member, severe, hit(member.Account, ssh, "x", 100), hit(member.Account, ssh, "y", 100))
	w.records(admin, hit(admin.Account, ssh, "own", 100))
	w.records(stranger, hit(stranger.Account, ssh, "theirs", 100))
	latest := *w.sees(admin, `{}`)["title own"].UpdatedAt

	f := func(by guardduty.GroupByType, order guardduty.OrderBy, want ...string) {
		t.Helper()
		s := w.statistics(admin, guardduty.GetFindingsStatisticsRequest{GroupBy: by, OrderBy: order})
		var got []string
		for _, g := range s.GroupedByAccount {
			got = append(got, fmt.Sprint(*g.AccountId, " ", *g.TotalFindings))
		}
		for _, g := range s.GroupedByDate {
			got = append(got, fmt.Sprint(g.Date.Format(time.DateOnly), " ", *g.Severity, " ", *g.TotalFindings))
		}
		for _, g := range s.GroupedByFindingType {
			got = append(got, fmt.Sprint(*g.FindingType, " ", *g.TotalFindings))
		}
		for _, g := range s.GroupedByResource {
			got = append(got, fmt.Sprint(*g.ResourceType, " ", *g.ResourceId, " ", *g.AccountId, " ", *g.TotalFindings))
		}
		for _, g := range s.GroupedBySeverity {
			got = append(got, fmt.Sprint(*g.Severity, " ", *g.TotalFindings))
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s %s: got %q, want %q", by, order, got, want)
		}
	}
	f(guardduty.GroupByTypeAccount, "", "222222222222 3", "111111111111 1")
	f(guardduty.GroupByTypeAccount, guardduty.OrderByAsc, "111111111111 1", "222222222222 3")
	f(guardduty.GroupByTypeFindingType, guardduty.OrderByDesc, ssh+" 3", scan+" 1")
	f(guardduty.GroupByTypeSeverity, "", "5 3", "8 1")
	f(guardduty.GroupByTypeDate, "", "2026-01-05 5 3", "2026-01-05 8 1")
	s := w.statistics(admin, guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeResource, MaxResults: guardduty.Ptr(int32(1))})
	if g := s.GroupedByResource; len(g) != 1 || *g[0].ResourceId != "i-x" || *g[0].ResourceType != "Instance" || *g[0].AccountId != member.Account || *g[0].TotalFindings != 2 {
		t.Errorf("by resource, the first: %+v", g)
	}
	one := w.statistics(admin, guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeAccount, FindingCriteria: criterion(`{"accountId":{"equals":["111111111111"]}}`)}).GroupedByAccount
	if len(one) != 1 || *one[0].TotalFindings != 1 || one[0].LastGeneratedAt.Format("2006-01-02T15:04:05.000Z") != latest {
		t.Errorf("got %+v, want one finding of %s", one, latest)
	}
	counts := w.statistics(admin, guardduty.GetFindingsStatisticsRequest{FindingStatisticTypes: []guardduty.FindingStatisticType{guardduty.FindingStatisticTypeCountBySeverity}}).CountBySeverity
	if len(counts) != 2 || counts["5.0"] != 3 || counts["8.0"] != 1 {
		t.Errorf("by severity: %v", counts)
	}
}

// TestStatisticsOfNothing: clients index the groups they asked for, also when there are none.
func TestStatisticsOfNothing(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	f := func(in guardduty.GetFindingsStatisticsRequest, want string) {
		t.Helper()
		got, err := json.Marshal(w.statistics(a, in))
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	f(guardduty.GetFindingsStatisticsRequest{FindingStatisticTypes: []guardduty.FindingStatisticType{guardduty.FindingStatisticTypeCountBySeverity}}, `{"countBySeverity":{}}`)
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeAccount}, `{"groupedByAccount":[]}`)
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeDate}, `{"groupedByDate":[]}`)
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeFindingType}, `{"groupedByFindingType":[]}`)
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeResource}, `{"groupedByResource":[]}`)
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeSeverity}, `{"groupedBySeverity":[]}`)
}

func TestStatisticsRefusals(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	d := w.enable(a)
	f := func(in guardduty.GetFindingsStatisticsRequest, detail string) {
		t.Helper()
		in.DetectorId = d
		_, err := w.GetFindingsStatistics(context.Background(), a, &in)
		w.refused(err, outOfRange)
		if !strings.Contains(err.Error(), detail) {
			t.Errorf("%v does not say %q", err, detail)
		}
	}
	types := []guardduty.FindingStatisticType{guardduty.FindingStatisticTypeCountBySeverity}
	f(guardduty.GetFindingsStatisticsRequest{}, "findingStatisticTypes or groupBy")
	f(guardduty.GetFindingsStatisticsRequest{FindingStatisticTypes: types, GroupBy: guardduty.GroupByTypeDate}, "not both")
	f(guardduty.GetFindingsStatisticsRequest{FindingStatisticTypes: types, MaxResults: guardduty.Ptr(int32(5))}, "maxResults")
	f(guardduty.GetFindingsStatisticsRequest{FindingStatisticTypes: types, OrderBy: guardduty.OrderByAsc}, "orderBy")
	f(guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeDate, FindingCriteria: criterion(`{"x":{"equals":["1"]}}`)}, `"x"`)
}

func TestGroupsAreBounded(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	var all []picket.Finding
	for i := range 120 {
		all = append(all, hit(a.Account, fmt.Sprintf("Recon:EC2/Type%d", i), "x", 100))
	}
	w.records(a, all...)
	for want, limit := range map[int]*int32{25: nil, 3: guardduty.Ptr(int32(3)), 100: guardduty.Ptr(int32(100))} {
		s := w.statistics(a, guardduty.GetFindingsStatisticsRequest{GroupBy: guardduty.GroupByTypeFindingType, MaxResults: limit})
		if got := len(s.GroupedByFindingType); got != want {
			t.Errorf("got %d groups, want %d", got, want)
		}
	}
}

// An administrator learns of each of its members when it had its last finding, of more than the API groups, and of nobody else.
func TestLastFindings(t *testing.T) {
	w := newWorld(t)
	admin, stranger := w.account("111122223333"), w.account("777788889999")
	for _, c := range []picket.Caller{admin, stranger} {
		w.enable(c)
	}
	const members = 101
	for n := range members {
		member := w.account(accountNumber(n))
		w.enable(member)
		w.join(admin, member)
		w.records(member, hit(member.Account, ssh, "x", 100))
	}
	w.records(stranger, hit(stranger.Account, ssh, "x", 100))
	last, err := w.LastFindings(context.Background(), admin)
	w.ok(err)
	if len(last) != members || last[accountNumber(0)] == 0 || last[stranger.Account] != 0 {
		t.Errorf("of %d members it learns %d, and of the stranger %d", members, len(last), last[stranger.Account])
	}
	own, err := w.LastFindings(context.Background(), stranger)
	w.ok(err)
	if len(own) != 1 || own[stranger.Account] == 0 {
		t.Errorf("the stranger learns %v", own)
	}
}
