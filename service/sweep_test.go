package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// put stores a document.
func (w *world) put(key picket.DocumentKey, doc any) {
	w.t.Helper()
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error { return tx.Documents().Put(key, doc) }))
}

// unreadable wants an error that says that something can't be read.
func (w *world) unreadable(why string, err error) {
	w.t.Helper()
	if !errors.Is(err, picket.ErrUnreadable) {
		w.t.Errorf("%s: %v", why, err)
	}
}

// TestUnreadableHoldsUpNoSweep: whatever can't be read, the rest of its kind and all other kinds are swept, and the sweep says so.
func TestUnreadableHoldsUpNoSweep(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.ok(w.CreateOrganization(ctx, member.Account))
	w.ok(w.JoinOrganization(ctx, member.Account, admin.Account))
	w.appoint(member, admin)
	config := picket.DocumentKey{Kind: "detector/organization", Account: admin.Account, Region: region, ID: "configuration"}
	apply := picket.DocumentKey{Kind: "detector/organization-apply", Account: admin.Account, Region: region, ID: "configuration"}
	old := []picket.DocumentKey{{Kind: "console-session", ID: "old"}, {Kind: "list-version", Account: member.Account, Region: region, ID: "old"}}
	sweeps := func(why string) {
		t.Helper()
		w.put(old[0], json.RawMessage(`{"expiresAt":1}`))
		w.put(old[1], json.RawMessage(`{"ended":{}}`))
		w.unreadable(why, w.Sweep(ctx))
		for _, key := range old {
			err := w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, new(json.RawMessage)) })
			if picket.ErrorCode(err) != picket.CodeNotFound {
				t.Errorf("%s: the old %s is left, %v", why, key.Kind, err)
			}
		}
	}
	for _, kind := range []string{
		"account", "detector/idempotency", "pushed", "unread", "unread-object", "source-test", "console-session",
		"detector/ipset", "list-version",
	} {
		key := picket.DocumentKey{Kind: kind, ID: "a"}
		w.put(key, "a text")
		sweeps(kind)
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Delete(key) }))
	}
	w.ok(w.createFilter(admin, "idle", `{"severity":{"gte":1}}`, archiving))
	w.clock = w.clock.Add(31 * day)
	w.spoil("filter", `{`)
	sweeps("the entry of a filter")
	w.ok(w.Sweep(ctx))
	w.put(apply, struct{}{})
	w.put(config, "a text")
	sweeps("the configuration of an organization")
}

// TestUnreadableHoldsUpNoMember: an account whose detector can't be read waits alone, for a trusted inviter or to be enrolled.
func TestUnreadableHoldsUpNoMember(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, broken, fine := w.family()
	spoilt := picket.DocumentKey{Kind: "detector", Account: broken.Account, Region: region, ID: *w.detector(broken)}
	w.ok(w.add(admin, broken))
	w.ok(w.add(admin, fine))
	w.ok(w.invite(admin, broken))
	w.ok(w.invite(admin, fine))
	w.ok(w.CloseAccount(ctx, admin.Account)) // so that nobody accepts yet
	w.ok(w.TrustInviters(ctx, broken.Account, []string{admin.Account}))
	w.ok(w.TrustInviters(ctx, fine.Account, []string{admin.Account}))
	w.ok(w.ReopenAccount(ctx, admin.Account))
	w.put(spoilt, "a text")
	w.unreadable("late acceptance", w.Sweep(ctx))
	if got := w.member(admin, fine); got != "Enabled" {
		t.Errorf("beside an account that can't be read, one that trusts its inviter is %s", got)
	}

	w, ctx = newWorld(t), context.Background()
	admin, broken, fine = w.family()
	spoilt.ID = *w.detector(broken)
	w.ok(w.CreateOrganization(ctx, admin.Account))
	w.appoint(admin, admin)
	w.ok(w.JoinOrganization(ctx, admin.Account, broken.Account))
	w.ok(w.JoinOrganization(ctx, admin.Account, fine.Account))
	w.put(spoilt, "a text")
	all := guardduty.UpdateOrganizationConfigurationRequest{DetectorId: w.detector(admin), AutoEnableOrganizationMembers: guardduty.AutoEnableMembersAll}
	_, err := w.UpdateOrganizationConfiguration(ctx, admin, &all)
	w.unreadable("all accounts of an organization", err)
	if got := w.member(admin, fine); got != "Enabled" {
		t.Errorf("beside an account that can't be read, one of the organization is %s", got)
	}
}

// TestUnreadableHoldsUpNoSilence: what can't be read of one account or source costs no other its report.
func TestUnreadableHoldsUpNoSilence(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	a, b, c := w.account(accountNumber(1)), w.account(accountNumber(2)), w.account(accountNumber(3))
	for _, account := range []picket.Caller{a, b, c} {
		w.enable(account)
		w.applied(account)
	}
	for _, id := range []string{"broken", "own"} {
		_, err := w.AddSource(ctx, service.Source{ID: id, Location: "/" + id, Account: c.Account})
		w.ok(err)
	}
	start := w.clock
	w.intake(came(a, "VPC flow", 1, 1, nil))
	was := w.spoil("silence", `{`)
	w.intake(came(b, "VPC flow", 1, 1, nil))
	w.put(picket.DocumentKey{Kind: "intake", Account: b.Account, Region: region, ID: "VPC flow"}, "a text")
	w.intake(came(c, "VPC flow", 1, 1, nil))
	w.put(picket.DocumentKey{Kind: "source-progress", ID: "broken"}, "a text")
	w.clock = w.clock.Add(2 * day)
	w.unreadable("at first", w.ReportSilence(ctx, start.UnixMilli()))
	if got := strings.Join(w.notices(c), "\n"); !strings.Contains(got, "VPC flow") || !strings.Contains(got, `"source":"own"`) {
		t.Errorf("told of %s", got)
	}
	w.put(picket.DocumentKey{Kind: "source-progress", ID: "broken"}, struct{}{})
	w.after(time.Minute, start)
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Outbox().Put(was[0]) }))
	w.after(time.Minute, start)
	if got := w.notices(a); len(got) != 1 {
		t.Errorf("told %s when it can be read", got)
	}
	w.clock = w.clock.Add(time.Hour)
	w.unreadable("later", w.ReportSilence(ctx, start.UnixMilli()))
}
