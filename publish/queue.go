package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"

	"picket"
)

// bellKind has one entry for each destination that something waits for: due when the first of it is. What waits is in the
// destination's own queue, so that one that can't be reached costs one try, whatever waits for it. An entry with attempts is
// being served, or was in vain: then nothing but time makes it due.
const bellKind = "publish"

func (d Destination) bell() string  { return cmp.Or(d.Queue, d.ID) }
func (d Destination) queue() string { return "publish/" + d.bell() }
func (d Destination) dead() string  { return "publish-dead/" + d.bell() }

// rung is the body of an entry of bellKind.
type rung struct {
	picket.DocumentKey        // of the destination
	Claim              string `json:"claim,omitempty"` // of the worker that has it
}

// waiting is the body of an entry of a queue: a finding, as it is when it goes, or a message.
type waiting struct {
	Region  string          `json:"region"`
	Finding string          `json:"finding,omitempty"`
	Message json.RawMessage `json:"message,omitempty"`
	Type    string          `json:"type,omitempty"` // of the message
	Since   int64           `json:"since"`          // when it was first to go
	Changes int64           `json:"changes,omitempty"`
	Next    int64           `json:"next,omitempty"`   // when the latest change is due, if the one before has gone
	Reason  string          `json:"reason,omitempty"` // why it was given up
}

// Add lets a finding go to a destination at due, once, whatever happens to it before.
func Add(tx picket.Tx, d Destination, region string, f *picket.Finding, due, now int64) error {
	finding := *f.Id
	id := region + "/" + finding
	due = d.when(due, picket.Severity(*f.Severity))
	e, err := tx.Outbox().Get(d.queue(), id)
	w := waiting{Region: region, Finding: finding, Since: now}
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound:
		e = picket.OutboxEntry{Kind: d.queue(), ID: id, Due: due}
	case err != nil:
		return fmt.Errorf("read outbox: %w", err)
	default:
		if err := json.Unmarshal(e.Body, &w); err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		w.Changes, w.Next, e.Due = w.Changes+1, due, min(e.Due, due)
	}
	if err := put(tx, e, w); err != nil {
		return err
	}
	return d.ring(tx, e.Due, false)
}

// Say lets a message go to a destination at once.
func Say(tx picket.Tx, d Destination, region, id, typ string, message json.RawMessage, now int64) error {
	e := picket.OutboxEntry{Kind: d.queue(), ID: region + "/" + id, Due: d.when(now, 0)}
	if err := put(tx, e, waiting{Region: region, Message: message, Type: typ, Since: now}); err != nil {
		return err
	}
	return d.ring(tx, e.Due, false)
}

// ring makes the destination due at a time, if it isn't before; by force also if it is being served or can't be reached.
func (d Destination) ring(tx picket.Tx, due int64, force bool) error {
	e, err := tx.Outbox().Get(bellKind, d.bell())
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound:
		e = picket.OutboxEntry{Kind: bellKind, ID: d.bell()}
	case err != nil:
		return fmt.Errorf("read outbox: %w", err)
	case force:
		e.Attempts = 0
	case e.Attempts > 0 || e.Due <= due:
		return nil
	}
	e.Due = due
	return put(tx, e, rung{DocumentKey: d.Key()})
}

// Resume takes the leases of all workers away: who had them may have died with the server that was here before. One that lives
// notices when another takes over, and what it sent goes again. What waits for a time so far ahead that only a wrong clock can have said it goes now.
func Resume(ctx context.Context, store picket.Store, now int64) error {
	return store.Update(ctx, func(tx picket.Tx) error {
		bells, err := tx.Outbox().Due(bellKind, math.MaxInt64, math.MaxInt32)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		for _, bell := range bells {
			waits, err := tx.Outbox().Due(Destination{Queue: bell.ID}.queue(), math.MaxInt64, math.MaxInt32)
			if err != nil {
				return fmt.Errorf("read outbox: %w", err)
			}
			latest, err := latestDue(tx, bell, now)
			if err != nil {
				return err
			}
			for _, e := range append(waits, bell) {
				if e.Due <= latest && (e.Kind != bellKind || e.Attempts == 0) {
					continue
				}
				e.Due, e.Attempts = min(e.Due, now), 0
				if err := tx.Outbox().Put(e); err != nil {
					return fmt.Errorf("write outbox: %w", err)
				}
			}
		}
		return nil
	})
}

// latestDue is when what goes to a destination is due at the latest, unless a clock was wrong.
func latestDue(tx picket.Tx, bell picket.OutboxEntry, now int64) (int64, error) {
	var key picket.DocumentKey
	if err := json.Unmarshal(bell.Body, &key); err != nil {
		return 0, fmt.Errorf("read destination %s: %w", bell.ID, err)
	}
	var d Destination
	err := unlessGone(tx.Documents().Get(key, &d))
	return now + farthest.Milliseconds() + 1000*d.Digest, err
}

// Waiting returns how much waits for a destination and how much was given up, of what the outbox counts.
func Waiting(counts map[string]int, d Destination) (waits, dead int) {
	return counts[d.queue()], counts[d.dead()]
}

// Replay lets up to limit of what was given up go again, and returns how many there were.
func Replay(tx picket.Tx, d Destination, now int64, limit int) (int, error) {
	dead, err := tx.Outbox().Due(d.dead(), math.MaxInt64, limit)
	if err != nil || len(dead) == 0 {
		return 0, err
	}
	for _, e := range dead {
		var w waiting
		if err := json.Unmarshal(e.Body, &w); err != nil {
			return 0, fmt.Errorf("read outbox: %w", err)
		}
		if err := tx.Outbox().Delete(e.Kind, e.ID); err != nil {
			return 0, err
		}
		w.Since, w.Reason = now, ""
		if err := put(tx, picket.OutboxEntry{Kind: d.queue(), ID: e.ID, Due: now}, w); err != nil {
			return 0, err
		}
	}
	return len(dead), d.ring(tx, now, true)
}

func put(tx picket.Tx, e picket.OutboxEntry, body any) error {
	var err error
	if e.Body, err = json.Marshal(body); err != nil {
		return fmt.Errorf("write outbox: %w", err)
	}
	if err := tx.Outbox().Put(e); err != nil {
		return fmt.Errorf("write outbox: %w", err)
	}
	return nil
}
