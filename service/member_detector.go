package service

import (
	"context"

	"picket"
	"picket/guardduty"
)

// GetMemberDetectors tells which features the caller's associated members have on.
func (s *Service) GetMemberDetectors(ctx context.Context, c picket.Caller, in *guardduty.GetMemberDetectorsRequest) (*guardduty.GetMemberDetectorsResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetMemberDetectorsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		out := &guardduty.GetMemberDetectorsResponse{}
		var err error
		out.UnprocessedAccounts, err = unprocessed(in.AccountIds, func(account string) error {
			if _, err := associated(tx, c, account); err != nil {
				return err
			}
			d, err := detectorOf(tx, account, c.Region)
			if err != nil || d == nil {
				return err
			}
			out.MemberDataSourceConfigurations = append(out.MemberDataSourceConfigurations, guardduty.MemberDataSourceConfiguration{
				AccountId: ptr(account), DataSources: d.dataSources(c.Region), Features: d.memberFeatures(),
			})
			return nil
		})
		return out, err
	})
}

// memberFeatures writes the features that an administrator may see, in the contract's order.
func (d *detector) memberFeatures() []guardduty.MemberFeaturesConfigurationResult {
	var out []guardduty.MemberFeaturesConfigurationResult
	for _, name := range guardduty.OrgFeature("").Values() {
		f := d.Features[string(name)]
		result := guardduty.MemberFeaturesConfigurationResult{Name: name, Status: status(f.Enabled), UpdatedAt: instant(max(f.UpdatedAt, d.CreatedAt))}
		for _, a := range told(string(name), f.Additional) {
			v := f.Additional[a]
			result.AdditionalConfiguration = append(result.AdditionalConfiguration, guardduty.MemberAdditionalConfigurationResult{
				Name: guardduty.OrgFeatureAdditionalConfiguration(a), Status: status(v.Enabled), UpdatedAt: instant(max(v.UpdatedAt, d.CreatedAt)),
			})
		}
		out = append(out, result)
	}
	return out
}

// UpdateMemberDetectors switches features of members that the caller's organization manages. Other members decide for
// themselves.
func (s *Service) UpdateMemberDetectors(ctx context.Context, c picket.Caller, in *guardduty.UpdateMemberDetectorsRequest) (*guardduty.UpdateMemberDetectorsResponse, error) {
	changes := sourceChanges(in.DataSources)
	for _, f := range in.Features {
		wish := change{name: string(f.Name), status: f.Status}
		for _, a := range f.AdditionalConfiguration {
			wish.additional = append(wish.additional, change{name: string(a.Name), status: a.Status})
		}
		changes = append(changes, wish)
	}
	refused, err := s.eachAccount(ctx, c, in.DetectorId, in.AccountIds, func(tx picket.Tx, account string) error {
		m, err := associated(tx, c, account)
		if err != nil {
			return err
		}
		if m.Mode != picket.Organization {
			return refuse("The request is rejected because the given account ID is a member by invitation.", "It switches its features itself.")
		}
		d, err := detectorOf(tx, account, c.Region)
		if err != nil || d == nil {
			return err
		}
		if err := d.change(changes, s.now()); err != nil {
			return err
		}
		d.UpdatedAt = s.now()
		return s.putDetector(tx, c.Region, d)
	})
	return &guardduty.UpdateMemberDetectorsResponse{UnprocessedAccounts: refused}, err
}
