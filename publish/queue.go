package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

func readRung(bell picket.OutboxEntry) (rung, error) {
	var key rung
	err := json.Unmarshal(bell.Body, &key)
	if err == nil && key.Kind != S3Kind && key.Kind != OperatorKind {
		err = errors.New("it names no destination")
	}
	return key, err
}

// waiting is the body of an entry of a queue: a finding, as it is when it goes, or a message.
type waiting struct {
	Region  string          `json:"region"`
	Finding string          `json:"finding,omitempty"`
	Message json.RawMessage `json:"message,omitempty"`
	Type    string          `json:"type,omitempty"`  // of the message
	Event   string          `json:"event,omitempty"` // names the message for good
	Since   int64           `json:"since"`           // when it was first to go
	Changes int64           `json:"changes,omitempty"`
	Next    int64           `json:"next,omitempty"`   // when the latest change is due, if the one before has gone
	Reason  string          `json:"reason,omitempty"` // why it was given up
	Raw     []byte          `json:"raw,omitempty"`    // of one that was given up because it can't be read: the body
}

func readWaiting(e picket.OutboxEntry) (waiting, error) {
	var w waiting
	err := json.Unmarshal(e.Body, &w)
	if err == nil && w.Finding == "" && len(w.Message) == 0 {
		err = errors.New("it tells nothing")
	}
	return w, err
}

// Add lets a finding go to a destination at due, once, whatever happens to it before.
func Add(tx picket.Tx, d Destination, region string, f *picket.Finding, due, now int64) error {
	e, w, err := d.place(tx, region+"/"+*f.Id, d.when(due, picket.Severity(*f.Severity)), now)
	if err != nil {
		return err
	}
	w.Region, w.Finding = region, *f.Id
	if err := put(tx, e, w); err != nil {
		return err
	}
	return d.ring(tx, e.Due, false)
}

// Message is what people are told though no finding says it.
type Message struct {
	ID    string // names it for good
	Topic string // of those of one that wait, the latest goes; empty: it is of none
	Type  string
	About map[string]any
}

// Say lets a message go to a destination: at once, or, if it has a topic, at the end of the minute, however many are said. It takes
// the place of one of its topic that still waits, and tells as earlierChanges how many there were in that place before.
func Say(tx picket.Tx, d Destination, region string, m Message, now int64) error {
	id, due, about := noticeID(region, m.ID), now, m.About
	if m.Topic != "" {
		id, due = region+"/"+m.Topic, Calm{}.when(now, 0)
	}
	e, w, err := d.place(tx, id, d.when(due, 0), now)
	if err != nil {
		return err
	}
	if w.Changes > 0 {
		about = maps.Clone(about)
		about["earlierChanges"] = w.Changes
	}
	w.Region, w.Type, w.Event, w.Since = region, m.Type, m.ID, now
	if w.Message, err = json.Marshal(about); err != nil {
		return fmt.Errorf("encode %s: %w", m.Type, err)
	}
	if err := put(tx, e, w); err != nil {
		return err
	}
	return d.ring(tx, e.Due, false)
}

// noticeID is the entry of a message of no topic.
func noticeID(region, event string) string { return region + "/notice/" + event }

// place returns the entry for what is to go at due, and what is known of its body: it takes the place of what waits under its id,
// and goes when that would have.
func (d Destination) place(tx picket.Tx, id string, due, now int64) (picket.OutboxEntry, waiting, error) {
	w := waiting{Since: now}
	e, err := tx.Outbox().Get(d.queue(), id)
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound:
		return picket.OutboxEntry{Kind: d.queue(), ID: id, Due: due}, w, nil
	case err != nil:
		return e, w, fmt.Errorf("read outbox: %w", err)
	}
	if old, err := readWaiting(e); err == nil { // else nothing is known of it
		w.Since, w.Changes = old.Since, old.Changes+1
	}
	w.Next, e.Due = due, min(e.Due, due)
	return e, w, nil
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
// notices when another takes over, and what it sent goes again. What waits for a time so far ahead that only a wrong clock can
// have said it goes now.
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

// latestDue is when what goes to a destination is due at the latest, unless a clock was wrong. Of one that can't be read nothing goes.
func latestDue(tx picket.Tx, bell picket.OutboxEntry, now int64) (int64, error) {
	key, err := readRung(bell)
	if err != nil {
		return math.MaxInt64, nil
	}
	var d Destination
	err = tx.Documents().Get(key.DocumentKey, &d)
	if errors.Is(err, picket.ErrUnreadable) {
		return math.MaxInt64, nil
	}
	return now + farthest.Milliseconds() + 1000*d.Digest, unlessGone(err)
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
		if err := tx.Outbox().Delete(e.Kind, e.ID); err != nil {
			return 0, err
		}
		if err := d.again(tx, e, now); err != nil {
			return 0, err
		}
	}
	return len(dead), d.ring(tx, now, true)
}

// again lets what was given up go now, or what waits in its place. What can't be read is as it was: it may be another time.
func (d Destination) again(tx picket.Tx, e picket.OutboxEntry, now int64) error {
	waits, err := tx.Outbox().Get(d.queue(), e.ID)
	if err == nil {
		waits.Due = min(waits.Due, now)
		return tx.Outbox().Put(waits)
	}
	if err := unlessGone(err); err != nil {
		return err
	}
	e.Kind, e.Due = d.queue(), now
	var w waiting
	if json.Unmarshal(e.Body, &w) != nil {
		return tx.Outbox().Put(e)
	}
	if len(w.Raw) > 0 {
		e.Body = w.Raw
		return tx.Outbox().Put(e)
	}
	w.Since, w.Reason = now, ""
	return put(tx, e, w)
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
