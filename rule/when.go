package rule

import "time"

// When is a primitive: it decides when the accepted records of one group fire. A nil When fires on each.
//
// What a primitive decides depends on the set of accepted records, never on their order. Windows are aligned to the
// epoch, in event time.
type When[R Record] interface{ when(R) }

// Threshold fires when N different records with one Per fall into one window. With a Weight it fires when the weights
// of all records add up to N.
type Threshold[R Record] struct {
	Per    func(R) string // nil: one group a principal (CloudTrail) or instance (flow, DNS)
	N      uint64         // at most MaxDistinct without Weight
	Within time.Duration
	Weight func(R) uint64
}

// Distinct fires when the records with one Per hold N different values of Of in one window. With a Decide it fires only
// where Decide accepts the window's totals, once, when the watermark has closed the window.
type Distinct[R Record] struct {
	Per    func(R) string
	Of     func(R) uint64 // a number (a port), or the Hash of a text
	N      uint64         // at most MaxDistinct
	Within time.Duration
	Add    func(R, *Tally) // what to add up for Decide
	Decide func(*Tally) bool
	// Fresh, if set, keeps the group quiet when it had accepted records in that time before the window.
	Fresh time.Duration
}

// FirstSeen fires when Of was not seen for Per in the time before the record.
type FirstSeen[R Record] struct {
	Per    func(R) string
	Of     func(R, *Env) string
	Within time.Duration
}

// MaxDistinct is the highest N of a Threshold or Distinct: what a group keeps of its values.
const MaxDistinct = 1024

// Tally is what a Distinct adds up over the accepted records of a window, for its Decide. Distinct is filled in by the
// engine, exact up to MaxDistinct; the rest is the rule's own.
type Tally struct {
	Records  uint64
	Distinct uint64
	Sum      [4]uint64
	Max      [2]uint64
	Bytes    [64]uint32 // a histogram, for entropy
}

func (Threshold[R]) when(R) {}
func (Distinct[R]) when(R)  {}
func (FirstSeen[R]) when(R) {}

// Hash is FNV-1a of s, for Distinct.Of.
func Hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
