package picket

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// What a rule counts.
const (
	CountedRecords   = "records"
	CountedWeights   = "weights"   // what the records add up to
	CountedValues    = "values"    // different ones
	CountedFirstSeen = "firstSeen" // whether a value was seen before
)

// Crossed is what a rule's records had to reach, and what they came to. Where one record is enough there is none.
type Crossed struct {
	Signal  string `json:"signal,omitempty"` // where the finding's type has several
	Counted string `json:"counted"`
	From    int64  `json:"from"`            // where the window begins, or when the value was seen: seconds since the epoch
	Within  int64  `json:"within"`          // seconds: the window, or how long a value is remembered
	Limit   uint64 `json:"limit,omitempty"` // what is enough
	Reached uint64 `json:"reached,omitempty"`
	More    bool   `json:"more,omitempty"`   // Reached is all that is counted: there may be more
	Judged  bool   `json:"judged,omitempty"` // the rule weighed the whole window besides
	Quiet   int64  `json:"quiet,omitempty"`  // seconds before the window that had to be without such records

	Value    string `json:"value,omitempty"`    // that was seen first
	Known    int64  `json:"known,omitempty"`    // how many others were known
	LastSeen int64  `json:"lastSeen,omitempty"` // when it was seen before, too long ago
}

// Compare orders what was crossed by time, and within a window by how much came of it.
func (c Crossed) Compare(o Crossed) int {
	return cmp.Or(
		cmp.Compare(c.From, o.From), cmp.Compare(c.Reached, o.Reached), cmp.Compare(c.Known, o.Known),
		strings.Compare(c.Value, o.Value), cmp.Compare(c.LastSeen, o.LastSeen), cmp.Compare(c.Limit, o.Limit), cmp.Compare(c.Within, o.Within),
		strings.Compare(c.Counted, o.Counted), cmp.Compare(c.Quiet, o.Quiet),
	)
}

// String says it to people. Its value is what somebody wrote into a log.
func (c Crossed) String() string {
	text := c.counted()
	if c.Quiet > 0 {
		text += ", after " + span(c.Quiet) + " without any"
	}
	if c.Judged {
		text += "; the rule also weighed all that the window held"
	}
	if c.Signal != "" {
		text = c.Signal + ": " + text
	}
	return text + "."
}

func (c Crossed) counted() string {
	at := time.Unix(c.From, 0).UTC().Format("2006-01-02 15:04:05") + " UTC"
	window := fmt.Sprintf(" in the %s from %s", strings.TrimPrefix(span(c.Within), "1 "), at)
	if c.Limit > 1 { // one is the least that there can be
		window += fmt.Sprintf("; %d are enough", c.Limit)
	}
	more := ""
	if c.More {
		more = " or more"
	}
	switch c.Counted {
	case CountedRecords:
		return fmt.Sprint(c.Reached, more, " record", plural(c.Reached), window)
	case CountedWeights:
		return fmt.Sprint("the records add up to ", c.Reached, window)
	case CountedValues:
		if c.Reached == 1 {
			return "1 value was seen" + window
		}
		return fmt.Sprint(c.Reached, more, " distinct values were seen", window)
	}
	what, before := "such a record", ""
	if c.Value != "" {
		what = fmt.Sprintf("%q", c.Value)
	}
	if c.LastSeen > 0 {
		before = ", last " + span(c.From-c.LastSeen) + " before"
	}
	return fmt.Sprintf("%s was seen at %s and not in the %s before%s; %s", what, at, span(c.Within), before, number(uint64(c.Known), "other was known", "others were known"))
}

func plural(n uint64) string { return strings.TrimPrefix(number(n, "", "s"), fmt.Sprint(n, " ")) }

func number(n uint64, one, many string) string {
	if n != 1 {
		one = many
	}
	return fmt.Sprint(n, " ", one)
}

// span writes seconds in the largest unit of which they are several; one that they are exactly is one.
func span(sec int64) string {
	units := []struct {
		name string
		sec  int64
	}{{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}}
	for _, u := range units {
		if n := sec / u.sec; n >= 2 || n == 1 && u.sec < 86400 && sec == u.sec {
			return number(uint64(n), u.name, u.name+"s")
		}
	}
	return "0 seconds"
}
