package mail

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picket"
	"picket/sqlstore"
	"picket/storetest"
)

const (
	second = 1000
	minute = 60 * second
	hour   = 60 * minute
)

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, f func(t *testing.T, q *queue)) {
	for name, where := range map[string]func(testing.TB) string{
		"sqlite": func(t testing.TB) string { return t.TempDir() }, "postgres": storetest.Postgres,
	} {
		t.Run(name, func(t *testing.T) { f(t, newQueue(t, where(t))) })
	}
}

// queue is a store with members to invite, as package service keeps them.
type queue struct {
	t     *testing.T
	store picket.Store
}

func newQueue(t *testing.T, where string) *queue {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return &queue{t, store}
}

func (q *queue) update(f func(tx picket.Tx) error) {
	q.t.Helper()
	if err := q.store.Update(q.t.Context(), f); err != nil {
		q.t.Fatal(err)
	}
}

// invite makes a member and invites it, in one transaction.
func (q *queue) invite(now int64, invitations ...Invitation) {
	q.t.Helper()
	q.update(func(tx picket.Tx) error {
		for _, i := range invitations {
			mail, err := Enqueue(tx, i, now)
			if err != nil {
				return err
			}
			err = tx.Members().Put(picket.Member{
				Administrator: i.Administrator.ID, Region: i.Region, Account: i.Member.ID, Email: i.To, Status: picket.Invited,
				Invitation: picket.Invitation{ID: i.ID, SentAt: now, Message: i.Notes, Mail: mail},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// change changes the member of an invitation.
func (q *queue) change(i Invitation, f func(*picket.Member)) {
	q.t.Helper()
	q.update(func(tx picket.Tx) error {
		m, err := tx.Members().Get(i.Administrator.ID, i.Region, i.Member.ID)
		if err != nil {
			return err
		}
		f(&m)
		return tx.Members().Put(m)
	})
}

func (q *queue) mail(i Invitation) (mail picket.Mail) {
	q.t.Helper()
	err := q.store.View(q.t.Context(), func(tx picket.Tx) error {
		m, err := tx.Members().Get(i.Administrator.ID, i.Region, i.Member.ID)
		mail = m.Invitation.Mail
		return err
	})
	if err != nil {
		q.t.Fatal(err)
	}
	return mail
}

// shows requires what a member shows of its mail; what it says at length begins with detail.
func (q *queue) shows(i Invitation, state picket.MailState, at int64, detail string) {
	q.t.Helper()
	if m := q.mail(i); m.State != state || m.At != at || !strings.HasPrefix(m.Detail, detail) || (m.Detail == "") != (detail == "") {
		q.t.Errorf("%s in %s shows %+v, want %q at %d: %s…", i.Member.ID, i.Region, m, state, at, detail)
	}
}

// waiting returns what is in the outbox.
func (q *queue) waiting() (mails []picket.OutboxEntry, invitations int) {
	q.t.Helper()
	err := q.store.View(q.t.Context(), func(tx picket.Tx) (err error) {
		if mails, err = tx.Outbox().Due(batchKind, math.MaxInt64, 1000); err != nil {
			return err
		}
		for _, m := range mails {
			requests, err := tx.Outbox().Due(requestKind(m.ID), math.MaxInt64, 100_000)
			if err != nil {
				return err
			}
			invitations += len(requests)
		}
		return nil
	})
	if err != nil {
		q.t.Fatal(err)
	}
	return mails, invitations
}

func (q *queue) empty() {
	q.t.Helper()
	if mails, invitations := q.waiting(); len(mails) > 0 || invitations > 0 {
		q.t.Errorf("%d mails and %d invitations are still in the outbox: %+v", len(mails), invitations, mails)
	}
}

func (q *queue) worker(s Sender) *Worker {
	log := slog.New(slog.NewTextHandler(q.t.Output(), nil))
	return &Worker{Store: q.store, Sender: s, Log: log, Now: func() time.Time { return time.UnixMilli(since) }}
}

// step takes one step and requires whether it found a mail.
func (q *queue) step(w *Worker, now int64, want bool) {
	q.t.Helper()
	if found, err := w.Step(q.t.Context(), now); err != nil || found != want {
		q.t.Fatalf("step at %d: found %v, want %v; %v", now-since, found, want, err)
	}
}

func to(m Account, region, notes string) Invitation {
	return Invitation{
		ID: "invitation-" + m.ID + region, Region: region, Administrator: security, Member: m, To: "dana@example.com", Notes: notes,
		Link: Link("https://picket.example.com/console/", region, security.ID),
	}
}

func TestOneBatchIsOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		batch := []Invitation{
			to(production, "us-east-1", "Please accept."), to(production, "eu-west-1", "Please accept."), to(staging, "us-east-1", "Please accept."),
		}
		batch[1].To = "Dana@Example.com"
		otherNotes, otherPerson, otherInviter := to(staging, "eu-west-1", "Now."), to(Account{ID: "123412341234"}, "us-east-1", "Please accept."), to(production, "us-east-1", "Please accept.")
		otherPerson.To, otherInviter.Administrator = "alex@example.com", Account{ID: "222233334444"}
		q.invite(since, batch[0])
		q.invite(since+59*second, batch[1], batch[2], otherNotes, otherPerson, otherInviter)
		q.shows(batch[0], picket.MailQueued, since, "sent at 2026-11-25 11:31:00 UTC")
		q.shows(batch[1], picket.MailQueued, since+59*second, "sent at 2026-11-25 11:31:00 UTC")
		q.step(w, since+minute-1, false)
		q.step(w, since+minute, true)
		q.step(w, since+minute, false)
		mails := srv.got()
		if len(mails) != 1 {
			t.Fatalf("%d mails arrived", len(mails))
		}
		a := read(t, mails[0].raw)
		for _, want := range []string{"444455556666 (Production)", "777788889999 (Staging) in us-east-1", "Regions: eu-west-1, us-east-1", "> Please accept."} {
			if !strings.Contains(a.text, want) {
				t.Errorf("the mail does not say %q:\n%s", want, a.text)
			}
		}
		for _, not := range []string{"123412341234", "222233334444", "Now."} {
			if strings.Contains(a.text, not) {
				t.Errorf("the mail says %q, of another:\n%s", not, a.text)
			}
		}
		for _, i := range batch {
			q.shows(i, picket.MailSent, since+minute, "to dana@example.com")
		}
		for _, i := range []Invitation{otherNotes, otherPerson, otherInviter} {
			q.shows(i, picket.MailQueued, since+59*second, "sent at 2026-11-25 11:31:59 UTC")
		}
		for range 3 {
			q.step(w, since+2*minute, true)
		}
		q.step(w, since+2*minute, false)
		for _, i := range []Invitation{otherNotes, otherPerson, otherInviter} {
			q.shows(i, picket.MailSent, since+2*minute, "to ")
		}
		if n := len(srv.got()); n != 4 {
			t.Errorf("%d mails arrived, want 4", n)
		}
		q.empty()
	})
}

func TestWaitIsTheCallers(t *testing.T) {
	q := newQueue(t, t.TempDir())
	i := to(production, "us-east-1", "")
	i.Wait = time.Second
	q.invite(since, i)
	w := q.worker(serve(t, false, false).to())
	q.step(w, since+second-1, false)
	q.step(w, since+second, true)
}

func TestWithoutSMTPMailsAreFiles(t *testing.T) {
	q := newQueue(t, t.TempDir())
	folder := Folder{Dir: t.TempDir()}
	i := to(production, "us-east-1", "Please accept.")
	q.invite(since, i)
	q.step(q.worker(folder), since+minute, true)
	q.shows(i, picket.MailWritten, since+minute, folder.Dir)
	raw, err := os.ReadFile(q.mail(i).Detail)
	if err != nil || !strings.Contains(read(t, raw).text, "> Please accept.") {
		t.Errorf("%s, %v", raw, err)
	}
	q.empty()
}

// What is asked again while it waits is said once; what nobody waits for any more is not said.
func TestMailsSayWhatIsSoWhenTheyGo(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		again, accepted, silent := to(production, "us-east-1", ""), to(production, "eu-west-1", ""), to(production, "eu-west-2", "")
		deleted, corrected := to(staging, "us-east-1", ""), to(staging, "eu-west-1", "")
		q.invite(since, again, accepted, silent, deleted, corrected)
		again.ID = "again"
		q.invite(since+second, again)
		q.change(accepted, func(m *picket.Member) { m.Status = picket.Enabled })
		q.update(func(tx picket.Tx) error { return tx.Members().Delete(security.ID, deleted.Region, deleted.Member.ID) })
		q.change(silent, func(m *picket.Member) { m.Invitation = picket.Invitation{ID: "without a mail"} })
		corrected.To = "erin@example.com"
		q.invite(since+second, corrected)

		q.step(w, since+minute, true)
		mails := srv.got()
		if len(mails) != 1 || mails[0].to != "dana@example.com" {
			t.Fatalf("%d mails arrived", len(mails))
		}
		if text := read(t, mails[0].raw).text; !strings.Contains(text, "for your account 444455556666 (Production).\n\nRegion: us-east-1\n") {
			t.Errorf("the mail says:\n%s", text)
		}
		q.shows(again, picket.MailSent, since+minute, "to dana@example.com")
		q.shows(accepted, picket.MailNone, since+minute, "not sent, as the invitation was answered before")
		q.shows(silent, picket.MailNone, 0, "")
		q.shows(corrected, picket.MailQueued, since+second, "sent at")

		q.step(w, since+minute+second, true)
		q.shows(corrected, picket.MailSent, since+minute+second, "to erin@example.com")
		if mails := srv.got(); len(mails) != 2 || mails[1].to != "erin@example.com" {
			t.Errorf("%d mails arrived", len(mails))
		}
		q.empty()
	})
}

func TestNobodyIsToldOfWithdrawnInvitations(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	q.change(i, func(m *picket.Member) { m.Status = picket.Removed })
	q.step(q.worker(srv.to()), since+minute, true)
	if n := len(srv.got()); n != 0 {
		t.Errorf("%d mails arrived", n)
	}
	q.empty()
}

func TestRefusedMailIsRetried(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		i := to(production, "us-east-1", "")
		q.invite(since, i)
		srv.refuse("RCPT", &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"})
		q.step(w, since+minute, true)
		q.shows(i, picket.MailQueued, since+minute, "try 1: the mail server says: 451 4.7.1 Greylisted; tried again at 2026-11-25 11:32:00 UTC")
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

func TestInvitationsThatComeWhileOneIsSent(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		first, more, again := to(production, "us-east-1", ""), to(production, "eu-west-1", ""), to(staging, "us-east-1", "")
		q.invite(since, first, again)
		invite := sync.OnceFunc(func() {
			again.ID = "again"
			q.invite(since+minute, more, again)
			q.step(q.worker(srv.to()), since+5*minute, false) // one sender at a time
		})
		srv.during = func(net.Conn) { invite() }
		q.step(w, since+minute, true)
		q.shows(first, picket.MailSent, since+minute, "to dana@example.com")
		q.shows(more, picket.MailQueued, since+minute, "sent at 2026-11-25 11:32:00 UTC")
		q.shows(again, picket.MailQueued, since+minute, "sent at 2026-11-25 11:32:00 UTC")
		q.step(w, since+2*minute-1, false)
		q.step(w, since+2*minute, true)
		q.shows(more, picket.MailSent, since+2*minute, "to dana@example.com")
		q.shows(again, picket.MailSent, since+2*minute, "to dana@example.com")
		mails := srv.got()
		if len(mails) != 2 {
			t.Fatalf("%d mails arrived", len(mails))
		}
		if text := read(t, mails[1].raw).text; !strings.Contains(text, "444455556666 (Production) in eu-west-1\n") || !strings.Contains(text, "777788889999 (Staging) in us-east-1\n") {
			t.Errorf("the second mail says:\n%s", text)
		}
		q.empty()
	})
}

// A worker that dies with a mail in hand loses nothing; if it had handed the mail on, it goes twice, as one message.
func TestWorkerThatDies(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		dying, next := q.worker(srv.to()), q.worker(srv.to())
		i := to(production, "us-east-1", "")
		q.invite(since, i)
		j, err := dying.claim(t.Context(), since+minute)
		if err != nil || j == nil {
			t.Fatal(j, err)
		}
		if err := dying.load(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		if _, err := dying.send(t.Context(), j, nil); err != nil {
			t.Fatal(err)
		}
		q.step(next, since+11*minute-1, false)
		q.step(next, since+11*minute, true)
		mails := srv.got()
		if len(mails) != 2 {
			t.Fatalf("%d mails arrived", len(mails))
		}
		first, second := read(t, mails[0].raw).header, read(t, mails[1].raw).header
		if first.Get("Message-Id") != second.Get("Message-Id") {
			t.Errorf("one mail is %s and %s", first.Get("Message-Id"), second.Get("Message-Id"))
		}
		q.shows(i, picket.MailSent, since+11*minute, "to dana@example.com")
		q.empty()
	})
}

// A worker that was taken for dead and wakes up changes nothing of what another does or did with its mail.
func TestWorkerThatIsLate(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	late, next := q.worker(srv.to()), q.worker(srv.to())
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	load := func(w *Worker, now int64) *job {
		t.Helper()
		j, err := w.claim(t.Context(), now)
		if err != nil || j == nil {
			t.Fatal(j, err)
		}
		if err := w.load(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		return j
	}
	failed := func(j *job) outcome {
		return j.judge(picket.Mail{}, &failure{Reason: "late", Err: context.DeadlineExceeded}, since+12*minute)
	}
	first := load(late, since+minute)
	load(next, since+11*minute)
	if err := late.settle(t.Context(), first, failed(first), since+12*minute); err != nil {
		t.Fatal(err)
	}
	if mails, _ := q.waiting(); len(mails) != 1 || mails[0].Due != since+21*minute || mails[0].Attempts != 2 {
		t.Errorf("the mail that another has is %+v", mails)
	}
	q.step(next, since+21*minute, true)
	q.shows(i, picket.MailSent, since+21*minute, "to dana@example.com")
	if err := late.settle(t.Context(), first, failed(first), since+22*minute); err != nil {
		t.Fatal(err)
	}
	q.shows(i, picket.MailSent, since+21*minute, "to dana@example.com")
	q.empty()
}

func TestWorkersShareTheOutbox(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		const mails = 40
		for n := range mails {
			i := to(Account{ID: fmt.Sprintf("9000000000%02d", n)}, "us-east-1", "")
			i.To = fmt.Sprintf("owner%d@example.com", n)
			q.invite(since, i)
		}
		var group sync.WaitGroup
		for range 3 {
			w := q.worker(srv.to())
			group.Go(func() {
				for {
					if found, err := w.Step(t.Context(), since+minute); err != nil || !found {
						if err != nil {
							t.Error(err)
						}
						return
					}
				}
			})
		}
		group.Wait()
		to := map[string]int{}
		for _, m := range srv.got() {
			to[m.to]++
		}
		if len(to) != mails || len(srv.got()) != mails {
			t.Errorf("%d mails to %d people, want %d", len(srv.got()), len(to), mails)
		}
		q.empty()
	})
}

func TestHostileNotesThroughTheOutbox(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w := q.worker(srv.to())
		for n, notes := range hostileNotes {
			i := to(production, fmt.Sprintf("region-%d", n), notes)
			q.invite(since+int64(n)*hour, i)
			q.step(w, since+int64(n)*hour+minute, true)
			q.shows(i, picket.MailSent, since+int64(n)*hour+minute, "to dana@example.com")
			mails := srv.got()
			got, _ := textNotes(read(t, mails[len(mails)-1].raw).text)
			if want := noteLines(valid(notes)); !slices.Equal(got, want) {
				t.Errorf("notes %q arrive as %q", notes, got)
			}
		}
		q.empty()
	})
}

// valid replaces what is no UTF-8 byte by byte, as JSON does.
func valid(s string) string { return string([]rune(s)) }

func TestMailOfManyAccounts(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	var all []Invitation
	for n := range 1100 {
		all = append(all, to(Account{ID: fmt.Sprintf("90000000%04d", n)}, "us-east-1", "Please accept."))
	}
	for some := range slices.Chunk(all, 50) {
		q.invite(since, some...)
	}
	q.step(q.worker(srv.to()), since+minute, true)
	if mails := srv.got(); len(mails) != 1 || !strings.Contains(read(t, mails[0].raw).text, "and 1000 more\n") {
		t.Errorf("%d mails arrived", len(mails))
	}
	for _, i := range all {
		q.shows(i, picket.MailSent, since+minute, "to dana@example.com")
	}
	q.empty()
}

func TestUnreadableEntryHoldsUpNoOther(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	w := q.worker(srv.to())
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	q.update(func(tx picket.Tx) error {
		return tx.Outbox().Put(picket.OutboxEntry{Kind: batchKind, ID: "broken", Due: since, Body: []byte(`{"since":"yesterday"}`)})
	})
	if _, err := w.Step(t.Context(), since+minute); err == nil || !strings.Contains(err.Error(), "read mail broken") {
		t.Errorf("the first step: %v", err)
	}
	q.step(w, since+minute, true)
	q.shows(i, picket.MailSent, since+minute, "to dana@example.com")
	if mails, _ := q.waiting(); len(mails) != 1 || mails[0].ID != "broken" || mails[0].Due != since+6*hour+minute {
		t.Errorf("the outbox holds %+v", mails)
	}
}

func TestRun(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	first, second := to(production, "us-east-1", ""), to(production, "us-east-1", "Please accept.")
	q.invite(since-minute, first, second)
	w := q.worker(srv.to())
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	w.Log = slog.New(slog.NewTextHandler(writer(func() {
		if told++; told == 2 {
			cancel()
		}
	}), nil))
	w.Run(ctx)
	q.shows(second, picket.MailSent, since, "to dana@example.com")
	if n := len(srv.got()); n != 2 {
		t.Errorf("%d mails arrived", n)
	}
	q.empty()
}

// writer does something for each line that is logged.
type writer func()

func (w writer) Write(line []byte) (int, error) {
	w()
	return len(line), nil
}

func TestStoppingWhileAMailIsSent(t *testing.T) {
	q := newQueue(t, t.TempDir())
	srv := serve(t, false, false)
	i := to(production, "us-east-1", "")
	q.invite(since-minute, i)
	ctx, cancel := context.WithCancel(t.Context())
	srv.during = func(c net.Conn) {
		cancel()
		c.Read(make([]byte, 1)) // until the worker has left
	}
	q.worker(srv.to()).Run(ctx)
	q.shows(i, picket.MailQueued, since, "try 1: this server was stopped while it was sending")
	srv.during = nil
	q.step(q.worker(srv.to()), since+minute, true)
	q.shows(i, picket.MailSent, since+minute, "to dana@example.com")
	q.empty()
}
