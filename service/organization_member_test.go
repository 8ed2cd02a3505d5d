package service_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

func TestAccountsOfAnOrganization(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin := w.account("111122223333"), w.account("222233334444")
	outsider := w.account("999988887777")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	enable := &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account}
	_, err := w.EnableOrganizationAdminAccount(ctx, outsider, enable)
	if err == nil || !strings.Contains(err.Error(), "organization is not in use") {
		t.Errorf("an account without an organization: %v", err)
	}
	_, err = w.EnableOrganizationAdminAccount(ctx, admin, enable)
	w.refused(err, "The request failed because you do not have required AWS Organization master permission.")
	_, err = w.EnableOrganizationAdminAccount(ctx, management, &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &outsider.Account})
	w.refused(err, "The request is rejected because an invalid or out-of-range value")
	_, err = w.EnableOrganizationAdminAccount(ctx, management, enable)
	w.ok(err)
	if w.running(admin) != "ENABLED" {
		t.Error("the service of the appointed account is off")
	}

	configure := func(auto guardduty.AutoEnableMembers, features ...guardduty.OrganizationFeatureConfiguration) {
		t.Helper()
		_, err := w.UpdateOrganizationConfiguration(ctx, admin, &guardduty.UpdateOrganizationConfigurationRequest{
			DetectorId: w.detector(admin), AutoEnableOrganizationMembers: auto, Features: features,
		})
		w.ok(err)
	}
	old := w.account("333344445555")
	w.ok(w.JoinOrganization(ctx, management.Account, old.Account))
	if got := w.member(admin, old); got != "" {
		t.Errorf("without auto-enable an account is %s", got)
	}
	configure(guardduty.AutoEnableMembersNew, guardduty.OrganizationFeatureConfiguration{
		Name: guardduty.OrgFeatureRdsLoginEvents, AutoEnable: guardduty.OrgFeatureStatusNew,
	})
	if got := w.member(admin, old); got != "" {
		t.Errorf("NEW made an old account %s", got)
	}
	_, err = w.CreateAccount(ctx, service.Account{ID: "444455556666", Name: "new", Email: "n@example.com", Manager: management.Account})
	w.ok(err)
	fresh := as("444455556666")
	if w.member(admin, fresh) != "Enabled" || w.running(fresh) != "ENABLED" {
		t.Errorf("NEW made a new account %s, %s", w.member(admin, fresh), w.running(fresh))
	}
	if !w.feature(fresh, "RDS_LOGIN_EVENTS") {
		t.Error("the feature for new members is off")
	}
	configure(guardduty.AutoEnableMembersAll)
	if w.member(admin, old) != "Enabled" {
		t.Errorf("ALL made an old account %s", w.member(admin, old))
	}
	w.refused(w.remove(admin, old), "The request is rejected because auto-enable is set to ALL")
	w.refused(w.stop(admin, old), "The request is rejected because auto-enable is set to ALL")
	configure(guardduty.AutoEnableMembersNone)
	managed := "The request is rejected because the current account is managed by its organization's administrator."
	w.refused(w.leave(old), managed)
	w.refused(w.monitorSelf(old, false), managed)
	w.refused(w.disable(old), managed)
	w.ok(w.stop(admin, old))
	w.refused(w.monitorSelf(old, true), managed)

	_, err = w.DisableOrganizationAdminAccount(ctx, management, &guardduty.DisableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account})
	w.ok(err)
	if w.member(admin, fresh) != "Removed" || w.running(fresh) != "ENABLED" {
		t.Errorf("dismissing left %s, %s", w.member(admin, fresh), w.running(fresh))
	}
	w.ok(w.monitorSelf(old, true))
}

// An account that left the organization is added as any other, and no more is told of it than of those.
func TestMembersThatLeftTheOrganization(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, admin, member := w.organization()
	w.ok(w.add(admin, member))
	f := func(status picket.MemberStatus, mode picket.RelationMode, name string) {
		t.Helper()
		all, err := w.MembersInfo(ctx, admin, "", 10)
		w.ok(err)
		if len(all) != 1 || all[0].Status != status || all[0].Mode != mode || all[0].Name != name {
			t.Errorf("got %+v, want %s, %s, named %q", all, status, mode, name)
		}
	}
	f(picket.Enabled, picket.Organization, "account "+member.Account)
	w.ok(w.remove(admin, member))
	f(picket.Removed, picket.Organization, "account "+member.Account)
	w.ok(w.LeaveOrganization(ctx, member.Account))
	f(picket.Removed, picket.Organization, "")
	w.ok(w.add(admin, member))
	f(picket.Created, picket.Autonomous, "")
}

// Its accounts that are no members are told to the administrator of an organization, where it is that, and to nobody else.
func TestAccountsThatAreNoMembers(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	management, admin := w.account("111122223333"), w.account("222233334444")
	w.account("999988887777")
	w.ok(w.CreateOrganization(ctx, management.Account))
	for _, id := range []string{admin.Account, "333344445555", "444455556666", "555566667777", "666677778888"} {
		if id != admin.Account {
			w.account(id)
		}
		w.ok(w.JoinOrganization(ctx, management.Account, id))
	}
	w.ok(w.CloseAccount(ctx, "444455556666"))
	w.appoint(management, admin)
	w.ok(w.add(admin, as("555566667777")))

	f := func(c picket.Caller, limit int, want ...string) {
		t.Helper()
		var got []string
		for after, done := "", false; !done; {
			some, next, err := w.NotMembers(ctx, c, after, limit)
			w.ok(err)
			for _, m := range some {
				got = append(got, m.Account)
				if m.Status != "" || m.Mode != picket.Organization || m.Email != m.Account+"@example.com" || m.Name != "account "+m.Account {
					t.Errorf("%+v", m)
				}
			}
			after, done = next, next == ""
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s in %s, %d at once: got %v, want %v", c.Account, c.Region, limit, got, want)
		}
	}
	for _, limit := range []int{1, 2, 1000} {
		f(admin, limit, management.Account, "333344445555", "666677778888")
	}
	f(in(admin, "eu-west-1"), 1000)
	f(management, 1000)
	f(as("333344445555"), 1000)
	f(as("999988887777"), 1000)
}

// appoint makes an account the GuardDuty administrator of an organization.
func (w *world) appoint(management, admin picket.Caller) {
	w.t.Helper()
	_, err := w.EnableOrganizationAdminAccount(context.Background(), management, &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account})
	w.ok(err)
}

// An organization's management account is not enrolled before it enabled the service itself.
func TestManagementAccountsEnableFirst(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, management, other := w.family()
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, other.Account))
	w.ok(w.disable(management))
	w.ok(w.disable(other))
	w.appoint(management, admin)
	w.refused(w.add(admin, management), "Operation failed because your organization master must first enable GuardDuty to be added as a member")
	all := guardduty.UpdateOrganizationConfigurationRequest{DetectorId: w.detector(admin), AutoEnableOrganizationMembers: guardduty.AutoEnableMembersAll}
	_, err := w.UpdateOrganizationConfiguration(ctx, admin, &all)
	w.ok(err)
	if w.running(management) != "" || w.member(admin, management) != "" || w.member(admin, other) != "Enabled" {
		t.Errorf("ALL made the management account %q, with its service %q, and another %q",
			w.member(admin, management), w.running(management), w.member(admin, other))
	}
	w.enable(management)
	if w.member(admin, management) != "Enabled" {
		t.Errorf("enabled, the management account is %q", w.member(admin, management))
	}
}

// An account is never a member and an administrator, also not by the organization that appoints it.
func TestAppointedAdministratorsBecomeNoMembers(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, other := w.family()
	w.ok(w.CreateOrganization(ctx, other.Account))
	w.ok(w.JoinOrganization(ctx, other.Account, member.Account))
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.administers(member, false)
	w.appoint(other, member)
	w.administers(member, true)
	w.refused(w.accept(member, admin), hasMembers)
	_, err := w.DisableOrganizationAdminAccount(ctx, other, &guardduty.DisableOrganizationAdminAccountRequest{AdminAccountId: &member.Account})
	w.ok(err)
	w.ok(w.accept(member, admin))
}

// An invitation that was thrown away is gone, also for who kept its id.
