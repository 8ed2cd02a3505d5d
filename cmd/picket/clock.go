package main

import "time"

// A clock that differs by jumpLimit from what passed since the last look was set, and is believed after trustAfter.
const (
	jumpLimit  = time.Hour
	trustAfter = time.Hour
)

// clock notices that the machine's clock was set: what goes by age must not be thrown away because of a date that is put
// right a moment later. A machine that slept looks the same.
type clock struct {
	wall   func() time.Time     // the date
	passed func() time.Duration // since some moment, whatever the date is set to

	lastWall   time.Time
	lastPassed time.Duration
	until      time.Duration // of passed: the date isn't believed before
}

func newClock() *clock {
	began := time.Now()
	return &clock{wall: func() time.Time { return time.Now().Round(0) }, passed: func() time.Duration { return time.Since(began) }}
}

// look returns by how much the clock was set since the last look, 0 if it wasn't, and whether its date may be believed.
func (c *clock) look() (jump time.Duration, sure bool) {
	wall, passed := c.wall(), c.passed()
	if !c.lastWall.IsZero() {
		jump = wall.Sub(c.lastWall) - (passed - c.lastPassed)
	}
	c.lastWall, c.lastPassed = wall, passed
	switch {
	case jump > jumpLimit:
		c.until = passed + trustAfter
	case jump < -jumpLimit:
		c.until = 0 // what it says now is older than what was believed: that can throw nothing away too early
	default:
		jump = 0
	}
	return jump, passed >= c.until
}
