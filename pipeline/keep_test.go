package pipeline

import (
	"testing"
	"time"
)

// TestKeepDue: what is kept at once is, and what takes long is kept less often than every so many bytes, or every minute.
func TestKeepDue(t *testing.T) {
	f := func(want bool, fresh int64, since, keeping time.Duration) {
		t.Helper()
		p := &partition{pipeline: &Pipeline{cfg: Config{Keep: time.Minute}}, fresh: fresh, keeping: keeping}
		if got := p.keepDue(since); got != want {
			t.Errorf("due is %v, want %v, with %d bytes %v after a state that took %v", got, want, fresh, since, keeping)
		}
	}
	f(false, 0, time.Second, 0)
	f(true, keepBytes, time.Second, 0)
	f(true, 0, time.Minute, 0)
	f(false, keepBytes, time.Second, time.Second)
	f(true, keepBytes, 20*time.Second, time.Second)
	f(false, 0, time.Minute, 4*time.Second)
	f(true, 0, 80*time.Second, 4*time.Second)
	f(true, keepNow, time.Second, time.Hour)
}
