package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"picket"
	"picket/storetest"
)

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
		q.shows(accepted, picket.MailNone, since+minute, "not sent, as the invitation was answered or withdrawn before")
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

// At whatever point a worker's store fails it, the mail goes within minutes, and once.
func TestMailWhenTheStoreWasAway(t *testing.T) {
	for works := 0; ; works++ {
		for _, kept := range []bool{false, true} {
			q, srv := newQueue(t, t.TempDir()), serve(t, false, false)
			i := to(production, "us-east-1", "")
			q.invite(since, i)
			store := &storetest.Failing{Store: q.store, Works: works, Kept: kept}
			w := q.worker(srv.to())
			w.Store = store
			_, err := w.Step(t.Context(), since+minute)
			if !store.Failed() {
				return
			}
			if !errors.Is(err, storetest.ErrAway) {
				t.Errorf("call %d failed, the worker says %v", works, err)
			}
			for range 2 {
				if _, err := w.Step(t.Context(), since+3*minute); err != nil {
					t.Error(err)
				}
			}
			if mails := srv.got(); len(mails) != 1 {
				t.Errorf("after call %d failed (kept %t) %d mails arrived", works, kept, len(mails))
			}
			if m := q.mail(i); m.State != picket.MailSent {
				t.Errorf("after call %d failed (kept %t) the member shows %+v", works, kept, m)
			}
			q.empty()
		}
	}
}

// A worker that could not take a mail doesn't let go of it for another, who has it, and who may have taken it in the same
// millisecond.
func TestMailThatAnotherWorkerHas(t *testing.T) {
	f := func(later int64) {
		t.Helper()
		q, srv := newQueue(t, t.TempDir()), serve(t, false, false)
		q.invite(since, to(production, "us-east-1", ""))
		w, other := q.worker(srv.to()), q.worker(srv.to())
		w.Store = &storetest.Failing{Store: q.store}
		if _, err := w.Step(t.Context(), since+minute); !errors.Is(err, storetest.ErrAway) {
			t.Fatalf("the store failed, the worker says %v", err)
		}
		if j, err := other.claim(t.Context(), since+minute+later); err != nil || j == nil {
			t.Fatal(j, err)
		}
		q.step(w, since+3*minute, false)
		if mails, _ := q.waiting(); len(mails) != 1 || mails[0].Due != since+11*minute+later {
			t.Errorf("the mail that another has is %+v", mails)
		}
	}
	f(second)
	f(0)
}

// A worker that is stopped when it has just taken a mail lets go of it, and doesn't wait for a store that is away.
func TestStoppingBeforeAMailIsSent(t *testing.T) {
	q, srv := newQueue(t, t.TempDir()), serve(t, false, false)
	i := to(production, "us-east-1", "")
	q.invite(since-minute, i)
	ctx, stop := context.WithCancel(t.Context())
	store := &storetest.Stopping{Store: q.store, Stop: stop}
	w := q.worker(srv.to())
	w.Store = store
	w.Run(ctx)
	if mails, _ := q.waiting(); store.Endless || len(mails) != 1 || mails[0].Attempts != 0 {
		t.Errorf("an update without an end: %t; %+v", store.Endless, mails)
	}
	q.step(q.worker(srv.to()), since, true)
	q.shows(i, picket.MailSent, since, "to dana@example.com")
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
