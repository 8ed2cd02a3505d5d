package engine_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/engine"
	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// recorder writes each hit as a line.
type recorder struct{ lines []string }

// Hit implements engine.Sink.
func (r *recorder) Hit(h *rule.Hit) {
	evidence := make([]string, len(h.Evidence))
	for i, e := range h.Evidence {
		evidence[i] = fmt.Sprint(e.Sec)
	}
	line := fmt.Sprintf("%s key=%s window=%d %d-%d evidence=%s", h.Rule.Type, h.Key, h.Window, h.First, h.Last, strings.Join(evidence, ","))
	if h.Crossed != nil {
		line += " crossed " + h.Crossed.String()
	}
	r.lines = append(r.lines, line)
}

// harness is an engine with recorders.
type harness struct {
	*engine.Engine
	sinks []*recorder
}

func start(shards int, limits engine.Limits, rules ...rule.Any) *harness {
	h := &harness{}
	cfg := config(shards, rules)
	cfg.Limits = limits
	h.Engine = engine.New(cfg, h.sink)
	return h
}

// hits closes the engine and returns the hits, sorted, each once: a group tells more of itself when its window closes.
func (h *harness) hits() ([]string, engine.Stats) {
	stats := h.Close()
	var all []string
	for _, s := range h.sinks {
		all = append(all, s.lines...)
	}
	slices.Sort(all)
	return slices.Compact(all), stats
}

// call is a record of user's at a time.
func call(user, name string, sec int64, id string) *event.CloudTrail {
	r, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventVersion":"1.08","eventID":%q,"eventTime":%q,"eventSource":"s.amazonaws.com","eventName":%q,"awsRegion":"us-east-1","recipientAccountId":"111122223333","sourceIPAddress":"198.51.100.1","userIdentity":{"type":"IAMUser","principalId":%q}}`,
		id, time.Unix(sec, 0).UTC().Format(time.RFC3339), name, user))
	if err != nil {
		panic(err)
	}
	return r
}

var (
	three = &rule.CloudTrail{
		Type: "Test:IAMUser/Three", On: rule.Calls("s.amazonaws.com", "Get"),
		When: rule.Threshold[*event.CloudTrail]{N: 3, Within: time.Hour},
	}
	first = &rule.CloudTrail{
		Type: "Test:IAMUser/First", On: rule.Calls("s.amazonaws.com", "Get", "Put"),
		When: rule.FirstSeen[*event.CloudTrail]{Of: func(e *event.CloudTrail, _ *rule.Env) string { return e.EventName }, Within: 24 * time.Hour},
	}
	ratio = &rule.CloudTrail{
		Type: "Test:IAMUser/Ratio", On: rule.Calls("s.amazonaws.com", "Get", "Put"),
		When: rule.Distinct[*event.CloudTrail]{
			Of: func(e *event.CloudTrail) uint64 { return rule.Hash(e.EventID) }, N: 2, Within: time.Hour,
			Add: func(e *event.CloudTrail, t *rule.Tally) {
				if e.EventName == "Put" {
					t.Sum[0]++
				}
			},
			Decide: func(t *rule.Tally) bool { return 2*t.Sum[0] >= t.Records },
		},
	}
	fresh = &rule.CloudTrail{
		Type: "Test:IAMUser/Fresh", On: rule.Calls("s.amazonaws.com", "Get"),
		When: rule.Distinct[*event.CloudTrail]{
			Of: func(e *event.CloudTrail) uint64 { return rule.Hash(e.EventID) }, N: 1, Within: time.Hour, Fresh: 24 * time.Hour,
		},
	}
)

func TestPrimitives(t *testing.T) {
	f := func(r rule.Any, want int, records ...*event.CloudTrail) {
		t.Helper()
		h := start(2, engine.Limits{}, r)
		feed := h.NewFeed()
		for _, e := range records {
			feed.CloudTrail(e)
		}
		feed.Flush()
		hits, _ := h.hits()
		windows := map[string]bool{} // a threshold tells its window twice: when crossed, and when closed
		for _, line := range hits {
			windows[strings.Join(strings.Fields(line)[:3], " ")] = true
		}
		if len(windows) != want {
			t.Errorf("%s: got %d hits, want %d:\n%s", r.Info().Type, len(windows), want, strings.Join(hits, "\n"))
		}
	}
	const hour = 3600
	f(three, 0, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"))
	f(three, 1, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("a", "Get", 30, "3"))
	f(three, 0, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("a", "Get", 20, "2"))      // one delivered twice
	f(three, 0, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("b", "Get", 30, "3"))      // another principal
	f(three, 0, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("a", "Get", hour+10, "3")) // another window
	f(three, 0, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"), call("a", "Put", 30, "3"))      // another call

	f(first, 1, call("a", "Get", 10, "1"), call("a", "Get", 20, "2"))
	f(first, 1, call("a", "Get", 20, "2"), call("a", "Get", 10, "1"))
	f(first, 1, call("a", "Get", 10, "1"), call("a", "Get", 25*hour, "2"), call("a", "Get", 23*hour, "3"))
	f(first, 2, call("a", "Get", 10, "1"), call("a", "Get", 25*hour, "2"))
	f(first, 2, call("a", "Get", 10, "1"), call("b", "Get", 1000, "2"))

	f(ratio, 1, call("a", "Get", 10, "1"), call("a", "Put", 20, "2"))
	f(ratio, 0, call("a", "Get", 10, "1"), call("a", "Put", 20, "2"), call("a", "Get", 30, "3"))

	f(fresh, 1, call("a", "Get", 10, "1"), call("a", "Get", 2*hour, "2"), call("a", "Get", 20*hour, "3"))
	f(fresh, 2, call("a", "Get", 10, "1"), call("a", "Get", 26*hour, "2"))
}

// TestCallers holds that rules which listen to callers see those alone, and that the question is asked once a record.
func TestCallers(t *testing.T) {
	asked := 0
	alice := &rule.Callers{Made: func(e *event.CloudTrail, _ *rule.Env) bool {
		asked++
		return e.Identity().PrincipalID == "alice"
	}}
	h := start(1, engine.Limits{},
		&rule.CloudTrail{Type: "Test:IAMUser/Any"},
		&rule.CloudTrail{Type: "Test:IAMUser/Alice", By: alice},
		&rule.CloudTrail{Type: "Test:IAMUser/AlicePuts", By: alice, Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.Call == "Put" }})
	feed := h.NewFeed()
	for i, user := range []string{"alice", "alice", "bob"} {
		feed.CloudTrail(call(user, []string{"Get", "Put", "Put"}[i], 10, fmt.Sprint(i)))
	}
	h.Close()
	got := map[string]int{}
	for _, s := range h.sinks {
		for _, line := range s.lines {
			got[strings.Fields(line)[0]]++
		}
	}
	want := map[string]int{"Test:IAMUser/Any": 3, "Test:IAMUser/Alice": 2, "Test:IAMUser/AlicePuts": 1}
	if d := cmp.Diff(want, got); d != "" || asked != 3 {
		t.Errorf("asked %d times about 3 records: %s", asked, d)
	}
}

// TestShards, TestOrder and TestRuns are the equalities that docs/design.md claims, over random records: 1, 2 and 7
// shards; records shuffled and batched otherwise; two runs.
func TestShards(t *testing.T) { rapid.Check(t, func(t *rapid.T) { equal(t, false) }) }
func TestOrder(t *testing.T)  { rapid.Check(t, func(t *rapid.T) { equal(t, true) }) }

func TestRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := randomCalls(t)
		if d := cmp.Diff(judge(records, 2, 1), judge(records, 2, 1)); d != "" {
			t.Fatal(d)
		}
	})
}

func equal(t *rapid.T, shuffle bool) {
	records := randomCalls(t)
	want := judge(records, 1, len(records)+1)
	for _, shards := range []int{1, 2, 7} {
		if shuffle {
			seed := rapid.Uint64().Draw(t, "seed")
			rand.New(rand.NewPCG(seed, 0)).Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		}
		if d := cmp.Diff(want, judge(records, shards, rapid.IntRange(1, 5).Draw(t, "batch"))); d != "" {
			t.Fatalf("%d shards: %s", shards, d)
		}
	}
}

func randomCalls(t *rapid.T) []*event.CloudTrail {
	n := rapid.IntRange(0, 40).Draw(t, "records")
	records := make([]*event.CloudTrail, n)
	for i := range records {
		user := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "user")
		name := rapid.SampledFrom([]string{"Get", "Put"}).Draw(t, "name")
		sec := int64(rapid.IntRange(0, 40).Draw(t, "when")) * 1800
		records[i] = call(user, name, sec, fmt.Sprint(user, name, sec, rapid.IntRange(0, 3).Draw(t, "id")))
	}
	return records
}

// judge returns the last word of each group: what it says when its window closes.
func judge(records []*event.CloudTrail, shards, batch int) []string {
	h := start(shards, engine.Limits{}, three, first, ratio, fresh)
	feed := h.NewFeed()
	for i, r := range records {
		feed.CloudTrail(r)
		if i%batch == 0 {
			feed.Flush()
		}
	}
	feed.Flush()
	h.Close()
	words := map[string]string{}
	for _, s := range h.sinks {
		for _, line := range s.lines {
			fields := strings.Fields(line)
			words[strings.Join(fields[:3], " ")] = line
		}
	}
	var all []string
	for _, line := range words {
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

func TestWatermark(t *testing.T) {
	h := start(1, engine.Limits{}, three)
	feed := h.NewFeed()
	feed.CloudTrail(call("a", "Get", 10, "1"))
	feed.CloudTrail(call("a", "Get", 20, "2"))
	feed.Flush()
	h.Advance(event.KindCloudTrail, 3600)
	feed.CloudTrail(call("a", "Get", 30, "3")) // its window is closed
	feed.CloudTrail(call("a", "Get", 3600, "4"))
	feed.Flush()
	if hits, stats := h.hits(); len(hits) != 0 || stats.Late != 1 {
		t.Errorf("got %q, %+v; want no hit and one late record", hits, stats)
	}
}

// TestLimits holds that every limit bites where it says, is counted where it says, and loses no more than it says.
func TestLimits(t *testing.T) {
	f := func(limits engine.Limits, r rule.Any, hits int, want engine.Stats) {
		t.Helper()
		h := start(1, limits, r)
		feed := h.NewFeed()
		for i := range int64(100) {
			e := call(fmt.Sprint("user", i), "Get", i*86400, fmt.Sprint(i))
			if limits.Accounts > 0 {
				e.Account = fmt.Sprint(111122220000 + i)
			}
			feed.CloudTrail(e)
			feed.Flush()
			if limits.Fresh > 0 {
				h.Advance(event.KindCloudTrail, i*86400)
			}
		}
		got, stats := h.hits()
		if len(got) != hits || stats != want {
			t.Errorf("%+v: got %d hits, %+v; want %d, %+v", limits, len(got), stats, hits, want)
		}
	}
	f(engine.Limits{Groups: 10}, three, 0, engine.Stats{Groups: 90})
	f(engine.Limits{Seen: 10}, first, 100, engine.Stats{Seen: 90})
	f(engine.Limits{Pending: 10}, first, 100, engine.Stats{Pending: 99})
	f(engine.Limits{Accounts: 10}, first, 100, engine.Stats{Accounts: 90, Pending: 90})
	f(engine.Limits{Fresh: 10}, fresh, 100, engine.Stats{Fresh: 90})
}

// TestFacts holds that facts of accounts which are dropped for want of room are counted, of forgotten accounts too.
func TestFacts(t *testing.T) {
	f := func(limits engine.Limits, want engine.Stats) {
		t.Helper()
		h := start(1, limits, three)
		feed := h.NewFeed()
		trails := func(account string, n, sec int) {
			for i := range n {
				e, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventVersion":"1.08","eventID":"%d","eventTime":%q,"eventSource":"cloudtrail.amazonaws.com","eventName":"CreateTrail","awsRegion":"us-east-1","recipientAccountId":%q,"userIdentity":{"type":"IAMUser"},"requestParameters":{"name":"trail%d"},"responseElements":{"s3BucketName":"logs"}}`,
					i, time.Unix(int64(sec+i), 0).UTC().Format(time.RFC3339), account, i))
				if err != nil {
					t.Fatal(err)
				}
				feed.CloudTrail(e)
			}
		}
		trails("111122223333", 1001, 0)
		trails("444455556666", 1, 9000)
		feed.Flush()
		if _, stats := h.hits(); stats != want {
			t.Errorf("%+v: got %+v, want %+v", limits, stats, want)
		}
	}
	f(engine.Limits{}, engine.Stats{Facts: 126})
	f(engine.Limits{Accounts: 1}, engine.Stats{Facts: 126, Accounts: 1, Pending: 1001})
}

func TestFlowLimits(t *testing.T) {
	f := func(limits engine.Limits, hits int, want engine.Stats) {
		t.Helper()
		h := start(1, limits, &rule.Flow{Type: "Test:EC2/Any"})
		feed := h.NewFeed()
		for i := range 100 {
			r, err := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-%d 10.0.0.1 10.0.0.2 %d 443 6 1 40 %d %d ACCEPT OK", i%20, 1000+i, 600*i, 600*i+5))
			if err != nil {
				t.Fatal(err)
			}
			feed.Flow(r)
		}
		feed.Flush()
		got, stats := h.hits()
		if len(got) != hits || stats != want {
			t.Errorf("%+v: got %d hits, %+v; want %d, %+v", limits, len(got), stats, hits, want)
		}
	}
	f(engine.Limits{Conversations: 10}, 100, engine.Stats{Conversations: 90})
	f(engine.Limits{Windows: 10}, 100, engine.Stats{Conversations: 90})
	f(engine.Limits{Interfaces: 15}, 75, engine.Stats{Unnamed: 25})
}

// TestQuietRecordsAllocateNothing holds the promise that a record which no rule accepts costs no memory.
func TestQuietRecordsAllocateNothing(t *testing.T) {
	h := start(1, engine.Limits{}, three, first, &rule.CloudTrail{
		Type:  "Test:IAMUser/Every",
		Where: func(e *event.CloudTrail, env *rule.Env) bool { return env.Caller(e).Matches.Has(intel.C2, e.Time) },
	}, &rule.DNS{Type: "Test:EC2/Never", Where: func(*event.DNS, *rule.Env) bool { return false }})
	defer h.Close()
	feed := h.NewFeed()
	quiet, query := call("a", "List", 10, "1"), &event.DNS{Name: "example.com"}
	if n := testing.AllocsPerRun(100, func() { feed.CloudTrail(quiet); feed.DNS(query) }); n != 0 {
		t.Errorf("got %v allocations for records that no rule accepts, want 0", n)
	}
}

func TestFlowsAreJoinedAcrossShards(t *testing.T) {
	r := &rule.Flow{Type: "Test:EC2/Both", Where: func(c *entity.Conversation, _ *rule.Env) bool { return c.Established() }}
	h := start(7, engine.Limits{}, r)
	a, b := h.NewFeed(), h.NewFeed() // two directions, read by two goroutines
	for i := range 50 {
		out, _ := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-%d 10.0.0.1 198.51.100.2 4000 443 6 5 400 60 65 ACCEPT OK", i))
		in, _ := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-%d 198.51.100.2 10.0.0.1 443 4000 6 5 400 60 65 ACCEPT OK", i))
		a.Flow(out)
		b.Flow(in)
	}
	a.Flush()
	b.Flush()
	if hits, _ := h.hits(); len(hits) != 50 {
		t.Errorf("got %d established conversations, want 50", len(hits))
	}
}

// TestTrusted holds that what trusted addresses do raises nothing, for the accounts that trust them.
func TestTrusted(t *testing.T) {
	tables, _ := intel.Build([]intel.List{{Name: "office", Category: intel.Trusted, Account: "111122223333", Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("198.51.100.1/32")}}}}, intel.Options{})
	sink := &recorder{}
	e := engine.New(engine.Config{
		Rules:  []rule.Any{&rule.CloudTrail{Type: "Test:IAMUser/Any"}, &rule.Flow{Type: "Test:EC2/Any"}},
		NewEnv: func() *rule.Env { return rule.NewEnv(tables, nil, nil, nil) },
	}, func() engine.Sink { return sink })
	feed := e.NewFeed()
	for _, account := range []string{"111122223333", "444455556666"} {
		r := call("a", "Get", 10, account)
		r.Account = account
		feed.CloudTrail(r)
		flow, err := event.ParseFlowText("", "2 "+account+" eni-1 10.0.0.1 198.51.100.1 4000 443 6 1 40 60 65 ACCEPT OK")
		if err != nil {
			t.Fatal(err)
		}
		feed.Flow(flow)
	}
	feed.Flush()
	e.Close()
	if len(sink.lines) != 2 {
		t.Errorf("got %d hits, want 2, of the account that trusts nobody:\n%s", len(sink.lines), strings.Join(sink.lines, "\n"))
	}
}
