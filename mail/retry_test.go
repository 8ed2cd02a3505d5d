package mail

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/emersion/go-smtp"

	"picket"
)

func TestRefusedMailIsRetried(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		i := to(production, "us-east-1", "")
		q.invite(since, i)
		q.backlog(Backlog{Waiting: 1})
		srv.refuse("RCPT", &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"})
		q.step(w, since+minute, true)
		q.shows(i, picket.MailQueued, since+minute, "try 1: the mail server says: 451 4.7.1 Greylisted; tried again at 2026-11-25 11:32:00 UTC")
		q.backlog(Backlog{Waiting: 1, Failing: 1, To: "dana@example.com", Administrator: i.Administrator.ID})
		q.step(w, since+2*minute-1, false)
		q.step(w, since+2*minute, true)
		q.shows(i, picket.MailQueued, since+2*minute, "try 2: the mail server says: 451 4.7.1 Greylisted; tried again at 2026-11-25 11:34:00 UTC")
		srv.refuse("RCPT", nil)
		q.step(w, since+4*minute, true)
		q.shows(i, picket.MailSent, since+4*minute, "to dana@example.com")
		if n := len(srv.got()); n != 1 {
			t.Errorf("%d mails arrived", n)
		}
		q.empty()
	})
}

func TestRefusedForGood(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	w := q.worker(srv.to())
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	srv.refuse("RCPT", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user"})
	q.step(w, since+minute, true)
	q.shows(i, picket.MailFailed, since+minute, "the mail server says: 550 5.1.1 No such user")
	q.empty()

	srv.refuse("RCPT", nil)
	q.invite(since+hour, i)
	q.step(w, since+hour+minute, true)
	q.shows(i, picket.MailSent, since+hour+minute, "to dana@example.com")
}

func TestMailIsGivenUp(t *testing.T) {
	q := newQueue(t, t.TempDir())
	w := q.worker(script(t, "554 go away"))
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	var tries []int64
	for now := int64(since); q.mail(i).State == picket.MailQueued; {
		mails, _ := q.waiting()
		now = mails[0].Due
		tries = append(tries, (now-since)/minute)
		q.step(w, now, true)
	}
	last := since + tries[len(tries)-1]*minute
	q.shows(i, picket.MailFailed, last, fmt.Sprintf("given up after try %d: the mail server refuses to be used (554)", len(tries)))
	if want := []int64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 872}; !slices.Equal(tries[:len(want)], want) {
		t.Errorf("tried after %d minutes, want %d", tries, want)
	}
	if days := float64(last-since) / 24 / hour; days < 2.7 || days > 3 {
		t.Errorf("given up after %.2f days", days)
	}
	q.empty()
}

// Asking again for a mail that waits after failures makes it go soon, with three days of its own.
func TestAskingAgainStartsAfresh(t *testing.T) {
	q := newQueue(t, t.TempDir())
	down := q.worker(script(t, "554 go away"))
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	now := int64(since)
	for range 9 {
		mails, _ := q.waiting()
		now = mails[0].Due
		q.step(down, now, true)
	}
	i.ID = "again"
	q.invite(now+hour, i)
	q.shows(i, picket.MailQueued, now+hour, "sent at "+clock(now+hour+minute))
	q.step(down, now+hour+minute, true)
	q.shows(i, picket.MailQueued, now+hour+minute, "try 1: ")
}

// Where no mail can be sent, one try tells it for all.
func TestServerThatIsDown(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		sender, connections := counted(t, "554 go away")
		w := q.worker(sender)
		var all []Invitation
		for n := range 30 {
			i := to(Account{ID: fmt.Sprintf("9000000000%02d", n)}, "us-east-1", "")
			i.To = fmt.Sprintf("owner%d@example.com", n)
			all = append(all, i)
		}
		q.invite(since, all...)
		later := to(production, "us-east-1", "")
		q.invite(since+second, later)
		q.step(w, since+minute, true)
		if n := connections.Load(); n != 1 {
			t.Errorf("%d connections for 30 mails", n)
		}
		for _, i := range all {
			q.shows(i, picket.MailQueued, since+minute, "try 1: the mail server refuses to be used (554); tried again at")
		}
		q.shows(later, picket.MailQueued, since+second, "sent at")
		q.step(w, since+minute, false)

		srv := serve(t, false, false)
		for range 31 {
			q.step(q.worker(srv.to()), since+2*minute, true)
		}
		if n := len(srv.got()); n != 31 {
			t.Errorf("%d mails arrived", n)
		}
		q.empty()
	})
}

// A server that comes back after it was killed while it sent a mail sends it at once, not when the lease ends; and one whose clock was
// far ahead doesn't wait for the time that it said.
func TestResume(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		resume := func(now int64) {
			t.Helper()
			if err := Resume(context.Background(), q.store, now); err != nil {
				t.Fatal(err)
			}
		}
		w := q.worker(srv.to())
		q.invite(since, to(production, "us-east-1", ""))
		if j, err := w.claim(context.Background(), since+minute); err != nil || j == nil {
			t.Fatal(err)
		}
		q.step(w, since+2*minute, false)
		resume(since + 2*minute)
		q.step(w, since+2*minute, true)
		q.empty()

		later := int64(since + 100*24*60*minute)
		q.invite(later, to(staging, "us-east-1", ""))
		resume(since + 3*minute)
		q.step(w, since+3*minute, true)
		q.empty()
	})
}
