package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// Within 90 days a closed account comes back with all it had; after them it is as if it had never been, but for the copies
// of its findings and for what others' audit logs say.
func TestClosedAccountsAreForgotten(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.join(admin, member)
	second := w.account("999900001111")
	w.enable(second)
	w.ok(w.add(second, member))
	w.ok(w.invite(second, member))
	w.records(member, hit(member.Account, ssh, "own", 100))
	w.ok(w.createFilter(member, "mine", `{"type":{"equals":["x"]}}`, nil))
	w.ok(w.CloseAccount(ctx, member.Account))

	w.clock = w.clock.Add(service.ClosedLife - time.Minute)
	w.ok(w.Sweep(ctx))
	w.ok(w.ReopenAccount(ctx, member.Account))
	if _, err := w.filter(member, "mine"); err != nil || w.member(admin, member) != "Enabled" {
		t.Errorf("reopened in time: the filter: %v, member: %s", err, w.member(admin, member))
	}

	w.ok(w.CloseAccount(ctx, member.Account))
	w.clock = w.clock.Add(service.ClosedLife + time.Minute)
	w.ok(w.Sweep(ctx))
	if err := w.ReopenAccount(ctx, member.Account); picket.ErrorCode(err) != picket.CodeNotFound {
		t.Errorf("reopened late: %v", err)
	}
	if got := w.member(admin, member) + " " + w.member(second, member); got != "Removed Removed" {
		t.Errorf("its administrators list it as %s", got)
	}
	records, err := w.Audit(ctx, admin.Account, 0, 100)
	w.ok(err)
	if last := string(records[len(records)-1].Event); !strings.Contains(last, "closed for good") {
		t.Errorf("the administrator is told: %s", last)
	}

	again := w.account(member.Account)
	if keys, err := w.Keys(ctx, again.Account); err != nil || len(keys) != 1 {
		t.Errorf("an account made with the same id has keys %v, %v", keys, err)
	}
	if w.running(again) != "" {
		t.Error("it has the old detector")
	}
	w.enable(again)
	if _, err := w.filter(again, "mine"); err == nil {
		t.Error("it has the old filter")
	}
	if found := w.sees(again, `{}`); len(found) != 0 {
		t.Errorf("it sees %v", found)
	}
}

// An account that is reopened while others are forgotten stays.
func TestReopenedWhileOthersAreForgotten(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	first, second := w.account("111122223333"), w.account("222233334444")
	w.ok(w.CloseAccount(ctx, first.Account))
	w.ok(w.CloseAccount(ctx, second.Account))
	w.clock = w.clock.Add(service.ClosedLife + time.Minute)
	whole := w.Store
	w.Store = meanwhile{whole, func() {
		if w.KnownAccount(ctx, first.Account) == nil {
			return
		}
		w.Store = whole
		w.ok(w.ReopenAccount(ctx, second.Account))
	}}
	w.ok(w.Sweep(ctx))
	w.ok(w.KnownAccount(ctx, second.Account))
	if err := w.KnownAccount(ctx, first.Account); picket.ErrorCode(err) != picket.CodeNotFound {
		t.Errorf("the first account: %v", err)
	}
}

// An administrator that goes takes nobody's findings with it.
func TestClosedAdministrator(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.join(admin, member)
	w.ok(w.CloseAccount(ctx, admin.Account))
	w.clock = w.clock.Add(service.ClosedLife + time.Minute)
	w.records(member, hit(member.Account, ssh, "own", 100))
	w.ok(w.Sweep(ctx))
	if got := w.administrator(member); got != "" {
		t.Errorf("the member still has administrator %s", got)
	}
	if found := w.sees(member, `{}`); len(found) != 1 {
		t.Errorf("the member sees %v", found)
	}
}

func TestAccountsThatOthersNeedAreNotClosed(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin := w.account("111122223333"), w.account("222233334444")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	w.appoint(management, admin)
	for account, want := range map[string]string{management.Account: "manages an organization", admin.Account: "dismiss it first"} {
		if err := w.CloseAccount(ctx, account); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Nothing that an administrator or an organization does has a closed account analysed.
func TestClosedAccountIsNotAnalysed(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin, member := w.account("111122223333"), w.account("222233334444"), w.account("333344445555")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, member.Account))
	w.appoint(management, admin)
	w.ok(w.add(admin, member))
	w.ok(w.CloseAccount(ctx, member.Account))
	off := func(why string) {
		t.Helper()
		if got := w.routes(member.Account); !strings.HasSuffix(got, ":off") {
			t.Errorf("%s, the log says %s", why, got)
		}
		all, err := w.Analysed(ctx)
		w.ok(err)
		for _, a := range all {
			if a.Account == member.Account {
				t.Errorf("%s, what is analysed has %+v", why, a.Route)
			}
		}
	}
	off("closed")
	w.ok(w.stop(admin, member))
	w.ok(w.start(admin, member))
	off("resumed by the administrator")
	_, err := w.UpdateMemberDetectors(ctx, admin, &guardduty.UpdateMemberDetectorsRequest{
		DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account},
		Features: guardduty.List[guardduty.MemberFeaturesConfiguration]{{Name: guardduty.OrgFeatureS3DataEvents, Status: guardduty.FeatureStatusDisabled}},
	})
	w.ok(err)
	off("its features changed by the administrator")
	_, err = w.UpdateOrganizationConfiguration(ctx, admin, &guardduty.UpdateOrganizationConfigurationRequest{
		DetectorId: w.detector(admin), AutoEnableOrganizationMembers: guardduty.AutoEnableMembersNew,
		Features: guardduty.List[guardduty.OrganizationFeatureConfiguration]{{Name: guardduty.OrgFeatureRdsLoginEvents, AutoEnable: guardduty.OrgFeatureStatusAll}},
	})
	w.ok(err)
	off("a feature given to the organization")
	w.records(member, hit(member.Account, ssh, "late", 100))
	w.ok(w.ReopenAccount(ctx, member.Account))
	if got := w.routes(member.Account); !strings.HasSuffix(got, ":on:RDS_LOGIN_EVENTS") {
		t.Errorf("reopened, the log says %s", got)
	}
	if found := w.sees(member, `{}`); len(found) != 0 {
		t.Errorf("what was found while it was closed: %v", found)
	}
}
