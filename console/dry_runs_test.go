package console_test

import (
	"context"
	"fmt"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// TestDryRunsAreShown holds that what fitted dry runs is shown to their account alone, and of its members to who may list what
// is switched for them.
func TestDryRunsAreShown(t *testing.T) {
	const late = "777788889999"
	w := newWorld(t)
	ctx, c := context.Background(), picket.Operator(security, region)
	w.CustomRules = []guardduty.RuleDetail{{RuleId: guardduty.Ptr("a")}}
	w.ok(w.CreateOrganization(ctx, media))
	w.ok(w.JoinOrganization(ctx, media, security))
	_, err := w.CreateAccount(ctx, service.Account{ID: late, Name: "Late", Email: "late@example.com"})
	w.ok(err)
	w.ok(w.JoinOrganization(ctx, media, late))
	_, err = w.EnableOrganizationAdminAccount(ctx, picket.Operator(media, region), &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: guardduty.Ptr(security)})
	w.ok(err)
	d, err := w.ListDetectors(ctx, c, &guardduty.ListDetectorsRequest{})
	w.ok(err)
	_, err = w.CreateMembers(ctx, c, &guardduty.CreateMembersRequest{
		DetectorId: &d.DetectorIds[0], AccountDetails: guardduty.List[guardduty.AccountDetail]{{AccountId: guardduty.Ptr(late), Email: guardduty.Ptr("late@example.com")}},
	})
	w.ok(err)
	_, err = w.CreateCustomDetectionRuleAssociation(ctx, c, &guardduty.CreateCustomDetectionRuleAssociationRequest{RuleId: guardduty.Ptr("a"), Mode: guardduty.AssociationModeDryRun})
	w.ok(err)
	_, err = w.CreateCustomDetectionRuleOrgConfiguration(ctx, c, &guardduty.CreateCustomDetectionRuleOrgConfigurationRequest{RuleId: guardduty.Ptr("a"), Mode: guardduty.AssociationModeDryRun})
	w.ok(err)
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
		return w.AddRuleHits(tx, []service.RuleHit{{Account: security, Region: region, Rule: "a", Count: 2}, {Account: late, Region: region, Rule: "a", Count: 3}})
	}))
	f := func(b *browser, want string) {
		t.Helper()
		var all []service.DryRun
		b.wants(200, "GET", "regions/us-east-1/dry-runs", nil, &all)
		got := ""
		for _, r := range all {
			got += fmt.Sprintf("%s %v %d of %d;", r.RuleID, r.Organization, r.Matched, r.Accounts)
		}
		if all == nil || got != want {
			t.Errorf("got %q of %v, want %q", got, all, want)
		}
	}
	f(w.signedIn(security, "rita"), "a false 2 of 1;a true 3 of 1;")
	f(w.signedIn(media, ""), "")
	w.ok(w.PutPolicy(ctx, security, service.Policy{Name: "own", Document: []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"guardduty:ListCustomDetectionRuleAssociations","Resource":"*"}]}`)}))
	w.ok(w.SetPolicies(ctx, security, service.Users, "rita", []string{"own"}))
	f(w.signedIn(security, "rita"), "a false 2 of 1;")
	w.ok(w.SetPolicies(ctx, security, service.Users, "rita", nil))
	w.signedIn(security, "rita").wants(403, "GET", "regions/us-east-1/dry-runs", nil, nil)
}
