package service_test

import (
	"context"
	"testing"

	"picket"
)

func TestTrustedInviters(t *testing.T) {
	w := newWorld(t)
	admin, member := w.account("111122223333"), w.account("444455556666")
	w.enable(admin)
	w.ok(w.TrustInviters(context.Background(), member.Account, []string{admin.Account}))
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	if got := w.member(admin, member); got != "Invited" {
		t.Errorf("without the service the member is %s", got)
	}
	w.enable(member)
	if got := w.member(admin, member); got != "Enabled" {
		t.Errorf("once the service is on the member is %s", got)
	}
	w.ok(w.remove(admin, member))
	w.ok(w.invite(admin, member))
	if got := w.member(admin, member); got != "Enabled" {
		t.Errorf("invited again the member is %s", got)
	}
	late := w.account("777788889999")
	w.enable(late)
	w.ok(w.add(admin, late))
	w.ok(w.invite(admin, late))
	w.ok(w.TrustInviters(context.Background(), late.Account, []string{admin.Account}))
	if got := w.member(admin, late); got != "Enabled" {
		t.Errorf("invited before it trusts the member is %s", got)
	}
	if err := w.TrustInviters(context.Background(), late.Account, []string{late.Account}); err == nil {
		t.Error("an account may trust itself")
	}
}

// What a trusted inviter asks is accepted as soon as it may be, whatever was in its way.
func TestTrustedInvitersThatWait(t *testing.T) {
	f := func(what string, block func(w *world, other, member picket.Caller) (unblock func())) {
		t.Run(what, func(t *testing.T) {
			w, ctx := newWorld(t), context.Background()
			inviter, member, other := w.account("111122223333"), w.account("444455556666"), w.account("777788889999")
			for _, c := range []picket.Caller{inviter, member, other} {
				w.enable(c)
			}
			w.ok(w.TrustInviters(ctx, member.Account, []string{inviter.Account}))
			unblock := block(w, other, member)
			w.ok(w.add(inviter, member))
			w.ok(w.invite(inviter, member))
			w.ok(w.Sweep(ctx))
			if got := w.member(inviter, member); got != "Invited" {
				t.Fatalf("at first the member is %s", got)
			}
			unblock()
			w.ok(w.Sweep(ctx))
			if got := w.member(inviter, member); got != "Enabled" {
				t.Errorf("at last the member is %s", got)
			}
			w.ok(w.leave(member))
			w.ok(w.Sweep(ctx))
			if got := w.member(inviter, member); got != "Resigned" {
				t.Errorf("it left, and is %s", got)
			}
		})
	}
	f("it leaves another", func(w *world, other, member picket.Caller) func() {
		w.join(other, member)
		return func() { w.ok(w.leave(member)) }
	})
	f("another removes it", func(w *world, other, member picket.Caller) func() {
		w.join(other, member)
		return func() { w.ok(w.remove(other, member)) }
	})
	f("its last member goes", func(w *world, other, member picket.Caller) func() {
		w.ok(w.add(member, other))
		return func() { w.ok(w.forget(member, other)) }
	})
	f("its organization dismisses it", func(w *world, other, member picket.Caller) func() {
		ctx := context.Background()
		w.ok(w.CreateOrganization(ctx, other.Account))
		w.ok(w.JoinOrganization(ctx, other.Account, member.Account))
		w.appoint(other, member)
		return func() { w.ok(w.dismiss(other, member)) }
	})
	f("it is reopened", func(w *world, _, member picket.Caller) func() {
		w.ok(w.CloseAccount(context.Background(), member.Account))
		return func() {
			w.ok(w.ReopenAccount(context.Background(), member.Account))
			if got := w.administrator(member); got == "" {
				w.t.Error("reopened, it waits")
			}
		}
	})
}

// While its inviter is closed an account accepts no invitation, be the inviter trusted or not.
func TestClosedInviters(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	inviter, member, _ := w.family()
	w.ok(w.add(inviter, member))
	w.ok(w.invite(inviter, member))
	w.ok(w.CloseAccount(ctx, inviter.Account))
	w.refused(w.accept(member, inviter), noInvitation)
	w.ok(w.TrustInviters(ctx, member.Account, []string{inviter.Account}))
	if got := w.member(inviter, member); got != "Invited" {
		t.Errorf("of a closed inviter the member is %s", got)
	}
	w.ok(w.ReopenAccount(ctx, inviter.Account))
	w.ok(w.Sweep(ctx))
	if got := w.member(inviter, member); got != "Enabled" {
		t.Errorf("of an inviter that was reopened the member is %s", got)
	}
}
