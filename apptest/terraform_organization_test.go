//lint:file-ignore SA1019 Terraform calls what is deprecated, and so must the test.

package apptest

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// adminState is the provider's state of an organization's administrator.
func adminState(manager *account, admin string) func() (string, error) {
	return func() (string, error) {
		pages := guardduty.NewListOrganizationAdminAccountsPaginator(manager.Client, &guardduty.ListOrganizationAdminAccountsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return "", err
			}
			for _, a := range page.AdminAccounts {
				if *a.AdminAccountId == admin {
					return string(a.AdminStatus), nil
				}
			}
		}
		return "", errNotFound
	}
}

func TestTerraformOrganizationAdminAccount(t *testing.T) {
	s := start(t)
	manager := s.account("111122223333")
	_, err := manager.EnableOrganizationAdminAccount(ctx, &guardduty.EnableOrganizationAdminAccountInput{AdminAccountId: aws.String("444455556666")})
	badRequest(t, err, tfNoOrg)
	s.operator("organization", "create", manager.ID)
	admin := s.account("444455556666", "--organization", manager.ID)
	for range 2 {
		must(manager.EnableOrganizationAdminAccount(ctx, &guardduty.EnableOrganizationAdminAccountInput{AdminAccountId: &admin.ID}))(t)
		tfWait(t, adminState(manager, admin.ID), []string{""}, []string{"ENABLED"})
		must(manager.DisableOrganizationAdminAccount(ctx, &guardduty.DisableOrganizationAdminAccountInput{AdminAccountId: &admin.ID}))(t)
		tfWait(t, adminState(manager, admin.ID), []string{"DISABLE_IN_PROGRESS"}, []string{""})
	}
}

func TestTerraformOrganizationConfiguration(t *testing.T) {
	n := &newcomers{s: start(t)}
	p, _ := n.organization(t)
	read := func() *guardduty.DescribeOrganizationConfigurationOutput {
		t.Helper()
		return tfNoDiff(t, func() *guardduty.DescribeOrganizationConfigurationOutput {
			out := must(p.admin.DescribeOrganizationConfiguration(ctx, &guardduty.DescribeOrganizationConfigurationInput{DetectorId: p.adminDet}))(t)
			out.ResultMetadata = noMetadata
			return out
		})
	}
	features := func(o *guardduty.DescribeOrganizationConfigurationOutput) (order []string, auto map[string]string) {
		auto = map[string]string{}
		for _, f := range o.Features {
			order, auto[string(f.Name)] = append(order, string(f.Name)), string(f.AutoEnable)
		}
		return order, auto
	}
	order, _ := features(read())
	for _, value := range []types.AutoEnableMembers{"NEW", "ALL", "NONE"} {
		must(p.admin.UpdateOrganizationConfiguration(ctx, &guardduty.UpdateOrganizationConfigurationInput{
			DetectorId: p.adminDet, AutoEnableOrganizationMembers: value,
		}))(t)
		o := read()
		if o.AutoEnableOrganizationMembers != value || *o.AutoEnable != (value != "NONE") || o.MemberAccountLimitReached == nil {
			t.Errorf("set to %s, the configuration is %s", value, text(t, o))
		}
	}
	for _, value := range []types.OrgFeatureStatus{"NEW", "ALL", "NONE"} { // aws_guardduty_organization_configuration_feature
		must(p.admin.UpdateOrganizationConfiguration(ctx, &guardduty.UpdateOrganizationConfigurationInput{
			DetectorId: p.adminDet, AutoEnableOrganizationMembers: read().AutoEnableOrganizationMembers,
			Features: []types.OrganizationFeatureConfiguration{{Name: "LAMBDA_NETWORK_LOGS", AutoEnable: value}},
		}))(t)
		o := read()
		got, auto := features(o)
		want(t, "the features' order after an update", got, order)
		if auto["LAMBDA_NETWORK_LOGS"] != string(value) || auto["S3_DATA_EVENTS"] != "NONE" || o.AutoEnableOrganizationMembers != "NONE" {
			t.Errorf("set to %s, the configuration is %s", value, text(t, o))
		}
	}
}

func TestTerraformMemberDetectorFeature(t *testing.T) {
	n := &newcomers{s: start(t)}
	p, _ := n.organization(t)
	change := func(account string, status types.FeatureStatus) []types.UnprocessedAccount {
		t.Helper()
		return must(p.admin.UpdateMemberDetectors(ctx, &guardduty.UpdateMemberDetectorsInput{
			DetectorId: p.adminDet, AccountIds: []string{account},
			Features: []types.MemberFeaturesConfiguration{{Name: "RUNTIME_MONITORING", Status: status, AdditionalConfiguration: []types.MemberAdditionalConfiguration{
				{Name: "EC2_AGENT_MANAGEMENT", Status: status},
			}}},
		}))(t).UnprocessedAccounts
	}
	read := func() (out string) {
		t.Helper()
		found := tfNoDiff(t, func() []types.MemberDataSourceConfiguration {
			return must(p.admin.GetMemberDetectors(ctx, &guardduty.GetMemberDetectorsInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t).MemberDataSourceConfigurations
		})
		if len(found) != 1 || *found[0].AccountId != p.memberID {
			t.Fatalf("the member has %d detectors", len(found))
		}
		for _, f := range found[0].Features {
			if f.Name != "RUNTIME_MONITORING" {
				continue
			}
			out += string(f.Status)
			for _, a := range f.AdditionalConfiguration {
				out += fmt.Sprintf(" %s=%s", a.Name, a.Status)
			}
		}
		return out
	}
	for range 2 {
		for _, status := range []types.FeatureStatus{"ENABLED", "DISABLED"} {
			want(t, "unprocessed", len(change(p.memberID, status)), 0)
			want(t, "the feature", read(), fmt.Sprintf("%s EKS_ADDON_MANAGEMENT=DISABLED ECS_FARGATE_AGENT_MANAGEMENT=DISABLED EC2_AGENT_MANAGEMENT=%s", status, status))
		}
	}
	u := change("999999999999", "ENABLED")
	if len(u) != 1 || *u[0].Result != "The request is rejected because the given account ID is not an associated member of account the current account." {
		t.Errorf("of a stranger: %s", text(t, u))
	}
}
