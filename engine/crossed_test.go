package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/rule"
)

// TestCrossed holds that a finding says what its records crossed, whatever order they came in.
func TestCrossed(t *testing.T) {
	f := func(r rule.Any, want string, records ...*event.CloudTrail) {
		t.Helper()
		for range 2 {
			c := finding.NewCollector(&finding.About{})
			e := engine.New(config(1, []rule.Any{r}), func() engine.Sink { return c })
			feed := e.NewFeed()
			for _, record := range records {
				feed.CloudTrail(record)
			}
			feed.Flush()
			e.Close()
			said := ""
			for _, found := range finding.Findings(c) {
				for _, crossed := range found.Evidence.Crossed {
					said += crossed.String()
				}
			}
			if said != want {
				t.Errorf("got  %s\nwant %s", said, want)
			}
			slices.Reverse(records)
		}
	}
	const hour = 3600
	f(three, "4 records in the hour from 1970-01-01 01:00:00 UTC; 3 are enough.",
		call("a", "Get", hour+10, "1"), call("a", "Get", hour+20, "2"), call("a", "Get", hour+30, "3"), call("a", "Get", hour+40, "4"))
	var many []*event.CloudTrail
	for i := range int64(20) {
		many = append(many, call("a", "Get", hour+i, fmt.Sprint(i)))
	}
	f(three, "12 or more records in the hour from 1970-01-01 01:00:00 UTC; 3 are enough.", many...)
	f(every[4], "the records add up to 110 in the hour from 1970-01-01 00:00:00 UTC; 100 are enough.", // that weighs
		call("a", "Put", 10, "12"), call("a", "Put", 20, "123"), call("a", "Put", 30, "1234"), call("a", "Put", 40, "56"))
	f(ratio, "2 distinct values were seen in the hour from 1970-01-01 00:00:00 UTC; 2 are enough; the rule also weighed all that the window held.",
		call("a", "Get", 10, "1"), call("a", "Put", 20, "2"))
	f(fresh, "2 distinct values were seen in the hour from 1970-01-01 02:00:00 UTC, after 24 hours without any.",
		call("a", "Get", 2*hour+10, "1"), call("a", "Get", 2*hour+20, "2"))
	f(fresh, "1 value was seen in the hour from 1970-01-01 02:00:00 UTC, after 24 hours without any.", call("a", "Get", 2*hour+10, "1"))
	f(first, `"Put" was seen at 1970-01-01 00:01:00 UTC and not in the 24 hours before; 1 other was known.`,
		call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("a", "Put", 60, "3"), call("a", "Put", 70, "4"))
	f(first, `"Get" was seen at 1970-01-02 01:00:10 UTC and not in the 24 hours before, last 25 hours before; 1 other was known.`,
		call("a", "Get", 10, "1"), call("a", "Put", 20, "2"), call("a", "Get", 25*hour+10, "3"))
	one := rule.Threshold[*event.CloudTrail]{N: 1, Within: time.Hour}
	f(&rule.CloudTrail{Type: "Test:IAMUser/One", On: rule.Calls("s.amazonaws.com", "Get"), When: one}, "", call("a", "Get", 10, "1"))
	f(&rule.CloudTrail{Type: "Test:IAMUser/Each", On: rule.Calls("s.amazonaws.com", "Get")}, "", call("a", "Get", 10, "1"))
}
