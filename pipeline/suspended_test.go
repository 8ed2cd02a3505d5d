package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/guardduty"
)

// Who calls in the member's account before, while and after it is suspended, an hour ago and for half an hour.
const before, meanwhile, after = "198.51.100.7", "203.0.113.8", "203.0.113.9"

// suspendedWorld is one in which whoever calls is found, unless nobody looks.
func suspendedWorld(t *testing.T) *listWorld {
	w := newListWorld(t)
	for _, ip := range []string{before, meanwhile, after} {
		w.threat(member, ip)
	}
	return w
}

// detect suspends the member, or resumes it, so long ago.
func (w *listWorld) detect(ago time.Duration, enable bool) {
	w.t.Helper()
	w.jump = -ago
	_, err := w.service.UpdateDetector(w.t.Context(), caller(member), &guardduty.UpdateDetectorRequest{DetectorId: w.detector(member), Enable: &enable})
	w.ok(err)
	w.jump = 0
}

// log puts a file there of a call before the member was suspended, one of meanwhile and one of now.
func (w *listWorld) log(name string) {
	w.t.Helper()
	var lines strings.Builder
	for _, c := range []struct {
		ago  time.Duration
		from string
	}{{90 * time.Minute, before}, {45 * time.Minute, meanwhile}, {0, after}} {
		w.calls++
		lines.WriteString(w.lineAt(time.Now().Add(-c.ago), member, c.from) + "\n")
	}
	w.ok(os.WriteFile(filepath.Join(w.logs, name), []byte(lines.String()), 0o600))
}

// skipped wants how many of the member's records were counted as of a time when its detector was off.
func (w *listWorld) skipped(want int64) {
	w.t.Helper()
	all, err := w.service.Coverage(w.t.Context(), caller(member))
	w.ok(err)
	var got int64
	for _, c := range all {
		got += c.Skipped["detector off when written"]
	}
	if got != want {
		w.t.Errorf("%d records of a time when the detector was off are counted, want %d: %+v", got, want, all)
	}
}

// TestWrittenWhileSuspended: what an account's logs say of a time when it was suspended isn't analysed once it is resumed, whatever
// came late, and what they say of other times is.
func TestWrittenWhileSuspended(t *testing.T) {
	w := suspendedWorld(t)
	w.detect(time.Hour, false)
	w.log("while.jsonl") // read while it is suspended
	w.settle(2)          // the file, and its records in their account's partition
	w.want("", "")
	w.detect(30*time.Minute, true)
	w.log("late.jsonl")
	w.settle(4)
	w.want("", before+" "+after)
	w.skipped(1)
	w.forgetState()
	w.log("later.jsonl") // judged after all before was read again
	w.settle(6)
	w.want("", before+" "+before+" "+after+" "+after)
	w.skipped(2)
}

// TestSetAsideWhileSuspended: nor is it when it could not be opened while the account was suspended, and is tried again after.
func TestSetAsideWhileSuspended(t *testing.T) {
	w := suspendedWorld(t)
	w.opening = func(string) error { return errors.New("away") }
	w.detect(time.Hour, false)
	w.log("calls.jsonl")
	w.settle(1)
	w.unread(1, 0)
	w.opening = nil
	w.detect(30*time.Minute, true)
	w.jump = time.Hour
	w.ok(w.service.Sweep(t.Context()))
	w.jump = 0
	w.settle(3) // the file twice, and its records in their account's partition
	w.unread(0, 2)
	w.want("", before+" "+after)
	w.skipped(1)
}
