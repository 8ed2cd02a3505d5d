package service

import (
	"slices"
	"time"

	"picket"
	"picket/guardduty"
)

// features is what a detector analyses beside the foundation, by the names of the contract.
type features map[string]feature

type feature struct {
	Enabled    bool     `json:"enabled"`
	UpdatedAt  int64    `json:"updatedAt"`         // milliseconds since the epoch
	FirstOn    int64    `json:"firstOn,omitempty"` // when it was switched on first
	Additional features `json:"additional,omitempty"`
}

// foundation is what every detector analyses, whatever its features.
var foundation = []guardduty.DetectorFeatureResult{
	guardduty.DetectorFeatureResultCloudTrail, guardduty.DetectorFeatureResultDnsLogs, guardduty.DetectorFeatureResultFlowLogs,
}

// The features that monitor the same, of which one can be on: the second includes the first.
const (
	eksRuntime = "EKS_RUNTIME_MONITORING"
	anyRuntime = "RUNTIME_MONITORING"
)

// additional names what a feature may be configured with.
var additional = map[string][]string{
	eksRuntime:         {"EKS_ADDON_MANAGEMENT"},
	anyRuntime:         {"EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"},
	"RDS_LOGIN_EVENTS": {untold},
}

// untold is the additional configuration that is told of only once somebody set it: Terraform's provider doesn't know it, and
// would want it away at every plan.
const untold = "RDS_DATA_RISK"

// told names the additional configuration of a feature that clients are told of, of which some is set.
func told[T any](feature string, set map[string]T) []string {
	return slices.DeleteFunc(slices.Clone(additional[feature]), func(name string) bool {
		_, isSet := set[name]
		return name == untold && !isSet
	})
}

// newFeatures are those of a new detector: S3 data events are analysed if logs have them, because Picket can and it costs
// nothing; nothing else turns itself on.
func newFeatures(now int64) features {
	f := features{}
	for _, name := range guardduty.DetectorFeature("").Values() {
		f[string(name)] = feature{UpdatedAt: now}
	}
	f["S3_DATA_EVENTS"] = feature{Enabled: true, UpdatedAt: now, FirstOn: now}
	return f
}

// change is a wish to switch a feature, from any of the shapes that carry one.
type change struct {
	name       string
	status     guardduty.FeatureStatus
	additional []change
}

// switched returns the feature switched at a time. What changes nothing keeps its time, so that clients see no difference.
func (f feature) switched(on bool, now int64) feature {
	if on != f.Enabled || f.UpdatedAt == 0 {
		f.Enabled, f.UpdatedAt = on, now
	}
	if on && f.FirstOn == 0 {
		f.FirstOn = f.UpdatedAt
	}
	return f
}

// oneRuntime refuses a request that names both features that monitor the same, or one so that both are on then. A request
// that names neither is not held up by what was.
func oneRuntime(named, on func(feature string) bool) error {
	switch {
	case named(eksRuntime) && named(anyRuntime):
		return refuse(invalidValue, "features has both %s and %s; %[2]s includes the other.", eksRuntime, anyRuntime)
	case (named(eksRuntime) || named(anyRuntime)) && on(eksRuntime) && on(anyRuntime):
		return refuse(invalidValue, "%s and %s can't both be on; %[2]s includes the other. Switch one off first.", eksRuntime, anyRuntime)
	}
	return nil
}

// additionalOf refuses what a feature can't be configured with.
func additionalOf(feature, name string) error {
	if !slices.Contains(additional[feature], name) {
		return refuse(invalidValue, "%s is no additional configuration of %s.", name, feature)
	}
	return nil
}

// change switches features of a detector; a suspended one gets no new ones.
func (d *detector) change(changes []change, now int64) error {
	for _, c := range changes {
		if !d.Enabled && c.status == guardduty.FeatureStatusEnabled && !d.Features[c.name].Enabled {
			return refuse("The request failed because you cannot enable a data source while the detector is disabled.", "Enable the detector before %s.", c.name)
		}
	}
	return d.Features.apply(changes, now)
}

// apply switches features.
func (f features) apply(changes []change, now int64) error {
	for _, c := range changes {
		if c.name == "" || c.status == "" {
			return refuse(invalidValue, "Every feature needs a name and a status.")
		}
		old := f[c.name]
		next := old.switched(c.status == guardduty.FeatureStatusEnabled, now)
		for _, a := range c.additional {
			if err := additionalOf(c.name, a.name); err != nil {
				return err
			}
		}
		if len(c.additional) > 0 {
			next.Additional = clone(old.Additional)
			if err := next.Additional.apply(c.additional, now); err != nil {
				return err
			}
		}
		f[c.name] = next
	}
	named := func(name string) bool {
		return slices.ContainsFunc(changes, func(c change) bool { return c.name == name })
	}
	return oneRuntime(named, func(name string) bool { return f[name].Enabled })
}

func clone(f features) features {
	c := make(features, len(f))
	for name, v := range f {
		c[name] = v
	}
	return c
}

func status(enabled bool) guardduty.FeatureStatus {
	if enabled {
		return guardduty.FeatureStatusEnabled
	}
	return guardduty.FeatureStatusDisabled
}

func instant(ms int64) *guardduty.Timestamp { return guardduty.NewTimestamp(time.UnixMilli(ms)) }

// detectorChanges reads the wishes of CreateDetector and UpdateDetector.
func detectorChanges(sources *guardduty.DataSourceConfigurations, list []guardduty.DetectorFeatureConfiguration) []change {
	changes := sourceChanges(sources)
	for _, f := range list {
		c := change{name: string(f.Name), status: f.Status}
		for _, a := range f.AdditionalConfiguration {
			c.additional = append(c.additional, change{name: string(a.Name), status: a.Status})
		}
		changes = append(changes, c)
	}
	return changes
}

// sourceChanges reads the deprecated way of switching features.
func sourceChanges(s *guardduty.DataSourceConfigurations) []change {
	if s == nil {
		return nil
	}
	var changes []change
	wish := func(name string, enable *bool) {
		if enable != nil {
			changes = append(changes, change{name: name, status: status(*enable)})
		}
	}
	if s.S3Logs != nil {
		wish("S3_DATA_EVENTS", s.S3Logs.Enable)
	}
	if s.Kubernetes != nil && s.Kubernetes.AuditLogs != nil {
		wish("EKS_AUDIT_LOGS", s.Kubernetes.AuditLogs.Enable)
	}
	if s.MalwareProtection != nil && s.MalwareProtection.ScanEc2InstanceWithFindings != nil {
		wish("EBS_MALWARE_PROTECTION", s.MalwareProtection.ScanEc2InstanceWithFindings.EbsVolumes)
	}
	return changes
}

// detectorFeatures writes features in the contract's order, the foundation first: clients compare lists.
func (d *detector) detectorFeatures() []guardduty.DetectorFeatureConfigurationResult {
	switchable := guardduty.DetectorFeature("").Values()
	out := make([]guardduty.DetectorFeatureConfigurationResult, 0, len(foundation)+len(switchable))
	for _, name := range foundation {
		out = append(out, guardduty.DetectorFeatureConfigurationResult{
			Name: name, Status: guardduty.FeatureStatusEnabled, UpdatedAt: instant(d.CreatedAt),
		})
	}
	for _, name := range switchable {
		f := d.Features[string(name)]
		result := guardduty.DetectorFeatureConfigurationResult{
			Name: guardduty.DetectorFeatureResult(name), Status: status(f.Enabled), UpdatedAt: instant(f.UpdatedAt),
		}
		for _, a := range told(string(name), f.Additional) {
			v := f.Additional[a]
			result.AdditionalConfiguration = append(result.AdditionalConfiguration, guardduty.DetectorAdditionalConfigurationResult{
				Name: guardduty.FeatureAdditionalConfiguration(a), Status: status(v.Enabled), UpdatedAt: instant(max(v.UpdatedAt, d.CreatedAt)),
			})
		}
		out = append(out, result)
	}
	return out
}

// dataSources writes the deprecated form of features.
func (d *detector) dataSources(region string) *guardduty.DataSourceConfigurationsResult {
	source := func(name string) guardduty.DataSourceStatus {
		return guardduty.DataSourceStatus(status(d.Features[name].Enabled))
	}
	on, at := guardduty.DataSourceStatusEnabled, picket.Caller{Account: d.Account, Region: region}
	return &guardduty.DataSourceConfigurationsResult{
		CloudTrail: &guardduty.CloudTrailConfigurationResult{Status: on},
		DNSLogs:    &guardduty.DNSLogsConfigurationResult{Status: on},
		FlowLogs:   &guardduty.FlowLogsConfigurationResult{Status: on},
		S3Logs:     &guardduty.S3LogsConfigurationResult{Status: source("S3_DATA_EVENTS")},
		Kubernetes: &guardduty.KubernetesConfigurationResult{
			AuditLogs: &guardduty.KubernetesAuditLogsConfigurationResult{Status: source("EKS_AUDIT_LOGS")},
		},
		MalwareProtection: &guardduty.MalwareProtectionConfigurationResult{
			ScanEc2InstanceWithFindings: &guardduty.ScanEc2InstanceWithFindingsResult{
				EbsVolumes: &guardduty.EbsVolumesResult{Status: source("EBS_MALWARE_PROTECTION")},
			},
			ServiceRole: ptr(linkedRole(at, "malware-protection.guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDutyMalwareProtection")),
		},
	}
}
