package finding

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"

	"picket/state"
)

// TestWindows compares with a plain set.
func TestWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets, want := [2]windows{}, map[int64]bool{}
		for range rapid.IntRange(0, 40).Draw(t, "windows") {
			v := int64(rapid.IntRange(-5, 25).Draw(t, "window"))
			sets[rapid.IntRange(0, 1).Draw(t, "set")].add(v)
			want[v] = true
		}
		got := sets[0]
		got.merge(sets[1])
		same(t, got, want)
		var b bytes.Buffer
		if err := state.Write(&b, got.state); err != nil {
			t.Fatal(err)
		}
		var again windows
		if err := state.Read(&b, again.state); err != nil {
			t.Fatal(err)
		}
		same(t, again, want)
	})
}

// same holds that w is want, in as few runs as that takes.
func same(t *rapid.T, w windows, want map[int64]bool) {
	n := 0
	for i, r := range w.runs {
		if i > 0 && r.first < w.runs[i-1].last+2 {
			t.Fatalf("%v: runs without a gap between them", w.runs)
		}
		for v := r.first; v <= r.last; v++ {
			n++
			if !want[v] {
				t.Fatalf("%v holds %d", w.runs, v)
			}
		}
	}
	if n != len(want) || w.n != n {
		t.Fatalf("%v: %d windows, counted as %d, want %d", w.runs, n, w.n, len(want))
	}
}

func TestWindowsCap(t *testing.T) {
	var a, b windows
	for i := range int64(maxWindows + 10) {
		a.add(2 * i)
		b.add(2*i + 1)
	}
	if a.n != maxWindows || len(a.runs) != maxWindows {
		t.Errorf("got %d windows in %d runs, want %d", a.n, len(a.runs), maxWindows)
	}
	if a.merge(b); a.n != maxWindows || len(a.runs) != 1 {
		t.Errorf("merged: got %d windows in %d runs, want %d in one", a.n, len(a.runs), maxWindows)
	}
	for _, bad := range []windows{
		{runs: []run{{0, maxWindows}}}, {runs: []run{{5, 4}}}, {runs: []run{{1, 2}, {3, 4}}}, {runs: []run{{math.MaxInt64, math.MaxInt64}}},
	} {
		if err := state.Write(new(bytes.Buffer), bad.state); err == nil {
			t.Errorf("%v is written without an error", bad.runs)
		}
	}
}
