package engine_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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

var update = flag.Bool("update", false, "write what is made into testdata")

// every holds a rule of each primitive, over each kind of record that has it.
var every = []rule.Any{
	three, first, ratio, fresh,
	&rule.CloudTrail{
		Type: "Test:IAMUser/Weight", On: rule.Calls("s.amazonaws.com", "Put"),
		When: rule.Threshold[*event.CloudTrail]{N: 100, Within: time.Hour, Weight: func(e *event.CloudTrail) uint64 { return uint64(len(e.EventID)) * 10 }},
	},
	&rule.CloudTrail{
		Type: "Test:IAMUser/Given", On: rule.Calls("s.amazonaws.com", "Get"),
		Given: func(e *event.CloudTrail, env *rule.Env) bool { _, ok := env.Facts.Trail(e); return ok },
	},
	&rule.CloudTrail{
		Type: "Test:IAMUser/GivenCount", On: rule.Calls("s.amazonaws.com", "Get"),
		Given: func(e *event.CloudTrail, env *rule.Env) bool { _, ok := env.Facts.PasswordPolicy(); return ok },
		When:  rule.Threshold[*event.CloudTrail]{N: 2, Within: time.Hour},
	},
	&rule.Flow{
		Type: "Test:EC2/Sweep",
		When: rule.Distinct[*entity.Conversation]{
			Of: func(c *entity.Conversation) uint64 { return uint64(c.RemotePort) }, N: 3, Within: time.Hour,
			Add: func(c *entity.Conversation, t *rule.Tally) { t.Sum[1] += c.Out.Bytes },
		},
	},
	&rule.Flow{Type: "Test:EC2/Both", Where: func(c *entity.Conversation, _ *rule.Env) bool { return c.Established() }},
	&rule.Flow{
		Type: "Test:EC2/NewPeer",
		When: rule.FirstSeen[*entity.Conversation]{Of: func(c *entity.Conversation, _ *rule.Env) string { return c.Remote.String() }, Within: time.Hour},
	},
	&rule.DNS{Type: "Test:EC2/Names", When: rule.Threshold[*event.DNS]{N: 3, Within: time.Hour}},
	&rule.DNS{
		Type: "Test:EC2/FreshNames",
		When: rule.Distinct[*event.DNS]{Of: func(d *event.DNS) uint64 { return rule.Hash(d.Name) }, N: 2, Within: 10 * time.Minute, Fresh: time.Hour},
	},
}

// step feeds one record.
type step func(*engine.Feed)

// history is steps that concern every rule, in order of time, the minutes after each.
func history(t fataler, users, minutes int) (steps []step) {
	for m := range minutes {
		user, sec := fmt.Sprint("user", m%users), int64(60*m)
		if m%7 == 0 {
			steps = append(steps, fact(t, sec, m))
		}
		name := []string{"Get", "Put"}[m/3%2]
		steps = append(steps,
			func(f *engine.Feed) { f.CloudTrail(call(user, name, sec, fmt.Sprint(m/2))) },
			flow(t, fmt.Sprintf("2 111122223333 eni-%d 10.0.0.1 198.51.100.%d 4000 %d 6 5 400 %d %d ACCEPT OK", m%users, m%5, 440+m%4, sec, sec+5)),
			flow(t, fmt.Sprintf("2 111122223333 eni-%d 198.51.100.%d 10.0.0.1 %d 4000 6 5 400 %d %d ACCEPT OK", m%users, m%5, 440+m%4, sec, sec+9)),
			query(t, fmt.Sprint("i-", m%users), fmt.Sprint("name", m%4), sec))
	}
	return steps
}

type fataler interface{ Fatal(...any) }

func fact(t fataler, sec int64, n int) step {
	text := `{"eventVersion":"1.08","eventID":"f%d","eventTime":%q,"eventSource":"cloudtrail.amazonaws.com","eventName":"CreateTrail","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser"},"requestParameters":{"name":""},"responseElements":{"s3BucketName":"logs"}}`
	if n%2 == 1 {
		text = `{"eventVersion":"1.08","eventID":"f%d","eventTime":%q,"eventSource":"iam.amazonaws.com","eventName":"UpdateAccountPasswordPolicy","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser"},"requestParameters":{"minimumPasswordLength":12}}`
	}
	r, err := event.ParseCloudTrail(fmt.Appendf(nil, text, n, time.Unix(sec, 0).UTC().Format(time.RFC3339)))
	if err != nil {
		t.Fatal(err)
	}
	return func(f *engine.Feed) { f.CloudTrail(r) }
}

func flow(t fataler, line string) step {
	r, err := event.ParseFlowText("", line)
	if err != nil {
		t.Fatal(err)
	}
	return func(f *engine.Feed) { f.Flow(r) }
}

func query(t fataler, instance, name string, sec int64) step {
	r, err := event.ParseDNS(fmt.Appendf(nil, `{"account_id":"111122223333","region":"us-east-1","vpc_id":"vpc-1","query_timestamp":%q,"query_name":"%s.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1","srcids":{"instance":%q}}`,
		time.Unix(sec, 0).UTC().Format(time.RFC3339), name, instance))
	if err != nil {
		t.Fatal(err)
	}
	return func(f *engine.Feed) { f.DNS(r) }
}

// advance moves all watermarks.
func (h *harness) advance(mark int64) {
	for _, kind := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		h.Advance(kind, mark)
	}
}

// snapshot returns that of h, whose feeds are flushed.
func (h *harness) snapshot(t fataler) []byte {
	h.Sync()
	var b bytes.Buffer
	if err := h.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// restore starts an engine from a snapshot.
func restore(shards int, rules []rule.Any, snapshot []byte) (*harness, error) {
	h := &harness{}
	var err error
	h.Engine, err = engine.Restore(config(shards, rules), h.sink, bytes.NewReader(snapshot))
	return h, err
}

func (h *harness) sink() engine.Sink {
	r := &recorder{}
	h.sinks = append(h.sinks, r)
	return r
}

func config(shards int, rules []rule.Any) engine.Config {
	return engine.Config{Rules: rules, Shards: shards, NewEnv: func() *rule.Env { return rule.NewEnv(&intel.Tables{}, nil, nil, nil) }}
}

// heard is what h's sinks heard so far, sorted.
func (h *harness) heard() (all []string) {
	for _, s := range h.sinks {
		all = append(all, s.lines...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestRestorePrimitives holds that every primitive goes on after a restart as if there had been none, on another number of
// shards too: the same hits, the same counts, and at the end the same state.
func TestRestorePrimitives(t *testing.T) {
	steps := history(t, 3, 200)
	rapid.Check(t, func(t *rapid.T) {
		play := func(h *harness, from, to int) {
			feed := h.NewFeed()
			for i, s := range steps[from:to] {
				if s(feed); (from+i)%40 == 39 {
					feed.Flush()
					h.advance(int64(60*(from+i)/6) - 600)
				}
			}
			feed.Flush()
		}
		whole := start(1, engine.Limits{}, every...)
		play(whole, 0, len(steps))
		want, last := whole.snapshot(t), []string(nil)
		h, from := start(rapid.IntRange(1, 3).Draw(t, "shards"), engine.Limits{}, every...), 0
		for range 3 {
			to := rapid.IntRange(from, len(steps)).Draw(t, "cut")
			play(h, from, to)
			snapshot := h.snapshot(t)
			last = append(last, h.heard()...)
			h.Close()
			var err error
			if h, err = restore(rapid.IntRange(1, 3).Draw(t, "shards"), every, snapshot); err != nil {
				t.Fatal(err)
			}
			from = to
		}
		play(h, from, len(steps))
		if got := h.snapshot(t); !bytes.Equal(got, want) {
			t.Errorf("at the end the state is another")
		}
		hits, stats := whole.hits()
		got, gotStats := h.hits()
		last = append(last, got...)
		slices.Sort(last)
		if d := cmp.Diff(hits, slices.Compact(last)); d != "" || stats != gotStats {
			t.Errorf("counted %+v, want %+v; hits:\n%s", gotStats, stats, d)
		}
		for _, r := range every {
			if name := string(r.Info().Type); !strings.Contains(strings.Join(hits, "\n"), name+" ") {
				t.Errorf("%s never fired", name)
			}
		}
	})
}

// TestGoneRules holds that a snapshot goes with a rule set that gained and lost rules: what belongs to those that are gone is
// dropped and counted, the others go on, and a rule that counts in other windows now begins anew.
func TestGoneRules(t *testing.T) {
	feed := func(h *harness, times ...int64) {
		f := h.NewFeed()
		for _, sec := range times {
			f.CloudTrail(call("a", "Get", sec, fmt.Sprint(sec)))
		}
		f.Flush()
	}
	kinds := func(h *harness) string {
		hits, _ := h.hits()
		for i, line := range hits {
			hits[i] = strings.TrimPrefix(strings.Fields(line)[0], "Test:IAMUser/")
		}
		return strings.Join(slices.Compact(hits), " ")
	}
	h := start(2, engine.Limits{}, fresh, three, first)
	feed(h, 10, 20)
	snapshot := h.snapshot(t)
	h.Close()
	f := func(rules []rule.Any, gone int64, hits string) {
		t.Helper()
		h, err := restore(1, rules, snapshot)
		if err != nil {
			t.Fatal(err)
		}
		feed(h, 30)
		h.Sync()
		if got := h.Stats().Gone; got != gone {
			t.Errorf("%d things of rules that are gone, want %d", got, gone)
		}
		if got := kinds(h); got != hits {
			t.Errorf("got hits of %q, want %q", got, hits)
		}
	}
	longer := *three
	longer.When = rule.Threshold[*event.CloudTrail]{N: 3, Within: 2 * time.Hour}
	f([]rule.Any{first, three, fresh}, 0, "First Fresh Three")
	f([]rule.Any{three, ratio}, 3, "Three") // two records waited for first, and fresh had a window
	f([]rule.Any{ratio, first, three}, 1, "First Three")
	f([]rule.Any{&longer, first, fresh}, 1, "First Fresh")
	f(nil, 4, "")
}

// TestCopies holds that of a record that was read twice the copy whose place comes first is evidence, whichever was read first.
func TestCopies(t *testing.T) {
	given := &rule.CloudTrail{
		Type: "Test:IAMUser/Given", On: rule.Calls("s.amazonaws.com", "Get"),
		Given: func(*event.CloudTrail, *rule.Env) bool { return true },
	}
	for _, r := range []rule.Any{given, three} {
		for _, order := range [][]uint64{{1, 2}, {2, 1}} {
			var places []uint64
			e := engine.New(config(1, []rule.Any{r}), func() engine.Sink {
				return hitFunc(func(h *rule.Hit) {
					places = places[:0]
					for _, e := range h.Evidence {
						places = append(places, e.Object)
					}
				})
			})
			feed := e.NewFeed()
			for _, object := range order {
				for i := range 3 {
					c := call("a", "Get", int64(i), fmt.Sprint(i))
					c.Object = object
					feed.CloudTrail(c)
				}
			}
			feed.Flush()
			e.Close()
			if len(places) == 0 || slices.Max(places) != 1 {
				t.Errorf("%s: read in the order %v, evidence is in the objects %v, want 1", r.Info().Type, order, places)
			}
		}
	}
}

// hitFunc is a sink.
type hitFunc func(*rule.Hit)

// Hit implements engine.Sink.
func (f hitFunc) Hit(h *rule.Hit) { f(h) }

// TestInterfaces holds that interfaces of closed windows make room at a snapshot, that feeds which knew them go on, and
// that those of open windows stay.
func TestInterfaces(t *testing.T) {
	h := start(2, engine.Limits{Interfaces: 10}, &rule.Flow{Type: "Test:EC2/Any"})
	feed := h.NewFeed()
	for round := range int64(5) {
		for i := range int64(10) {
			name := fmt.Sprint("eni-", i, "-", round)
			if i == 0 {
				name = "eni-lasting"
			}
			flow(t, fmt.Sprintf("2 111122223333 %s 10.0.0.1 10.0.0.2 %d 443 6 1 40 %d %d ACCEPT OK", name, 1000+i, 600*round, 600*round+5))(feed)
		}
		feed.Flush()
		if round%2 == 0 {
			h.snapshot(t) // with open windows, which hold all
		}
		h.Advance(event.KindFlow, 600*(round+1))
		h.snapshot(t)
	}
	hits, stats := h.hits()
	if len(hits) != 50 || stats != (engine.Stats{}) {
		t.Errorf("got %d hits and %+v, want 50 and nothing counted", len(hits), stats)
	}
}

// TestStatsSurvive holds that what was counted stays counted.
func TestStatsSurvive(t *testing.T) {
	h := start(1, engine.Limits{Interfaces: 1, Groups: 2}, &rule.Flow{Type: "Test:EC2/Any"}, three)
	feed := h.NewFeed()
	for i := range int64(4) {
		flow(t, fmt.Sprintf("2 111122223333 eni-%d 10.0.0.1 10.0.0.2 1 443 6 1 40 0 5 ACCEPT OK", i))(feed)
		feed.CloudTrail(call(fmt.Sprint(i), "Get", 10, "1"))
	}
	feed.Flush()
	h.Advance(event.KindCloudTrail, 3600)
	snapshot := h.snapshot(t)
	want := h.Stats()
	if want.Unnamed != 3 || want.Groups == 0 {
		t.Fatalf("got %+v, want something counted", want)
	}
	again, err := restore(3, []rule.Any{three}, snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if _, got := again.hits(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	h.Close()
}

// TestLimitsSurvive holds that limits bite after a restart where they would have without one.
func TestLimitsSurvive(t *testing.T) {
	f := func(limits engine.Limits, r rule.Any, feed func(i int64) step) {
		t.Helper()
		run := func(restart bool) ([]string, engine.Stats, []byte) {
			cfg := config(1, []rule.Any{r})
			cfg.Limits = limits
			h := &harness{}
			h.Engine = engine.New(cfg, h.sink)
			records := h.NewFeed()
			var heard []string
			for i := range int64(100) {
				if i == 57 && restart {
					records.Flush()
					snapshot := h.snapshot(t)
					heard = h.heard()
					h.Close()
					h = &harness{}
					var err error
					if h.Engine, err = engine.Restore(cfg, h.sink, bytes.NewReader(snapshot)); err != nil {
						t.Fatal(err)
					}
					records = h.NewFeed()
				}
				feed(i)(records)
			}
			records.Flush()
			state := h.snapshot(t)
			hits, stats := h.hits()
			hits = append(hits, heard...)
			slices.Sort(hits)
			return slices.Compact(hits), stats, state
		}
		want, wantStats, wantState := run(false)
		got, stats, state := run(true)
		if d := cmp.Diff(want, got); d != "" || !bytes.Equal(state, wantState) || stats != wantStats || stats == (engine.Stats{}) {
			t.Errorf("%+v: counted %+v, want %+v, which is not nothing; hits:\n%s", limits, stats, wantStats, d)
		}
	}
	users := func(i int64) step {
		return func(f *engine.Feed) { f.CloudTrail(call(fmt.Sprint("user", i), "Get", i*86400, fmt.Sprint(i))) }
	}
	accounts := func(i int64) step {
		return func(f *engine.Feed) {
			e := call("a", "Get", 1_000_000-i, fmt.Sprint(i)) // the account met first has the latest record
			e.Account = fmt.Sprint(i)
			f.CloudTrail(e)
		}
	}
	flows := func(i int64) step {
		return flow(t, fmt.Sprintf("2 111122223333 eni-%d 10.0.0.1 10.0.0.2 %d 443 6 1 40 %d %d ACCEPT OK", i%20, 1000+i, 600*i, 600*i+5))
	}
	f(engine.Limits{Groups: 10}, three, users)
	f(engine.Limits{Groups: 10, Fresh: 10}, fresh, users)
	f(engine.Limits{Seen: 10}, first, users)
	f(engine.Limits{Pending: 20}, first, users)
	f(engine.Limits{Accounts: 10}, first, accounts)
	f(engine.Limits{Conversations: 20}, &rule.Flow{Type: "Test:EC2/Any"}, flows)
	f(engine.Limits{Windows: 20}, &rule.Flow{Type: "Test:EC2/Any"}, flows)
	f(engine.Limits{Interfaces: 15}, &rule.Flow{Type: "Test:EC2/Any"}, flows)
}

// TestVersions holds that what an earlier Picket wrote is read, as what it was. If it fails because the form changed, raise
// the version and keep reading what the files hold; -update writes the file of a new version.
func TestVersions(t *testing.T) {
	steps := history(t, 2, 30)
	h := start(1, engine.Limits{}, every...)
	feed := h.NewFeed()
	for _, s := range steps {
		s(feed)
	}
	feed.Flush()
	h.advance(900)
	want := h.snapshot(t)
	h.Close()
	path := filepath.Join("testdata", "snapshot-1")
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	restored, err := restore(1, every, old)
	if err != nil {
		t.Fatal(err)
	}
	if got := restored.snapshot(t); !bytes.Equal(got, want) {
		t.Errorf("%s is read as another state", path)
	}
	restored.Close()
}
