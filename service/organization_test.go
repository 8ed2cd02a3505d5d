package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// breaking is a store that fails all writes after some.
type breaking struct {
	picket.Store
	left int
}

var errBroken = errors.New("broken")

func (b *breaking) Update(ctx context.Context, f func(picket.Tx) error) error {
	if b.left--; b.left < 0 {
		return errBroken
	}
	return b.Store.Update(ctx, f)
}

// An organization's configuration is applied to all its accounts, also if the server stops in between; to closed ones it is
// not.
func TestAllAccountsAreEnrolled(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin := w.account("111122223333"), w.account("222233334444")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	const accounts = 250
	for i := range accounts {
		c := w.account(accountNumber(i))
		w.ok(w.JoinOrganization(ctx, management.Account, c.Account))
	}
	closed := as(accountNumber(7))
	w.ok(w.CloseAccount(ctx, closed.Account))
	w.enable(management)
	w.appoint(management, admin)

	whole := w.Store
	w.Store = &breaking{whole, 3} // the configuration, and two batches
	_, err := w.UpdateOrganizationConfiguration(ctx, admin, &guardduty.UpdateOrganizationConfigurationRequest{
		DetectorId: w.detector(admin), AutoEnableOrganizationMembers: guardduty.AutoEnableMembersAll,
		Features: []guardduty.OrganizationFeatureConfiguration{{Name: guardduty.OrgFeatureRdsLoginEvents, AutoEnable: guardduty.OrgFeatureStatusAll}},
	})
	if !errors.Is(err, errBroken) {
		t.Fatalf("got %v", err)
	}
	w.Store = whole
	last := as(accountNumber(accounts - 1))
	if got := w.member(admin, last); got != "" {
		t.Fatalf("the last account is %s already", got)
	}
	w.ok(w.Sweep(ctx))
	for _, c := range []picket.Caller{management, as(accountNumber(0)), last} {
		if w.member(admin, c) != "Enabled" || !w.feature(c, "RDS_LOGIN_EVENTS") {
			t.Errorf("%s is %s", c.Account, w.member(admin, c))
		}
	}
	if got := w.member(admin, closed); got != "" {
		t.Errorf("a closed account is %s", got)
	}
	if err := w.JoinOrganization(ctx, management.Account, closed.Account); err == nil {
		t.Error("a closed account may join")
	}
	w.ok(w.ReopenAccount(ctx, closed.Account))
	if got := w.member(admin, closed); got != "Enabled" {
		t.Errorf("reopened, it is %q", got)
	}
	w.ok(w.configure(admin, "", guardduty.OrgFeatureEksAuditLogs, guardduty.OrgFeatureStatusAll))
	for i := range accounts {
		if c := as(accountNumber(i)); !w.feature(c, "EKS_AUDIT_LOGS") {
			t.Fatalf("the feature for all is off at %s", c.Account)
		}
	}
}

// configure sets an organization's auto-enable, unless it is "", and for which members a feature is switched on.
func (w *world) configure(admin picket.Caller, auto guardduty.AutoEnableMembers, feature guardduty.OrgFeature, of guardduty.OrgFeatureStatus) error {
	w.t.Helper()
	_, err := w.UpdateOrganizationConfiguration(context.Background(), admin, &guardduty.UpdateOrganizationConfigurationRequest{
		DetectorId: w.detector(admin), AutoEnableOrganizationMembers: auto,
		Features: []guardduty.OrganizationFeatureConfiguration{{Name: feature, AutoEnable: of}},
	})
	return err
}

// organization makes an organization with an administrator and an account that is no member yet.
func (w *world) organization() (management, admin, member picket.Caller) {
	w.t.Helper()
	management, admin, member = w.account("111122223333"), w.account("222233334444"), w.account("333344445555")
	w.ok(w.CreateOrganization(context.Background(), management.Account))
	w.ok(w.JoinOrganization(context.Background(), management.Account, admin.Account))
	w.ok(w.JoinOrganization(context.Background(), management.Account, member.Account))
	w.appoint(management, admin)
	return management, admin, member
}

// Who configures while another configuration is being applied, and whom a stop of the server interrupts, is not forgotten.
func TestTwoConfigureAtOnce(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, admin, member := w.organization()
	w.ok(w.add(admin, member))
	whole, interrupted := w.Store, false
	w.Store = meanwhile{whole, func() {
		if interrupted || !w.feature(member, "RDS_LOGIN_EVENTS") {
			return
		}
		interrupted = true
		w.Store = &breaking{whole, 1}
		if err := w.configure(admin, "", guardduty.OrgFeatureEksAuditLogs, guardduty.OrgFeatureStatusAll); !errors.Is(err, errBroken) {
			t.Fatalf("got %v", err)
		}
		w.Store = whole
	}}
	w.ok(w.configure(admin, "", guardduty.OrgFeatureRdsLoginEvents, guardduty.OrgFeatureStatusAll))
	if !interrupted || w.feature(member, "EKS_AUDIT_LOGS") {
		t.Fatal("the second configuration was not interrupted")
	}
	w.ok(w.Sweep(ctx))
	if !w.feature(member, "EKS_AUDIT_LOGS") {
		t.Error("the second configuration was not applied")
	}
}

// ALL is for accounts that can't be enrolled at first, too, as soon as they can be. An administrator that suspends itself stays
// suspended.
func TestAllStays(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, admin, member := w.organization()
	other := w.account("999988887777")
	w.enable(other)
	w.enable(member)
	w.join(other, member)
	w.ok(w.configure(admin, guardduty.AutoEnableMembersAll, guardduty.OrgFeatureRdsLoginEvents, guardduty.OrgFeatureStatusNone))
	w.ok(w.monitorSelf(admin, false))
	f := func(why, want string) {
		t.Helper()
		w.ok(w.Sweep(ctx))
		if got := w.member(admin, member); got != want {
			t.Errorf("%s the account is %q, want %q", why, got, want)
		}
	}
	f("a member of another,", "")
	w.ok(w.leave(member))
	f("free,", "Enabled")
	if got := w.running(admin); got != "DISABLED" {
		t.Errorf("the administrator is %s", got)
	}
}

// Accounts that come back to an organization get what it switches on for new ones. Their trials go on.
func TestAccountsThatComeBack(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, admin, member := w.organization()
	w.ok(w.configure(admin, "", guardduty.OrgFeatureRdsLoginEvents, guardduty.OrgFeatureStatusNew))
	w.ok(w.add(admin, member))
	w.clock = w.clock.Add(10 * day)
	w.ok(w.remove(admin, member))
	_, err := w.UpdateDetector(ctx, member, &guardduty.UpdateDetectorRequest{
		DetectorId: w.detector(member),
		Features:   []guardduty.DetectorFeatureConfiguration{{Name: guardduty.DetectorFeatureRdsLoginEvents, Status: guardduty.FeatureStatusDisabled}},
	})
	w.ok(err)
	w.ok(w.add(admin, member))
	if !w.feature(member, "RDS_LOGIN_EVENTS") {
		t.Fatal("the feature for new members is off")
	}
	out, err := w.GetRemainingFreeTrialDays(ctx, admin, &guardduty.GetRemainingFreeTrialDaysRequest{DetectorId: w.detector(admin), AccountIds: []string{member.Account}})
	w.ok(err)
	left := map[guardduty.FreeTrialFeatureResult]int32{}
	for _, f := range out.Accounts[0].Features {
		left[f.Name] = *f.FreeTrialDaysRemaining
	}
	if got, want := left[guardduty.FreeTrialFeatureResultRdsLoginEvents], int32(20); got != want {
		t.Errorf("the trial has %d days, want %d", got, want)
	}
}

// Of the two features that monitor the same an organization switches one on, whatever its accounts have.
func TestOneRuntimeMonitoring(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin, member := w.organization()
	const eks, runtime = guardduty.OrgFeatureEksRuntimeMonitoring, guardduty.OrgFeatureRuntimeMonitoring
	const all, none = guardduty.OrgFeatureStatusAll, guardduty.OrgFeatureStatusNone
	const invalid = "The request is rejected because an invalid or out-of-range value"
	update := func(c picket.Caller, name guardduty.OrgFeature, status guardduty.FeatureStatus) error {
		_, err := w.UpdateDetector(ctx, c, &guardduty.UpdateDetectorRequest{
			DetectorId: w.detector(c), Features: []guardduty.DetectorFeatureConfiguration{{Name: guardduty.DetectorFeature(name), Status: status}},
		})
		return err
	}
	f := func(c picket.Caller, want guardduty.OrgFeature) {
		t.Helper()
		for _, name := range []guardduty.OrgFeature{eks, runtime} {
			if got := w.feature(c, string(name)); got != (name == want) {
				t.Errorf("%s of %s: %v", name, c.Account, got)
			}
		}
		w.ok(update(c, guardduty.OrgFeatureRdsLoginEvents, guardduty.FeatureStatusEnabled))
	}
	for _, c := range []picket.Caller{management, member} {
		w.enable(c)
		w.ok(w.add(admin, c))
	}
	w.ok(update(management, runtime, guardduty.FeatureStatusEnabled))
	w.ok(w.configure(admin, "", eks, all))
	f(management, runtime)
	f(member, eks)
	w.refused(w.configure(admin, "", runtime, all), invalid)
	w.ok(w.configure(admin, "", eks, none))
	w.ok(w.configure(admin, "", runtime, all))
	f(member, runtime)

	key := picket.DocumentKey{Kind: "detector", Account: member.Account, Region: region, ID: *w.detector(member)}
	var d map[string]any
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &d) }))
	d["features"].(map[string]any)[string(eks)] = map[string]any{"enabled": true}
	w.put(key, d) // as earlier releases left it
	w.ok(update(member, guardduty.OrgFeatureRdsLoginEvents, guardduty.FeatureStatusDisabled))
	w.refused(update(member, eks, guardduty.FeatureStatusEnabled), invalid)
	w.ok(update(member, eks, guardduty.FeatureStatusDisabled))
	f(member, runtime)
}

// The role of an organization is for accounts that it makes; one that joins keeps what it has.
func TestRoleOfAnOrganization(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, joined := w.account("111122223333"), w.account("222233334444")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, joined.Account))
	_, err := w.CreateAccount(ctx, service.Account{ID: "444455556666", Name: "made", Email: "n@example.com", Manager: management.Account})
	w.ok(err)
	f := func(account, want string) {
		t.Helper()
		roles, err := w.Identities(ctx, account, service.Roles)
		w.ok(err)
		b, err := json.Marshal(roles)
		if err != nil || want == "" && len(roles) > 0 || !strings.Contains(string(b), want) {
			t.Errorf("roles of %s: %s, %v", account, b, err)
		}
	}
	f(joined.Account, "")
	f("444455556666", "OrganizationAccountAccessRole")
}
