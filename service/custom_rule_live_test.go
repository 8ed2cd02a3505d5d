package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// The modes of a rule.
const live, dry = guardduty.AssociationModeLive, guardduty.AssociationModeDryRun

// newRuleWorld is a world with the rules a, b and c.
func newRuleWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, id := range []string{"a", "b", "c"} {
		w.CustomRules = append(w.CustomRules, guardduty.RuleDetail{RuleId: &id})
	}
	return w
}

// rules is what the log was told last to raise findings of an account.
func (w *world) rules(c picket.Caller) string {
	w.t.Helper()
	all := "untold"
	w.ok(w.Store.View(context.Background(), func(tx picket.Tx) error {
		messages, err := tx.Log().Read(picket.PartitionOf(c.Account), 0, 1000)
		for _, m := range messages {
			if r := m.Route; r != nil && r.Account == c.Account && r.Region == c.Region {
				all = strings.Join(r.Rules, " ")
			}
		}
		return err
	}))
	return all
}

// associate switches a rule for an account itself.
func (w *world) associate(c picket.Caller, rule string, mode guardduty.AssociationMode) (id *string) {
	w.t.Helper()
	out, err := w.CreateCustomDetectionRuleAssociation(context.Background(), c, &guardduty.CreateCustomDetectionRuleAssociationRequest{RuleId: &rule, Mode: mode})
	w.ok(err)
	return out.RuleAssociation.AssociationId
}

// forMembers switches a rule for an administrator's organization.
func (w *world) forMembers(admin picket.Caller, rule string, mode guardduty.AssociationMode, include, exclude []string) error {
	w.t.Helper()
	_, err := w.CreateCustomDetectionRuleOrgConfiguration(context.Background(), admin, &guardduty.CreateCustomDetectionRuleOrgConfigurationRequest{
		RuleId: &rule, Mode: mode, IncludeAccountIds: include, ExcludeAccountIds: exclude,
	})
	return err
}

// TestRulesOfAnAccount holds that an account's rules are in the log as it switches them, and where it has no service once it has.
func TestRulesOfAnAccount(t *testing.T) {
	w, ctx := newRuleWorld(t), context.Background()
	c, other := w.account("111111111111"), w.account("222222222222")
	f := func(want string) {
		t.Helper()
		if got := w.rules(c); got != want {
			t.Errorf("the log was told %q, want %q", got, want)
		}
	}
	w.associate(c, "c", live)
	f("untold")
	w.enable(c)
	w.enable(other)
	f("c")
	id := w.associate(c, "a", dry)
	f("c")
	_, err := w.UpdateCustomDetectionRuleAssociation(ctx, c, &guardduty.UpdateCustomDetectionRuleAssociationRequest{RuleId: guardduty.Ptr("a"), AssociationId: id, Mode: live})
	w.ok(err)
	f("a c")
	w.ok(w.monitorSelf(c, false))
	w.ok(w.monitorSelf(c, true))
	f("a c")
	told := w.routes(c.Account)
	w.associate(c, "b", dry)
	if got := w.routes(c.Account); got != told {
		t.Errorf("a dry run was told: %s", got)
	}
	_, err = w.DeleteCustomDetectionRuleAssociation(ctx, c, &guardduty.DeleteCustomDetectionRuleAssociationRequest{RuleId: guardduty.Ptr("a"), AssociationId: id})
	w.ok(err)
	f("c")
	if got := w.rules(other); got != "" {
		t.Errorf("another account was told %q", got)
	}
	if got := w.rules(in(c, "eu-west-1")); got != "untold" {
		t.Errorf("another region was told %q", got)
	}
}

// TestRulesOfAnOrganization holds which members a configuration is for, and from when to when; that what a member switches itself takes
// nothing away; and that a dismissed administrator's configurations are gone.
func TestRulesOfAnOrganization(t *testing.T) {
	w, ctx := newRuleWorld(t), context.Background()
	management, admin, one := w.organization()
	two := w.account("444455556666")
	w.ok(w.JoinOrganization(ctx, management.Account, two.Account))
	w.ok(w.add(admin, one))
	f := func(when, wantOne, wantTwo string) {
		t.Helper()
		if gotOne, gotTwo := w.rules(one), w.rules(two); gotOne != wantOne || gotTwo != wantTwo || w.rules(admin) != "" {
			t.Errorf("%s: the log was told %q, %q and of the administrator %q, want %q, %q and nothing", when, gotOne, gotTwo, w.rules(admin), wantOne, wantTwo)
		}
	}
	w.ok(w.forMembers(admin, "a", live, nil, nil))
	f("before the second is a member", "a", "untold")
	w.ok(w.add(admin, two))
	f("for all", "a", "a")
	w.ok(w.forMembers(admin, "b", live, nil, []string{two.Account}))
	f("for all but the second", "a b", "a")
	w.ok(w.forMembers(admin, "c", dry, nil, nil))
	f("a dry run", "a b", "a")
	update := func(rule string, mode guardduty.AssociationMode, include ...string) {
		t.Helper()
		_, err := w.UpdateCustomDetectionRuleOrgConfiguration(ctx, admin, &guardduty.UpdateCustomDetectionRuleOrgConfigurationRequest{RuleId: &rule, Mode: mode, IncludeAccountIds: include})
		w.ok(err)
	}
	update("b", live, two.Account)
	f("for the second alone", "a", "a b")
	update("a", dry)
	f("no longer live", "", "b")
	update("a", live)
	w.associate(one, "a", dry)
	w.associate(two, "c", live)
	f("what members switch", "a", "a b c")
	_, err := w.DeleteCustomDetectionRuleOrgConfiguration(ctx, admin, &guardduty.DeleteCustomDetectionRuleOrgConfigurationRequest{RuleId: guardduty.Ptr("b"), Mode: live})
	w.ok(err)
	f("one is deleted", "a", "a c")
	w.ok(w.LeaveOrganization(ctx, one.Account))
	f("the first left", "", "a c")
	w.ok(w.dismiss(management, admin))
	f("dismissed", "", "c")
	w.appoint(management, admin)
	w.ok(w.add(admin, two))
	f("appointed again", "", "c")
}

// TestRulesByInvitation holds that an organization's rules are no business of its administrator's members by invitation, until they
// belong to it.
func TestRulesByInvitation(t *testing.T) {
	w, ctx := newRuleWorld(t), context.Background()
	management, admin, _ := w.organization()
	guest := w.account("444455556666")
	w.enable(guest)
	w.join(admin, guest)
	w.ok(w.forMembers(admin, "a", live, nil, nil))
	f := func(want string) {
		t.Helper()
		if got := w.rules(guest); got != want {
			t.Errorf("the log was told %q, want %q", got, want)
		}
	}
	f("")
	w.ok(w.JoinOrganization(ctx, management.Account, guest.Account))
	f("")
	w.ok(w.configure(admin, guardduty.AutoEnableMembersAll, guardduty.OrgFeatureEksAuditLogs, guardduty.OrgFeatureStatusNone))
	f("a")
}

// TestRulesAreAppliedToTheEnd holds that a stop of the server leaves no member without what its organization switched, nor does an
// upgrade from a release in which rules switched nothing: once a server leads, all is told.
func TestRulesAreAppliedToTheEnd(t *testing.T) {
	w, ctx := newRuleWorld(t), context.Background()
	_, admin, member := w.organization()
	w.ok(w.add(admin, member))
	whole := w.Store
	w.Store = &breaking{whole, 2} // the configuration, and the administrator
	if err := w.forMembers(admin, "a", live, nil, nil); !errors.Is(err, errBroken) {
		t.Fatalf("got %v", err)
	}
	w.Store = whole
	if got := w.rules(member); got != "" {
		t.Fatalf("the member was told %q already", got)
	}
	_, err := w.BeginTerm(ctx)
	w.ok(err)
	if got := w.rules(member); got != "a" {
		t.Errorf("the member was told %q, want a", got)
	}
	told := strings.Fields(w.routes(member.Account))
	w.ok(w.Sweep(ctx))
	if got := strings.Fields(w.routes(member.Account)); !slices.Equal(got, told) {
		t.Errorf("it is told again: %q", got)
	}
}

// TestRulesOfARepeatedCall holds that a call that is repeated goes through no members again.
func TestRulesOfARepeatedCall(t *testing.T) {
	w := newRuleWorld(t)
	_, admin, member := w.organization()
	w.ok(w.add(admin, member))
	in := guardduty.CreateCustomDetectionRuleOrgConfigurationRequest{RuleId: guardduty.Ptr("a"), Mode: live, ClientToken: guardduty.Ptr("once")}
	for range 2 {
		_, err := w.CreateCustomDetectionRuleOrgConfiguration(context.Background(), admin, &in)
		w.ok(err)
		if got := w.rules(member); got != "a" {
			t.Errorf("the member was told %q, want a", got)
		}
		w.Store = &breaking{w.Store, 2} // the answer that is kept, and the look whether there is something to apply
	}
}

// TestRulesBesideUnreadable holds that no log is read before an organization's rules apply, whatever can't be read of another's.
func TestRulesBesideUnreadable(t *testing.T) {
	w, ctx := newRuleWorld(t), context.Background()
	_, admin, member := w.organization()
	w.ok(w.add(admin, member))
	whole := w.Store
	w.Store = &breaking{whole, 1}
	if err := w.forMembers(admin, "a", live, nil, nil); !errors.Is(err, errBroken) {
		t.Fatalf("got %v", err)
	}
	w.Store = whole
	w.ok(whole.Update(ctx, func(tx picket.Tx) error {
		return tx.Documents().Put(picket.DocumentKey{Kind: "detector/apply-custom-detection-rules", Account: "000000000001", Region: admin.Region, ID: "configuration"}, "broken")
	}))
	w.Store = &breaking{whole, 5} // what comes before rules apply
	if _, err := w.BeginTerm(ctx); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), admin.Account) {
		t.Errorf("the store broke as rules were applied: got %v", err)
	}
	w.Store = whole
	_, err := w.BeginTerm(ctx)
	w.ok(err)
	if got := w.rules(member); got != "a" {
		t.Errorf("the member was told %q, want a", got)
	}
}
