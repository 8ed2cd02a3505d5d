package criteria

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"picket"
)

// Match reports whether a finding with these attributes fits all conditions. The bounds of a condition hold if one value
// is within all of them; what is negated holds where the attribute is missing.
func Match(c picket.Criteria, attrs map[string][]string) bool {
	return !slices.ContainsFunc(c, func(cond picket.Condition) bool { return !NewTest(cond).Fits(attrs[cond.Attribute]) })
}

// Test is a condition that many findings are asked.
type Test struct {
	picket.Condition
	equal, unequal []netip.Prefix // ranges that addresses are to be in, or not
}

// NewTest makes a test of a condition, which must not change.
func NewTest(c picket.Condition) *Test {
	return &Test{c, prefixes(Ranges(c.Attribute, c.Equals)), prefixes(Ranges(c.Attribute, c.NotEquals))}
}

func prefixes(ranges []string) (all []netip.Prefix) {
	for _, r := range ranges {
		p, _ := netip.ParsePrefix(r)
		all = append(all, p)
	}
	return all
}

// Fits reports whether a finding with these values of the attribute fits.
func (t *Test) Fits(values []string) bool {
	switch {
	case len(t.Equals) > 0 && !anyOf(values, t.Equals, t.equal):
	case len(t.NotEquals) > 0 && anyOf(values, t.NotEquals, t.unequal):
	case len(t.Matches) > 0 && !overlap(values, t.Matches, wild):
	case len(t.NotMatches) > 0 && overlap(values, t.NotMatches, wild):
	case bounded(&t.Condition) && !slices.ContainsFunc(values, func(v string) bool { return within(&t.Condition, v) }):
	default:
		return true
	}
	return false
}

// anyOf reports whether one of the values is wanted, or an address in one of the ranges.
func anyOf(values, wanted []string, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(wanted, v) || inRange(v, ranges) })
}

// overlap reports whether one of the values fits one of the wanted.
func overlap(values, wanted []string, fits func(value, want string) bool) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return slices.ContainsFunc(wanted, func(w string) bool { return fits(v, w) })
	})
}

// Ranges are those of an attribute's wanted values that addresses are to be in; no finding has such a value itself.
func Ranges(attribute string, wanted []string) []string {
	slashed := func(w string) bool { return strings.Contains(w, "/") }
	if _, kind, _ := Lookup(attribute); kind != Address || !slices.ContainsFunc(wanted, slashed) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool {
		_, err := netip.ParsePrefix(w)
		return err != nil
	})
}

// InRange reports whether a value is an IP address in a range such as 203.0.113.0/24.
func InRange(value, wanted string) bool {
	r, err := netip.ParsePrefix(wanted)
	return err == nil && inRange(value, []netip.Prefix{r})
}

func inRange(value string, ranges []netip.Prefix) bool {
	if len(ranges) == 0 {
		return false
	}
	a, err := netip.ParseAddr(value)
	return err == nil && slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Contains(a) })
}

func bounded(c *picket.Condition) bool {
	return c.GT != nil || c.GTE != nil || c.LT != nil || c.LTE != nil
}

func within(c *picket.Condition, value string) bool {
	v, err := strconv.ParseFloat(value, 64)
	return err == nil &&
		(c.GT == nil || v > *c.GT) && (c.GTE == nil || v >= *c.GTE) &&
		(c.LT == nil || v < *c.LT) && (c.LTE == nil || v <= *c.LTE)
}

// wild matches value with a pattern of * for any text and ? for any character.
func wild(value, pattern string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for i < len(value) {
		v, size := utf8.DecodeRuneInString(value[i:])
		p, step := utf8.DecodeRuneInString(pattern[j:])
		switch {
		case step > 0 && p == '*':
			j += step
			star, mark = j, i
		case step > 0 && (p == '?' || p == v):
			i, j = i+size, j+step
		case star >= 0:
			_, size = utf8.DecodeRuneInString(value[mark:])
			mark += size
			i, j = mark, star
		default:
			return false
		}
	}
	return strings.Trim(pattern[j:], "*") == ""
}

// Compare orders two findings by an attribute, given in lower case; "" is updatedat. The first value of each counts, the
// values of numbers and times as numbers, all else by its bytes. A finding without the attribute comes before all others.
func Compare(attribute string, a, b map[string][]string) int {
	attribute = cmp.Or(attribute, updated)
	v, w := a[attribute], b[attribute]
	if len(v) == 0 || len(w) == 0 {
		return cmp.Compare(len(v), len(w))
	}
	if _, kind, _ := Lookup(attribute); kind == Number || kind == Date {
		x, _ := strconv.ParseFloat(v[0], 64)
		y, _ := strconv.ParseFloat(w[0], 64)
		return cmp.Compare(x, y)
	}
	return strings.Compare(v[0], w[0])
}
