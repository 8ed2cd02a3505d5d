package publish

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"picket"
)

// Calm says when people are told of what is not critical.
type Calm struct {
	Digest int64  `json:"digest,omitempty"` // seconds: what comes within goes together; 0 is a minute
	Quiet  string `json:"quiet,omitempty"`  // the hours when nothing goes, as 22:00-07:00
	Zone   string `json:"zone,omitempty"`   // of these hours, as Europe/Berlin; empty: UTC
}

// longestDigest is a week.
const longestDigest = 7 * 24 * 3600

// Check says what is wrong.
func (c Calm) Check() error {
	if c.Digest < 0 || c.Digest > longestDigest {
		return errors.New("the digest is of a minute to a week")
	}
	if c.Quiet == "" && c.Zone != "" {
		return errors.New("a time zone is for quiet hours: give them too")
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("time zone %q is not known here: write one like Europe/Berlin", c.Zone)
	}
	if from, to, ok := c.hours(); c.Quiet != "" && (!ok || from == to) {
		return fmt.Errorf("quiet hours %q: write 22:00-07:00", c.Quiet)
	}
	return nil
}

// hours are the quiet hours, in minutes of the day.
func (c Calm) hours() (from, to int, ok bool) {
	var begin, end string
	if len(c.Quiet) != len("22:00-07:00") || c.Quiet[5] != '-' {
		return 0, 0, false
	}
	begin, end = c.Quiet[:5], c.Quiet[6:]
	b, err1 := time.Parse("15:04", begin)
	e, err2 := time.Parse("15:04", end)
	return b.Hour()*60 + b.Minute(), e.Hour()*60 + e.Minute(), err1 == nil && err2 == nil
}

// when returns when what is due at a time, in milliseconds since the epoch, is told.
func (c Calm) when(due int64, severity picket.Severity) int64 {
	critical := severity >= picket.Critical
	period := cmp.Or(c.Digest, 60) * 1000
	if critical {
		period = 60_000
	}
	due = (due + period - 1) / period * period
	from, to, ok := c.hours()
	zone, err := time.LoadLocation(c.Zone)
	if critical || !ok || err != nil {
		return due
	}
	t := time.UnixMilli(due).In(zone)
	minute := t.Hour()*60 + t.Minute()
	if quiet := minute >= from && minute < to; from < to && !quiet || from > to && minute < from && minute >= to {
		return due
	}
	end := time.Date(t.Year(), t.Month(), t.Day(), to/60, to%60, 0, 0, zone)
	if !end.After(t) {
		end = time.Date(t.Year(), t.Month(), t.Day()+1, to/60, to%60, 0, 0, zone)
	}
	return end.UnixMilli()
}
