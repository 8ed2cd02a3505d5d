package mail

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

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

func (q *queue) backlog(want Backlog) {
	q.t.Helper()
	q.update(func(tx picket.Tx) error {
		got, err := Waiting(tx)
		if got != want {
			q.t.Errorf("the backlog is %+v, want %+v", got, want)
		}
		return err
	})
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
