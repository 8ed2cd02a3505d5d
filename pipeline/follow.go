package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"picket"
	"picket/service"
)

// Object is what a source has now.
type Object struct {
	picket.LogObject       // From and Source are the follower's to set
	Size             int64 // as stored
	Lines            bool  // it may grow by lines, of which those up to To are whole; others count when they stop changing
}

// Source is where log objects come from.
type Source interface {
	// Objects lists all that there is. What can't be looked into is an error, beside the rest.
	Objects(ctx context.Context) ([]Object, error)
	// Open opens the bytes of an object that Objects listed once. It fails if they are not what they were.
	Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error)
}

// Follower brings what sources have to the log: each object once, in the transaction in which it notes that it has.
type Follower struct {
	Service *service.Service
	Sources func(context.Context) (map[string]Source, error) // by their ids; asked at each look
	Log     *slog.Logger
	Now     func() time.Time
	Wait    time.Duration // between looks; 0: half a second
	Most    int64         // messages that may wait to be applied; 0: 2,000

	known   map[string]map[string]seen   // by source and name
	before  map[string]map[string]Object // those that may still change
	through map[string]int64             // of each source, what was delivered before is in the log
	active  map[int]activity
}

// seen is how far an object is in the log.
type seen struct {
	Version string `json:"version"`
	To      int64  `json:"to,omitempty"` // of one that grows by lines
}

// activity is what concerns the marks of a partition.
type activity struct{ mark, object int64 }

const (
	markStep = 60        // seconds between marks of a partition
	quiet    = 25 * 3600 // seconds after its last object, after which a partition has no window open
	chunk    = 64        // objects appended in a transaction
)

// seenKind is the kind of the documents that hold what of a source is in the log, by name.
func seenKind(source string) string { return "seen/" + source }

// Run follows the sources until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	f.known, f.before, f.active = map[string]map[string]seen{}, map[string]map[string]Object{}, nil
	f.through = map[string]int64{}
	look := time.NewTicker(cmp.Or(f.Wait, 500*time.Millisecond))
	defer look.Stop()
	for {
		if err := f.look(ctx); err != nil && ctx.Err() == nil {
			f.Log.Error("follow sources", "error", err)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look brings what is new to the log, and marks how far that is.
func (f *Follower) look(ctx context.Context) error {
	sources, err := f.Sources(ctx)
	if err != nil {
		return err
	}
	if f.active == nil {
		if err := f.begin(ctx); err != nil {
			return err
		}
	}
	maps.DeleteFunc(f.through, func(id string, _ int64) bool { return sources[id] == nil })
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		if _, ok := f.through[id]; !ok {
			f.through[id] = 0 // nobody's windows close before it was looked at
		}
	}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		if err := f.lookAt(ctx, id, sources[id]); err != nil {
			return fmt.Errorf("source %s: %w", id, err)
		}
	}
	return f.mark(ctx)
}

// begin takes every partition for one that may have windows open: which have is not stored.
func (f *Follower) begin(ctx context.Context) error {
	active := map[int]activity{}
	err := f.Service.Store.View(ctx, func(tx picket.Tx) error {
		all, err := tx.Log().Partitions()
		for _, p := range all {
			active[p.Number] = activity{object: f.Now().Unix()}
		}
		return err
	})
	if err == nil {
		f.active = active
	}
	return err
}

func (f *Follower) lookAt(ctx context.Context, id string, s Source) error {
	if f.known[id] == nil {
		if err := f.load(ctx, id); err != nil {
			return err
		}
	}
	now := f.Now().Unix()
	objects, err := s.Objects(ctx)
	if err != nil {
		f.Log.Warn("a source can't be read in full", "source", id, "error", err)
	}
	news := f.news(id, objects)
	slices.SortStableFunc(news, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Delivered, b.Delivered), cmp.Compare(a.Name, b.Name))
	})
	for some := range slices.Chunk(news, chunk) {
		if err := f.room(ctx); err != nil {
			return err
		}
		f.through[id] = some[0].Delivered
		if err := f.mark(ctx); err != nil {
			return err
		}
		if err := f.bring(ctx, id, some); err != nil {
			return err
		}
	}
	for _, o := range f.before[id] { // they come when they stopped changing
		now = min(now, o.Delivered)
	}
	f.through[id] = now
	return nil
}

// load reads what of a source is in the log already.
func (f *Follower) load(ctx context.Context, id string) error {
	known := map[string]seen{}
	for after, more := "", true; more; {
		err := f.Service.Store.View(ctx, func(tx picket.Tx) error {
			docs, err := tx.Documents().List(seenKind(id), "", "", after, 1000)
			for _, d := range docs {
				var s seen
				if err := tx.Documents().Get(d.DocumentKey, &s); err != nil {
					return err
				}
				known[d.ID], after = s, d.ID
			}
			more = len(docs) == 1000
			return err
		})
		if err != nil {
			return err
		}
	}
	f.known[id] = known
	return nil
}

// news are the objects that aren't in the log as they are now. An object that doesn't grow by lines must have stopped
// changing: it looked the same before.
func (f *Follower) news(id string, objects []Object) (news []Object) {
	before := f.before[id]
	now := make(map[string]Object, len(objects))
	for _, o := range objects {
		known, ok := f.known[id][o.Name]
		switch {
		case o.Lines && ok && o.To < known.To: // another file of this name
			news = append(news, o)
		case o.Lines:
			if o.From = known.To; o.To > o.From {
				news = append(news, o)
			}
		case ok && known.Version == o.Version:
		default:
			if b, ok := before[o.Name]; ok && b.Version == o.Version && b.Size == o.Size {
				news = append(news, o)
			} else {
				now[o.Name] = o
			}
		}
	}
	f.before[id] = now
	return news
}

// room waits while there is too much that waits to be applied.
func (f *Follower) room(ctx context.Context) error {
	for {
		var waiting int64
		err := f.Service.Store.View(ctx, func(tx picket.Tx) error {
			all, err := tx.Log().Partitions()
			waiting = 0
			for _, p := range all {
				waiting += p.Last - p.Applied
			}
			return err
		})
		if err != nil || waiting <= cmp.Or(f.Most, 2000) {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// bring appends objects to the log and notes that they are there.
func (f *Follower) bring(ctx context.Context, id string, some []Object) error {
	err := f.Service.Store.Update(ctx, func(tx picket.Tx) error {
		for _, o := range some {
			m := o.LogObject
			m.Source = id
			if err := tx.Log().Append(partitionFor(&m), picket.Message{Object: &m}); err != nil {
				return err
			}
			if err := tx.Documents().Put(picket.DocumentKey{Kind: seenKind(id), ID: o.Name}, seen{o.Version, o.To}); err != nil {
				return err
			}
		}
		return f.Service.Brought(tx, id, len(some))
	})
	if err != nil {
		return err
	}
	for _, o := range some {
		f.known[id][o.Name] = seen{o.Version, o.To}
		part := partitionFor(&o.LogObject)
		a := f.active[part]
		a.object = max(a.object, o.Delivered)
		f.active[part] = a
	}
	return nil
}

// partitionFor is where an object is read: with its account's records, or where its source's are whose account is not known.
func partitionFor(o *picket.LogObject) int { return picket.PartitionOf(cmp.Or(o.Account, o.Source)) }

// mark tells partitions how far the sources are, where that may close windows.
func (f *Follower) mark(ctx context.Context) error {
	if len(f.through) == 0 {
		return nil
	}
	reached := int64(1) << 62
	for _, t := range f.through {
		reached = min(reached, t)
	}
	var due []int
	for part, a := range f.active {
		if reached >= a.mark+markStep && a.mark <= a.object+quiet {
			due = append(due, part)
		}
	}
	if len(due) == 0 {
		return nil
	}
	err := f.Service.Store.Update(ctx, func(tx picket.Tx) error {
		for _, part := range due {
			if err := tx.Log().Append(part, picket.Message{Mark: reached}); err != nil {
				return err
			}
		}
		return f.Service.Marked(tx, reached)
	})
	if err != nil {
		return err
	}
	for _, part := range due {
		f.active[part] = activity{mark: reached, object: f.active[part].object}
	}
	return nil
}
