package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// With runtime monitoring on, coverage tells of the instances that logs tell of, and that nothing watches them.
func TestRuntimeCoverage(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, stranger := w.family()
	w.join(admin, member)
	flows := map[string]*service.Amount{"i-1": {Records: 1, Bytes: 1}, "i-2": {Records: 1, Bytes: 1}, "eni-3": {Records: 1, Bytes: 1}}
	for _, c := range []picket.Caller{admin, member, stranger} {
		w.intake(came(c, "VPC flow", 3, 3, flows), came(c, service.S3Events, 1, 1, map[string]*service.Amount{"i-bucket": {Records: 1, Bytes: 1}}))
	}
	w.clock = w.clock.AddDate(0, 0, 1)
	w.intake(came(member, "DNS", 1, 1, map[string]*service.Amount{"i-1": {Records: 1, Bytes: 1}, "vpc-4": {Records: 1, Bytes: 1}}))
	w.clock = w.clock.AddDate(0, 0, 1)

	list := func(in guardduty.ListCoverageRequest) (got []string, next *string) {
		t.Helper()
		in.DetectorId = w.detector(admin)
		out, err := w.ListCoverage(ctx, admin, &in)
		w.ok(err)
		for _, r := range out.Resources {
			if r.CoverageStatus != "UNHEALTHY" || *r.Issue == "" || r.ResourceDetails.ResourceType != "EC2" || *r.DetectorId != *w.detector(as(*r.AccountId)) {
				t.Errorf("got %+v", r)
			}
			got = append(got, fmt.Sprintf("%s %s %s", (*r.AccountId)[:4], *r.ResourceDetails.Ec2InstanceDetails.InstanceId, r.UpdatedAt.Format("02")))
		}
		return got, out.NextToken
	}
	f := func(in guardduty.ListCoverageRequest, want string) {
		t.Helper()
		in.MaxResults = guardduty.Ptr(int32(2))
		got, next := list(in)
		for next != nil {
			in.NextToken = next
			var more []string
			more, next = list(in)
			got = append(got, more...)
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	statistics := func(want string, of ...guardduty.CoverageStatisticsType) {
		t.Helper()
		out, err := w.GetCoverageStatistics(ctx, admin, &guardduty.GetCoverageStatisticsRequest{DetectorId: w.detector(admin), StatisticsType: of})
		w.ok(err)
		if got := fmt.Sprint(out.CoverageStatistics.CountByResourceType, out.CoverageStatistics.CountByResourceType == nil, out.CoverageStatistics.CountByCoverageStatus); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	const byType, byStatus = guardduty.CoverageStatisticsTypeCountByResourceType, guardduty.CoverageStatisticsTypeCountByCoverageStatus
	f(guardduty.ListCoverageRequest{}, "")
	statistics("map[] false map[]", byType, byStatus)
	for _, c := range []picket.Caller{admin, member, stranger} {
		_, err := w.UpdateDetector(ctx, c, &guardduty.UpdateDetectorRequest{
			DetectorId: w.detector(c),
			Features:   []guardduty.DetectorFeatureConfiguration{{Name: guardduty.DetectorFeatureRuntimeMonitoring, Status: guardduty.FeatureStatusEnabled}},
		})
		w.ok(err)
	}
	f(guardduty.ListCoverageRequest{}, "1111 i-1 05, 1111 i-2 05, 2222 i-1 06, 2222 i-2 05")
	f(guardduty.ListCoverageRequest{SortCriteria: &guardduty.CoverageSortCriteria{AttributeName: guardduty.CoverageSortKeyInstanceId, OrderBy: guardduty.OrderByDesc}},
		"2222 i-2 05, 1111 i-2 05, 2222 i-1 06, 1111 i-1 05")
	f(guardduty.ListCoverageRequest{SortCriteria: &guardduty.CoverageSortCriteria{AttributeName: guardduty.CoverageSortKeyUpdatedAt}},
		"1111 i-1 05, 1111 i-2 05, 2222 i-2 05, 2222 i-1 06")
	only := func(key guardduty.CoverageFilterCriterionKey, not bool, values ...string) guardduty.ListCoverageRequest {
		condition := &guardduty.CoverageFilterCondition{Equals: values}
		if not {
			condition = &guardduty.CoverageFilterCondition{NotEquals: values}
		}
		return guardduty.ListCoverageRequest{FilterCriteria: &guardduty.CoverageFilterCriteria{
			FilterCriterion: []guardduty.CoverageFilterCriterion{{CriterionKey: key, FilterCondition: condition}},
		}}
	}
	f(only(guardduty.CoverageFilterCriterionKeyInstanceId, false, "i-2", "i-9"), "1111 i-2 05, 2222 i-2 05")
	f(only(guardduty.CoverageFilterCriterionKeyAccountId, true, "111111111111"), "2222 i-1 06, 2222 i-2 05")
	f(only(guardduty.CoverageFilterCriterionKeyCoverageStatus, false, "HEALTHY"), "")
	f(only(guardduty.CoverageFilterCriterionKeyEksClusterName, false, "x"), "")
	statistics("map[EC2:4] false map[UNHEALTHY:4]", byType, byStatus)
	statistics("map[] true map[UNHEALTHY:4]", byStatus)

	w.ok(w.leave(member))
	f(guardduty.ListCoverageRequest{}, "1111 i-1 05, 1111 i-2 05")
	_, err := w.ListCoverage(ctx, admin, &guardduty.ListCoverageRequest{DetectorId: w.detector(stranger)})
	w.refused(err, "The request is rejected because the input detectorId is not owned by the current account.")
}

// A page of coverage looks at so many accounts and no more: it ends before the others, and goes on with them.
func TestRuntimeCoverageOfManyAccounts(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.join(admin, member)
	for _, c := range []picket.Caller{admin, member} {
		_, err := w.UpdateDetector(ctx, c, &guardduty.UpdateDetectorRequest{
			DetectorId: w.detector(c),
			Features:   []guardduty.DetectorFeatureConfiguration{{Name: guardduty.DetectorFeatureRuntimeMonitoring, Status: guardduty.FeatureStatusEnabled}},
		})
		w.ok(err)
		one := service.Amount{Records: 1, Bytes: 1}
		w.intake(came(c, "VPC flow", 2, 2, map[string]*service.Amount{"i-1": &one, "i-2": &one}))
	}
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
		for i := range 1500 {
			m := picket.Member{Administrator: admin.Account, Region: admin.Region, Account: fmt.Sprintf("2%011d", i), Status: picket.Enabled, Mode: picket.Autonomous}
			if err := tx.Members().Put(m); err != nil {
				return err
			}
		}
		return nil
	}))
	f := func(sort *guardduty.CoverageSortCriteria, account string, want string) {
		t.Helper()
		in := guardduty.ListCoverageRequest{DetectorId: w.detector(admin), SortCriteria: sort, MaxResults: guardduty.Ptr(int32(3))}
		if account != "" {
			in.FilterCriteria = &guardduty.CoverageFilterCriteria{FilterCriterion: []guardduty.CoverageFilterCriterion{{
				CriterionKey: guardduty.CoverageFilterCriterionKeyAccountId, FilterCondition: &guardduty.CoverageFilterCondition{Equals: []string{account}},
			}}}
		}
		var pages []string
		for more := true; more; more = in.NextToken != nil {
			out, err := w.ListCoverage(ctx, admin, &in)
			w.ok(err)
			page := ""
			for _, r := range out.Resources {
				page += fmt.Sprintf("%s %s;", (*r.AccountId)[:4], *r.ResourceDetails.Ec2InstanceDetails.InstanceId)
			}
			pages, in.NextToken = append(pages, page), out.NextToken
		}
		if got := strings.Join(pages, " | "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	by := func(key guardduty.CoverageSortKey, order guardduty.OrderBy) *guardduty.CoverageSortCriteria {
		return &guardduty.CoverageSortCriteria{AttributeName: key, OrderBy: order}
	}
	f(nil, "", "1111 i-1;1111 i-2; | 2222 i-1;2222 i-2;")
	f(by(guardduty.CoverageSortKeyAccountId, guardduty.OrderByDesc), "", "2222 i-2;2222 i-1; | 1111 i-2;1111 i-1;")
	f(by(guardduty.CoverageSortKeyInstanceId, guardduty.OrderByAsc), "", "1111 i-1;2222 i-1;1111 i-2; | 2222 i-2;")
	f(nil, member.Account, "2222 i-1;2222 i-2;")
}
