package scan

import (
	"fmt"
	"slices"
	"sync"

	"picket"
	"picket/event"
)

// maxBugs is how many panics are told one by one.
const maxBugs = 100

// bugs are the panics of a scan. Each costs a record, or the rest of an object.
type bugs struct {
	mu    sync.Mutex
	count int64
	told  []Problem
}

func (b *bugs) add(p Problem) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count++
	known := slices.IndexFunc(b.told, func(t Problem) bool { return t.Object == p.Object && t.Reason == p.Reason })
	switch {
	case known >= 0:
		b.told[known].Count++
		b.told[known].At = min(b.told[known].At, p.At)
	case len(b.told) < maxBugs:
		b.told = append(b.told, p)
	}
}

// bug notes a panic over the record at a place, if one is known.
func (r *run) bug(at event.Ref, err error) {
	p := Problem{Reason: err.Error()}
	if at != (event.Ref{}) {
		p.Object, p.Count, p.At = r.objects[at.Object].Name, 1, at.Offset
	}
	r.bugs.add(p)
}

// caught is deferred around what is done with an object.
func (w *worker) caught(o *Object) {
	if err := picket.Bug(recover()); err != nil {
		w.objects++
		w.scan.bugs.add(Problem{Object: o.Name, Reason: fmt.Sprintf("given up after offset %d: %v", w.at, err)})
		w.reader = event.Reader{} // in whatever state it is
	}
}
