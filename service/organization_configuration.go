package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"picket"
	"picket/guardduty"
)

// organizationConfig is what a delegated administrator switches on for its organization.
type organizationConfig struct {
	AutoEnable guardduty.AutoEnableMembers `json:"autoEnable"`
	Features   autoFeatures                `json:"features"`
}

// autoFeatures says of features, by name, for which members they are switched on.
type autoFeatures map[string]autoFeature

type autoFeature struct {
	AutoEnable guardduty.OrgFeatureStatus `json:"autoEnable"`
	Additional autoFeatures               `json:"additional,omitempty"`
}

const (
	configKind = belongings + "organization"
	configID   = "configuration"
)

// configOf returns the configuration of the caller's organization; nothing is on by itself.
func configOf(tx picket.Tx, c picket.Caller) (organizationConfig, error) {
	config, err := get[organizationConfig](tx, key(c, configKind, configID))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return organizationConfig{AutoEnable: guardduty.AutoEnableMembersNone, Features: autoFeatures{}}, nil
	}
	return config, err
}

// enable switches on what the organization wants: of every member, or also of one that is new. Of the features that monitor
// the same it leaves the one on that includes the other.
func (o organizationConfig) enable(f features, now int64, allOnly bool) {
	auto := o.Features
	if f[anyRuntime].Enabled || auto[anyRuntime].wanted(allOnly) {
		auto = maps.Clone(auto)
		delete(auto, eksRuntime)
		f[eksRuntime] = f[eksRuntime].switched(false, now)
	}
	auto.enable(f, now, allOnly)
}

func (a autoFeature) wanted(allOnly bool) bool {
	return a.AutoEnable == guardduty.OrgFeatureStatusAll || a.AutoEnable == guardduty.OrgFeatureStatusNew && !allOnly
}

func (a autoFeatures) enable(f features, now int64, allOnly bool) {
	for name, auto := range a {
		old, set := f[name]
		if !set && !auto.wanted(allOnly) && len(auto.Additional) == 0 {
			continue // nobody sets it
		}
		if auto.wanted(allOnly) {
			old = old.switched(true, now)
		}
		if len(auto.Additional) > 0 {
			old.Additional = clone(old.Additional)
			auto.Additional.enable(old.Additional, now, allOnly)
		}
		f[name] = old
	}
}

// UpdateOrganizationConfiguration says which accounts of the organization are enrolled by themselves, and with which
// features. ALL takes effect at once, on the administrator itself and on suspended and removed accounts too, and later on
// those that can't be enrolled yet; NONE undoes nothing.
func (s *Service) UpdateOrganizationConfiguration(ctx context.Context, c picket.Caller, in *guardduty.UpdateOrganizationConfigurationRequest) (*guardduty.UpdateOrganizationConfigurationResponse, error) {
	mark := applying{Call: newID()}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		org, err := appointed(tx, c, in.DetectorId)
		if err != nil {
			return err
		}
		if err := org.config.change(in); err != nil {
			return err
		}
		if org.config.AutoEnable == guardduty.AutoEnableMembersAll {
			if err := s.setDetector(tx, c.Account, c.Region, true); err != nil {
				return err
			}
		}
		if err := tx.Documents().Put(key(c, configKind, configID), org.config); err != nil {
			return err
		}
		return tx.Documents().Put(key(c, applyKind, configID), mark)
	})
	if err != nil {
		return nil, err
	}
	// The caller may go away, the configuration stays.
	return &guardduty.UpdateOrganizationConfigurationResponse{}, s.applyToAll(context.WithoutCancel(ctx), c, mark)
}

// appointed returns the organization that the caller administrates, or refuses.
func appointed(tx picket.Tx, c picket.Caller, detectorID *string) (*organization, error) {
	if _, err := owned(tx, c, detectorID); err != nil {
		return nil, err
	}
	org, err := organizationOf(tx, c)
	if err == nil && org == nil {
		err = refuse(notManagement, "Account %s is no organization's GuardDuty administrator in %s.", c.Account, c.Region)
	}
	return org, err
}

// change takes over what the request says; the older way of saying it excludes the newer.
func (o *organizationConfig) change(in *guardduty.UpdateOrganizationConfigurationRequest) error {
	if in.AutoEnable != nil && in.AutoEnableOrganizationMembers != "" {
		return refuse(invalidValue, "Give autoEnable or autoEnableOrganizationMembers, not both.")
	}
	switch {
	case in.AutoEnableOrganizationMembers != "":
		o.AutoEnable = in.AutoEnableOrganizationMembers
	case in.AutoEnable != nil && *in.AutoEnable:
		o.AutoEnable = guardduty.AutoEnableMembersNew
	case in.AutoEnable != nil:
		o.AutoEnable = guardduty.AutoEnableMembersNone
	}
	if o.Features == nil {
		o.Features = autoFeatures{}
	}
	for name, on := range organizationSources(in.DataSources) {
		f := o.Features[name]
		if on != f.wanted(false) { // else it may be ALL, as which Terraform sends back what it read
			f.AutoEnable = autoStatus(on)
			o.Features[name] = f
		}
	}
	for _, f := range in.Features {
		if f.Name == "" || f.AutoEnable == "" {
			return refuse(invalidValue, "Every feature needs a name and autoEnable.")
		}
		next := autoFeature{AutoEnable: f.AutoEnable, Additional: autoFeatures{}}
		for name, a := range o.Features[string(f.Name)].Additional {
			next.Additional[name] = a
		}
		for _, a := range f.AdditionalConfiguration {
			if err := additionalOf(string(f.Name), string(a.Name)); err != nil {
				return err
			}
			next.Additional[string(a.Name)] = autoFeature{AutoEnable: a.AutoEnable}
		}
		o.Features[string(f.Name)] = next
	}
	named := func(name string) bool {
		return slices.ContainsFunc(in.Features, func(f guardduty.OrganizationFeatureConfiguration) bool { return string(f.Name) == name })
	}
	return oneRuntime(named, func(name string) bool { return o.Features[name].wanted(false) })
}

func autoStatus(on bool) guardduty.OrgFeatureStatus {
	if on {
		return guardduty.OrgFeatureStatusNew
	}
	return guardduty.OrgFeatureStatusNone
}

// organizationSources reads the deprecated way of saying which features new members have.
func organizationSources(d *guardduty.OrganizationDataSourceConfigurations) map[string]bool {
	out := map[string]bool{}
	if d == nil {
		return out
	}
	set := func(name string, on *bool) {
		if on != nil {
			out[name] = *on
		}
	}
	if d.S3Logs != nil {
		set("S3_DATA_EVENTS", d.S3Logs.AutoEnable)
	}
	if d.Kubernetes != nil && d.Kubernetes.AuditLogs != nil {
		set("EKS_AUDIT_LOGS", d.Kubernetes.AuditLogs.AutoEnable)
	}
	if m := d.MalwareProtection; m != nil && m.ScanEc2InstanceWithFindings != nil && m.ScanEc2InstanceWithFindings.EbsVolumes != nil {
		set("EBS_MALWARE_PROTECTION", m.ScanEc2InstanceWithFindings.EbsVolumes.AutoEnable)
	}
	return out
}

// applyKind is the kind of a document that stands while a configuration is being applied.
const applyKind = belongings + "organization-apply"

// applying is such a document: the latest call's, as another may begin before one ends.
type applying struct {
	Call string `json:"call"`
}

// applyToAll enrols every account of the organization if the configuration says ALL, and switches features of members on
// that all have. What a stop of the server interrupts, Sweep finishes.
func (s *Service) applyToAll(ctx context.Context, c picket.Caller, mark applying) error {
	if err := s.enrolMissing(ctx, c); err != nil {
		return err
	}
	if err := s.equipMembers(ctx, c); err != nil {
		return err
	}
	return finished(ctx, s, key(c, applyKind, configID), mark)
}

// enrolMissing enrols the accounts of the caller's organization that it has not enrolled, if all are to be.
func (s *Service) enrolMissing(ctx context.Context, c picket.Caller) error {
	accounts, err := view(ctx, s, func(tx picket.Tx) ([]string, error) { return missing(tx, c) })
	if err != nil {
		return err
	}
	return s.eachBatch(ctx, accounts, memberBatch, func(tx picket.Tx, accounts []string) error {
		org, err := organizationOf(tx, c)
		if err != nil || org == nil || org.config.AutoEnable != guardduty.AutoEnableMembersAll {
			return err
		}
		_, err = s.enrolAll(tx, c, org, accounts)
		return err
	})
}

// missing returns the accounts that enrolMissing is for, by id. It takes few queries, as Sweep asks every few minutes.
func missing(tx picket.Tx, c picket.Caller) (accounts []string, err error) {
	org, err := organizationOf(tx, c)
	if err != nil || org == nil || org.config.AutoEnable != guardduty.AutoEnableMembersAll {
		return nil, err
	}
	has := map[string]bool{c.Account: true}
	err = eachMember(tx, c.Account, c.Region, func(m picket.Member) error {
		has[m.Account] = enrolled(m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachOrganizationAccount(tx, org.management, func(account string) error {
		if !has[account] {
			accounts = append(accounts, account)
		}
		return nil
	})
	return accounts, err
}

// equipMembers switches features on that all members of the caller's organization have.
func (s *Service) equipMembers(ctx context.Context, c picket.Caller) error {
	return s.inBatches(ctx, c.Account, c.Region, func(tx picket.Tx, members []picket.Member) error {
		org, err := organizationOf(tx, c)
		if err != nil || org == nil {
			return err
		}
		for _, m := range members {
			d, err := detectorOf(tx, m.Account, c.Region)
			if err != nil {
				return err
			}
			if !m.Status.Associated() || m.Mode != picket.Organization || d == nil {
				continue
			}
			org.config.enable(d.Features, s.now(), true)
			if err := s.putDetector(tx, c.Region, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// enrolLate enrols accounts that could not be when all were: they were closed then, members of others, or too many.
func (s *Service) enrolLate(ctx context.Context) error {
	var configs []picket.DocumentKey
	err := s.Store.View(ctx, func(tx picket.Tx) error {
		return eachDocument(tx, configKind, func(d picket.Document) error {
			configs = append(configs, d.DocumentKey)
			return nil
		})
	})
	for _, k := range configs {
		if one := s.enrolMissing(ctx, picket.Operator(k.Account, k.Region)); one != nil {
			err = errors.Join(err, fmt.Errorf("enrol accounts of organization of %s: %w", k.Account, one))
		}
	}
	return err
}

// refuseWhileAll refuses to remove or suspend a member that the organization's configuration would bring back.
func refuseWhileAll(tx picket.Tx, c picket.Caller, m *picket.Member) error {
	if m.Mode != picket.Organization {
		return nil
	}
	org, err := organizationOf(tx, c)
	if err != nil || org == nil || org.config.AutoEnable != guardduty.AutoEnableMembersAll {
		return err
	}
	return refuse("The request is rejected because auto-enable is set to ALL for the organization.", "Set autoEnableOrganizationMembers to NEW or NONE first.")
}

// DescribeOrganizationConfiguration tells what UpdateOrganizationConfiguration set.
func (s *Service) DescribeOrganizationConfiguration(ctx context.Context, c picket.Caller, in *guardduty.DescribeOrganizationConfigurationRequest) (*guardduty.DescribeOrganizationConfigurationResponse, error) {
	if _, err := s.after(c, "organization configuration", in.NextToken); err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.DescribeOrganizationConfigurationResponse, error) {
		org, err := appointed(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		room, err := s.room(tx, c, org)
		if err != nil {
			return nil, err
		}
		return &guardduty.DescribeOrganizationConfigurationResponse{
			MemberAccountLimitReached:     guardduty.Ptr(room <= 0),
			AutoEnable:                    guardduty.Ptr(org.config.AutoEnable != guardduty.AutoEnableMembersNone),
			AutoEnableOrganizationMembers: org.config.AutoEnable,
			DataSources:                   org.config.dataSources(),
			Features:                      org.config.features(),
		}, nil
	})
}

// features writes every feature in the contract's order: clients compare lists.
func (o organizationConfig) features() []guardduty.OrganizationFeatureConfigurationResult {
	status := func(a autoFeature) guardduty.OrgFeatureStatus {
		if a.AutoEnable == "" {
			return guardduty.OrgFeatureStatusNone
		}
		return a.AutoEnable
	}
	var out []guardduty.OrganizationFeatureConfigurationResult
	for _, name := range guardduty.OrgFeature("").Values() {
		auto := o.Features[string(name)]
		result := guardduty.OrganizationFeatureConfigurationResult{Name: name, AutoEnable: status(auto)}
		for _, a := range told(string(name), auto.Additional) {
			result.AdditionalConfiguration = append(result.AdditionalConfiguration, guardduty.OrganizationAdditionalConfigurationResult{
				Name: guardduty.OrgFeatureAdditionalConfiguration(a), AutoEnable: status(auto.Additional[a]),
			})
		}
		out = append(out, result)
	}
	return out
}

// dataSources writes the deprecated form of features.
func (o organizationConfig) dataSources() *guardduty.OrganizationDataSourceConfigurationsResult {
	on := func(name string) *bool {
		s := o.Features[name].AutoEnable
		return guardduty.Ptr(s == guardduty.OrgFeatureStatusAll || s == guardduty.OrgFeatureStatusNew)
	}
	return &guardduty.OrganizationDataSourceConfigurationsResult{
		S3Logs: &guardduty.OrganizationS3LogsConfigurationResult{AutoEnable: on("S3_DATA_EVENTS")},
		Kubernetes: &guardduty.OrganizationKubernetesConfigurationResult{
			AuditLogs: &guardduty.OrganizationKubernetesAuditLogsConfigurationResult{AutoEnable: on("EKS_AUDIT_LOGS")},
		},
		MalwareProtection: &guardduty.OrganizationMalwareProtectionConfigurationResult{
			ScanEc2InstanceWithFindings: &guardduty.OrganizationScanEc2InstanceWithFindingsResult{
				EbsVolumes: &guardduty.OrganizationEbsVolumesResult{AutoEnable: on("EBS_MALWARE_PROTECTION")},
			},
		},
	}
}
