package service_test

import (
	"context"
	"fmt"
	"testing"

	"picket"
	"picket/guardduty"
)

// Terraform's provider doesn't know RDS_DATA_RISK: where nobody set it, it isn't told of, as else every plan would want it away.
func TestDataRiskIsToldOnceSet(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin, member := w.organization()
	w.enable(member)
	w.ok(w.add(admin, member))
	w.enable(management)
	const name = "RDS_LOGIN_EVENTS"
	f := func(wantOwn, wantMember, wantOrganization string) {
		t.Helper()
		own, as, auto := "", "", ""
		d, err := w.GetDetector(ctx, member, &guardduty.GetDetectorRequest{DetectorId: w.detector(member)})
		w.ok(err)
		for _, f := range d.Features {
			if f.Name == name && len(f.AdditionalConfiguration) > 0 {
				own = fmt.Sprint(f.AdditionalConfiguration[0].Name, " ", f.AdditionalConfiguration[0].Status)
			}
		}
		m, err := w.GetMemberDetectors(ctx, admin, &guardduty.GetMemberDetectorsRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
		w.ok(err)
		for _, f := range m.MemberDataSourceConfigurations[0].Features {
			if f.Name == name && len(f.AdditionalConfiguration) > 0 {
				as = fmt.Sprint(f.AdditionalConfiguration[0].Name, " ", f.AdditionalConfiguration[0].Status)
			}
		}
		for _, f := range w.organizationFeatures(admin) {
			if f.Name == name && len(f.AdditionalConfiguration) > 0 {
				auto = fmt.Sprint(f.AdditionalConfiguration[0].Name, " ", f.AdditionalConfiguration[0].AutoEnable)
			}
		}
		if own != wantOwn || as != wantMember || auto != wantOrganization {
			t.Errorf("told %q, %q, %q; want %q, %q, %q", own, as, auto, wantOwn, wantMember, wantOrganization)
		}
	}
	organization := func(of guardduty.OrgFeatureStatus, additional ...guardduty.OrganizationAdditionalConfiguration) {
		t.Helper()
		_, err := w.UpdateOrganizationConfiguration(ctx, admin, &guardduty.UpdateOrganizationConfigurationRequest{
			DetectorId: w.detector(admin), Features: []guardduty.OrganizationFeatureConfiguration{{Name: name, AutoEnable: of, AdditionalConfiguration: additional}},
		})
		w.ok(err)
	}
	f("", "", "")
	_, err := w.UpdateDetector(ctx, member, &guardduty.UpdateDetectorRequest{
		DetectorId: w.detector(member), Features: []guardduty.DetectorFeatureConfiguration{{Name: name, Status: guardduty.FeatureStatusEnabled}},
	})
	w.ok(err)
	organization(guardduty.OrgFeatureStatusAll)
	f("", "", "")
	organization(guardduty.OrgFeatureStatusAll, guardduty.OrganizationAdditionalConfiguration{Name: "RDS_DATA_RISK", AutoEnable: guardduty.OrgFeatureStatusNone})
	f("", "", "RDS_DATA_RISK NONE")
	organization(guardduty.OrgFeatureStatusAll, guardduty.OrganizationAdditionalConfiguration{Name: "RDS_DATA_RISK", AutoEnable: guardduty.OrgFeatureStatusAll})
	f("RDS_DATA_RISK ENABLED", "RDS_DATA_RISK ENABLED", "RDS_DATA_RISK ALL")
	refused, err := w.UpdateMemberDetectors(ctx, admin, &guardduty.UpdateMemberDetectorsRequest{
		DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account},
		Features: []guardduty.MemberFeaturesConfiguration{{
			Name: name, Status: guardduty.FeatureStatusEnabled,
			AdditionalConfiguration: []guardduty.MemberAdditionalConfiguration{{Name: "RDS_DATA_RISK", Status: guardduty.FeatureStatusDisabled}},
		}},
	})
	w.ok(one(refused.UnprocessedAccounts, err))
	f("RDS_DATA_RISK DISABLED", "RDS_DATA_RISK DISABLED", "RDS_DATA_RISK ALL")
}

// Terraform sends back the data sources that it read, with whatever else it changes.
func TestDataSourcesSentBack(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, admin, _ := w.organization()
	f := func(before guardduty.OrgFeatureStatus, on bool, want guardduty.OrgFeatureStatus) {
		t.Helper()
		w.ok(w.configure(admin, "", guardduty.OrgFeatureS3DataEvents, before))
		_, err := w.UpdateOrganizationConfiguration(ctx, admin, &guardduty.UpdateOrganizationConfigurationRequest{
			DetectorId:  w.detector(admin),
			DataSources: &guardduty.OrganizationDataSourceConfigurations{S3Logs: &guardduty.OrganizationS3LogsConfiguration{AutoEnable: &on}},
		})
		w.ok(err)
		for _, feature := range w.organizationFeatures(admin) {
			if feature.Name == guardduty.OrgFeatureS3DataEvents && feature.AutoEnable != want {
				t.Errorf("%s, then %v: got %s, want %s", before, on, feature.AutoEnable, want)
			}
		}
	}
	const all, recent, none = guardduty.OrgFeatureStatusAll, guardduty.OrgFeatureStatusNew, guardduty.OrgFeatureStatusNone
	f(all, true, all)
	f(recent, true, recent)
	f(none, true, recent)
	f(all, false, none)
	f(recent, false, none)
	f(none, false, none)
}

func (w *world) organizationFeatures(admin picket.Caller) []guardduty.OrganizationFeatureConfigurationResult {
	w.t.Helper()
	out, err := w.DescribeOrganizationConfiguration(context.Background(), admin, &guardduty.DescribeOrganizationConfigurationRequest{DetectorId: w.detector(admin)})
	w.ok(err)
	return out.Features
}
