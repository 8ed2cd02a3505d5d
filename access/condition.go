package access

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
)

// condition is one operator on one key.
type condition struct {
	key      string
	operator operator
	set      string // "", forAny or forAll
	ifExists bool
	fits     []fitter // one for each value of the policy
}

const (
	forAny = "ForAnyValue"
	forAll = "ForAllValues"
)

// fitter reports whether a value of the request fits one of the policy, which a compiler read.
type (
	fitter   func(value string, keys lookup) (bool, error)
	compiler func(want string, variables bool) (fitter, error)
)

// operator is how values are compared. A negated one holds if its positive form doesn't.
type operator struct {
	negated bool
	null    bool // asks whether the key is there
	compile compiler
}

var operators = map[string]operator{
	"StringEquals":              {compile: equal(false)},
	"StringNotEquals":           {compile: equal(false), negated: true},
	"StringEqualsIgnoreCase":    {compile: equal(true)},
	"StringNotEqualsIgnoreCase": {compile: equal(true), negated: true},
	"StringLike":                {compile: like},
	"StringNotLike":             {compile: like, negated: true},
	"ArnEquals":                 {compile: likeARN},
	"ArnNotEquals":              {compile: likeARN, negated: true},
	"ArnLike":                   {compile: likeARN},
	"ArnNotLike":                {compile: likeARN, negated: true},
	"NumericEquals":             {compile: number(func(order int) bool { return order == 0 })},
	"NumericNotEquals":          {compile: number(func(order int) bool { return order == 0 }), negated: true},
	"NumericLessThan":           {compile: number(func(order int) bool { return order < 0 })},
	"NumericLessThanEquals":     {compile: number(func(order int) bool { return order <= 0 })},
	"NumericGreaterThan":        {compile: number(func(order int) bool { return order > 0 })},
	"NumericGreaterThanEquals":  {compile: number(func(order int) bool { return order >= 0 })},
	"DateEquals":                {compile: date(func(order int) bool { return order == 0 })},
	"DateNotEquals":             {compile: date(func(order int) bool { return order == 0 }), negated: true},
	"DateLessThan":              {compile: date(func(order int) bool { return order < 0 })},
	"DateLessThanEquals":        {compile: date(func(order int) bool { return order <= 0 })},
	"DateGreaterThan":           {compile: date(func(order int) bool { return order > 0 })},
	"DateGreaterThanEquals":     {compile: date(func(order int) bool { return order >= 0 })},
	"IpAddress":                 {compile: address},
	"NotIpAddress":              {compile: address, negated: true},
	"Bool":                      {compile: boolean},
	"Null":                      {compile: boolean, null: true},
}

func parseConditions(statement object, path string, variables bool) ([]condition, error) {
	value, set := statement.get("Condition")
	if !set {
		return nil, nil
	}
	path = join(path, "Condition")
	block, ok := value.(object)
	if !ok {
		return nil, malformed(path, `must be an object, as in {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`)
	}
	var conditions []condition
	for _, m := range block {
		at := join(path, clip(m.key))
		proto, err := parseOperator(m.key)
		if err != nil {
			return nil, malformed(at, "%v", err)
		}
		keys, ok := m.value.(object)
		if !ok {
			return nil, malformed(at, "must be an object of condition keys and values")
		}
		for _, k := range keys {
			c, err := proto.parse(k, join(at, clip(k.key)), variables)
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, c)
		}
	}
	return conditions, nil
}

// parseOperator reads such as "ForAnyValue:StringLikeIfExists".
func parseOperator(name string) (condition, error) {
	var c condition
	if set, rest, ok := strings.Cut(name, ":"); ok {
		if set != forAny && set != forAll {
			return c, fmt.Errorf("is no operator: before the colon stands %s or %s", forAny, forAll)
		}
		c.set, name = set, rest
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	var known bool
	if c.operator, known = operators[name]; !known {
		return c, fmt.Errorf("is no operator; these are: %s", strings.Join(slices.Sorted(maps.Keys(operators)), ", "))
	}
	if c.operator.null && (c.ifExists || c.set != "") {
		return c, errors.New("is no operator: Null takes no ForAnyValue, ForAllValues or IfExists")
	}
	return c, nil
}

func (c condition) parse(m member, path string, variables bool) (condition, error) {
	key, err := parseKey(m.key)
	if err != nil {
		return c, malformed(path, "%v", err)
	}
	c.key = key
	wants, at, err := texts(m.value, path)
	if err != nil {
		return c, err
	}
	for i, want := range wants {
		fits, err := c.operator.compile(want, variables)
		if err != nil {
			return c, malformed(at(i), "%v", err)
		}
		c.fits = append(c.fits, fits)
	}
	return c, nil
}

// holds judges the condition as IAM does: what is absent fits nothing, so that a negated operator holds for it.
func (c condition) holds(keys lookup) (bool, error) {
	values, err := keys(c.key)
	if err != nil {
		return false, err
	}
	if c.operator.null {
		return c.one(strconv.FormatBool(len(values) == 0), keys)
	}
	if len(values) == 0 {
		return c.ifExists || c.set == forAll || c.set == "" && c.operator.negated, nil
	}
	for _, v := range values {
		fits, err := c.one(v, keys)
		if err != nil {
			return false, err
		}
		switch c.set {
		case forAny:
			if fits != c.operator.negated {
				return true, nil
			}
		case forAll:
			if fits == c.operator.negated {
				return false, nil
			}
		default:
			if fits {
				return !c.operator.negated, nil
			}
		}
	}
	return c.set == forAll || c.set == "" && c.operator.negated, nil
}

// one reports whether a value of the request fits one of the policy, by any of its names.
func (c condition) one(value string, keys lookup) (bool, error) {
	names, err := c.names(value, keys)
	if err != nil {
		return false, err
	}
	for _, fits := range c.fits {
		for _, name := range names {
			if ok, err := fits(name, keys); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

// names returns a value as it may be meant: a principal as it is called in aws, and as STS calls it in the region of the request.
func (c condition) names(value string, keys lookup) ([]string, error) {
	if c.key != principalKey {
		return []string{value}, nil
	}
	region, err := keys("aws:requestedregion")
	if err != nil || len(region) == 0 {
		return []string{value}, err
	}
	return []string{value, InPartition(value, picket.AWSPartition(region[0]))}, nil
}

func equal(ignoreCase bool) compiler {
	return func(want string, variables bool) (fitter, error) {
		if !variables || !strings.Contains(want, "${") {
			return func(v string, _ lookup) (bool, error) {
				return v == want || ignoreCase && strings.EqualFold(v, want), nil
			}, nil
		}
		if ignoreCase {
			return nil, errors.New("takes no variables; StringEquals and StringLike do")
		}
		g, err := parseGlob(want, true)
		if err != nil {
			return nil, err
		}
		return g.literal().match, nil
	}
}

// literal returns g with its wildcards as the characters that they were written as.
func (g glob) literal() glob {
	plain := strings.NewReplacer(string(anyText), "*", string(oneChar), "?")
	for i := range g {
		g[i].text = plain.Replace(g[i].text)
	}
	return g
}

func like(want string, variables bool) (fitter, error) {
	g, err := parseGlob(want, variables)
	return g.match, err
}

func likeARN(want string, variables bool) (fitter, error) {
	r, err := parseResourceGlob(want, variables)
	return r.match, err
}

func number(holds func(order int) bool) compiler {
	return func(text string, _ bool) (fitter, error) {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil || want != want {
			return nil, fmt.Errorf("must be a number, not %q", clip(text))
		}
		return func(v string, _ lookup) (bool, error) {
			got, err := strconv.ParseFloat(v, 64)
			return err == nil && got == got && holds(cmp.Compare(got, want)), nil
		}, nil
	}
}

func date(holds func(order int) bool) compiler {
	return func(text string, _ bool) (fitter, error) {
		want, ok := parseDate(text)
		if !ok {
			return nil, fmt.Errorf("must be a date, as in 2026-01-31T00:00:00Z or seconds since 1970, not %q", clip(text))
		}
		return func(v string, _ lookup) (bool, error) {
			got, ok := parseDate(v)
			return ok && holds(got.Compare(want)), nil
		}, nil
	}
}

func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

func address(text string, _ bool) (fitter, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		one, err := netip.ParseAddr(text)
		if err != nil || one.Zone() != "" {
			return nil, fmt.Errorf("must be an address or a range, as in 192.0.2.0/24, not %q", clip(text))
		}
		prefix = netip.PrefixFrom(one, one.BitLen())
	}
	return func(v string, _ lookup) (bool, error) {
		a, err := netip.ParseAddr(v)
		return err == nil && prefix.Contains(a.Unmap().WithZone("")), nil
	}, nil
}

func boolean(text string, _ bool) (fitter, error) {
	if !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
		return nil, fmt.Errorf("must be true or false, not %q", clip(text))
	}
	return func(v string, _ lookup) (bool, error) { return strings.EqualFold(v, text), nil }, nil
}
