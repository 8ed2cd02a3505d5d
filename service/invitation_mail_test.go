package service_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/mail"
	"picket/service"
)

// inbox keeps all mails.
type inbox []mail.Message

func (b *inbox) Send(_ context.Context, m mail.Message) (picket.Mail, error) {
	*b = append(*b, m)
	return picket.Mail{State: picket.MailSent}, nil
}

// The inviter writes where the mail goes, which may be to itself: the account is named to the address that is its own alone.
func TestMailsNameTheAccountToItsOwner(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member := w.account("111122223333"), as("444455556666")
	_, err := w.CreateAccount(ctx, service.Account{ID: member.Account, Name: "Payroll", Email: "owner@example.com"})
	w.ok(err)
	w.enable(admin)
	w.ok(w.add(admin, member))
	_, err = w.InviteMembers(ctx, admin, &guardduty.InviteMembersRequest{
		DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}, DisableEmailNotification: guardduty.Ptr(true),
	})
	w.ok(err)
	var got inbox
	worker := &mail.Worker{Store: w.Store, Sender: &got, Now: w.Now, Log: slog.New(slog.DiscardHandler)}
	f := func(to string, named bool) {
		t.Helper()
		got = nil
		_, err := w.ResendInvitation(ctx, admin, member.Account, to)
		w.ok(err)
		_, err = worker.Step(ctx, w.clock.Add(time.Hour).UnixMilli())
		w.ok(err)
		if len(got) != 1 {
			t.Fatalf("%d mails went to %s", len(got), to)
		}
		for _, part := range []string{got[0].Text, got[0].HTML} {
			if strings.Contains(part, "Payroll") != named || !strings.Contains(part, member.Account) {
				t.Errorf("to %s, named %v:\n%s", to, named, part)
			}
		}
	}
	f("inviter@example.com", false)
	f("Owner@Example.com", true)
}

// An account that invites one person again and again, with other words each time, has the invitations made and not mailed.
func TestMailsToOnePersonAreLimited(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin := w.account("111122223333")
	d := w.enable(admin)
	states := map[picket.MailState]int{}
	for i := range 103 {
		account := accountNumber(i)
		w.ok(w.add(admin, as(account)))
		_, err := w.ResendInvitation(ctx, admin, account, "victim@example.com")
		w.ok(err)
		out, err := w.InviteMembers(ctx, admin, &guardduty.InviteMembersRequest{DetectorId: d, AccountIds: guardduty.List[string]{account}, Message: &account})
		w.ok(one(out.UnprocessedAccounts, err))
		m, err := w.Member(ctx, admin, account)
		w.ok(err)
		if m.Status != picket.Invited {
			t.Fatalf("invitation %d is %s", i, m.Status)
		}
		states[m.Invitation.Mail.State]++
	}
	if states[picket.MailQueued] != 100 || states[picket.MailFailed] != 3 {
		t.Errorf("mails are %v", states)
	}
	counts := func() (n int) {
		w.ok(w.Store.View(ctx, func(tx picket.Tx) (err error) { n, err = tx.Documents().Count(mail.CountKind); return err }))
		return n
	}
	before := counts()
	w.clock = w.clock.Add(25 * time.Hour)
	w.ok(w.Sweep(ctx))
	if after := counts(); before != 2 || after != 0 {
		t.Errorf("%d counts became %d", before, after)
	}
}
