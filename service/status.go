package service

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"picket"
	"picket/fetch"
	"picket/mail"
)

// Status is how the server is doing.
type Status struct {
	Sources []SourceStatus `json:"sources"`
	Silent  []Silence      `json:"silent,omitempty"` // at most mostSilent
	Waiting int64          `json:"waiting"`          // messages of the log that are not applied
	Marked  int64          `json:"marked"`           // seconds since the epoch: logs delivered before were all read when partitions were told last
	Unread  int            `json:"unread"`
	Failing string         `json:"failing,omitempty"` // why what waits can't be applied now
	Standby bool           `json:"standby,omitempty"` // another process on the same store does the work
	Strain  Strain         `json:"strain,omitzero"`   // of the last week

	Destinations []Destination `json:"destinations,omitempty"`
	Mails        mail.Backlog  `json:"mails,omitzero"`
	Lists        []ListTrouble `json:"lists,omitempty"` // those that can't be activated
	Feeds        []fetch.State `json:"feeds,omitempty"`
	IntelFailing string        `json:"intelFailing,omitempty"` // why threat lists can't be brought to apply now
	IdleFilters  []IdleFilter  `json:"idleFilters,omitempty"`  // that archive, and matched nothing for 30 days; at most mostSilent
}

// Working is what a process does beside the calls.
type Working struct {
	Through map[string]int64 // by source, in seconds since the epoch: what was delivered before is read; nil before it begins
	Failing error            // why logs can't be applied now
	Standby bool             // another process on the same store reads and sends; this one will when that ends
}

// ListTrouble is why an account's list is not in force.
type ListTrouble struct {
	Account string `json:"accountId"`
	Region  string `json:"region"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Reason  string `json:"reason"`
}

// SourceStatus is a source and what it brought to the log.
type SourceStatus struct {
	Source
	Objects int64  `json:"objects"`
	Last    int64  `json:"last,omitempty"`    // seconds since the epoch, when it brought something last
	Usual   int64  `json:"usual,omitempty"`   // seconds that it is without news, at most, as a rule
	Silent  bool   `json:"silent,omitempty"`  // for longer than that
	Failed  string `json:"failed,omitempty"`  // why it can't be read in full
	Through int64  `json:"through,omitempty"` // seconds since the epoch: what was delivered before was read; 0 if that is not known
	Unseen  bool   `json:"unseen,omitempty"`  // the server has not looked at it yet, since it started
}

// progress is how far a source is, or, under no source, how far all are.
type progress struct {
	Objects int64 `json:"objects,omitempty"`
	Pace
	Resumed int64  `json:"resumed,omitempty"` // seconds since the epoch, when it went on after it was paused last
	Told    bool   `json:"told,omitempty"`    // that it is silent
	Full    int64  `json:"full,omitempty"`
	Failed  string `json:"failed,omitempty"`
	Marked  int64  `json:"marked,omitempty"`
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
	before := p.Last
	p.arrived(s.now()/1000, p.Resumed)
	if p.Told {
		p.Told = false
		if err := s.tellSource(tx, source, before, logsResumed); err != nil {
			return err
		}
	}
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

// statusTime is how long the store may take to answer: a database that stands still breaks nothing off.
const statusTime = 10 * time.Second

// Status tells how the server is doing.
func (s *Service) Status(ctx context.Context) (Status, error) {
	asking, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	out, err := view(asking, s, func(tx picket.Tx) (out Status, err error) {
		if out.Sources, err = s.sourceStatus(tx); err != nil {
			return out, err
		}
		if out.Silent, err = silent(tx); err != nil {
			return out, err
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
		if out.Unread, err = tx.Documents().Count(unreadKind); err != nil {
			return out, err
		}
		if out.Strain, err = s.strain(tx); err != nil {
			return out, err
		}
		return out, s.addOutgoing(tx, &out)
	})
	if err != nil && asking.Err() != nil {
		err = fmt.Errorf("the store does not answer: %w", err)
	}
	if err != nil {
		return out, err
	}
	if s.Feeds != nil {
		all, failing := s.Feeds()
		if out.Feeds = all; failing != nil {
			out.IntelFailing = failing.Error()
		}
	}
	if s.Working == nil {
		return out, nil
	}
	w := s.Working()
	for i := range out.Sources {
		at, followed := w.Through[out.Sources[i].ID]
		out.Sources[i].Through, out.Sources[i].Unseen = at, followed && at == 0
	}
	out.Standby = w.Standby
	if w.Failing != nil {
		out.Failing = w.Failing.Error()
	}
	return out, nil
}

func (s *Service) sourceStatus(tx picket.Tx) ([]SourceStatus, error) {
	out := []SourceStatus{}
	sources, err := list[Source](tx, sourceKind, "")
	if err != nil {
		return out, err
	}
	if p, err := progressOf(tx, Pushes); err != nil {
		return out, err
	} else if p.Objects > 0 { // silence of people is no news
		out = append(out, SourceStatus{
			Source: Source{ID: Pushes, Location: "picket push"}, Objects: p.Objects, Last: p.Last, Usual: p.Usual,
		})
	}
	for _, o := range sources {
		p, err := progressOf(tx, o.ID)
		if err != nil {
			return out, err
		}
		out = append(out, SourceStatus{
			Source: o, Objects: p.Objects, Last: p.Last, Usual: p.Usual, Failed: p.Failed,
			Silent: !o.Paused && p.silent(s.now()/1000, max(p.Resumed, o.CreatedAt/1000)),
		})
	}
	return out, nil
}

// addOutgoing adds what leaves the server, and lists that it can't read.
func (s *Service) addOutgoing(tx picket.Tx, out *Status) error {
	counts, err := tx.Outbox().Counts()
	if err != nil {
		return err
	}
	if out.Destinations, err = destinations(tx, counts, s.now()); err != nil {
		return err
	}
	if out.Mails, err = mail.Waiting(tx); err != nil {
		return err
	}
	idle, err := tx.Documents().All(idleFilterKind, picket.DocumentKey{}, mostSilent)
	if err != nil {
		return err
	}
	for _, d := range idle {
		out.IdleFilters = append(out.IdleFilters, IdleFilter{d.Account, d.Region, d.ID})
	}
	for _, kind := range setKinds {
		err := eachDocument(tx, kind.document(), func(doc picket.Document) error {
			var l set
			if err := json.Unmarshal(doc.Body, &l); err != nil {
				l.State, l.Active, l.Reason = setError, true, fmt.Sprintf("Its document can't be read: %v.", err)
			}
			if l.status() == setError {
				out.Lists = append(out.Lists, ListTrouble{doc.Account, doc.Region, doc.ID, l.Name, l.Reason})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls f with the documents of a kind, of every account and region.
func each[T any](tx picket.Tx, kind string, f func(picket.DocumentKey, T)) error {
	return eachDocument(tx, kind, func(doc picket.Document) error {
		one, err := decode[T](doc)
		if err != nil {
			return err
		}
		f(doc.DocumentKey, one)
		return nil
	})
}

// readable returns the documents of a kind, of every account and region. Those that can't be read are in its error, and are no
// reason to do without the others.
func readable[T any](ctx context.Context, s *Service, kind string) (all []T, err error) {
	var unreadable error
	err = s.Store.View(ctx, func(tx picket.Tx) error {
		all, unreadable = nil, nil
		return eachDocument(tx, kind, func(doc picket.Document) error {
			one, err := decode[T](doc)
			if err != nil {
				unreadable = errors.Join(unreadable, err)
				return nil
			}
			all = append(all, one)
			return nil
		})
	})
	return all, errors.Join(err, unreadable)
}

func eachDocument(tx picket.Tx, kind string, f func(picket.Document) error) error {
	for after := (picket.DocumentKey{}); ; {
		docs, err := tx.Documents().All(kind, after, 1000)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if err := f(doc); err != nil {
				return err
			}
			after = doc.DocumentKey
		}
		if len(docs) < 1000 {
			return nil
		}
	}
}
