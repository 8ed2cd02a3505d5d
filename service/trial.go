package service

import (
	"cmp"
	"context"

	"picket"
	"picket/guardduty"
)

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
			left := s.trial(d)
			out.Accounts = append(out.Accounts, guardduty.AccountFreeTrialInfo{AccountId: ptr(account), DataSources: sourceTrial(left), Features: left})
			return nil
		})
		return out, err
	})
}

// trials names in the contract's words for trials what goes by another name as a feature.
var trials = map[guardduty.DetectorFeatureResult][]guardduty.FreeTrialFeatureResult{
	guardduty.DetectorFeatureResultRuntimeMonitoring: {
		guardduty.FreeTrialFeatureResultEc2RuntimeMonitoring, guardduty.FreeTrialFeatureResultEksRuntimeMonitoring,
		guardduty.FreeTrialFeatureResultFargateRuntimeMonitoring,
	},
}

// trial tells of the features that are on. A trial begins once, however often a feature is switched.
func (s *Service) trial(d *detector) []guardduty.FreeTrialFeatureConfigurationResult {
	var out []guardduty.FreeTrialFeatureConfigurationResult
	for _, f := range d.detectorFeatures() {
		if f.Status != guardduty.FeatureStatusEnabled {
			continue
		}
		names := trials[f.Name]
		if names == nil {
			names = []guardduty.FreeTrialFeatureResult{guardduty.FreeTrialFeatureResult(f.Name)}
		}
		used := (s.now() - cmp.Or(d.Features[string(f.Name)].FirstOn, f.UpdatedAt.UnixMilli())) / (24 * 3600 * 1000)
		for _, name := range names {
			out = append(out, guardduty.FreeTrialFeatureConfigurationResult{
				Name: name, FreeTrialDaysRemaining: guardduty.Ptr(int32(max(0, trialDays-used))),
			})
		}
	}
	return out
}

// sourceTrial is the deprecated form of trial.
func sourceTrial(all []guardduty.FreeTrialFeatureConfigurationResult) *guardduty.DataSourcesFreeTrial {
	left := func(name guardduty.FreeTrialFeatureResult) *guardduty.DataSourceFreeTrial {
		for _, f := range all {
			if f.Name == name {
				return &guardduty.DataSourceFreeTrial{FreeTrialDaysRemaining: f.FreeTrialDaysRemaining}
			}
		}
		return nil
	}
	out := &guardduty.DataSourcesFreeTrial{
		CloudTrail: left(guardduty.FreeTrialFeatureResultCloudTrail), DnsLogs: left(guardduty.FreeTrialFeatureResultDnsLogs),
		FlowLogs: left(guardduty.FreeTrialFeatureResultFlowLogs), S3Logs: left(guardduty.FreeTrialFeatureResultS3DataEvents),
	}
	if l := left(guardduty.FreeTrialFeatureResultEksAuditLogs); l != nil {
		out.Kubernetes = &guardduty.KubernetesDataSourceFreeTrial{AuditLogs: l}
	}
	if l := left(guardduty.FreeTrialFeatureResultEbsMalwareProtection); l != nil {
		out.MalwareProtection = &guardduty.MalwareProtectionDataSourceFreeTrial{ScanEc2InstanceWithFindings: l}
	}
	return out
}
