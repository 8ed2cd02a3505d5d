package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"picket/engine"
	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// TestPanics holds that a rule which panics costs the record that it panics over and no other, and that the record's place is
// told.
func TestPanics(t *testing.T) {
	const bad, good = "AIDABAD", "AIDAGOOD"
	broken := func(e *event.CloudTrail) bool {
		if strings.Contains(e.Raw, bad) {
			panic("oops")
		}
		return true
	}
	text := func(e *event.CloudTrail) string { return fmt.Sprint(broken(e)) }
	number := func(e *event.CloudTrail) uint64 { broken(e); return 1 }
	ordered := func(*event.CloudTrail, *rule.Env) bool { return true }
	rules := map[string]*rule.CloudTrail{
		"where":          {Where: func(e *event.CloudTrail, _ *rule.Env) bool { return broken(e) }},
		"given":          {Given: func(e *event.CloudTrail, _ *rule.Env) bool { return broken(e) }},
		"key":            {Given: ordered, Key: text},
		"note":           {Given: ordered, Note: func(_ *rule.Note, e *event.CloudTrail, _ *rule.Env) { broken(e) }},
		"first seen":     {When: rule.FirstSeen[*event.CloudTrail]{Of: func(e *event.CloudTrail, _ *rule.Env) string { return text(e) }, Within: time.Hour}},
		"threshold":      {When: rule.Threshold[*event.CloudTrail]{N: 1, Within: time.Hour, Per: text}},
		"weight":         {When: rule.Threshold[*event.CloudTrail]{N: 1, Within: time.Hour, Weight: number}},
		"distinct":       {When: rule.Distinct[*event.CloudTrail]{N: 1, Within: time.Hour, Of: number}},
		"note of window": {When: rule.Threshold[*event.CloudTrail]{N: 1, Within: time.Hour}, Note: func(_ *rule.Note, e *event.CloudTrail, _ *rule.Env) { broken(e) }},
		"decide": {When: rule.Distinct[*event.CloudTrail]{
			N: 1, Within: time.Hour, Of: func(*event.CloudTrail) uint64 { return 1 },
			Add: func(e *event.CloudTrail, t *rule.Tally) { t.Sum[0] = uint64(strings.Count(e.Raw, bad)) },
			Decide: func(t *rule.Tally) bool {
				if t.Sum[0] > 0 {
					panic("oops")
				}
				return true
			},
		}},
	}
	for name, r := range rules {
		r.Type, r.On = "Test:IAMUser/Broken", rule.Calls("s.amazonaws.com", "Get")
		h := startCaught(r)
		feed := h.NewFeed()
		for i, user := range []string{good, bad, good, bad, good} {
			e := call(user, "Get", int64(10+i), fmt.Sprint(i))
			e.Object, e.Offset = 3, int64(100*i)
			feed.CloudTrail(e)
		}
		feed.Flush()
		hits, _ := h.hits()
		if len(hits) == 0 || strings.Contains(strings.Join(hits, "\n"), bad) || name != "key" && name != "first seen" && !strings.Contains(hits[0], good) {
			t.Errorf("%s: got the hits\n%s\nwant those of %s", name, strings.Join(hits, "\n"), good)
		}
		h.want(t, name, event.Ref{Sec: 11, Object: 3, Offset: 100})
	}
}

// TestPanicsOverFlowAndDNS is TestPanics for records that are no API calls.
func TestPanicsOverFlowAndDNS(t *testing.T) {
	refuse := func(c *entity.Conversation) bool {
		if c.RemotePort == 666 {
			panic("oops")
		}
		return true
	}
	flow := func(name string, r *rule.Flow) {
		r.Type = "Test:EC2/Broken"
		h := startCaught(r)
		feed := h.NewFeed()
		for i, port := range []int{443, 666, 444} {
			f, err := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-1 10.0.0.1 198.51.100.2 4000 %d 6 5 400 60 65 ACCEPT OK", port))
			if err != nil {
				t.Fatal(err)
			}
			f.Object, f.Offset = 3, int64(100*i)
			feed.Flow(f)
		}
		feed.Flush()
		if hits, _ := h.hits(); len(hits) == 0 {
			t.Errorf("%s: the other conversations raised nothing", name)
		}
		h.want(t, name, event.Ref{Sec: 60, Object: 3, Offset: 100})
	}
	flow("where", &rule.Flow{Where: func(c *entity.Conversation, _ *rule.Env) bool { return refuse(c) }})
	flow("first seen", &rule.Flow{When: rule.FirstSeen[*entity.Conversation]{
		Of: func(c *entity.Conversation, _ *rule.Env) string { return fmt.Sprint(refuse(c)) }, Within: time.Hour,
	}})

	refused := func(d *event.DNS) bool {
		if d.Name == "bad.example" {
			panic("oops")
		}
		return true
	}
	dns := func(name string, r *rule.DNS) {
		r.Type = "Test:EC2/Broken"
		h := startCaught(r)
		feed := h.NewFeed()
		for i, name := range []string{"a", "bad", "b"} {
			d, err := event.ParseDNS([]byte(`{"account_id":"111122223333","region":"us-east-1","query_timestamp":"1970-01-01T00:01:00Z","query_name":"` + name + `.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1"}`))
			if err != nil {
				t.Fatal(err)
			}
			d.Object, d.Offset = 3, int64(100*i)
			feed.DNS(d)
		}
		feed.Flush()
		if hits, _ := h.hits(); len(hits) == 0 {
			t.Errorf("%s: the other queries raised nothing", name)
		}
		h.want(t, name, event.Ref{Sec: 60, Object: 3, Offset: 100})
	}
	dns("where", &rule.DNS{Where: func(d *event.DNS, _ *rule.Env) bool { return refused(d) }})
	dns("threshold", &rule.DNS{When: rule.Threshold[*event.DNS]{N: 1, Within: time.Hour, Per: func(d *event.DNS) string { return fmt.Sprint(refused(d)) }}})
}

// caughtHarness is a harness that notes panics.
type caughtHarness struct {
	harness
	mu   sync.Mutex
	refs []event.Ref
	errs []error
}

func startCaught(r rule.Any) *caughtHarness {
	h := &caughtHarness{}
	h.Engine = engine.New(engine.Config{
		Rules: []rule.Any{r}, Shards: 2, NewEnv: func() *rule.Env { return rule.NewEnv(&intel.Tables{}, nil, nil, nil) },
		Bug: func(at event.Ref, err error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.refs, h.errs = append(h.refs, at), append(h.errs, err)
		},
	}, func() engine.Sink {
		r := &recorder{}
		h.sinks = append(h.sinks, r)
		return r
	})
	return h
}

// want holds that there were panics, the first over the record at a place.
func (h *caughtHarness) want(t *testing.T, name string, at event.Ref) {
	t.Helper()
	if len(h.errs) == 0 {
		t.Errorf("%s: no panic was told", name)
		return
	}
	slices.SortFunc(h.refs, event.Ref.Compare)
	if h.refs[0] != at || !strings.HasPrefix(h.errs[0].Error(), "BUG: oops, at engine_test.") {
		t.Errorf("%s: got %v over %+v, want a BUG over %+v first", name, h.errs[0], h.refs, at)
	}
}
