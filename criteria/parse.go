package criteria

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
)

// Use says what criteria are for.
type Use uint8

// The uses. A filter judges findings to come: it must ask for something, and only it may use matches and notMatches. One that is kept
// may be of an earlier release, which took addresses as any text: those that are no ranges, though they look like some, fit nothing.
const (
	List Use = iota
	Filter
	Kept
)

// GuardDuty's limits.
const (
	maxAttributes = 50
	maxValues     = 50
	maxPatterns   = 5
	maxPattern    = 512 // characters
)

// invalid is GuardDuty's sentence for what criteria may not say.
const invalid = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."

func refuse(detail string, args ...any) error {
	return &picket.Error{Code: picket.CodeBadRequest, Message: invalid, Detail: fmt.Sprintf(detail, args...)}
}

// Parse reads criteria as clients send them, nil being none. Attributes are found in any case, values are written as
// Attributes writes them, and the deprecated operators (eq, neq, gt, gte, lt, lte) become conditions of their own. The
// conditions are in a fixed order. What it refuses is a *picket.Error with CodeBadRequest that names the attribute and
// what is allowed.
func Parse(c *guardduty.FindingCriteria, use Use) (picket.Criteria, error) {
	if c == nil {
		c = &guardduty.FindingCriteria{}
	}
	switch n := len(c.Criterion); {
	case n > maxAttributes:
		return nil, refuse("findingCriteria has %d attributes; the maximum is %d.", n, maxAttributes)
	case n == 0 && use != List:
		return nil, refuse("findingCriteria has no attribute; such a filter would match every finding.")
	}
	var out picket.Criteria
	for _, path := range slices.Sorted(maps.Keys(c.Criterion)) {
		conditions, err := parse(path, c.Criterion[path], use)
		if err != nil {
			return nil, err
		}
		out = append(out, conditions...)
	}
	return out, nil
}

// parse reads what is asked of one attribute.
func parse(path string, c guardduty.Condition, use Use) ([]picket.Condition, error) {
	attribute, kind, known := Lookup(path)
	if !known {
		return nil, unknown("findingCriteria", path)
	}
	a := &asked{path: path, attribute: attribute, kind: kind, use: use}
	now := a.condition(operators{
		{"equals", c.Equals}, {"notEquals", c.NotEquals}, {"matches", c.Matches}, {"notMatches", c.NotMatches},
	}, bounds{
		{"greaterThan", c.GreaterThan},
		{"greaterThanOrEqual", c.GreaterThanOrEqual},
		{"lessThan", c.LessThan},
		{"lessThanOrEqual", c.LessThanOrEqual},
	})
	before := a.condition(operators{{"eq", c.Eq}, {"neq", c.Neq}, {}, {}}, bounds{{"gt", c.Gt}, {"gte", c.Gte}, {"lt", c.Lt}, {"lte", c.Lte}})
	if a.err == nil && len(now)+len(before) == 0 {
		a.refuse("has no condition")
	}
	return append(now, before...), a.err
}

func unknown(where, path string) error {
	path = short(path)
	return refuse("%s has the attribute %q, which findings don't have; did you mean %q?", where, path, Nearest(path, catalogue().names))
}

// Sort returns the attribute with this path in lower case, or refuses one that is unknown, for lists to be sorted by.
func Sort(path string) (string, error) {
	attribute, _, known := Lookup(path)
	if !known {
		return "", unknown("sortCriteria", path)
	}
	return attribute, nil
}

// asked is an attribute while its conditions are read; err is the first refusal.
type asked struct {
	path, attribute string
	kind            Kind
	use             Use
	err             error
}

// operators are lists of values, in the order of picket.Condition, and bounds are bounds so.
type (
	operators [4]struct {
		name   string
		values []string
	}
	bounds [4]struct {
		name  string
		value *int64
	}
)

func (a *asked) refuse(detail string, args ...any) {
	if a.err != nil {
		return
	}
	can := allowed[a.kind]
	if a.attribute == severity {
		can += "; 1 to 3 are Low, 4 to 6 Medium, 7 and 8 High, 9 and 10 Critical"
	}
	a.err = refuse("findingCriteria: %s %s; %s.", a.path, fmt.Sprintf(detail, args...), can)
}

// allowed says to people what can be asked of a kind.
var allowed = map[Kind]string{
	Text: "it is text, which equals, notEquals and, in filters, matches and notMatches compare",
	Number: "it is a number, such as 22, which equals, notEquals, greaterThan, greaterThanOrEqual, lessThan and " +
		"lessThanOrEqual compare",
	Date: "it is a time in milliseconds since the epoch, such as 1486685375000, which equals, notEquals, greaterThan, " +
		"greaterThanOrEqual, lessThan and lessThanOrEqual compare",
	Bool: "it is true or false, which equals and notEquals compare",
	Address: "it is an address, such as 203.0.113.7, which equals and notEquals compare, also with ranges, such as 203.0.113.0/24, and, in " +
		"filters, matches and notMatches",
}

// condition returns the condition that the operators make, or none if they say nothing.
func (a *asked) condition(lists operators, limits bounds) []picket.Condition {
	c := picket.Condition{Attribute: a.attribute}
	said := false
	for i, to := range []*[]string{&c.Equals, &c.NotEquals, &c.Matches, &c.NotMatches} {
		switch list := lists[i]; {
		case len(list.values) == 0:
			continue
		case i < 2:
			*to = a.values(list.name, list.values)
		default:
			*to = a.patterns(list.name, list.values)
		}
		said = true
	}
	for i, to := range []**float64{&c.GT, &c.GTE, &c.LT, &c.LTE} {
		if limits[i].value == nil {
			continue
		}
		*to = a.bound(limits[i].name, *limits[i].value)
		said = true
	}
	if !said {
		return nil
	}
	return []picket.Condition{c}
}

// values reads what an attribute is to equal.
func (a *asked) values(operator string, values []string) []string {
	if len(values) > maxValues {
		a.refuse("has %d values in %s, more than %d", len(values), operator, maxValues)
	}
	out := make([]string, 0, len(values))
	for _, v := range values {
		text, ok := value(a.kind, v)
		if a.use == Kept && a.kind == Address && !ok {
			text, ok = storable(v), true
		}
		if !ok {
			a.refuse("has the value %q in %s", short(v), operator)
		}
		out = append(out, text)
	}
	return out
}

// value writes what a client sent as Attributes writes it.
func value(k Kind, text string) (string, bool) {
	switch k {
	case Number, Date:
		return canonicalNumber(text)
	case Bool:
		text = strings.ToLower(text)
		return text, text == "true" || text == "false"
	case Address:
		if strings.Contains(text, "/") {
			r, err := netip.ParsePrefix(text)
			return r.Masked().String(), err == nil
		}
	}
	return storable(text), true
}

// patterns reads what an attribute is to match.
func (a *asked) patterns(operator string, patterns []string) []string {
	switch {
	case a.use == List:
		a.refuse("has %s, which only filters may have", operator)
	case a.kind != Text && a.kind != Address:
		a.refuse("has %s", operator)
	case len(patterns) > maxPatterns:
		a.refuse("has %d values in %s, more than %d", len(patterns), operator, maxPatterns)
	}
	out := make([]string, 0, len(patterns))
	for _, p := range patterns {
		if n := len([]rune(p)); n < 1 || n > maxPattern {
			a.refuse("has a value of %d characters in %s; 1 to %d are allowed", n, operator, maxPattern)
		}
		out = append(out, storable(p))
	}
	return out
}

// Between these a time is rather one in seconds: in milliseconds it would be in January 1970.
const minSeconds, maxSeconds = 1_000_000_000, 2_600_000_000

// bound reads a bound.
func (a *asked) bound(operator string, n int64) *float64 {
	switch {
	case a.kind != Number && a.kind != Date:
		a.refuse("has %s", operator)
	case a.kind == Date && n >= minSeconds && n <= maxSeconds:
		a.refuse("has %d in %s, which looks like seconds", n, operator)
	}
	f := float64(n)
	return &f
}

// short cuts what a client sent to what an error should repeat, and Nearest should look at.
func short(text string) string {
	const most = 200
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// Nearest returns the name that is the most like a word, in any case, for people who mistyped it; "" if there is no name.
func Nearest(word string, names []string) string {
	word = strings.ToLower(short(word))
	best, least := "", 0
	for _, name := range names {
		if d := distance(word, strings.ToLower(name)); best == "" || d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out or changed to make b of a. A path that ends in the other costs
// little, because people leave out where an attribute stands.
func distance(a, b string) int {
	if strings.HasSuffix(b, "."+a) {
		return 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
