package service_test

import (
	"context"
	"slices"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
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

// Two people may look at one table of findings: what one archives the other's page hears of, and no other account's.
func TestChangesOfMarks(t *testing.T) {
	w := newWorld(t)
	c, other := w.account(accountNumber(1)), w.account(accountNumber(2))
	w.enable(c)
	w.enable(other)
	w.records(c, hit(c.Account, "Recon:EC2/Portscan", "k", 1))
	ids := w.list(c, `{}`, nil, 50)
	f := func(what string, mark func() error) {
		t.Helper()
		seen := func(c picket.Caller) service.Changes {
			out, err := w.Changes(context.Background(), c)
			w.ok(err)
			return out
		}
		before, elsewhere := seen(c), seen(other)
		w.ok(mark())
		if got, want := before.Until(seen(c)), []string{"marks"}; !slices.Equal(got, want) {
			t.Errorf("after %s: %q changed, want %q", what, got, want)
		}
		if got := elsewhere.Until(seen(other)); len(got) > 0 {
			t.Errorf("after %s another account is told of %q", what, got)
		}
	}
	f("archiving", func() error {
		_, err := w.ArchiveFindings(context.Background(), c, &guardduty.ArchiveFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
		return err
	})
	f("unarchiving", func() error {
		_, err := w.UnarchiveFindings(context.Background(), c, &guardduty.UnarchiveFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
		return err
	})
	f("feedback", func() error {
		_, err := w.UpdateFindingsFeedback(context.Background(), c, &guardduty.UpdateFindingsFeedbackRequest{
			DetectorId: w.detector(c), FindingIds: ids, Feedback: guardduty.FeedbackUseful,
		})
		return err
	})
}
