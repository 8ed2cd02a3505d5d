package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"picket"
	"picket/guardduty"
)

const (
	lease        = 10 * time.Minute // a worker that has not told the outcome by then is taken for dead
	sendTime     = 5 * time.Minute  // for one batch, well within the lease
	firstPause   = 10 * time.Second // after a failure; each is twice the one before
	longestPause = time.Hour
	patience     = 72 * time.Hour // after it, what waits is given up
	leastTries   = 48             // before that: a clock that is set ahead ends nobody's patience
	farthest     = 48 * time.Hour // no delivery waits longer, of itself, beyond its destination's digest
	poll         = time.Second
	batchSize    = 200
)

// Worker brings what waits to its destinations, one batch of one destination at a time, however many workers share the store.
// Everything goes at least once; it goes twice, under one id, if a worker dies between handing it on and saying so.
type Worker struct {
	Store   picket.Store
	Senders map[Type]Sender
	Now     func() time.Time
	Log     *slog.Logger
	// Observe is told how every try went: of which type the destination is, how many events it took, and what failed. It may be nil.
	Observe func(typ Type, sent int, err error)

	job  *job                  // the last one
	owes func(picket.Tx) error // what became of it, until the store takes that or its lease ends
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := w.Step(ctx, w.Now().UnixMilli())
		if err != nil && ctx.Err() == nil {
			w.Log.Error("publishing is interrupted", "error", err)
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
	if err := w.tell(last, w.Now().UnixMilli()); err != nil {
		w.Log.Error("publishing is interrupted", "error", err)
	}
}

// Step serves the destination that is due longest, and reports whether it found one.
func (w *Worker) Step(ctx context.Context, now int64) (bool, error) {
	if err := w.tell(ctx, now); err != nil {
		return false, err
	}
	j, err := w.claim(ctx, now)
	if j == nil {
		return false, err
	}
	w.job, w.owes = j, func(tx picket.Tx) error { return j.rest(tx, ctx.Err() != nil, now) }
	if err != nil {
		return true, err // it may have it all the same
	}
	if j.gone {
		w.owes = j.clear
		return true, w.tell(ctx, now)
	}
	if err := w.load(ctx, j, now); err != nil {
		return true, err
	}
	for _, e := range j.unreadable {
		w.Log.Error("set aside what can't be read", "destination", j.to.ID, "account", j.to.Account, "entry", e.OutboxEntry.ID, "error", e.Reason)
	}
	sent, err := w.send(ctx, j)
	var refused *Refused
	if err != nil && ctx.Err() != nil && !errors.As(err, &refused) {
		j.stopped, err = true, nil
	}
	if w.Observe != nil && j.to.Unreadable == nil {
		w.Observe(j.to.Type, sent, err)
	}
	if err != nil {
		w.Log.Warn("publishing failed", "destination", j.to.ID, "account", j.to.Account, "try", j.attempts, "error", err)
	}
	w.owes = func(tx picket.Tx) error { return j.settle(tx, sent, err, now) }
	return true, w.tell(ctx, now)
}

// tell has the store take what became of the last job, now or later: a store that was away must cost no lease.
func (w *Worker) tell(ctx context.Context, now int64) error {
	if w.owes != nil && now < w.job.until {
		if err := w.Store.Update(ctx, w.owes); err != nil {
			return fmt.Errorf("record what became of destination %s: %w", w.job.to.ID, err)
		}
	}
	w.owes = nil
	return nil
}

// job is a destination that this worker has, until its lease ends.
type job struct {
	key      picket.DocumentKey
	to       Destination
	gone     bool // it was deleted; there may be another with its id
	stopped  bool // it was being sent to when this server was
	claim    string
	until    int64 // when the lease ends
	attempts int
	state    State
	entries  []entry // those with events first, in the events' order
	events   []Event

	unreadable []entry // with the reasons
}

// entry is one of a queue, as it was when it was read.
type entry struct {
	picket.OutboxEntry
	waiting
}

// claim takes the destination that is due longest; it returns nil if none is due. An entry that can't be read is put off: what comes
// anew for its destination mends it. With an error, the destination that it returns may be taken or not.
func (w *Worker) claim(ctx context.Context, now int64) (j *job, err error) {
	var unreadable error
	err = w.Store.Update(ctx, func(tx picket.Tx) error {
		j, unreadable = nil, nil
		due, err := tx.Outbox().Due(bellKind, now, 1)
		if err != nil || len(due) == 0 {
			return err
		}
		bell := due[0]
		key, err := readRung(bell)
		if err != nil {
			unreadable = fmt.Errorf("destination %s is put off, as its entry of the outbox can't be read: %w", bell.ID, err)
			bell.Attempts, bell.Due = 0, now+longestPause.Milliseconds()
			return tx.Outbox().Put(bell)
		}
		key.Claim = rand.Text()
		bell.Attempts++
		bell.Due = now + lease.Milliseconds()
		if err := put(tx, bell, key); err != nil {
			return err
		}
		j = &job{key: key.DocumentKey, claim: key.Claim, until: bell.Due, attempts: bell.Attempts}
		err = tx.Documents().Get(key.DocumentKey, &j.to)
		j.to.ID, j.to.Account, j.to.Region = key.ID, key.Account, key.Region
		switch {
		case picket.ErrorCode(err) == picket.CodeNotFound || err == nil && j.to.bell() != bell.ID:
			j.gone, j.to = true, named(key.DocumentKey, bell.ID)
			return nil
		case errors.Is(err, picket.ErrUnreadable):
			j.to = named(key.DocumentKey, bell.ID)
			j.to.Unreadable = err
		case err != nil:
			return err
		}
		j.state, err = StateOf(tx, j.to)
		return err
	})
	if err != nil {
		return j, fmt.Errorf("take a destination: %w", err)
	}
	return j, unreadable
}

// clear deletes what waits for a destination that was deleted, some at a time.
func (j *job) clear(tx picket.Tx) error {
	bell, has, err := j.bell(tx)
	if err != nil || !has {
		return err
	}
	left := 0
	for _, kind := range []string{j.to.queue(), j.to.dead()} {
		all, err := tx.Outbox().Due(kind, math.MaxInt64, batchSize)
		if err != nil {
			return err
		}
		for _, e := range all {
			if err := tx.Outbox().Delete(kind, e.ID); err != nil {
				return err
			}
		}
		left += len(all)
	}
	if left > 0 {
		return j.letGo(tx, bell, 0, 0)
	}
	return tx.Outbox().Delete(bellKind, j.to.bell())
}

// load reads what is due, as it is now: what is not current any more needs not go.
func (w *Worker) load(ctx context.Context, j *job, now int64) error {
	if j.to.Unreadable != nil {
		return nil
	}
	if err := w.Store.View(ctx, func(tx picket.Tx) error { return j.load(tx, now) }); err != nil {
		return fmt.Errorf("read what waits for destination %s: %w", j.to.ID, err)
	}
	return nil
}

func (w *Worker) send(ctx context.Context, j *job) (int, error) {
	if j.to.Unreadable != nil {
		return 0, j.to.Unreadable
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	sender, ok := w.Senders[j.to.Type]
	if !ok {
		return 0, fmt.Errorf("this server has nothing that writes to a destination of type %s", j.to.Type)
	}
	if j.state.Status != guardduty.PublishingStatusPublishing {
		if err := sender.Verify(ctx, j.to); err != nil {
			return 0, err
		}
	}
	if len(j.events) == 0 {
		return 0, nil
	}
	return sender.Send(ctx, j.to, j.events)
}
