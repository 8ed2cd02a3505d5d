package finding

import (
	"cmp"
	"errors"
	"slices"

	"picket/state"
)

// windows is a set of at most maxWindows numbers of windows. What lasts is in every window for hours or days, so that it is
// kept as runs.
type windows struct {
	runs []run // sorted, with gaps between them
	n    int
}

type run struct{ first, last int64 }

func (w *windows) add(v int64) {
	i, _ := slices.BinarySearchFunc(w.runs, v, func(r run, v int64) int { return cmp.Compare(r.last, v) })
	if i < len(w.runs) && w.runs[i].first <= v || w.n >= maxWindows {
		return
	}
	w.n++
	after, before := i > 0 && w.runs[i-1].last == v-1, i < len(w.runs) && w.runs[i].first == v+1
	switch {
	case after && before:
		w.runs[i-1].last = w.runs[i].last
		w.runs = slices.Delete(w.runs, i, i+1)
	case after:
		w.runs[i-1].last = v
	case before:
		w.runs[i].first = v
	default:
		w.runs = slices.Insert(w.runs, i, run{v, v})
	}
}

// merge adds those of o.
func (w *windows) merge(o windows) {
	all := slices.Concat(w.runs, o.runs)
	slices.SortFunc(all, func(a, b run) int { return cmp.Compare(a.first, b.first) })
	*w = windows{}
	for _, r := range all {
		end := len(w.runs) - 1
		if end >= 0 {
			r.first = max(r.first, w.runs[end].last+1)
		}
		r.last = min(r.last, r.first+int64(maxWindows-w.n)-1)
		switch {
		case r.last < r.first:
			continue
		case end >= 0 && r.first == w.runs[end].last+1:
			w.runs[end].last = r.last
		default:
			w.runs = append(w.runs, r)
		}
		w.n += int(r.last - r.first + 1)
	}
}

// farthest is more than any window's number, and few enough to add up.
const farthest = 1 << 48

func (w *windows) state(c *state.Codec) {
	end, n := int64(0), 0
	state.List(c, &w.runs, func(r *run) {
		gap, more := r.first-end, r.last-r.first
		state.Int(c, &gap)
		state.Int(c, &more)
		if gap < -farthest || gap > farthest || n > 0 && gap < 2 || more < 0 || more >= int64(maxWindows-n) {
			c.Fail(errors.New("counted windows are out of order"))
			return
		}
		if c.Reading() {
			r.first, r.last = end+gap, end+gap+more
		}
		n += int(more) + 1
		end += gap + more
	})
	if c.Reading() {
		w.n = n
	}
}
