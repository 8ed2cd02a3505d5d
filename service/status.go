package service

import (
	"cmp"
	"context"

	"picket"
)

// Status is how the server is doing.
type Status struct {
	Sources []SourceStatus `json:"sources"`
	Waiting int64          `json:"waiting"` // messages of the log that are not applied
	Marked  int64          `json:"marked"`  // seconds since the epoch: logs delivered before were all read when partitions were told last
	Unread  int            `json:"unread"`
}

// SourceStatus is a source and what it brought to the log.
type SourceStatus struct {
	Source
	Objects int64  `json:"objects"`
	Last    int64  `json:"last,omitempty"`   // seconds since the epoch, when it brought something last
	Usual   int64  `json:"usual,omitempty"`  // seconds that it is without news, at most, as a rule
	Silent  bool   `json:"silent,omitempty"` // for longer than that
	Failed  string `json:"failed,omitempty"` // why it can't be read in full
}

// progress is how far a source is, or, under no source, how far all are.
type progress struct {
	Objects int64  `json:"objects,omitempty"`
	Last    int64  `json:"last,omitempty"`
	Usual   int64  `json:"usual,omitempty"`
	Full    int64  `json:"full,omitempty"`
	Failed  string `json:"failed,omitempty"`
	Marked  int64  `json:"marked,omitempty"`
}

// What silence is, in seconds.
const (
	memory       = 7 * 24 * 3600 // a gap counts for a third after this
	shortGap     = 60            // shorter ones are no gap
	alwaysUsual  = 15 * 60
	firstSilence = 3600 // of a source that no gap is known of
)

// arrived notes that something came.
func (p *progress) arrived(now int64) {
	if gap := now - p.Last; p.Last > 0 && gap >= shortGap {
		p.Usual = max(gap, p.Usual-p.Usual*min(gap, memory)/memory)
	}
	p.Last = now
}

// silent reports whether nothing has come for longer than is usual; since is when the source was added.
func (p *progress) silent(now, since int64) bool {
	usual := firstSilence - alwaysUsual
	if p.Usual > 0 {
		usual = int(2 * p.Usual)
	}
	return now-max(p.Last, since) > int64(usual+alwaysUsual)
}

func progressKey(source string) picket.DocumentKey {
	return picket.DocumentKey{Kind: "source-progress", ID: source}
}

func progressOf(tx picket.Tx, source string) (progress, error) {
	p, err := get[progress](tx, progressKey(source))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = nil
	}
	return p, err
}

// Brought notes that a source brought objects to the log.
func (s *Service) Brought(tx picket.Tx, source string, objects int) error {
	p, err := progressOf(tx, source)
	if err != nil {
		return err
	}
	p.Objects += int64(objects)
	p.arrived(s.now() / 1000)
	return tx.Documents().Put(progressKey(source), p)
}

// Looked notes how a look at a source ended: why it failed, if it did, and if it was at everything, when it began.
func (s *Service) Looked(tx picket.Tx, source string, full int64, failed string) error {
	p, err := progressOf(tx, source)
	if err != nil {
		return err
	}
	p.Full, p.Failed = cmp.Or(full, p.Full), failed
	return tx.Documents().Put(progressKey(source), p)
}

// LastLook returns what Looked noted.
func (s *Service) LastLook(tx picket.Tx, source string) (full int64, failed string, err error) {
	p, err := progressOf(tx, source)
	return p.Full, p.Failed, err
}

// Marked notes what the partitions were told.
func (s *Service) Marked(tx picket.Tx, at int64) error {
	return tx.Documents().Put(progressKey(""), progress{Marked: at})
}

// Status tells how the server is doing.
func (s *Service) Status(ctx context.Context) (Status, error) {
	return view(ctx, s, func(tx picket.Tx) (Status, error) {
		out := Status{Sources: []SourceStatus{}}
		sources, err := list[Source](tx, sourceKind, "")
		if err != nil {
			return out, err
		}
		if p, err := progressOf(tx, Pushes); err != nil {
			return out, err
		} else if p.Objects > 0 { // silence of people is no news
			out.Sources = append(out.Sources, SourceStatus{
				Source: Source{ID: Pushes, Location: "picket push"}, Objects: p.Objects, Last: p.Last, Usual: p.Usual,
			})
		}
		for _, o := range sources {
			p, err := progressOf(tx, o.ID)
			if err != nil {
				return out, err
			}
			out.Sources = append(out.Sources, SourceStatus{
				Source: o, Objects: p.Objects, Last: p.Last, Usual: p.Usual, Failed: p.Failed,
				Silent: !o.Paused && p.silent(s.now()/1000, o.CreatedAt/1000),
			})
		}
		parts, err := tx.Log().Partitions()
		if err != nil {
			return out, err
		}
		for _, p := range parts {
			out.Waiting += p.Last - p.Applied
		}
		all, err := progressOf(tx, "")
		if err != nil {
			return out, err
		}
		out.Marked = all.Marked
		unread, err := list[Unread](tx, unreadKind, "")
		out.Unread = len(unread)
		return out, err
	})
}
