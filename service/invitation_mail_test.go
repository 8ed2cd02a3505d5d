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
