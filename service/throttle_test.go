package service

import (
	"fmt"
	"testing"
	"time"
)

func TestThrottleIsBounded(t *testing.T) {
	th := NewThrottle(1, 2)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for range 3 {
		th.Allow("loud", now)
	}
	for i := range 3 * maxAllowances {
		th.Allow(fmt.Sprint(i), now)
	}
	if n := len(th.names); n > maxAllowances {
		t.Errorf("%d names are kept", n)
	}
	now = now.Add(time.Minute)
	for range 3 {
		th.Allow("loud", now)
	}
	for i := range 2 * maxAllowances {
		th.Allow(fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute))
	}
	if th.Allow("loud", now) {
		t.Error("who is loud was forgotten while others said nothing")
	}
}

// Who asks from ever new names makes the throttle forget none but those that asked longest ago.
func TestThrottleForgetsTheOldest(t *testing.T) {
	th := NewThrottle(1, 2)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range maxAllowances {
		th.Allow(fmt.Sprint(i), now.Add(time.Duration(i)*time.Microsecond))
	}
	now = now.Add(time.Duration(maxAllowances) * time.Microsecond)
	late := fmt.Sprint(maxAllowances - 1)
	th.Allow(late, now)
	th.Allow("new", now)
	if th.Allow(late, now) {
		t.Error("who asked just now was forgotten")
	}
	if th.names["0"] != nil || len(th.names) > maxAllowances {
		t.Errorf("%d names are kept, the oldest among them: %v", len(th.names), th.names["0"])
	}
}
