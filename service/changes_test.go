package service_test

import (
	"context"
	"slices"
	"testing"

	"picket"
)

// An open list of members is read again whenever something that it shows of one is another: its status, its address, its mail.
func TestChangesOfMembers(t *testing.T) {
	w := newWorld(t)
	admin, member := w.account(accountNumber(1)), w.account(accountNumber(2))
	one, other := w.account(accountNumber(3)), w.account(accountNumber(4))
	w.enable(admin)
	w.ok(w.add(admin, member))
	w.ok(w.add(admin, one))
	f := func(what string, change func(), want ...string) {
		t.Helper()
		before, err := w.Changes(context.Background(), admin)
		w.ok(err)
		change()
		after, err := w.Changes(context.Background(), admin)
		w.ok(err)
		if got := before.Until(after); !slices.Equal(got, want) {
			t.Errorf("after %s: %q changed, want %q", what, got, want)
		}
	}
	resend := func(email string) {
		_, err := w.ResendInvitation(context.Background(), admin, member.Account, email)
		w.ok(err)
	}
	f("nothing", func() {})
	f("an invitation", func() { w.ok(w.invite(admin, member)) }, "members")
	f("a mail that failed", func() {
		w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
			m, err := tx.Members().Get(admin.Account, admin.Region, member.Account)
			if err != nil {
				return err
			}
			m.Invitation.Mail = picket.Mail{State: picket.MailFailed, At: w.Now().UnixMilli(), Detail: "no such mailbox"}
			return tx.Members().Put(m)
		}))
	}, "members")
	f("the mail once more", func() { resend("") }, "members")
	f("an address put right", func() { resend("right@example.com") }, "members")
	f("one member for another", func() {
		w.ok(w.forget(admin, one))
		w.ok(w.add(admin, other))
	}, "members")
}
