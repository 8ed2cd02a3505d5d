package criteria

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
)

// read decodes a criterion as it travels.
func read(t *testing.T, criterion string) *guardduty.FindingCriteria {
	t.Helper()
	var c guardduty.FindingCriteria
	if err := json.Unmarshal([]byte(`{"criterion":`+criterion+`}`), &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestParse(t *testing.T) {
	n := guardduty.Ptr[float64]
	f := func(criterion string, want ...picket.Condition) {
		t.Helper()
		got, err := Parse(read(t, criterion), Filter)
		if err != nil {
			t.Errorf("%s: %v", criterion, err)
		}
		if d := cmp.Diff(picket.Criteria(want), got); d != "" {
			t.Errorf("%s: %s", criterion, d)
		}
	}
	f(`{"Resource.InstanceDetails.instanceId":{"equals":["i-1","i-2"],"notEquals":["I-3"]}}`,
		picket.Condition{Attribute: "resource.instancedetails.instanceid", Equals: []string{"i-1", "i-2"}, NotEquals: []string{"I-3"}})
	f(`{"type":{"matches":["*:EC2/?SH*"],"notMatches":["x"]}}`,
		picket.Condition{Attribute: "type", Matches: []string{"*:EC2/?SH*"}, NotMatches: []string{"x"}})
	f(`{"severity":{"equals":["08","8.50","-0"]}}`, picket.Condition{Attribute: "severity", Equals: []string{"8", "8.5", "0"}})
	f(`{"severity":{"greaterThan":1,"greaterThanOrEqual":2,"lessThan":3,"lessThanOrEqual":4}}`,
		picket.Condition{Attribute: "severity", GT: n(1), GTE: n(2), LT: n(3), LTE: n(4)})
	f(`{"updatedAt":{"gte":1486685375000,"lt":1486685376000}}`,
		picket.Condition{Attribute: "updatedat", GTE: n(1486685375000), LT: n(1486685376000)})
	f(`{"updatedAt":{"gt":0,"lte":5}}`, picket.Condition{Attribute: "updatedat", GT: n(0), LTE: n(5)})
	f(`{"service.archived":{"eq":["False"],"neq":["TRUE"],"equals":["false"]}}`,
		picket.Condition{Attribute: Archived, Equals: []string{"false"}},
		picket.Condition{Attribute: Archived, Equals: []string{"false"}, NotEquals: []string{"true"}})
	f(`{"type":{"equals":["b\u0000"]},"accountId":{"equals":["a"]}}`,
		picket.Condition{Attribute: "accountid", Equals: []string{"a"}}, picket.Condition{Attribute: "type", Equals: []string{"b\ufffd"}})
}

func TestParseNothing(t *testing.T) {
	for _, c := range []*guardduty.FindingCriteria{nil, {}} {
		if got, err := Parse(c, List); len(got) != 0 || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	f := func(use Use, criterion string, want ...string) {
		t.Helper()
		got, err := Parse(read(t, criterion), use)
		if picket.ErrorCode(err) != picket.CodeBadRequest || got != nil {
			t.Errorf("%.100s: got %v, %v, want a refusal", criterion, got, err)
			return
		}
		for _, w := range append(want, invalid) {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%.100s: %q does not say %q", criterion, err, w)
			}
		}
	}
	many := func(n int, format string) string {
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf(format, i))
		}
		return strings.Join(parts, ",")
	}
	f(Filter, `{}`, "no attribute")
	f(List, `{`+many(51, `"a%d":{"equals":["1"]}`)+`}`, "51 attributes", "50")
	f(List, `{"type":{"equals":[`+many(51, `"%d"`)+`]}}`, "type has 51 values in equals", "50")
	f(List, `{"type":{}}`, "type has no condition", "it is text")
	f(List, `{"type":{"equals":[]}}`, "type has no condition")
	f(List, `{"type":{"gt":1}}`, "type has gt", "it is text")
	f(List, `{"severity":{"neq":["HIGH"]}}`, `severity has the value "HIGH" in neq`, "it is a number", "7 and 8 High")
	f(List, `{"severity":{"eq":["NaN"]}}`, "NaN")
	f(List, `{"updatedAt":{"equals":["2026-01-05"]}}`, "updatedAt", "milliseconds since the epoch")
	f(List, `{"updatedAt":{"greaterThan":1486685375}}`, "looks like seconds")
	f(List, `{"service.archived":{"equals":["no"]}}`, "service.archived", "true or false")
	f(List, `{"service.archived":{"lessThan":1}}`, "service.archived has lessThan")
	f(List, `{"service.action.awsApiCallAction.remoteIpDetails.ipAddressV4":{"equals":["203.0.113.0/33"]}}`,
		`ipAddressV4 has the value "203.0.113.0/33" in equals`, "203.0.113.0/24")
	f(List, `{"type":{"matches":["*"]}}`, "type has matches, which only filters may have")
	f(Filter, `{"severity":{"matches":["8*"]}}`, "severity has matches", "it is a number")
	f(Filter, `{"type":{"notMatches":["1","2","3","4","5","6"]}}`, "6 values in notMatches", "5")
	f(Filter, `{"type":{"matches":[""]}}`, "0 characters")
	f(Filter, `{"type":{"matches":["`+strings.Repeat("é", 513)+`"]}}`, "513 characters")
	f(List, `{"severty":{"equals":["8"]}}`, `"severty"`, `did you mean "severity"?`)
	f(List, `{"instanceId":{"equals":["i"]}}`, `did you mean "resource.instanceDetails.instanceId"?`)
	f(List, `{"service.action":{"equals":["i"]}}`, "findings don't have")
	f(List, `{"`+strings.Repeat("a", 1_000_000)+`":{}}`, "a…")
	f(List, `{"severity":{"equals":["`+strings.Repeat("9é", 500)+`"]}}`, "…")
}

// FuzzParse shows that what Parse accepts asks about attributes that exist, with values as Attributes writes them, and can
// be matched.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"severity":{"equals":["8"],"gte":1}}`, `{"type":{"matches":["*a?b"]}}`, `{"updatedAt":{"lt":-1}}`,
		`{"service.archived":{"eq":["TRUE"]}}`, `{"Severity":{"neq":["1e400","0x1p3"]},"severity":{"eq":["1_0"]}}`,
		`{"resource.instanceDetails.networkInterfaces.publicIp":{"equals":["10.1.2.3/8","::ffff:1.2.3.4/120"],"notMatches":["10.*"]}}`,
	} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, criterion string, filter bool) {
		var c guardduty.FindingCriteria
		if json.Unmarshal([]byte(criterion), &c.Criterion) != nil {
			return
		}
		use := List
		if filter {
			use = Filter
		}
		got, err := Parse(&c, use)
		if err != nil {
			if picket.ErrorCode(err) != picket.CodeBadRequest || len(err.Error()) > 2000 {
				t.Fatalf("%q: %v", criterion, err)
			}
			return
		}
		for _, cond := range got {
			attribute, kind, known := Lookup(cond.Attribute)
			if !known || attribute != cond.Attribute {
				t.Fatalf("%q: unknown attribute %q", criterion, cond.Attribute)
			}
			for _, v := range append(cond.Equals, cond.NotEquals...) {
				if again, ok := value(kind, v); !ok || again != v {
					t.Fatalf("%q: %q is not canonical, %q is", criterion, v, again)
				}
			}
			Match(picket.Criteria{cond}, map[string][]string{cond.Attribute: {"a", "1"}})
		}
	})
}
