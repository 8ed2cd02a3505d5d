package pipeline

import (
	"math"
	"slices"

	"picket"
	"picket/event"
	"picket/service"
)

// Bounds of what is kept of an object that can't be read.
const (
	maxUnread    = 20   // reasons told apart
	maxStretches = 1000 // of a reason
)

// reading is an object under way; it implements event.Handler.
type reading struct {
	*partition
	object *picket.LogObject
	seq    int64
	next   int64 // the first place behind the beginning of what was read last
	unread []service.Unread
	open   *service.Unread // its last stretch ends where the next record begins
}

// at notes where a record begins, and reports whether it is meant. Records come in the order of their places.
func (r *reading) at(offset int64) bool {
	if r.open != nil {
		last := &r.open.Again[len(r.open.Again)-1]
		last.To = max(offset, last.From+1)
		r.open = nil
	}
	r.next = max(r.next, offset+1)
	return !r.object.Test && (len(r.object.Again) == 0 || slices.ContainsFunc(r.object.Again, func(s picket.Stretch) bool { return s.Holds(offset) }))
}

// failed notes that what begins at an offset, up to what comes next, could not be read.
func (r *reading) failed(b event.Bad) {
	u := r.because(b)
	u.Count++
	switch n := len(u.Again); {
	case n > 0 && u.Again[n-1].To == b.Offset:
		u.Again[n-1].To = 0
	case n == maxStretches:
		u.Lost++
		return
	default:
		u.Again = append(u.Again, picket.Stretch{From: b.Offset})
	}
	r.open = u
}

// because returns what is unread for a reason, or, after many reasons, for the last.
func (r *reading) because(b event.Bad) *service.Unread {
	for i := range r.unread {
		if r.unread[i].Reason == b.Reason {
			return &r.unread[i]
		}
	}
	if len(r.unread) < maxUnread {
		r.unread = append(r.unread, service.Unread{Reason: b.Reason, Offset: b.Offset, Sample: b.Sample})
	}
	return &r.unread[len(r.unread)-1]
}

// end notes how reading ended: after an error, the rest was not read. Later it may be.
func (r *reading) end(err error, later bool) {
	if err == nil {
		return
	}
	from := r.next
	r.at(from)
	r.unread = append(r.unread, service.Unread{Reason: err.Error(), Offset: from, Again: []picket.Stretch{{From: from}}, Later: later, Tries: r.object.Tries})
}

// within cuts stretches to what is in others too; none stand for everything.
func within(some, others []picket.Stretch) []picket.Stretch {
	if len(others) == 0 {
		return some
	}
	end := func(s picket.Stretch) int64 {
		if s.To == 0 {
			return math.MaxInt64
		}
		return s.To
	}
	var out []picket.Stretch
	for _, a := range some {
		for _, b := range others {
			both := picket.Stretch{From: max(a.From, b.From), To: min(end(a), end(b))}
			if both.From >= both.To {
				continue
			}
			if both.To == math.MaxInt64 {
				both.To = 0
			}
			out = append(out, both)
		}
	}
	return out
}

// Bad implements event.Handler.
func (r *reading) Bad(b event.Bad) {
	if r.at(b.Offset) {
		r.failed(b)
	}
}
