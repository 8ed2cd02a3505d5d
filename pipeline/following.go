package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"picket"
)

// following is a source that is followed.
type following struct {
	*Follower
	id     string
	source Source
	stop   context.CancelFunc
	ended  chan struct{}

	known  map[string]seen   // by name
	before map[string]Object // those that may still change, or that wait for others
	held   time.Time         // since when some wait for others
	shown  *shown            // what isn't in the log yet
	full   int64
	failed string // why the last look failed, as it is stored
}

// seen is how far an object is in the log.
type seen struct {
	Version string `json:"version"`
	To      int64  `json:"to,omitempty"`   // of one that grows by lines
	Head    string `json:"head,omitempty"` // of its first record, likewise
	At      int64  `json:"at,omitempty"`   // seconds since the epoch, when it came
}

// shown is what a look showed, less what of it is in the log. Sources show it once, so it stays until all is stored.
type shown struct {
	Look
	news    []Object
	problem error
}

// seenKind is the kind of the documents that hold what of a source is in the log, by name.
func seenKind(source string) string { return "seen/" + source }

// run looks at the source until ctx ends.
func (l *following) run(ctx context.Context) {
	defer close(l.ended)
	look := time.NewTicker(l.wait())
	defer look.Stop()
	for {
		more := false
		err := picket.Guarded(func() (err error) {
			more, err = l.look(ctx)
			return err
		})
		if ctx.Err() == nil {
			l.fails(l.id, err)
		}
		if err != nil && ctx.Err() == nil {
			l.Log.Error("follow source", "source", l.id, "error", err)
		}
		if err == nil && more {
			continue
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

// look brings what is new to the log, and marks how far that is. There may be more at once, where objects come whole; others were
// all shown, and need time to change.
func (l *following) look(ctx context.Context) (more bool, err error) {
	if l.known == nil {
		if err := l.load(ctx); err != nil {
			return false, err
		}
	}
	if l.shown != nil {
		l.shown.news = slices.DeleteFunc(l.shown.news, func(o Object) bool {
			known := l.known[o.Name]
			return known.Version == o.Version && known.To == o.To && known.Head == o.Head
		})
	} else {
		look, err := l.source.Look(ctx, l.full)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil && err.Error() != l.failed { // once, not twice a second
			l.Log.Warn("a source can't be read in full", "source", l.id, "error", err)
		}
		l.shown = &shown{look, l.news(look.Objects), err}
	}
	more = slices.ContainsFunc(l.shown.news, func(o Object) bool { return o.Whole })
	if err := l.take(ctx, l.shown); err != nil {
		l.known = nil // what it says was stored may not have been, and the other way round
		return false, err
	}
	l.shown = nil
	return more, nil
}

// take brings what was shown to the log. After an error it goes on where it was.
func (l *following) take(ctx context.Context, shown *shown) error {
	for len(shown.news) > 0 {
		some := shown.news[:min(chunk, len(shown.news))]
		if err := l.room(ctx); err != nil {
			return err
		}
		if err := l.mark(ctx, l.id, min(some[0].Delivered, shown.Through)); err != nil {
			return err
		}
		if err := l.bring(ctx, some); err != nil {
			return err
		}
		shown.news = shown.news[len(some):]
	}
	if err := l.end(ctx, shown); err != nil {
		return err
	}
	through := shown.Through
	for _, o := range l.before { // they come when they stopped changing
		through = min(through, o.Delivered)
	}
	return l.mark(ctx, l.id, through)
}

// load reads what of the source is in the log already.
func (l *following) load(ctx context.Context) error {
	known := map[string]seen{}
	for after, more := "", true; more; {
		err := l.Service.Store.View(ctx, func(tx picket.Tx) error {
			docs, err := tx.Documents().List(seenKind(l.id), "", "", after, 1000)
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
	err := l.Service.Store.View(ctx, func(tx picket.Tx) (err error) {
		l.full, l.failed, err = l.Service.LastLook(tx, l.id)
		return err
	})
	if err == nil {
		l.known = known
	}
	return err
}

const (
	longAgo  = 1800             // seconds between an object's delivery and now, after which it is late
	holdTime = 10 * time.Second // at most
)

// news are the objects that aren't in the log as they are now. An object that is neither whole nor grows by lines must have
// stopped changing: it looked the same before. While objects from long ago appear, as when somebody copies a folder, those that
// are there already wait for them, so that their windows are decided together. They are in the order of their delivery.
func (l *following) news(objects []Object) (news []Object) {
	before, appear := l.before, false
	old := func(o Object) bool { return !o.Whole && !o.Lines && o.Delivered < l.Now().Unix()-longAgo }
	l.before = make(map[string]Object, len(objects))
	twice := map[[2]string]bool{}
	heads := sync.OnceValue(func() map[[2]string]int64 { return l.heads(objects) })
	for _, o := range objects {
		known, ok := l.known[o.Name]
		switch {
		case o.Lines:
			renamed := false
			if o.From, renamed = l.from(o, heads); o.To > o.From || renamed {
				news = append(news, o)
			}
		case ok && known.Version == o.Version:
		case o.Whole:
			if is := [2]string{o.Name, o.Version}; !twice[is] {
				twice[is], news = true, append(news, o)
			}
		default:
			if b, ok := before[o.Name]; ok && b.Version == o.Version && b.Size == o.Size {
				news = append(news, o)
			} else {
				l.before[o.Name] = o
				appear = appear || old(o)
			}
		}
	}
	if appear && l.Now().Sub(l.held) < holdTime {
		news = slices.DeleteFunc(news, func(o Object) bool {
			if old(o) {
				l.before[o.Name] = o
			}
			return old(o)
		})
	} else {
		l.held = l.Now()
	}
	slices.SortStableFunc(news, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Delivered, b.Delivered), cmp.Compare(a.Name, b.Name))
	})
	return news
}

// from is how far a file that grows by lines is in the log. One that is new under its name may be there under another: those who
// rotate logs rename them, or copy them. heads then tells it.
func (l *following) from(o Object, heads func() map[[2]string]int64) (to int64, renamed bool) {
	known, ok := l.known[o.Name]
	switch {
	case ok && (o.To == 0 || o.To >= known.To && (known.Head == "" || o.Head == known.Head)):
		return known.To, false
	case o.Head == "" || ok && o.Head == known.Head: // it was written anew
		return 0, false
	}
	to = min(heads()[headOf(o.Name, o.Head)], o.To)
	return to, to > 0
}

// heads is how far files are in the log, or will be under the names that they have still, by their folders and first records.
func (l *following) heads(objects []Object) map[[2]string]int64 {
	heads := map[[2]string]int64{}
	note := func(name, head string, to int64) {
		if of := headOf(name, head); head != "" {
			heads[of] = max(heads[of], to)
		}
	}
	for name, s := range l.known {
		note(name, s.Head, s.To)
	}
	for _, o := range objects {
		if l.known[o.Name].Head == o.Head {
			note(o.Name, o.Head, o.To)
		}
	}
	return heads
}

func headOf(name, head string) [2]string { return [2]string{filepath.Dir(name), head} }

// bring appends objects to the log and notes that they are there.
func (l *following) bring(ctx context.Context, some []Object) error {
	now := l.Now().Unix()
	err := l.update(ctx, func(tx picket.Tx) error {
		logs := 0
		for _, o := range some {
			m := o.LogObject
			m.Source = l.id
			switch {
			case o.Digest:
				if err := queueDigest(tx, m, l.Now().UnixMilli()); err != nil {
					return err
				}
			case !o.Lines || o.To > o.From: // else only its name is new
				n, err := l.append(tx, &m)
				if err != nil {
					return err
				}
				logs += n
			}
			if err := tx.Documents().Put(picket.DocumentKey{Kind: seenKind(l.id), ID: o.Name}, seen{o.Version, o.To, o.Head, now}); err != nil {
				return err
			}
		}
		if logs == 0 { // digests come where nothing is logged, too
			return nil
		}
		return l.Service.Brought(tx, l.id, logs)
	})
	if err != nil {
		return err
	}
	for _, o := range some {
		l.known[o.Name] = seen{o.Version, o.To, o.Head, now}
	}
	l.late(some)
	return nil
}

// append brings an object to the log, and returns how many are logs: what tests put into a source is none.
func (l *following) append(tx picket.Tx, m *picket.LogObject) (logs int, err error) {
	if m.Test, err = l.Service.IsMarked(tx, m.Name); err != nil {
		return 0, err
	}
	part := partitionFor(m)
	if err := tx.Log().Append(part, picket.Message{Object: m}); err != nil {
		return 0, err
	}
	if m.Test {
		return 0, l.Service.MarkedNoticed(tx, l.id, m.Name, part)
	}
	return 1, nil
}

// partitionFor is where an object is read: with its account's records, or where its source's are whose account is not known.
func partitionFor(o *picket.LogObject) int { return picket.PartitionOf(cmp.Or(o.Account, o.Source)) }

// end stores what a look ends with, once its objects are in the log, and forgets what is never shown again.
func (l *following) end(ctx context.Context, shown *shown) error {
	failed := ""
	if shown.problem != nil {
		failed = shown.problem.Error()
	}
	for i := range shown.Unread {
		shown.Unread[i].Source = l.id
	}
	if len(shown.Unread) > 0 || shown.Full > 0 || failed != l.failed {
		err := l.update(ctx, func(tx picket.Tx) error {
			if err := l.Service.Looked(tx, l.id, shown.Full, failed); err != nil {
				return err
			}
			return l.Service.PutUnread(tx, fmt.Sprintf("%s-%d", l.id, l.Now().UnixMilli()), shown.Unread)
		})
		if err != nil {
			return err
		}
		l.failed, shown.Unread = failed, nil
	}
	if shown.Full > 0 {
		l.full = shown.Full
		if err := l.forget(ctx, shown.Forget); err != nil {
			return err
		}
	}
	if shown.Done == nil {
		return nil
	}
	return shown.Done(ctx)
}

// forget forgets what came before a time.
func (l *following) forget(ctx context.Context, before int64) error {
	var old []string
	for name, s := range l.known {
		if s.At < before {
			old = append(old, name)
		}
	}
	for some := range slices.Chunk(old, 1000) {
		err := l.update(ctx, func(tx picket.Tx) error {
			for _, name := range some {
				if err := tx.Documents().Delete(picket.DocumentKey{Kind: seenKind(l.id), ID: name}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, name := range some {
			delete(l.known, name)
		}
	}
	return nil
}
