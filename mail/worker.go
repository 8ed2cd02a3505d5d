package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"picket"
)

const (
	lease        = 10 * time.Minute // a worker that has not told the outcome by then is taken for dead
	firstPause   = time.Minute      // between tries; each is twice the one before
	longestPause = 6 * time.Hour
	patience     = 72 * time.Hour // after it, a mail is given up
	leastTries   = 15             // before that: a clock that is set ahead ends nobody's patience
	poll         = 5 * time.Second
	mostRequests = 100_000 // in one mail
)

// Worker sends the mails of the outbox, one at a time and each administrator's in turn, however many workers share the store. A mail is
// never lost: it leaves
// the outbox after it was handed on or given up, and each member that it speaks for shows which. It may be sent twice, under
// one Message-ID, if a worker dies between handing it on and saying so.
type Worker struct {
	Store  picket.Store
	Sender Sender
	Now    func() time.Time
	Log    *slog.Logger

	turn string                      // id of the mail that was taken last
	job  *job                        // the last one
	owes func(context.Context) error // what became of it, until the store takes that or its lease ends
}

// Resume makes mails due that a worker had when the server ended, rather than when its lease does, and those that wait for a
// time so far ahead that only a wrong clock can have said it. If a worker lives that has one, it may go twice.
func Resume(ctx context.Context, store picket.Store, now int64) error {
	return store.Update(ctx, func(tx picket.Tx) error {
		entries, err := tx.Outbox().Due(batchKind, math.MaxInt64, math.MaxInt32)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		for _, entry := range entries {
			var b batch
			if json.Unmarshal(entry.Body, &b) != nil {
				continue // the worker sees to it when it is due
			}
			if b.Claim == "" && entry.Due <= now+2*longestPause.Milliseconds() {
				continue
			}
			entry.Due, b.Claim = min(entry.Due, now), ""
			if err := put(tx, entry, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// Run sends mails until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := w.Step(ctx, w.Now().UnixMilli())
		if err != nil && ctx.Err() == nil {
			w.Log.Error("sending mails is interrupted", "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(poll):
		}
	}
	last, cancel := picket.LastWords(ctx)
	defer cancel()
	if err := w.record(last, w.Now().UnixMilli()); err != nil {
		w.Log.Error("sending mails is interrupted", "error", err)
	}
}

// Step tries a mail that is due, and reports whether it found one. If no mail can be sent now, all that are due
// learn it from the one try.
func (w *Worker) Step(ctx context.Context, now int64) (found bool, err error) {
	var down *failure
	for {
		if err := w.record(ctx, now); err != nil {
			return found, err
		}
		j, err := w.claim(ctx, now)
		if j == nil {
			return found, err
		}
		found = true
		w.job = j
		w.owes = func(last context.Context) error {
			o := outcome{due: now + pause(j.attempts).Milliseconds()}
			if ctx.Err() != nil {
				o = outcome{due: now, untried: true}
			}
			return w.letGo(last, j, o, now)
		}
		if err != nil {
			return found, err // it may have it all the same
		}
		if down, err = w.try(ctx, j, now, down); err != nil || down == nil {
			return found, err
		}
	}
}

// record has the store take what became of a mail, now or later: a store that was away must cost no lease.
func (w *Worker) record(ctx context.Context, now int64) error {
	if w.owes != nil && now < w.job.until {
		if err := w.owes(ctx); err != nil {
			return err
		}
	}
	w.owes = nil
	return nil
}

// job is a mail that this worker has, until its lease ends.
type job struct {
	id       string
	attempts int
	until    int64 // when the lease ends
	batch    batch
	broken   error     // why the batch can't be read: then it is empty
	wanted   []request // invitations that wait for an answer, from this address
	moot     []request // the others

	unreadable []unreadable
}

// claim takes a mail of the administrator whose turn it is; it returns nil if none is due. With an error, the mail that it returns may
// be taken or not.
func (w *Worker) claim(ctx context.Context, now int64) (j *job, err error) {
	err = w.Store.Update(ctx, func(tx picket.Tx) error {
		j = nil
		due, err := next(tx, w.turn, now)
		if err != nil || len(due) == 0 {
			return err
		}
		entry := due[0]
		b, broken := readBatch(entry)
		if broken != nil {
			b = batch{}
		}
		entry.Attempts++
		entry.Due = now + lease.Milliseconds()
		b.Claim, b.Another = rand.Text(), false
		j = &job{id: entry.ID, attempts: entry.Attempts, until: entry.Due, batch: b, broken: broken}
		return put(tx, entry, b)
	})
	if err != nil {
		return j, fmt.Errorf("take a mail from the outbox: %w", err)
	}
	if j != nil {
		w.turn = j.id
	}
	return j, nil
}

// next returns a mail that is due of the administrator that comes after the one whose mail was taken last, the first after the last:
// however many one has, others' don't wait for them.
func next(tx picket.Tx, last string, now int64) ([]picket.OutboxEntry, error) {
	administrator, _, _ := strings.Cut(last, "-")
	due, err := tx.Outbox().DueAfter(batchKind, now, administrator+".", 1) // past all that begin with its id and a hyphen
	if err != nil || len(due) > 0 {
		return due, err
	}
	return tx.Outbox().DueAfter(batchKind, now, "", 1)
}

// load reads what the mail is to say, as it is now: who accepted or declined meanwhile needs no mail, nor does an address
// that was corrected.
func (w *Worker) load(ctx context.Context, j *job) error {
	return w.Store.View(ctx, func(tx picket.Tx) error {
		var wanted, moot []request
		var unread []unreadable
		entries, err := tx.Outbox().Due(requestKind(j.id), math.MaxInt64, mostRequests)
		if err != nil {
			return fmt.Errorf("read mail %s: %w", j.id, err)
		}
		for _, entry := range entries {
			var r request
			if err := json.Unmarshal(entry.Body, &r); err != nil {
				unread = append(unread, unreadable{entry, err})
				continue
			}
			m, err := j.member(tx, r)
			switch {
			case errors.Is(err, picket.ErrUnreadable):
				unread = append(unread, unreadable{entry, err})
			case err != nil:
				return err
			case m != nil && m.Status == picket.Invited:
				wanted = append(wanted, r)
			default:
				moot = append(moot, r)
			}
		}
		slices.SortFunc(wanted, func(a, b request) int { return cmp.Compare(a.key(), b.key()) })
		j.wanted, j.moot, j.unreadable = wanted, moot, unread
		return nil
	})
}

// try sends a mail, unless none can be sent now, and records how it went. It returns why none can be, if so.
func (w *Worker) try(ctx context.Context, j *job, now int64, down *failure) (*failure, error) {
	if err := w.load(ctx, j); err != nil {
		return nil, err
	}
	for _, u := range j.unreadable {
		w.Log.Error("an invitation of a mail can't be read", "mail", j.id, "invitation", u.entry.ID, "error", u.err)
	}
	o := outcome{mail: picket.Mail{At: now}, done: true}
	switch {
	case j.broken != nil:
		w.Log.Error("a mail can't be read", "mail", j.id, "invitations", len(j.wanted), "error", j.broken)
		o.mail = lost(now)
	case len(j.wanted) > 0:
		mail, err := w.send(ctx, j, down)
		o = j.judge(mail, err, now)
		down = nil
		if f := (*failure)(nil); errors.As(err, &f) && f.All {
			down = f
		}
		w.log(j, o, err)
	}
	w.owes = func(ctx context.Context) error { return w.settle(ctx, j, o, now) }
	return down, w.record(ctx, now)
}

func (w *Worker) send(ctx context.Context, j *job, down *failure) (picket.Mail, error) {
	if down != nil {
		return picket.Mail{}, down
	}
	m, err := write(j.id, j.batch, j.wanted)
	if err != nil {
		return picket.Mail{}, err
	}
	mail, err := w.Sender.Send(ctx, m)
	if err != nil && ctx.Err() != nil {
		err = &failure{Reason: "this server was stopped while it was sending", Err: err}
	}
	return mail, err
}

func (w *Worker) log(j *job, o outcome, err error) {
	log := w.Log.With("mail", j.id, "administrator", j.batch.Administrator.ID, "invitations", len(j.wanted), "state", o.mail.State)
	switch {
	case err == nil:
		log.Info("a mail was handed on")
	case o.done:
		log.Error("a mail was given up", "try", j.attempts, "error", err)
	default:
		log.Warn("a mail waits", "try", j.attempts, "until", clock(o.due), "error", err)
	}
}
