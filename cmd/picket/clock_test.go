package main

import (
	"testing"
	"time"
)

func TestClockThatIsSet(t *testing.T) {
	wall, passed := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), time.Duration(0)
	c := &clock{wall: func() time.Time { return wall }, passed: func() time.Duration { return passed }}
	f := func(passes, set time.Duration, wantJump time.Duration, wantSure bool) {
		t.Helper()
		passed += passes
		wall = wall.Add(passes + set)
		if jump, sure := c.look(); jump != wantJump || sure != wantSure {
			t.Errorf("after %s, set by %s: jump %s, sure %v; want %s, %v", passes, set, jump, sure, wantJump, wantSure)
		}
	}
	const day = 24 * time.Hour
	f(0, 0, 0, true)
	f(5*time.Minute, 0, 0, true)
	f(100*day, 0, 0, true)
	f(5*time.Minute, time.Minute, 0, true)
	f(5*time.Minute, 100*day, 100*day, false)
	f(50*time.Minute, 0, 0, false)
	f(10*time.Minute, 0, 0, true) // it stayed so
	f(5*time.Minute, 100*day, 100*day, false)
	f(5*time.Minute, -100*day, -100*day, true) // it was put right
	f(5*time.Minute, 0, 0, true)
}
