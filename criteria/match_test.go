package criteria

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
)

func TestMatch(t *testing.T) {
	n := guardduty.Ptr[float64]
	attrs := map[string][]string{"type": {"Recon:EC2/Portscan"}, "ports": {"22", "443"}, "severity": {"8.5", "8"}}
	f := func(want bool, c picket.Condition) {
		t.Helper()
		if got := Match(picket.Criteria{c}, attrs); got != want {
			t.Errorf("%+v: got %v, want %v", c, got, want)
		}
	}
	f(true, picket.Condition{Attribute: "type", Equals: []string{"x", "Recon:EC2/Portscan"}})
	f(false, picket.Condition{Attribute: "type", Equals: []string{"recon:ec2/portscan"}})
	f(true, picket.Condition{Attribute: "type", Matches: []string{"*/Port*"}, NotMatches: []string{"*IAM*"}})
	f(false, picket.Condition{Attribute: "type", Matches: []string{"Port*"}})
	f(true, picket.Condition{Attribute: "ports", Equals: []string{"443"}})
	f(false, picket.Condition{Attribute: "ports", NotEquals: []string{"443"}})
	f(true, picket.Condition{Attribute: "ports", GT: n(22), LT: n(444)})
	f(false, picket.Condition{Attribute: "ports", GT: n(22), LT: n(443)}) // no one value is between
	f(true, picket.Condition{Attribute: "missing", NotEquals: []string{"x"}, NotMatches: []string{"*"}})
	f(false, picket.Condition{Attribute: "missing", Matches: []string{"*"}})
	f(false, picket.Condition{Attribute: "missing", LT: n(1)})
	f(true, picket.Condition{Attribute: "severity", Equals: []string{"8"}})
	f(true, picket.Condition{Attribute: "severity", GTE: n(7), LTE: n(8)})
	f(false, picket.Condition{Attribute: "severity", LT: n(8)})
	f(false, picket.Condition{Attribute: "type", GT: n(0)})
	if !Match(nil, attrs) {
		t.Error("no criteria refuse a finding")
	}
}

// criteriaOf generates conditions, and attributes that often fit them.
func criteriaOf(t *rapid.T) (picket.Criteria, map[string][]string) {
	values := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "2.5", "10", "ab", "aab", "b", "é", ""}), 0, 3)
	patterns := rapid.SliceOfN(rapid.StringMatching(`[ab1é?*]{1,4}`), 0, 2)
	limits := rapid.Ptr(rapid.Float64Range(0, 11), true)
	names := []string{"x", "y"}
	condition := rapid.Custom(func(t *rapid.T) picket.Condition {
		return picket.Condition{
			Attribute: rapid.SampledFrom(names).Draw(t, "attribute"),
			Equals:    values.Draw(t, "equals"), NotEquals: values.Draw(t, "notEquals"),
			Matches: patterns.Draw(t, "matches"), NotMatches: patterns.Draw(t, "notMatches"),
			GT: limits.Draw(t, "gt"), GTE: limits.Draw(t, "gte"), LT: limits.Draw(t, "lt"), LTE: limits.Draw(t, "lte"),
		}
	})
	attrs := map[string][]string{}
	for _, name := range names {
		if v := values.Draw(t, name); len(v) > 0 {
			attrs[name] = v
		}
	}
	return rapid.SliceOfN(condition, 0, 3).Draw(t, "criteria"), attrs
}

// TestMatchMeansWhatConditionSays compares Match with the words of picket.Condition, written as plainly as can be.
func TestMatchMeansWhatConditionSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, attrs := criteriaOf(t)
		want := true
		for _, cond := range c {
			want = want && plainly(cond, attrs[cond.Attribute])
		}
		if got := Match(c, attrs); got != want {
			t.Fatalf("%+v over %v: got %v, want %v", c, attrs, got, want)
		}
	})
}

func plainly(c picket.Condition, values []string) bool {
	anyEqual := func(wanted []string) bool {
		for _, w := range wanted {
			if slices.Contains(values, w) {
				return true
			}
		}
		return false
	}
	anyLike := func(patterns []string) bool {
		for _, p := range patterns {
			if slices.ContainsFunc(values, like(p).MatchString) {
				return true
			}
		}
		return false
	}
	inside := func(v string) bool {
		f, err := strconv.ParseFloat(v, 64)
		return err == nil && !(c.GT != nil && f <= *c.GT || c.GTE != nil && f < *c.GTE || c.LT != nil && f >= *c.LT || c.LTE != nil && f > *c.LTE)
	}
	unbounded := c.GT == nil && c.GTE == nil && c.LT == nil && c.LTE == nil
	return (len(c.Equals) == 0 || anyEqual(c.Equals)) && !anyEqual(c.NotEquals) &&
		(len(c.Matches) == 0 || anyLike(c.Matches)) && !anyLike(c.NotMatches) &&
		(unbounded || slices.ContainsFunc(values, inside))
}

func like(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern)) + `$`)
}

func TestWildcards(t *testing.T) {
	for _, pattern := range words("aé?*", 4) {
		want := like(pattern)
		for _, value := range words("aé", 4) {
			if got := wild(value, pattern); got != want.MatchString(value) {
				t.Errorf("%q matches %q: got %v", value, pattern, got)
			}
		}
	}
	if wild("é", "*\ufffd") {
		t.Error("half a character matches what stands for none")
	}
}

func TestRanges(t *testing.T) {
	f := func(path, wanted, value string, want bool) {
		t.Helper()
		c, err := Parse(&guardduty.FindingCriteria{Criterion: map[string]guardduty.Condition{path: {Equals: []string{"192.0.2.1", wanted}}}}, List)
		if err != nil {
			t.Fatal(err)
		}
		attrs := map[string][]string{strings.ToLower(path): {value}}
		if got := Match(c, attrs); got != want {
			t.Errorf("%s %q equals %s: got %v", path, value, wanted, got)
		}
		c[0].Equals, c[0].NotEquals = nil, c[0].Equals
		if got := Match(c, attrs); got != !want {
			t.Errorf("%s %q doesn't equal %s: got %v", path, value, wanted, got)
		}
	}
	const v4, v6 = "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4", "service.action.networkConnectionAction.remoteIpDetails.ipAddressV6"
	f(v4, "203.0.113.0/24", "203.0.113.255", true)
	f(v4, "203.0.113.77/24", "203.0.113.1", true)
	f(v4, "203.0.113.0/24", "203.0.114.1", false)
	f(v4, "203.0.113.0/24", "192.0.2.1", true)
	f(v4, "203.0.113.4/31", "203.0.113.6", false)
	f(v4, "0.0.0.0/0", "AWS Internal", false)
	f(v4, "::/0", "203.0.113.1", false)
	f(v6, "2001:db8::/32", "2001:db8:ffff::1", true)
	f(v6, "2001:db8::/32", "2001:db9::1", false)
	f("resource.instanceDetails.networkInterfaces.publicIp", "203.0.113.0/24", "203.0.113.255", true)
	f("resource.s3BucketDetails.name", "203.0.113.0/24", "203.0.113.255", false)
}

// words returns all words of up to n letters.
func words(letters string, n int) []string {
	all, longest := []string{""}, []string{""}
	for range n {
		var longer []string
		for _, w := range longest {
			for _, l := range letters {
				longer = append(longer, w+string(l))
			}
		}
		all, longest = append(all, longer...), longer
	}
	return all
}

func TestCompare(t *testing.T) {
	f := func(attribute string, a, b []string, want int) {
		t.Helper()
		x, y := map[string][]string{}, map[string][]string{}
		path := strings.ToLower(attribute)
		if attribute == "" {
			path = "updatedat"
		}
		if a != nil {
			x[path] = a
		}
		if b != nil {
			y[path] = b
		}
		if got := Compare(path, x, y); got != want {
			t.Errorf("%s: %q, %q: got %d, want %d", attribute, a, b, got, want)
		}
		if got := Compare(path, y, x); got != -want {
			t.Errorf("%s: %q, %q: got %d, want %d", attribute, b, a, got, -want)
		}
	}
	f("service.count", []string{"9"}, []string{"10"}, -1)
	f("severity", []string{"8.5", "8"}, []string{"8"}, 1)
	f("type", []string{"9"}, []string{"10"}, 1)
	f("type", []string{"b", "a"}, []string{"b", "c"}, 0)
	f("type", nil, []string{""}, -1)
	f("type", nil, nil, 0)
	f("", []string{"1767607200250"}, []string{"987654321000"}, 1)
	if Compare("", map[string][]string{"updatedat": {"1"}}, nil) != 1 {
		t.Error("without an attribute, not the time of the update is compared")
	}
}

func TestSort(t *testing.T) {
	if got, err := Sort("Service.Count"); got != "service.count" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := Sort("service.cuont")
	if picket.ErrorCode(err) != picket.CodeBadRequest || !strings.Contains(err.Error(), `sortCriteria has the attribute "service.cuont"`) || !strings.Contains(err.Error(), `"service.count"`) {
		t.Errorf("got %v", err)
	}
}
