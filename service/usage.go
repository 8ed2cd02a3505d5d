package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// GetUsageStatistics tells what the analysis of the caller's and its members' logs costs: nothing, on one's own hardware.
func (s *Service) GetUsageStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetUsageStatisticsRequest) (*guardduty.GetUsageStatisticsResponse, error) {
	after, err := s.after(c, "usage", in.NextToken)
	if err != nil {
		return nil, err
	}
	if unit := str(in.Unit); unit != "" && unit != "USD" {
		return nil, refuse(invalidValue, "unit %q is not USD.", unit)
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetUsageStatisticsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		accounts, err := s.usageAccounts(tx, c, in.UsageCriteria)
		if err != nil {
			return nil, err
		}
		out := &guardduty.GetUsageStatisticsResponse{UsageStatistics: &guardduty.UsageStatistics{}}
		u, free := out.UsageStatistics, &guardduty.Total{Amount: ptr("0.00"), Unit: ptr("USD")}
		switch in.UsageStatisticType {
		case guardduty.UsageStatisticTypeSumByAccount:
			page, next := pageAfter(accounts, after, limit(in.MaxResults))
			out.NextToken = s.nextToken(c, "usage", next)
			for _, a := range page {
				u.SumByAccount = append(u.SumByAccount, guardduty.UsageAccountResult{AccountId: ptr(a), Total: free})
			}
		case guardduty.UsageStatisticTypeSumByDataSource:
			for _, source := range in.UsageCriteria.DataSources {
				u.SumByDataSource = append(u.SumByDataSource, guardduty.UsageDataSourceResult{DataSource: source, Total: free})
			}
		case guardduty.UsageStatisticTypeSumByFeatures:
			for _, f := range in.UsageCriteria.Features {
				u.SumByFeature = append(u.SumByFeature, guardduty.UsageFeatureResult{Feature: f, Total: free})
			}
		}
		return out, nil
	})
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
	own := false
	err := eachMember(tx, c.Account, c.Region, func(m picket.Member) error {
		if !own && m.Account > c.Account {
			add(c.Account)
			own = true
		}
		if m.Status.Associated() {
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

// trialDays is how long GuardDuty's free trial lasts; here everything is free for ever, and clients that ask are told what
// they expect.
const trialDays = 30

// GetRemainingFreeTrialDays counts down as GuardDuty does, from when each feature was switched on.
func (s *Service) GetRemainingFreeTrialDays(ctx context.Context, c picket.Caller, in *guardduty.GetRemainingFreeTrialDaysRequest) (*guardduty.GetRemainingFreeTrialDaysResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetRemainingFreeTrialDaysResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		out := &guardduty.GetRemainingFreeTrialDaysResponse{Accounts: []guardduty.AccountFreeTrialInfo{}}
		var err error
		out.UnprocessedAccounts, err = unprocessed(in.AccountIds, func(account string) error {
			if account != c.Account {
				if _, err := associated(tx, c, account); err != nil {
					return err
				}
			}
			d, err := detectorOf(tx, account, c.Region)
			if err != nil || d == nil {
				return err
			}
			out.Accounts = append(out.Accounts, guardduty.AccountFreeTrialInfo{AccountId: ptr(account), Features: s.trial(d)})
			return nil
		})
		return out, err
	})
}

func (s *Service) trial(d *detector) []guardduty.FreeTrialFeatureConfigurationResult {
	var out []guardduty.FreeTrialFeatureConfigurationResult
	for _, f := range d.detectorFeatures() {
		if f.Status != guardduty.FeatureStatusEnabled {
			continue
		}
		used := (s.now() - f.UpdatedAt.UnixMilli()) / (24 * 3600 * 1000)
		out = append(out, guardduty.FreeTrialFeatureConfigurationResult{
			Name: guardduty.FreeTrialFeatureResult(f.Name), FreeTrialDaysRemaining: guardduty.Ptr(int32(max(0, trialDays-used))),
		})
	}
	return out
}

// ListCoverage lists resources and whether their runtime is covered; no logs that Picket reads tell of any.
func (s *Service) ListCoverage(ctx context.Context, c picket.Caller, in *guardduty.ListCoverageRequest) (*guardduty.ListCoverageResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListCoverageResponse, error) {
		_, err := owned(tx, c, in.DetectorId)
		return &guardduty.ListCoverageResponse{}, err
	})
}

// GetCoverageStatistics counts what ListCoverage lists.
func (s *Service) GetCoverageStatistics(ctx context.Context, c picket.Caller, in *guardduty.GetCoverageStatisticsRequest) (*guardduty.GetCoverageStatisticsResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetCoverageStatisticsResponse, error) {
		_, err := owned(tx, c, in.DetectorId)
		return &guardduty.GetCoverageStatisticsResponse{CoverageStatistics: &guardduty.CoverageStatistics{}}, err
	})
}

// GetOrganizationStatistics counts the accounts of the caller's organization, and the features that they have on.
func (s *Service) GetOrganizationStatistics(ctx context.Context, c picket.Caller, _ *guardduty.Unit) (*guardduty.GetOrganizationStatisticsResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetOrganizationStatisticsResponse, error) {
		org, err := organizationOf(tx, c)
		if err != nil {
			return nil, err
		}
		if org == nil {
			return nil, refuse(notManagement, "Account %s is no organization's GuardDuty administrator in %s.", c.Account, c.Region)
		}
		var total, members, active, enabled int32
		byFeature := map[string]int32{}
		err = eachOrganizationAccount(tx, org.management, func(account string) error {
			total++
			m, err := memberOf(tx, c, account)
			if err != nil {
				return err
			}
			if m.Status.Associated() {
				members++
			}
			d, err := detectorOf(tx, account, c.Region)
			if err != nil || d == nil {
				return err
			}
			enabled++
			if d.Enabled {
				active++
			}
			for name, f := range d.Features {
				if f.Enabled {
					byFeature[name]++
				}
			}
			return nil
		})
		stats := &guardduty.OrganizationStatistics{
			TotalAccountsCount: &total, MemberAccountsCount: &members, ActiveAccountsCount: &active, EnabledAccountsCount: &enabled,
		}
		for _, name := range guardduty.OrgFeature("").Values() {
			stats.CountByFeature = append(stats.CountByFeature, guardduty.OrganizationFeatureStatistics{
				Name: name, EnabledAccountsCount: guardduty.Ptr(byFeature[string(name)]),
			})
		}
		return &guardduty.GetOrganizationStatisticsResponse{OrganizationDetails: &guardduty.OrganizationDetails{
			UpdatedAt: instant(s.now()), OrganizationStatistics: stats,
		}}, err
	})
}
