package guardduty

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ValidationError says which member of a request or response is wrong, and what
// is allowed there. Path is in wire names, as in "features[2].name"; it is empty
// when the whole is wrong.
type ValidationError struct {
	Path   string
	Reason string
	Kind   Violation

	Count, Max int // of a list that is TooLong: how many items it has and may have
}

// Violation is a kind of ValidationError, for who must tell them apart.
type Violation int

// The kinds.
const (
	Invalid    Violation = iota // not of its type, its pattern or its enumeration
	Missing                     // required and not there
	OutOfRange                  // a number, a length or a count
	TooLong                     // a list with more items than are allowed
)

func (e *ValidationError) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + " " + e.Reason
}

// unbounded stands for a maximum that the contract does not set.
const unbounded = -1

// pattern is a regular expression of the contract, and the prefix that it
// forbids.
type pattern struct {
	allowed *regexp.Regexp
	banned  string
	source  string
}

// checker collects the first error. The generated check methods tell it of
// every member; at and path are wire names, at with its final dot.
type checker struct{ err *ValidationError }

func validate(x interface{ check(c *checker, at string) }) error {
	var c checker
	x.check(&c, "")
	if c.err == nil {
		return nil
	}
	return c.err
}

func (c *checker) fail(kind Violation, path, format string, args ...any) {
	if c.err == nil {
		c.err = &ValidationError{Path: path, Reason: fmt.Sprintf(format, args...), Kind: kind}
	}
}

func (c *checker) require(path string, present bool) {
	if !present {
		c.fail(Missing, path, "is required")
	}
}

func (c *checker) one(at string, set ...bool) {
	n := 0
	for _, s := range set {
		if s {
			n++
		}
	}
	if n != 1 {
		c.fail(Invalid, strings.TrimSuffix(at, "."), "must have exactly one member")
	}
}

func (c *checker) length(path, s string, low, high int) {
	if n := utf8.RuneCountInString(s); n < low || high != unbounded && n > high {
		c.fail(OutOfRange, path, "must be %s long", span(low, high, "character"))
	}
}

func (c *checker) count(path string, n, low, high int) {
	switch {
	case c.err != nil:
	case high != unbounded && n > high:
		c.fail(TooLong, path, "must have %s", span(low, high, "item"))
		c.err.Count, c.err.Max = n, high
	case n < low:
		c.fail(OutOfRange, path, "must have %s", span(low, high, "item"))
	}
}

func (c *checker) match(path, s string, p pattern) {
	if !p.allowed.MatchString(s) || p.banned != "" && strings.HasPrefix(s, p.banned) {
		c.fail(Invalid, path, "must match %s", p.source)
	}
}

func between[N int32 | int64 | float64](c *checker, path string, n, low, high N) {
	if n < low || n > high {
		c.fail(OutOfRange, path, "must be from %v to %v", low, high)
	}
}

func atLeast[N int32 | int64 | float64](c *checker, path string, n, low N) {
	if n < low {
		c.fail(OutOfRange, path, "must be at least %v", low)
	}
}

func oneOf[E interface {
	~string
	Values() []E
}](c *checker, path string, v E) {
	if v != "" && !slices.Contains(v.Values(), v) {
		c.fail(Invalid, path, "must be one of %s", join(v.Values()))
	}
}

func join[E ~string](values []E) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

func span(low, high int, unit string) string {
	switch {
	case high == unbounded:
		return plural(fmt.Sprintf("at least %d", low), low, unit)
	case low == high:
		return plural(strconv.Itoa(low), low, unit)
	case low == 0:
		return plural(fmt.Sprintf("at most %d", high), high, unit)
	}
	return plural(fmt.Sprintf("%d to %d", low, high), high, unit)
}

func plural(count string, n int, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return count + " " + unit
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
