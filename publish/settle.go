package publish

import (
	"bytes"
	"errors"
	"math"
	"time"

	"picket"
	"picket/guardduty"
)

// settle records how it went: what was handed on leaves the queue, what was refused is set aside, and what waits too long is
// given up.
func (j *job) settle(tx picket.Tx, sent int, err error, now int64) error {
	bell, has, missing := j.bell(tx)
	if missing != nil || !has {
		return missing
	}
	done := append(j.entries[:sent:sent], j.entries[len(j.events):]...)
	for _, e := range done {
		if err := j.leave(tx, e); err != nil {
			return err
		}
	}
	for _, e := range j.unreadable {
		if err := j.giveUp(tx, e, e.Reason, now); err != nil {
			return err
		}
	}
	var refused *Refused
	if errors.As(err, &refused) && sent < len(j.events) {
		if err := j.giveUp(tx, j.entries[sent], refused.Reason, now); err != nil {
			return err
		}
		err = nil
	}
	if j.stopped && sent == 0 {
		return j.letGo(tx, bell, j.attempts-1, now)
	}
	state := j.state
	state.Delivered += int64(sent)
	if err != nil {
		return j.fail(tx, bell, state, j.entries[sent:len(j.events)], err, now)
	}
	if sent > 0 {
		state.DeliveredAt = now
	}
	state.Status, state.FailingSince, state.Error = guardduty.PublishingStatusPublishing, 0, ""
	if err := tx.Documents().Put(stateKey(j.to.Key()), state); err != nil {
		return err
	}
	next, err := tx.Outbox().Due(j.to.queue(), math.MaxInt64, 1)
	if err != nil {
		return err
	}
	if len(next) == 0 {
		return tx.Outbox().Delete(bellKind, j.to.bell())
	}
	return j.letGo(tx, bell, 0, next[0].Due)
}

// bell returns the destination's entry, and whether this worker has it still: if its lease ended or somebody changed the
// destination, what was sent goes again.
func (j *job) bell(tx picket.Tx) (picket.OutboxEntry, bool, error) {
	bell, err := tx.Outbox().Get(bellKind, j.to.bell())
	if err != nil {
		return bell, false, unlessGone(err)
	}
	key, err := readRung(bell)
	return bell, err == nil && key.Claim == j.claim, nil
}

// rest lets go of the destination and blames it for nothing: for a while, as after a try in vain, or without a try if it is this
// server that stops.
func (j *job) rest(tx picket.Tx, stops bool, now int64) error {
	bell, has, err := j.bell(tx)
	if err != nil || !has {
		return err
	}
	if stops {
		return j.letGo(tx, bell, j.attempts-1, now)
	}
	return j.letGo(tx, bell, j.attempts, now+pause(j.attempts).Milliseconds())
}

// letGo leaves the destination to whoever is there when it is due.
func (j *job) letGo(tx picket.Tx, bell picket.OutboxEntry, attempts int, due int64) error {
	bell.Attempts, bell.Due = attempts, due
	return put(tx, bell, rung{DocumentKey: j.key})
}

// leave takes an entry out of the queue, unless there was a change while it was sent.
func (j *job) leave(tx picket.Tx, e entry) error {
	now, err := tx.Outbox().Get(e.Kind, e.OutboxEntry.ID)
	if err != nil {
		return unlessGone(err)
	}
	if bytes.Equal(now.Body, e.Body) {
		return tx.Outbox().Delete(e.Kind, e.OutboxEntry.ID)
	}
	w, err := readWaiting(now)
	if err != nil {
		return nil // the next worker sets it aside
	}
	now.Due = w.Next
	return tx.Outbox().Put(now)
}

// giveUp sets an entry aside. A message is then by its own name, not its topic's: another of the topic may wait, or be given up.
func (j *job) giveUp(tx picket.Tx, e entry, reason string, now int64) error {
	e.Reason = reason
	dead := picket.OutboxEntry{Kind: j.to.dead(), ID: e.OutboxEntry.ID, Due: now}
	if e.Finding == "" && e.Event != "" {
		dead.ID = noticeID(e.Region, e.Event)
	}
	if err := put(tx, dead, e.waiting); err != nil {
		return err
	}
	return j.leave(tx, e)
}

// fail lets the destination rest for a while.
func (j *job) fail(tx picket.Tx, bell picket.OutboxEntry, state State, waits []entry, err error, now int64) error {
	for _, e := range waits {
		if e.Since+patience.Milliseconds() < now && j.attempts >= leastTries {
			if err := j.giveUp(tx, e, err.Error(), now); err != nil {
				return err
			}
		}
	}
	if state.FailingSince == 0 {
		state.FailingSince = now
	}
	state.Error = err.Error()
	state.Status = guardduty.PublishingStatusUnableToPublishFixDestinationProperty
	if err := tx.Documents().Put(stateKey(j.to.Key()), state); err != nil {
		return err
	}
	return j.letGo(tx, bell, j.attempts, now+pause(j.attempts).Milliseconds())
}

// pause is how long a destination rests after so many tries in vain.
func pause(attempts int) time.Duration {
	p := firstPause
	for range attempts - 1 {
		if p = 2 * p; p >= longestPause {
			return longestPause
		}
	}
	return p
}
