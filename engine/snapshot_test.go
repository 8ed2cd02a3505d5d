package engine_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
	"picket/rules"
	"picket/simulate"
)

// world is simulated logs, in order of delivery, and what rules know beside them.
type world struct {
	objects []object
	tables  *intel.Tables
	keys    map[string]bool
}

type object struct {
	place event.Place
	text  []byte
}

func newWorld(t testing.TB, opts simulate.Options) *world {
	t.Helper()
	dir := t.TempDir()
	if _, err := simulate.Run(opts, dir); err != nil {
		t.Fatal(err)
	}
	w := &world{keys: map[string]bool{}}
	var lists []intel.List
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(d.Name(), ".txt")
		switch {
		case strings.HasSuffix(path, ".gz"):
			w.objects = append(w.objects, object{event.ParsePath(path), text})
		case name == "compromised-keys":
			for _, k := range strings.Fields(string(text)) {
				w.keys[k] = true
			}
		case strings.HasSuffix(path, ".txt"):
			l, _, err := intel.ListFromReader(name, intel.Category(name), "", "", bytes.NewReader(text))
			if err != nil {
				return err
			}
			lists = append(lists, l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(w.objects, func(a, b object) int { return a.place.Time.Compare(b.place.Time) })
	w.tables, _ = intel.Build(lists, intel.Options{})
	return w
}

// everywhere locates addresses, so that rules which need it run.
type everywhere struct{}

// Lookup implements rule.Locator.
func (everywhere) Lookup(a netip.Addr) intel.Location {
	b := a.As16()
	return intel.Location{CountryCode: "XX", CountryName: "Nowhere", Lat: float64(b[13]) - 90, Lon: float64(b[14]), ASN: fmt.Sprint(b[12]), Org: "Net " + fmt.Sprint(b[12])}
}

// service is an engine whose findings live in rows between restarts.
type service struct {
	t          testing.TB
	world      *world
	rules      []rule.Any
	about      finding.About
	engine     *engine.Engine
	feed       *engine.Feed
	collectors []*finding.Collector
	rows       map[string][]byte
}

func (s *service) config(shards int) engine.Config {
	return engine.Config{
		Rules: s.rules, Shards: shards,
		NewEnv: func() *rule.Env { return rule.NewEnv(s.world.tables, everywhere{}, s.world.keys, nil) },
	}
}

func (s *service) sink() engine.Sink {
	c := finding.NewCollector(&s.about)
	s.collectors = append(s.collectors, c)
	return c
}

// save merges what was gathered into the rows.
func (s *service) save() {
	s.t.Helper()
	for _, a := range finding.Gather(s.collectors...) {
		a := again(s.t, a)
		if row, ok := s.rows[a.ID]; ok {
			var old finding.Aggregate
			if err := old.UnmarshalBinary(row); err != nil {
				s.t.Fatal(err)
			}
			old.Merge(a)
			a = &old
		}
		row, err := a.MarshalBinary()
		if err != nil {
			s.t.Fatal(err)
		}
		s.rows[a.ID] = row
	}
}

// again returns what is read of what is written of a.
func again(t testing.TB, a *finding.Aggregate) *finding.Aggregate {
	t.Helper()
	row, err := a.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var b finding.Aggregate
	if err := b.UnmarshalBinary(row); err != nil {
		t.Fatal(err)
	}
	if row2, err := b.MarshalBinary(); err != nil || !bytes.Equal(row, row2) {
		t.Fatalf("finding %s: what was read is written otherwise (%v)", a.ID, err)
	}
	return &b
}

// snapshot returns the engine's.
func (s *service) snapshot() []byte {
	s.t.Helper()
	s.feed.Flush()
	s.engine.Sync()
	var b bytes.Buffer
	if err := s.engine.Snapshot(&b); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}

// restart goes on with what rows and a snapshot hold.
func (s *service) restart(shards int) {
	s.t.Helper()
	snapshot := s.snapshot()
	s.save()
	s.engine.Close() // whose hits nobody hears
	s.collectors = nil
	var err error
	if s.engine, err = engine.Restore(s.config(shards), s.sink, bytes.NewReader(snapshot)); err != nil {
		s.t.Fatal(err)
	}
	s.feed = s.engine.NewFeed()
	if again := s.snapshot(); !bytes.Equal(snapshot, again) {
		s.t.Fatalf("what was restored is written otherwise: %d bytes, then %d", len(snapshot), len(again))
	}
}

// handler feeds.
type handler struct{ *engine.Feed }

// Bad implements event.Handler.
func (handler) Bad(event.Bad) {}

// run feeds the world to an engine and returns the findings. With cuts, the engine is restarted before each of those objects,
// with as many shards, and findings go through their rows.
func (w *world) run(t testing.TB, rules []rule.Any, shards int, cuts map[int]int) ([]*finding.Result, engine.Stats) {
	t.Helper()
	s := &service{t: t, world: w, rules: rules, about: finding.About{Geo: everywhere{}}, rows: map[string][]byte{}}
	s.engine = engine.New(s.config(shards), s.sink)
	s.feed = s.engine.NewFeed()
	var reader event.Reader
	marks := map[event.Kind]int64{}
	for i, o := range w.objects {
		if shards, ok := cuts[i]; ok {
			s.restart(shards)
		}
		options := event.Options{Object: uint64(i) + 1<<40, Account: o.place.Account, Region: o.place.Region}
		if _, err := reader.Read(bytes.NewReader(o.text), options, handler{s.feed}); err != nil {
			t.Fatal(err)
		}
		s.feed.Flush()
		for kind, late := range map[event.Kind]int64{event.KindCloudTrail: 3600, event.KindFlow: 1800, event.KindDNS: 1800} {
			if mark := o.place.Time.Unix() - late; mark > marks[kind] {
				marks[kind] = mark
				s.engine.Advance(kind, mark)
			}
		}
	}
	stats := s.engine.Close()
	return s.results(cuts != nil), stats
}

func (s *service) results(fromRows bool) (results []*finding.Result) {
	s.t.Helper()
	if fromRows {
		s.save()
		for _, row := range s.rows {
			var a finding.Aggregate
			if err := a.UnmarshalBinary(row); err != nil {
				s.t.Fatal(err)
			}
			results = append(results, a.Result(&s.about))
		}
	} else {
		results = finding.Findings(s.collectors...)
	}
	for _, r := range results {
		if d := r.Resource.InstanceDetails; d != nil && d.InstanceId != nil {
			if i, ok := s.engine.Instance(*r.AccountId, *d.InstanceId); ok {
				finding.Describe(d, &i)
			}
		}
	}
	slices.SortFunc(results, func(a, b *finding.Result) int { return cmp.Compare(*a.Id, *b.Id) })
	return results
}

// TestRestart holds that a restart changes nothing: simulated logs make the same findings, over every field, wherever an
// engine was taken down and restored, with however many shards.
func TestRestart(t *testing.T) {
	w := newWorld(t, simulate.Options{Accounts: 2, Seed: 5, Scale: 0.05, Attacks: true})
	want, wantStats := w.run(t, rules.All(), 1, nil)
	if len(want) < 50 {
		t.Fatalf("got %d findings, want those of all attacks", len(want))
	}
	random := rand.New(rand.NewPCG(7, 0))
	for _, shards := range [][]int{{1}, {2}, {1, 2, 3}} {
		cuts := map[int]int{}
		for range 6 {
			cuts[1+random.IntN(len(w.objects)-1)] = shards[random.IntN(len(shards))]
		}
		got, stats := w.run(t, rules.All(), shards[0], cuts)
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("restarted with shards %v before the objects %v of %d:\n%s", shards, cuts, len(w.objects), d)
		}
		if stats != wantStats {
			t.Errorf("restarted before %v: counted %+v, want %+v", cuts, stats, wantStats)
		}
	}
}
