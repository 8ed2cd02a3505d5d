package finding_test

import (
	"fmt"
	"maps"
	"testing"

	"picket"
	"picket/finding"
	"picket/rule"
)

// TestLimits holds how many findings are kept, that they are counted once over collectors, and that what is not kept is
// counted.
func TestLimits(t *testing.T) {
	f := func(limits finding.Limits, hits []*rule.Hit, want int, lost map[picket.FindingType]int64) {
		t.Helper()
		about := &finding.About{Limits: limits}
		a, b := finding.NewCollector(about), finding.NewCollector(about)
		for _, h := range hits {
			a.Hit(h)
			b.Hit(h)
		}
		if got := finding.Findings(a, b); len(got) != want || !maps.Equal(about.Lost(), lost) {
			t.Errorf("%+v: got %d findings, lost %v; want %d, %v", limits, len(got), about.Lost(), want, lost)
		}
	}
	of := func(typ picket.FindingType, severity picket.Severity, region string, n int) (hits []*rule.Hit) {
		for i := range n {
			h := hit(t, fmt.Sprint(typ, "user", i), "GetUser", 600)
			h.Rule, h.Region = &rule.Info{Type: typ, Severity: severity}, region
			hits = append(hits, h)
		}
		return hits
	}
	type lost = map[picket.FindingType]int64
	f(finding.Limits{}, of("Test:A/B", picket.Low, "us-east-1", finding.DefaultKind+1), finding.DefaultKind, lost{"Test:A/B": 2})
	f(finding.Limits{Kind: 5}, append(of("Test:A/B", picket.Low, "us-east-1", 7), of("Test:A/B", picket.Low, "eu-west-1", 5)...), 10, lost{"Test:A/B": 4})
	f(finding.Limits{Kind: 5}, append(of("Test:A/B", picket.Low, "us-east-1", 7), of("Test:A/C", picket.Low, "us-east-1", 6)...), 10, lost{"Test:A/B": 4, "Test:A/C": 2})
	f(finding.Limits{Total: 20}, append(of("Test:A/B", picket.Medium, "us-east-1", 19), of("Test:A/C", picket.High, "us-east-1", 3)...), 20, lost{"Test:A/B": 2, "Test:A/C": 2})
}

// TestFindingLimits holds what one finding keeps of its windows and of the calls that it names.
func TestFindingLimits(t *testing.T) {
	about := &finding.About{}
	a, b := finding.NewCollector(about), finding.NewCollector(about)
	h := hit(t, "dana", "GetUser", 600)
	for i := range 2_000 {
		one := hit(t, "dana", fmt.Sprint("Get", i), 600)
		a.Hit(one)
		one = hit(t, "dana", fmt.Sprint("List", i), 600)
		b.Hit(one)
	}
	for i := range int64(70_000) {
		h.Window = i
		a.Hit(h)
		h.Window = 50_000 + i
		b.Hit(h)
	}
	r := finding.Findings(a, b)[0]
	if n := *r.Service.Count; n != 100_000 {
		t.Errorf("got a count of %d, want 100,000 and no more", n)
	}
	if n := len(r.AdditionalInfo["apiCalls"].([]any)); n != 1_000 {
		t.Errorf("got %d names of calls, want 1,000 and no more", n)
	}
}
