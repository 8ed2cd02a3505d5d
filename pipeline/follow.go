package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"picket"
	"picket/service"
)

// Object is what a source has now.
type Object struct {
	picket.LogObject       // From and Source are the follower's to set
	Size             int64 // as stored
	Lines            bool  // it may grow by lines, of which those up to To are whole; others count when they stop changing
	Whole            bool  // its bytes never change under its version, so it counts at once
	Digest           bool  // it is CloudTrail's hashes of log files, and no log
}

// Look is what a source shows at a time.
type Look struct {
	Objects []Object // some may have been shown before
	Through int64    // seconds since the epoch: what was delivered before has been shown
	Full    int64    // when a look at everything began that ends with this one; 0 if none does
	Forget  int64    // what was shown before is never shown again; 0 if all is
	Unread  []service.Unread
	Done    func(context.Context) error // called when all of this is in the store; may be nil
}

// Source is where log objects come from. Look is called by one goroutine; what can't be looked into is an error, beside the
// rest. Full is that of the last look whose objects are in the log; 0 if there is none.
type Source interface {
	Look(ctx context.Context, full int64) (Look, error)
	// Open opens the bytes of an object that was shown once. It fails if they are not what they were, with fs.ErrNotExist
	// if they never will be again, and with fs.ErrPermission if somebody must allow it first.
	Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error)
}

// Follower brings what sources have to the log: each object once, in the transaction in which it notes that it has. Each source
// is looked at on a goroutine of its own, so that a slow one delays no other.
type Follower struct {
	Service *service.Service
	Sources func(context.Context) (map[string]Source, error) // by their ids; asked again and again
	Log     *slog.Logger
	Now     func() time.Time
	Wait    time.Duration // between looks; 0: half a second
	Most    int64         // messages that may wait to be applied; 0: 2,000
	Term    int64         // the service's, in which it follows

	following map[string]*following // by source

	mu     sync.Mutex
	active map[int]activity

	reached sync.Mutex       // never held for long, unlike mu
	through map[string]int64 // of each source, what was delivered before is in the log
	failing map[string]error // why what a source shows can't be brought to the log
}

// Through returns up to which time of delivery sources are read, by id, in seconds since the epoch; 0 for one that was not looked
// at yet.
func (f *Follower) Through() map[string]int64 {
	f.reached.Lock()
	defer f.reached.Unlock()
	return maps.Clone(f.through)
}

func (f *Follower) setThrough(id string, to int64) {
	f.reached.Lock()
	defer f.reached.Unlock()
	f.through[id] = to
}

// fails notes why what a source shows can't be brought to the log; nil if it can.
func (f *Follower) fails(id string, err error) {
	f.reached.Lock()
	defer f.reached.Unlock()
	if delete(f.failing, id); err != nil {
		f.failing[id] = fmt.Errorf("bring what source %s has to the log: %w", id, err)
	}
}

// Failing returns why what sources show can't be brought to the log; nil if it can, as far as is known.
func (f *Follower) Failing() error {
	f.reached.Lock()
	defer f.reached.Unlock()
	for _, id := range slices.Sorted(maps.Keys(f.failing)) {
		return f.failing[id]
	}
	return nil
}

// activity is what concerns the marks of a partition.
type activity struct {
	mark   int64 // seconds since the epoch: the highest that was told
	at     int64 // the same of the one that was told last, or of an object that came after it and was delivered before
	object int64 // the same, when the last object came
	last   int64 // message
}

const (
	markStep = 60        // seconds between marks of a partition
	quiet    = 25 * 3600 // seconds after its last object, after which a partition has no window open
	chunk    = 64        // objects appended in a transaction
)

func (f *Follower) wait() time.Duration { return cmp.Or(f.Wait, 500*time.Millisecond) }

// Run follows the sources until ctx ends. It returns an error with CodeConflict if its term does.
func (f *Follower) Run(ctx context.Context) error {
	f.following, f.active = map[string]*following{}, map[int]activity{}
	f.reached.Lock()
	f.through, f.failing = map[string]int64{}, map[string]error{}
	f.reached.Unlock()
	defer func() {
		for id := range f.following {
			f.leave(id)
		}
	}()
	look := time.NewTicker(f.wait())
	defer look.Stop()
	for {
		err := f.follow(ctx)
		if picket.ErrorCode(err) == picket.CodeConflict {
			return err
		}
		if err != nil && ctx.Err() == nil {
			f.Log.Error("follow sources", "error", err)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// follow begins with new sources and leaves those that are gone.
func (f *Follower) follow(ctx context.Context) error {
	err := f.Service.Store.View(ctx, func(tx picket.Tx) error { return f.Service.InTerm(tx, f.Term) })
	if err != nil {
		return err
	}
	sources, err := f.Sources(ctx)
	if err != nil {
		return err
	}
	for id, l := range f.following {
		if sources[id] != l.source {
			f.leave(id)
		}
	}
	var news []*following
	f.mu.Lock()
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		if f.following[id] == nil {
			l := &following{Follower: f, id: id, source: sources[id], ended: make(chan struct{})}
			f.setThrough(id, 0) // nobody's windows close before it was looked at
			f.following[id] = l
			news = append(news, l)
		}
	}
	f.mu.Unlock()
	for _, l := range news {
		var run context.Context
		run, l.stop = context.WithCancel(ctx)
		go l.run(run)
	}
	return nil
}

// leave stops following a source.
func (f *Follower) leave(id string) {
	l := f.following[id]
	l.stop()
	<-l.ended
	delete(f.following, id)
	f.reached.Lock()
	delete(f.through, id)
	delete(f.failing, id)
	f.reached.Unlock()
}

// refresh notes which partitions had messages that are no marks; all count at the start, as may have windows open. It is called
// with mu held.
func (f *Follower) refresh(ctx context.Context) error {
	return f.Service.Store.View(ctx, func(tx picket.Tx) error {
		all, err := tx.Log().Partitions()
		for _, p := range all {
			if a := f.active[p.Number]; p.Last > a.last {
				f.active[p.Number] = activity{a.mark, a.at, f.Now().Unix(), p.Last}
			}
		}
		return err
	})
}

// update changes the store, in the follower's term.
func (f *Follower) update(ctx context.Context, change func(picket.Tx) error) error {
	return f.Service.Store.Update(ctx, func(tx picket.Tx) error {
		if err := f.Service.InTerm(tx, f.Term); err != nil {
			return err
		}
		return change(tx)
	})
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

// mark notes how far a source is, and tells partitions how far all are, where that may close windows.
func (f *Follower) mark(ctx context.Context, id string, through int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.setThrough(id, through)
	if err := f.refresh(ctx); err != nil {
		return err
	}
	reached := int64(1) << 62
	for _, t := range f.Through() {
		reached = min(reached, t)
	}
	var due []int
	for part, a := range f.active {
		again := reached < a.mark && reached >= a.at+markStep // so that what is late is decided in its order, too
		if again || reached >= a.mark+markStep && a.mark <= a.object+quiet {
			due = append(due, part)
		}
	}
	if len(due) == 0 {
		return nil
	}
	err := f.update(ctx, func(tx picket.Tx) error {
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
		a := f.active[part]
		f.active[part] = activity{max(reached, a.mark), reached, a.object, a.last + 1}
	}
	return nil
}

// late notes objects that partitions were told not to wait for any more.
func (f *Follower) late(some []Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, o := range some {
		part := partitionFor(&o.LogObject)
		if a := f.active[part]; !o.Digest && o.Delivered < a.at {
			a.at = o.Delivered
			f.active[part] = a
		}
	}
}
