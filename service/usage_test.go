package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// intake notes what came of logs.
func (w *world) intake(all ...service.Intake) {
	w.t.Helper()
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error { return w.AddIntake(tx, all) }))
}

func came(c picket.Caller, kind string, records, bytes int64, resources map[string]*service.Amount) service.Intake {
	return service.Intake{Account: c.Account, Region: region, Kind: kind, Records: records, Bytes: bytes, Resources: resources}
}

// usage asks for usage, and returns the answer as JSON.
func (w *world) usage(c picket.Caller, typ guardduty.UsageStatisticType, unit string, of guardduty.UsageCriteria) string {
	w.t.Helper()
	out, err := w.GetUsageStatistics(context.Background(), c, &guardduty.GetUsageStatisticsRequest{
		DetectorId: w.detector(c), UsageStatisticType: typ, UsageCriteria: &of, Unit: &unit,
	})
	w.ok(err)
	b, err := json.Marshal(out.UsageStatistics)
	w.ok(err)
	return string(b)
}

func TestUsage(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.account(accountNumber(1)), w.account(accountNumber(2)), w.account(accountNumber(3))
	for _, account := range []picket.Caller{a, b, c} {
		w.enable(account)
	}
	w.ok(w.add(a, b))
	w.ok(w.add(a, c)) // never invited
	w.ok(w.invite(a, b))
	w.ok(w.accept(b, a))
	w.intake(came(b, "CloudTrail", 1000, 5, nil)) // too long ago
	w.clock = w.clock.AddDate(0, 0, 30)
	w.intake(
		came(a, "CloudTrail", 10, 2_500_000_000, nil), came(a, service.S3Events, 3, 300, map[string]*service.Amount{"secrets": {Records: 3, Bytes: 300}}),
		came(b, "CloudTrail", 4, 1_000, nil), came(c, "CloudTrail", 7, 77, nil),
	)
	w.clock = w.clock.AddDate(0, 0, 1)
	w.intake(
		came(b, "CloudTrail", 1, 24, nil), came(b, "VPC flow", 20, 2_000, map[string]*service.Amount{"i-1": {Records: 15, Bytes: 500}, "eni-2": {Records: 5, Bytes: 1_500}}),
		came(b, "DNS", 2, 200, map[string]*service.Amount{"vpc-3": {Records: 2, Bytes: 200}}),
	)
	f := func(as picket.Caller, typ guardduty.UsageStatisticType, unit string, of guardduty.UsageCriteria, want string) {
		t.Helper()
		if diff := cmp.Diff(want, w.usage(as, typ, unit, of)); diff != "" {
			t.Errorf("%s %s, -want +got:\n%s", typ, unit, diff)
		}
	}
	all := guardduty.UsageCriteria{}
	f(a, "SUM_BY_ACCOUNT", "", all, `{"sumByAccount":[{"accountId":"100000000001","total":{"amount":"2.5000003","unit":"GB"}},{"accountId":"100000000002","total":{"amount":"0.000003224","unit":"GB"}}]}`)
	f(a, "SUM_BY_ACCOUNT", "EVENTS", all, `{"sumByAccount":[{"accountId":"100000000001","total":{"amount":"13","unit":"EVENTS"}},{"accountId":"100000000002","total":{"amount":"27","unit":"EVENTS"}}]}`)
	f(a, "SUM_BY_ACCOUNT", "USD", guardduty.UsageCriteria{AccountIds: []string{b.Account, c.Account}}, `{"sumByAccount":[{"accountId":"100000000002","total":{"amount":"0.00","unit":"USD"}}]}`)
	f(b, "SUM_BY_ACCOUNT", "EVENTS", guardduty.UsageCriteria{AccountIds: []string{a.Account, b.Account}}, `{"sumByAccount":[{"accountId":"100000000002","total":{"amount":"27","unit":"EVENTS"}}]}`)
	f(a, "SUM_BY_DATA_SOURCE", "EVENTS", guardduty.UsageCriteria{DataSources: []guardduty.DataSource{"CLOUD_TRAIL", "KUBERNETES_AUDIT_LOGS"}},
		`{"sumByDataSource":[{"dataSource":"CLOUD_TRAIL","total":{"amount":"15","unit":"EVENTS"}},{"dataSource":"KUBERNETES_AUDIT_LOGS","total":{"amount":"0","unit":"EVENTS"}}]}`)
	f(a, "SUM_BY_FEATURES", "EVENTS", all,
		`{"sumByFeature":[{"feature":"CLOUD_TRAIL","total":{"amount":"15","unit":"EVENTS"}},{"feature":"DNS_LOGS","total":{"amount":"2","unit":"EVENTS"}},{"feature":"FLOW_LOGS","total":{"amount":"20","unit":"EVENTS"}},{"feature":"S3_DATA_EVENTS","total":{"amount":"3","unit":"EVENTS"}}]}`)
	f(a, "SUM_BY_RESOURCE", "EVENTS", guardduty.UsageCriteria{Features: []guardduty.UsageFeature{"FLOW_LOGS", "S3_DATA_EVENTS"}},
		`{"sumByResource":[{"resource":"arn:aws:ec2:us-east-1:100000000002:instance/i-1","total":{"amount":"15","unit":"EVENTS"}},{"resource":"arn:aws:ec2:us-east-1:100000000002:network-interface/eni-2","total":{"amount":"5","unit":"EVENTS"}},{"resource":"arn:aws:s3:::secrets","total":{"amount":"3","unit":"EVENTS"}}]}`)
	f(a, "TOP_RESOURCES", "GB", guardduty.UsageCriteria{Resources: []string{"arn:aws:s3:::secrets", "arn:aws:ec2:us-east-1:100000000002:vpc/vpc-3", "arn:aws:ec2:us-east-1:100000000002:network-interface/eni-2"}},
		`{"topResources":[{"resource":"arn:aws:ec2:us-east-1:100000000002:network-interface/eni-2","total":{"amount":"0.0000015","unit":"GB"}},{"resource":"arn:aws:s3:::secrets","total":{"amount":"0.0000003","unit":"GB"}},{"resource":"arn:aws:ec2:us-east-1:100000000002:vpc/vpc-3","total":{"amount":"0.0000002","unit":"GB"}}]}`)
	f(a, "TOP_ACCOUNTS_BY_FEATURE", "EVENTS", guardduty.UsageCriteria{Features: []guardduty.UsageFeature{"CLOUD_TRAIL", "DNS_LOGS"}},
		`{"topAccountsByFeature":[{"feature":"CLOUD_TRAIL","accounts":[{"accountId":"100000000001","total":{"amount":"10","unit":"EVENTS"}},{"accountId":"100000000002","total":{"amount":"5","unit":"EVENTS"}}]},{"feature":"DNS_LOGS","accounts":[{"accountId":"100000000002","total":{"amount":"2","unit":"EVENTS"}}]}]}`)

	unit := "EUR"
	_, err := w.GetUsageStatistics(context.Background(), a, &guardduty.GetUsageStatisticsRequest{DetectorId: w.detector(a), UsageCriteria: &all, Unit: &unit})
	w.refused(err, "The request is rejected because an invalid")
	_, err = w.GetUsageStatistics(context.Background(), b, &guardduty.GetUsageStatisticsRequest{DetectorId: w.detector(a), UsageCriteria: &all})
	w.refused(err, "The request is rejected because the input detectorId is not owned")
}

// Of many resources the busiest are kept, and only for as long as usage is told of.
func TestUsageOfResourcesIsBounded(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	many := map[string]*service.Amount{}
	for i := range 150 {
		many[fmt.Sprintf("i-%03d", i)] = &service.Amount{Records: 1, Bytes: int64(1 + i)}
	}
	for range 40 {
		w.clock = w.clock.AddDate(0, 0, 1)
		w.intake(came(a, "VPC flow", 150, 10_000, many))
	}
	got, err := w.CoveredResources(context.Background(), a)
	w.ok(err)
	if len(got) != 100 || got[0].Resource != "arn:aws:ec2:us-east-1:100000000001:instance/i-149" || got[0].Records != 30 || got[99].Bytes != 30*51 {
		t.Errorf("got %d resources: %+v", len(got), got[0])
	}
	var days []picket.Document
	w.ok(w.Store.View(context.Background(), func(tx picket.Tx) (err error) {
		days, err = tx.Documents().List("detector/resource-usage", a.Account, region, "", 100)
		return err
	}))
	if len(days) != 30 {
		t.Errorf("%d days are kept", len(days))
	}
}

func TestUsagePages(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	w.intake(came(a, service.S3Events, 3, 3, map[string]*service.Amount{"a": {Records: 1}, "b": {Records: 1}, "c": {Records: 1}}))
	ask := &guardduty.GetUsageStatisticsRequest{
		DetectorId: w.detector(a), UsageStatisticType: "SUM_BY_RESOURCE", UsageCriteria: &guardduty.UsageCriteria{}, MaxResults: guardduty.Ptr(int32(2)),
	}
	var got []string
	for {
		out, err := w.GetUsageStatistics(context.Background(), a, ask)
		w.ok(err)
		for _, r := range out.UsageStatistics.SumByResource {
			got = append(got, *r.Resource)
		}
		if ask.NextToken = out.NextToken; ask.NextToken == nil {
			break
		}
		got = append(got, "|")
	}
	if diff := cmp.Diff([]string{"arn:aws:s3:::a", "arn:aws:s3:::b", "|", "arn:aws:s3:::c"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCoverage(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.account(accountNumber(1)), w.account(accountNumber(2)), w.account(accountNumber(3))
	for _, account := range []picket.Caller{a, b, c} {
		w.enable(account)
	}
	w.ok(w.add(a, b))
	w.ok(w.invite(a, b))
	w.ok(w.accept(b, a))
	w.ok(w.monitorSelf(b, false))
	in := came(b, "DNS", 2, 200, nil)
	in.Last, in.Skipped = 1234, map[string]int64{"no enabled detector": 5}
	w.intake(in, came(c, "DNS", 9, 9, nil))
	f := func(as picket.Caller, want ...service.Covered) {
		t.Helper()
		got, err := w.Coverage(context.Background(), as)
		w.ok(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("as %s, -want +got:\n%s", as.Account, diff)
		}
	}
	row := func(of picket.Caller, kind, state string) service.Covered {
		return service.Covered{Account: of.Account, Region: region, Kind: kind, State: state}
	}
	dns := row(b, "DNS", "suspended")
	dns.Month, dns.Last, dns.Skipped = service.Amount{Records: 2, Bytes: 200}, 1234, in.Skipped
	own := []service.Covered{row(b, "CloudTrail", "suspended"), dns, row(b, "VPC flow", "suspended"), row(b, service.S3Events, "suspended")}
	f(a, append([]service.Covered{row(a, "CloudTrail", "on"), row(a, "DNS", "on"), row(a, "VPC flow", "on"), row(a, service.S3Events, "on")}, own...)...)
	f(b, own...)
}

// A trial begins once, however often a feature is switched.
func TestFreeTrial(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	set := func(feature string, on bool) {
		t.Helper()
		status := guardduty.FeatureStatusDisabled
		if on {
			status = guardduty.FeatureStatusEnabled
		}
		_, err := w.UpdateDetector(context.Background(), a, &guardduty.UpdateDetectorRequest{
			DetectorId: w.detector(a), Features: []guardduty.DetectorFeatureConfiguration{{Name: guardduty.DetectorFeature(feature), Status: status}},
		})
		w.ok(err)
	}
	w.clock = w.clock.Add(10 * 24 * time.Hour)
	set("RUNTIME_MONITORING", true)
	set("S3_DATA_EVENTS", false)
	set("EKS_AUDIT_LOGS", true)
	w.clock = w.clock.Add(5 * 24 * time.Hour)
	set("S3_DATA_EVENTS", true)
	out, err := w.GetRemainingFreeTrialDays(context.Background(), a, &guardduty.GetRemainingFreeTrialDaysRequest{DetectorId: w.detector(a), AccountIds: []string{a.Account, accountNumber(9)}})
	w.ok(err)
	if len(out.Accounts) != 1 || len(out.UnprocessedAccounts) != 1 {
		t.Fatalf("got %+v", out)
	}
	left := map[string]int32{}
	for _, f := range out.Accounts[0].Features {
		left[string(f.Name)] = *f.FreeTrialDaysRemaining
	}
	want := map[string]int32{
		"CLOUD_TRAIL": 15, "DNS_LOGS": 15, "FLOW_LOGS": 15, "S3_DATA_EVENTS": 15, "EKS_AUDIT_LOGS": 25,
		"EC2_RUNTIME_MONITORING": 25, "EKS_RUNTIME_MONITORING": 25, "FARGATE_RUNTIME_MONITORING": 25,
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
	if s := out.Accounts[0].DataSources; *s.S3Logs.FreeTrialDaysRemaining != 15 || *s.Kubernetes.AuditLogs.FreeTrialDaysRemaining != 25 || s.MalwareProtection != nil {
		t.Errorf("got %+v", s)
	}
}

// TestFromTheFuture: a record with a wrong date doesn't make an account heard of for years.
func TestFromTheFuture(t *testing.T) {
	w := newWorld(t)
	one := w.account("111122223333")
	w.enable(one)
	of := func(last int64) service.Intake {
		in := came(one, "CloudTrail", 1, 100, nil)
		in.Last = last
		return in
	}
	before := w.clock.Unix() - 60
	w.intake(of(before))
	last := func() int64 {
		all, err := w.LastLogs(context.Background())
		w.ok(err)
		return all[0].Last
	}
	if got := last(); got != before {
		t.Errorf("got %d, want %d", got, before)
	}
	w.intake(of(w.clock.AddDate(2, 0, 0).Unix()))
	if got, now := last(), w.clock.Unix(); got > now || got <= before {
		t.Errorf("after a record of in two years: got %d, want that of its coming: %d", got, now)
	}
}
