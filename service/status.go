package service

import (
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

// SourceStatus is a source and how many objects it brought to the log.
type SourceStatus struct {
	Source
	Objects int64 `json:"objects"`
}

// progress is how far a source is, or, under no source, how far all are.
type progress struct {
	Objects int64 `json:"objects,omitempty"`
	Marked  int64 `json:"marked,omitempty"`
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
	return tx.Documents().Put(progressKey(source), p)
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
		for _, o := range sources {
			p, err := progressOf(tx, o.ID)
			if err != nil {
				return out, err
			}
			out.Sources = append(out.Sources, SourceStatus{o, p.Objects})
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
