package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

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
