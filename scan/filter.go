package scan

import (
	"slices"
	"time"

	"picket/event"
)

// Filter leaves out objects by what their path says; nothing is left out that names no account, region or time. Its zero
// value wants all.
type Filter struct {
	Accounts, Regions []string  // empty: every one
	Since, Until      time.Time // of records; zero: no bound
}

// An object is delivered up to a day after its records, and names a time up to an hour before them.
const (
	deliveredLate = 24 * time.Hour
	namedEarly    = time.Hour
)

// Wants reports whether an object at p may hold records that the scan is about.
func (f *Filter) Wants(p event.Place) bool {
	first, last := f.Days()
	return f.Account(p.Account) && f.Region(p.Region) &&
		(p.Time.IsZero() || (first.IsZero() || p.Time.After(first)) && (last.IsZero() || p.Time.Before(last)))
}

// Account reports whether an object of account, "" if it names none, may be wanted.
func (f *Filter) Account(account string) bool { return oneOf(f.Accounts, account) }

// Region reports whether an object of region, "" if it names none, may be wanted.
func (f *Filter) Region(region string) bool { return oneOf(f.Regions, region) }

func oneOf(wanted []string, s string) bool {
	return s == "" || len(wanted) == 0 || slices.Contains(wanted, s)
}

// Days are the times of delivery between which wanted records may be; zero is no bound.
func (f *Filter) Days() (first, last time.Time) {
	if !f.Since.IsZero() {
		first = f.Since.Add(-namedEarly)
	}
	if !f.Until.IsZero() {
		last = f.Until.Add(deliveredLate)
	}
	return first, last
}
