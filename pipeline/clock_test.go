package pipeline_test

import (
	"strings"
	"testing"
	"time"
)

// TestClockJumps: what fires at once is found whatever the server's clock says, and a clock that was put right leaves nothing undone.
func TestClockJumps(t *testing.T) {
	const ip = "198.51.100.7"
	w := newListWorld(t)
	w.threat(administrator, ip)
	want := 0
	for _, jump := range []time.Duration{0, 400 * 24 * time.Hour, -400 * 24 * time.Hour, 2 * time.Hour, 0} {
		w.jump = jump
		w.call(ip)
		want++
		if got := len(strings.Fields(w.found(administrator))); got != want {
			t.Errorf("after the clock jumped by %s, %d callers are found, want %d", jump, got, want)
		}
	}
	w.threat(member, ip) // the queue of lists too
	w.call(ip)
	if got := w.found(member); got != ip {
		t.Errorf("the member's list finds %q", got)
	}
}
