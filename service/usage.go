package service

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"picket"
	"picket/event"
	"picket/guardduty"
)

// foundations are the kinds of logs that are analysed, with their names in the contract: as features, and as what preceded them.
var foundations = []struct {
	kind    string
	feature guardduty.UsageFeature
	source  guardduty.DataSource
}{
	{event.KindCloudTrail.String(), guardduty.UsageFeatureCloudTrail, guardduty.DataSourceCloudTrail},
	{event.KindDNS.String(), guardduty.UsageFeatureDnsLogs, guardduty.DataSourceDnsLogs},
	{event.KindFlow.String(), guardduty.UsageFeatureFlowLogs, guardduty.DataSourceFlowLogs},
	{S3Events, guardduty.UsageFeatureS3DataEvents, guardduty.DataSourceS3Logs},
}

// usageQuery is what is asked of usage.
type usageQuery struct {
	*guardduty.UsageCriteria
	kinds []string
	unit  string
	first string // day
	most  int
}

// The units of usage. Analysis costs nothing, so it is measured where nobody asks for its price.
const (
	unitGB     = "GB" // 10^9 bytes of records, as logged
	unitEvents = "EVENTS"
	unitUSD    = "USD"
)

func (s *Service) newUsageQuery(in *guardduty.GetUsageStatisticsRequest) (usageQuery, error) {
	q := usageQuery{UsageCriteria: in.UsageCriteria, unit: cmp.Or(str(in.Unit), unitGB), first: s.firstUsageDay(), most: limit(in.MaxResults)}
	if !slices.Contains([]string{unitGB, unitEvents, unitUSD}, q.unit) {
		return q, refuse(invalidValue, "unit %q is none of GB, EVENTS and USD.", q.unit)
	}
	for _, f := range foundations {
		if len(q.Features)+len(q.DataSources) == 0 || slices.Contains(q.Features, f.feature) || slices.Contains(q.DataSources, f.source) {
			q.kinds = append(q.kinds, f.kind)
		}
	}
	return q, nil
}

// total writes an amount in the unit of the query.
func (q usageQuery) total(a Amount) *guardduty.Total {
	amount := "0.00"
	switch q.unit {
	case unitGB:
		amount = strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%09d", a.Bytes/1e9, a.Bytes%1e9), "0"), ".")
	case unitEvents:
		amount = strconv.FormatInt(a.Records, 10)
	}
	return &guardduty.Total{Amount: &amount, Unit: &q.unit}
}

// compare puts the larger of two amounts first.
func (q usageQuery) compare(a, b Amount) int {
	if q.unit == unitEvents {
		return cmp.Compare(b.Records, a.Records)
	}
	return cmp.Compare(b.Bytes, a.Bytes)
}

// of sums an account's amounts by the kinds that are asked for.
func (q usageQuery) of(tx picket.Tx, account, region string) (map[string]Amount, error) {
	all, err := listIn[Intake](tx, picket.Caller{Account: account, Region: region}, intakeKind)
	out := map[string]Amount{}
	for _, in := range all {
		if slices.Contains(q.kinds, in.Kind) {
			out[in.Kind] = in.since(q.first)
		}
	}
	return out, err
}

// GetUsageStatistics tells how much of the caller's and its members' logs was analysed in the last 30 days.
func (s *Service) GetUsageStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetUsageStatisticsRequest) (*guardduty.GetUsageStatisticsResponse, error) {
	list := "usage " + string(in.UsageStatisticType)
	after, err := s.after(c, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	q, err := s.newUsageQuery(in)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetUsageStatisticsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		accounts, err := s.usageAccounts(tx, c, in.UsageCriteria)
		if err != nil {
			return nil, err
		}
		out, next := &guardduty.UsageStatistics{}, ""
		switch in.UsageStatisticType {
		case guardduty.UsageStatisticTypeSumByAccount:
			accounts, next = pageAfter(accounts, after, q.most)
			out.SumByAccount, err = q.sumByAccount(tx, c.Region, accounts)
		case guardduty.UsageStatisticTypeSumByDataSource:
			out.SumByDataSource, err = q.sumByDataSource(tx, c.Region, accounts)
		case guardduty.UsageStatisticTypeSumByFeatures:
			out.SumByFeature, err = q.sumByFeature(tx, c.Region, accounts)
		case guardduty.UsageStatisticTypeSumByResource:
			out.SumByResource, next, err = q.sumByResource(tx, c.Region, accounts, after)
		case guardduty.UsageStatisticTypeTopResources:
			out.TopResources, err = q.topResources(tx, c.Region, accounts)
		case guardduty.UsageStatisticTypeTopAccountsByFeature:
			out.TopAccountsByFeature, err = q.topAccountsByFeature(tx, c.Region, accounts)
		}
		return &guardduty.GetUsageStatisticsResponse{UsageStatistics: out, NextToken: s.nextToken(c, list, next)}, err
	})
}

func (q usageQuery) sumByAccount(tx picket.Tx, region string, accounts []string) (out guardduty.List[guardduty.UsageAccountResult], err error) {
	for _, account := range accounts {
		by, err := q.of(tx, account, region)
		if err != nil {
			return nil, err
		}
		var sum Amount
		for _, a := range by {
			sum = sum.plus(a)
		}
		out = append(out, guardduty.UsageAccountResult{AccountId: ptr(account), Total: q.total(sum)})
	}
	return out, nil
}

// sums adds up accounts' amounts by kind.
func (q usageQuery) sums(tx picket.Tx, region string, accounts []string) (map[string]Amount, error) {
	sums := map[string]Amount{}
	for _, account := range accounts {
		by, err := q.of(tx, account, region)
		if err != nil {
			return nil, err
		}
		for kind, a := range by {
			sums[kind] = sums[kind].plus(a)
		}
	}
	return sums, nil
}

// sumByDataSource tells of the sources that were asked for, else of those that are analysed: what isn't is nothing.
func (q usageQuery) sumByDataSource(tx picket.Tx, region string, accounts []string) (out guardduty.List[guardduty.UsageDataSourceResult], err error) {
	sums, err := q.sums(tx, region, accounts)
	kinds, sources := map[guardduty.DataSource]string{}, q.DataSources
	for _, f := range foundations {
		kinds[f.source] = f.kind
		if len(q.DataSources) == 0 && slices.Contains(q.kinds, f.kind) {
			sources = append(sources, f.source)
		}
	}
	for _, source := range sources {
		out = append(out, guardduty.UsageDataSourceResult{DataSource: source, Total: q.total(sums[kinds[source]])})
	}
	return out, err
}

// sumByFeature is sumByDataSource by features.
func (q usageQuery) sumByFeature(tx picket.Tx, region string, accounts []string) (out guardduty.List[guardduty.UsageFeatureResult], err error) {
	sums, err := q.sums(tx, region, accounts)
	kinds, features := map[guardduty.UsageFeature]string{}, q.Features
	for _, f := range foundations {
		kinds[f.feature] = f.kind
		if len(q.Features) == 0 && slices.Contains(q.kinds, f.kind) {
			features = append(features, f.feature)
		}
	}
	for _, feature := range features {
		out = append(out, guardduty.UsageFeatureResult{Feature: feature, Total: q.total(sums[kinds[feature]])})
	}
	return out, err
}

// topAccountsByFeature tells, of each feature, the accounts that most was analysed of.
func (q usageQuery) topAccountsByFeature(tx picket.Tx, region string, accounts []string) (out guardduty.List[guardduty.UsageTopAccountsResult], err error) {
	type use struct {
		account string
		Amount
	}
	uses := map[string][]use{}
	for _, account := range accounts {
		by, err := q.of(tx, account, region)
		if err != nil {
			return nil, err
		}
		for kind, a := range by {
			if a.Records > 0 {
				uses[kind] = append(uses[kind], use{account, a})
			}
		}
	}
	for _, f := range foundations {
		if !slices.Contains(q.kinds, f.kind) {
			continue
		}
		top := uses[f.kind]
		slices.SortStableFunc(top, func(a, b use) int { return q.compare(a.Amount, b.Amount) })
		result := guardduty.UsageTopAccountsResult{Feature: f.feature}
		for _, u := range top[:min(len(top), q.most)] {
			result.Accounts = append(result.Accounts, guardduty.UsageTopAccountResult{AccountId: ptr(u.account), Total: q.total(u.Amount)})
		}
		out = append(out, result)
	}
	return out, nil
}

// resources sums what was analysed by resource, as ARNs; of those that were asked for, or of all.
func (q usageQuery) resources(tx picket.Tx, region string, accounts []string) (map[string]Amount, error) {
	sums := map[string]Amount{}
	for _, account := range accounts {
		at := picket.Caller{Account: account, Region: region}
		err := eachResource(tx, at, q.first, func(_ string, u resourceUse) {
			name := u.arn(at)
			if slices.Contains(q.kinds, u.Kind) && (len(q.Resources) == 0 || slices.Contains(q.Resources, name)) {
				sums[name] = sums[name].plus(u.Amount)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// arn names the resource.
func (u resourceUse) arn(at picket.Caller) string {
	partition, kind := picket.AWSPartition(at.Region), "vpc"
	switch {
	case u.Kind == S3Events:
		return "arn:" + partition + ":s3:::" + u.Resource
	case strings.HasPrefix(u.Resource, "i-"):
		kind = "instance"
	case strings.HasPrefix(u.Resource, "eni-"):
		kind = "network-interface"
	}
	return fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", partition, at.Region, at.Account, kind, u.Resource)
}

func (q usageQuery) sumByResource(tx picket.Tx, region string, accounts []string, after string) (guardduty.List[guardduty.UsageResourceResult], string, error) {
	sums, err := q.resources(tx, region, accounts)
	names, next := pageAfter(slices.Sorted(maps.Keys(sums)), after, q.most)
	return q.resourceResults(names, sums), next, err
}

func (q usageQuery) topResources(tx picket.Tx, region string, accounts []string) (guardduty.List[guardduty.UsageResourceResult], error) {
	sums, err := q.resources(tx, region, accounts)
	names := slices.SortedFunc(maps.Keys(sums), func(a, b string) int {
		return cmp.Or(q.compare(sums[a], sums[b]), cmp.Compare(a, b))
	})
	return q.resourceResults(names[:min(len(names), q.most)], sums), err
}

func (q usageQuery) resourceResults(names []string, sums map[string]Amount) (out guardduty.List[guardduty.UsageResourceResult]) {
	for _, name := range names {
		out = append(out, guardduty.UsageResourceResult{Resource: ptr(name), Total: q.total(sums[name])})
	}
	return out
}

// usageAccounts are the caller and its associated members, or those of them that were asked for, by id.
func (s *Service) usageAccounts(tx picket.Tx, c picket.Caller, criteria *guardduty.UsageCriteria) ([]string, error) {
	wanted := map[string]bool{}
	if criteria != nil {
		for _, a := range criteria.AccountIds {
			wanted[a] = true
		}
	}
	var accounts []string
	add := func(account string) {
		if len(wanted) == 0 || wanted[account] {
			accounts = append(accounts, account)
		}
	}
	over, err := isDismissed(tx, c.Account, c.Region)
	if err != nil {
		return nil, err
	}
	own := false
	err = eachMember(tx, c.Account, c.Region, func(m picket.Member) error {
		if !own && m.Account > c.Account {
			add(c.Account)
			own = true
		}
		if m.Status.Associated() && !(over && m.Mode == picket.Organization) {
			add(m.Account)
		}
		return nil
	})
	if !own {
		add(c.Account)
	}
	return accounts, err
}

// pageAfter returns a page of sorted ids.
func pageAfter(ids []string, after string, n int) ([]string, string) {
	i := 0
	for i < len(ids) && ids[i] <= after {
		i++
	}
	return pageOf(ids[i:], n, func(id string) string { return id })
}
