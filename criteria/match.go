package criteria

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"picket"
)

// Match reports whether a finding with these attributes fits all conditions. The bounds of a condition hold if one value
// is within all of them; what is negated holds where the attribute is missing.
func Match(c picket.Criteria, attrs map[string][]string) bool {
	return !slices.ContainsFunc(c, func(cond picket.Condition) bool { return !holds(&cond, attrs[cond.Attribute]) })
}

func holds(c *picket.Condition, values []string) bool {
	equal := func(value, want string) bool { return value == want }
	if _, kind, _ := Lookup(c.Attribute); kind == Address {
		equal = func(value, want string) bool { return value == want || InRange(value, want) }
	}
	switch {
	case len(c.Equals) > 0 && !overlap(values, c.Equals, equal):
	case len(c.NotEquals) > 0 && overlap(values, c.NotEquals, equal):
	case len(c.Matches) > 0 && !overlap(values, c.Matches, wild):
	case len(c.NotMatches) > 0 && overlap(values, c.NotMatches, wild):
	case bounded(c) && !slices.ContainsFunc(values, func(v string) bool { return within(c, v) }):
	default:
		return true
	}
	return false
}

// overlap reports whether one of the values fits one of the wanted.
func overlap(values, wanted []string, fits func(value, want string) bool) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return slices.ContainsFunc(wanted, func(w string) bool { return fits(v, w) })
	})
}

// Ranges are those of an attribute's wanted values that addresses are to be in; no finding has such a value itself.
func Ranges(attribute string, wanted []string) []string {
	if _, kind, _ := Lookup(attribute); kind != Address {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool {
		_, err := netip.ParsePrefix(w)
		return err != nil
	})
}

// InRange reports whether a value is an IP address in a range such as 203.0.113.0/24.
func InRange(value, wanted string) bool {
	if !strings.Contains(wanted, "/") {
		return false
	}
	a, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	r, err := netip.ParsePrefix(wanted)
	return err == nil && r.Contains(a)
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
	v, p := []rune(value), []rune(pattern)
	i, j, star, mark := 0, 0, -1, 0
	for i < len(v) {
		switch {
		case j < len(p) && p[j] == '*':
			star, mark = j, i
			j++
		case j < len(p) && (p[j] == '?' || p[j] == v[i]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j] == '*' {
		j++
	}
	return j == len(p)
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
