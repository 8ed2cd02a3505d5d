package engine_test

import (
	"fmt"
	"net/netip"
	"testing"

	"picket/engine"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// TestTrusted shows that flow rules see nothing of the addresses that an account trusts.
func TestTrusted(t *testing.T) {
	tables, _ := intel.Build([]intel.List{{
		Name: "ours", Category: intel.Trusted, Account: "111122223333",
		Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("198.51.100.0/24")}},
	}}, intel.Options{})
	f := func(account, remote string, want int) {
		t.Helper()
		sinks := []*recorder{}
		e := engine.New(engine.Config{
			Rules:  []rule.Any{&rule.Flow{Type: "Test:EC2/Any"}},
			NewEnv: func() *rule.Env { return rule.NewEnv(tables, nil, nil, nil) },
		}, func() engine.Sink {
			sinks = append(sinks, &recorder{})
			return sinks[len(sinks)-1]
		})
		feed := e.NewFeed()
		r, err := event.ParseFlowText("", fmt.Sprintf("2 %s eni-1 10.0.0.1 %s 4000 443 6 5 400 60 65 ACCEPT OK", account, remote))
		if err != nil {
			t.Fatal(err)
		}
		feed.Flow(r)
		feed.Flush()
		e.Close()
		got := 0
		for _, s := range sinks {
			got += len(s.lines)
		}
		if got != want {
			t.Errorf("%s in %s: got %d hits, want %d", remote, account, got, want)
		}
	}
	f("111122223333", "203.0.113.1", 1)
	f("111122223333", "198.51.100.1", 0)
	f("444455556666", "198.51.100.1", 1)
}
