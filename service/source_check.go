package service

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"picket"
)

// TestStep is a part of a test of a source, and how it went.
type TestStep struct {
	What   string        `json:"what"`
	Took   time.Duration `json:"nanoseconds"`
	Found  string        `json:"found,omitempty"`
	Failed string        `json:"failed,omitempty"`
}

// Step does a part of a test of a source, and adds how it went. After a step that failed, none is done.
func Step(steps *[]TestStep, what string, do func() (found string, err error)) {
	if n := len(*steps); n > 0 && (*steps)[n-1].Failed != "" {
		return
	}
	begin := time.Now()
	found, err := do()
	step := TestStep{What: what, Took: time.Since(begin), Found: found}
	if err != nil {
		step.Failed = err.Error()
	}
	*steps = append(*steps, step)
}

// marked is a record that a test sends. It is read as others are, and neither counted nor judged.
const marked = `{"eventVersion":"1.11","eventID":"picket-source-test-%s","eventTime":"%s","eventSource":"picket","eventName":"SourceTest","awsRegion":"%s","recipientAccountId":"%s","sourceIPAddress":"127.0.0.1","userIdentity":{"type":"AWSService"}}`

// markedTime is how long a marked record may take.
const markedTime = 30 * time.Second

// CheckSource tests a source: whether it can be reached and read, and how long a record takes from there to what is stored; where
// the server may not write, from its own log. The last two steps are the record's.
func (s *Service) CheckSource(ctx context.Context, id string) ([]TestStep, error) {
	o, err := s.Source(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.Working != nil {
		switch w := s.Working(); {
		case w.Failing != nil:
			return nil, invalid("The server can't apply logs now: %v.", w.Failing)
		case w.Through == nil && !w.Standby:
			return nil, invalid("No server runs on this data, so that nothing reads: start picket serve.")
		}
	}
	steps := s.TestSource(ctx, o)
	if n := len(steps); n > 0 && steps[n-1].Failed != "" {
		return steps, nil
	}
	name := newID()
	record := fmt.Appendf(nil, marked, name, s.Now().UTC().Format(time.RFC3339), s.Regions()[0], o.Account)
	done, why := s.sendThrough(ctx, o, testPrefix+name+".jsonl", record, &steps)
	if why == nil {
		return steps, done()
	}
	s.sendPast(ctx, o, record, why, &steps)
	return steps, nil
}

// sendPast has a marked record begin its way in the log, because it can't in the source.
func (s *Service) sendPast(ctx context.Context, o Source, record []byte, why error, steps *[]TestStep) {
	part, last := picket.PartitionOf(cmp.Or(o.Account, o.ID)), int64(0)
	Step(steps, "send a marked record to the server's log", func() (string, error) {
		p := Push{Source: o.ID, Request: "source test", Account: o.Account, Records: [][]byte{record}}
		messages, err := p.messages(s.now() / 1000)
		if err != nil {
			return "", err
		}
		messages[0].Object.Test = true
		said := fmt.Sprintf("not through the source (%v), so that delivery and noticing are not measured", why)
		return said, s.Store.Update(ctx, func(tx picket.Tx) error {
			if err := tx.Log().Append(part, messages...); err != nil {
				return err
			}
			p, err := partition(tx, part)
			last = p.Last
			return err
		})
	})
	Step(steps, "have it read and stored", func() (string, error) { return "", s.applied(ctx, part, last) })
}

// applied waits until a message is applied.
func (s *Service) applied(ctx context.Context, part int, seq int64) error {
	ctx, cancel := context.WithTimeout(ctx, markedTime)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		p, err := view(ctx, s, func(tx picket.Tx) (picket.Partition, error) { return partition(tx, part) })
		if err == nil && p.Applied >= seq {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("not within %s: %d messages wait before it; picket status says why", markedTime, max(seq-1-p.Applied, 0))
		}
	}
}

// Backfill says of which records.
type Backfill struct {
	ID    string    `json:"id"` // of the source
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
}

// Backfilled is what came of it.
type Backfilled struct {
	Objects  int      `json:"objects"`
	Records  int64    `json:"records"`
	Findings int      `json:"findings"` // new ones, or such that are known
	Skipped  int64    `json:"skipped"`  // records that no detector is for, or of a feature that is off
	Problems []string `json:"problems,omitempty"`
	More     int      `json:"more,omitempty"` // problems
}

// BackfillFrom looks for findings in what a source holds from before.
func (s *Service) BackfillFrom(ctx context.Context, in Backfill) (Backfilled, error) {
	o, err := s.Source(ctx, in.ID)
	switch {
	case err != nil:
		return Backfilled{}, err
	case o.IsPush():
		return Backfilled{}, invalid("Source %s is pushed to: nothing can be read from it. picket push and picket scan read files.", o.ID)
	case !in.Until.IsZero() && !in.Since.Before(in.Until):
		return Backfilled{}, invalid("%s is not before %s.", in.Since.Format(time.RFC3339), in.Until.Format(time.RFC3339))
	}
	return s.BackfillSource(ctx, o, in)
}
