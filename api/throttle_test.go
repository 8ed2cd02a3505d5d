package api

import (
	"fmt"
	"testing"
	"time"
)

func TestThrottleIsBounded(t *testing.T) {
	th := newThrottle(1, 2)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for range 3 {
		th.allow("loud", now)
	}
	for i := range 3 * maxAllowances {
		th.allow(fmt.Sprint(i), now)
	}
	if n := len(th.accounts); n > maxAllowances {
		t.Errorf("%d accounts are kept", n)
	}
	now = now.Add(time.Minute)
	for range 3 {
		th.allow("loud", now)
	}
	for i := range 2 * maxAllowances {
		th.allow(fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute))
	}
	if th.allow("loud", now) {
		t.Error("who is loud was forgotten while others said nothing")
	}
}
