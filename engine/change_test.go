package engine_test

import (
	"fmt"
	"net/netip"
	"testing"

	"picket/engine"
	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// TestChange holds that shards judge by other lists from the place where they changed: a conversation when its window closes.
func TestChange(t *testing.T) {
	listed, _ := intel.Build([]intel.List{{
		Name: "feed", Category: intel.C2, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("198.51.100.0/24")}},
	}}, intel.Options{})
	h := start(2, engine.Limits{}, &rule.Flow{Type: "Test:EC2/Listed", Where: func(c *entity.Conversation, env *rule.Env) bool {
		return env.Remote(c).Has(intel.C2, c.First) && env.Keys["K"]
	}})
	feed := h.NewFeed()
	for window := range 3 {
		r, err := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-1 10.0.0.1 198.51.100.2 4000 443 6 5 400 %d %[1]d ACCEPT OK", 600*window+5))
		if err != nil {
			t.Fatal(err)
		}
		feed.Flow(r)
		if window == 1 {
			feed.Change(func(e *rule.Env) { e.Share(listed, map[string]bool{"K": true}) })
		}
		feed.Flush()
		h.Advance(event.KindFlow, int64(600*window+600))
		if window == 1 {
			feed.Change(func(e *rule.Env) { e.Share(&intel.Tables{}, nil) })
		}
	}
	if hits, _ := h.hits(); len(hits) != 1 {
		t.Errorf("got %q, want one hit, of the second window", hits)
	}
}
