package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/intel"
)

// TestStates holds when a feed is fetched next: after its own time, and sooner, but ever less so, while it can't be fetched.
func TestStates(t *testing.T) {
	down := false
	f := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, "198.51.100.7\n")
	})
	f.Every = 5 * time.Minute
	dir, p, now := t.TempDir(), local(), today
	p.Now = func() time.Time { return now }
	state := func(failures int, fetched time.Time, next time.Duration) {
		t.Helper()
		update(t, f, dir, p)
		want := State{Feed: "feed", Fetched: fetched, Failures: failures, Next: now.Add(next)}
		if failures > 0 {
			want.Error = "download: server answered 502 Bad Gateway"
		}
		if diff := cmp.Diff([]State{want}, States(dir, []Feed{f})); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		now = now.Add(next)
	}
	if got := States(dir, []Feed{f}); got != nil {
		t.Errorf("nobody asked for it: %+v", got)
	}
	down = true
	state(1, time.Time{}, time.Minute)
	down = false
	state(0, now, 5*time.Minute)
	state(0, now, 5*time.Minute)
	down = true
	last := now.Add(-5 * time.Minute)
	for i, next := range []time.Duration{1, 2, 4, 5, 5} {
		state(i+1, last, next*time.Minute)
	}
	if copyOf(t, dir) != "198.51.100.7\n" {
		t.Error("the last copy is gone")
	}
	down = false
	state(0, now, 5*time.Minute)
	f.Every = 0
	state(0, now, 24*time.Hour)

	if err := os.WriteFile(filepath.Join(dir, "ours.list"), []byte("198.51.100.7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := States(dir, []Feed{{Name: "ours"}}); got != nil {
		t.Errorf("a file of people is fetched: %+v", got)
	}
}

// TestTriesAreNotedFirst holds that who ends while it downloads has tried, that calling it off is no failure, and that nothing is
// asked for that can't be noted.
func TestTriesAreNotedFirst(t *testing.T) {
	dir, asked := t.TempDir(), 0
	ctx, cancel := context.WithCancel(t.Context())
	var f Feed
	f = serve(t, func(http.ResponseWriter, *http.Request) {
		asked++
		if s := States(dir, []Feed{f}); len(s) != 1 || s[0].Failures != 0 || !s[0].Next.Equal(today.Add(time.Minute)) {
			t.Errorf("meanwhile: %+v", s)
		}
		cancel()
	})
	Update(ctx, []Feed{f}, dir, local())
	if s := States(dir, []Feed{f}); len(s) != 1 || s[0].Failures != 0 || s[0].Next.After(today) {
		t.Errorf("called off: %+v", s)
	}
	if err := os.MkdirAll(filepath.Join(dir, "d", "feed.meta", "x"), 0o700); err != nil { // so that it can't be replaced
		t.Fatal(err)
	}
	if r := update(t, f, filepath.Join(dir, "d"), local()); !errors.Is(r.Err, ErrWrite) || asked != 1 {
		t.Errorf("asked %d times: %v", asked, r.Err)
	}
}

// TestLeftBehind holds that what a killed process was writing is removed, and not what another writes now.
func TestLeftBehind(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, ".new-1"), filepath.Join(dir, ".new-2")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, today, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	Update(t.Context(), nil, dir, local())
	if left, _ := filepath.Glob(filepath.Join(dir, ".new-*")); len(left) != 1 || left[0] != young {
		t.Errorf("left are %v", left)
	}
}

// TestExpiryMoves holds that a copy which is current again and again lives on, as the same list for a while.
func TestExpiryMoves(t *testing.T) {
	f, lists := Feed{TTL: 8 * time.Hour}, map[time.Time]bool{}
	for i := range 24 {
		at := today.Add(time.Duration(i) * 10 * time.Minute)
		e := f.list(intel.List{}, at).Expires
		if lists[e] = true; e.Before(at.Add(f.TTL)) || e.After(at.Add(9*time.Hour)) {
			t.Errorf("fetched at %s it expires at %s", at, e)
		}
	}
	if len(lists) != 5 {
		t.Errorf("in four hours it is %d lists", len(lists))
	}
}
