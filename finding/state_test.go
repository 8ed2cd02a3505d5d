package finding_test

import (
	"bytes"
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
)

var update = flag.Bool("update", false, "write what is made into testdata")

// kinds are hits over each kind of record, with all that a rule can say of one, at a time.
func kinds(t fataler, sec int64) []*rule.Hit {
	yes, no := true, false
	trailHit := hit(t, "dana", "GetUser", sec)
	trailHit.Note.Bucket = &rule.Bucket{
		Name: "b", Permission: "PUBLIC", ACLPublicRead: &yes, ACLPublicWrite: &no, PolicyPublicRead: &yes,
		BlockPublicAccess: &rule.BlockPublicAccess{IgnorePublicACLs: true}, AccountBlockPublic: &rule.BlockPublicAccess{BlockPublicPolicy: true},
	}
	trailHit.Note.Role, trailHit.Note.Severity = "ACTOR", picket.High
	trailHit.Note.Affect("AWS::S3::Bucket", "b\xff")
	trailHit.Note.Set("ip", "nowhere")
	trailHit.Note.Add("values", map[string]any{"list": []any{nil, true, 1.5, "text\xff", int64(7), []any{}, map[string]any{}}})
	trailHit.Note.Add("port", int(sec))
	one := *trailHit
	one.Rule = &rule.Info{
		Type: "Test:IAMUser/Signals", Signal: "Signal" + strconv.FormatInt(sec%3, 10), Severity: picket.Low, Origin: rule.Custom, Title: "{user} did it.",
		Techniques: []string{"T" + strconv.FormatInt(sec%3, 10)},
	}

	one.Crossed = &picket.Crossed{Signal: one.Rule.Signal, Counted: picket.CountedFirstSeen, From: sec, Within: 86400, Value: "m5\xff", Known: 3, LastSeen: 1}

	flow := &rule.Note{Probe: sec%2 == 0, Resource: "ECSCluster"}
	flow.Threat(&intel.Entry{List: "Feed", Threats: []string{"Emotet"}, SHA256: "ab"})
	conversation := &entity.Conversation{
		Interface: &entity.Interface{Account: "111122223333", Region: "us-gov-west-1", ID: "eni-1", Instance: "i-1", VPC: "vpc-1"},
		Local:     netip.MustParseAddr("10.0.0.1"), Remote: netip.MustParseAddr("2001:db8::7"), LocalPort: uint16(sec), RemotePort: 443,
		Protocol: 6, Initiator: entity.Local, Accepted: true, First: sec, Last: sec + 60, Refs: []event.Ref{{Sec: uint32(sec)}},
	}
	flowHit := &rule.Hit{
		Rule: &rule.Info{Type: "Test:EC2/Flow", Severity: picket.High, Origin: rule.Picket, Title: "{ip} {port}"}, Account: "111122223333",
		Region: "us-gov-west-1", Window: sec / 600, First: sec, Last: sec + 60, ID: uint64(sec), Record: conversation, Note: flow,
		Evidence: []rule.Evidence{{Ref: event.Ref{Sec: uint32(sec), Object: 1 << 40, Offset: 1 << 40}, ID: uint64(sec)}},
		Crossed: &picket.Crossed{
			Counted: picket.CountedValues, From: sec / 600 * 600, Within: 600, Limit: 20, Reached: uint64(sec%7) + 20, More: true,
			Judged: true, Quiet: 3600,
		},
	}
	query, err := event.ParseDNS([]byte(`{"account_id":"111122223333","region":"us-east-1","vpc_id":"vpc-1","query_timestamp":"2026-01-05T10:00:00Z","query_name":"a.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1","transport":"UDP","srcids":{"instance":"i-0"}}`))
	if err != nil {
		t.Fatal(err)
	}
	dnsHit := &rule.Hit{
		Rule: &rule.Info{Type: "Test:EC2/DNS", Title: "{instance} {domain}"}, Account: "111122223333", Region: "us-east-1", Key: "k",
		Window: sec, First: sec, Last: sec, ID: 1, Record: query, Note: &rule.Note{},
	}
	return []*rule.Hit{trailHit, &one, flowHit, dnsHit, hit(t, "dana", "ListUsers", sec)}
}

// row is an aggregate's, read and written again on the way.
func row(t fataler, a *finding.Aggregate) []byte {
	b, err := a.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again := read(t, b)
	if again.ID != a.ID || again.Type != a.Type || again.Key != a.Key || again.Account != a.Account || again.Region != a.Region {
		t.Fatal("read as another finding")
	}
	if c, err := again.MarshalBinary(); err != nil || !bytes.Equal(b, c) {
		t.Fatal("what was read is written otherwise", err)
	}
	return b
}

func read(t fataler, row []byte) *finding.Aggregate {
	a := new(finding.Aggregate)
	if err := a.UnmarshalBinary(row); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestRows holds that findings which live in rows, and are merged with what is gathered from time to time, are those that a
// collector makes by itself: over every field, wherever the hits were told and the rows written.
func TestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		about := &finding.About{}
		whole := finding.NewCollector(about)
		parts := []*finding.Collector{finding.NewCollector(about), finding.NewCollector(about)}
		rows := map[string][]byte{}
		save := func() {
			for _, a := range finding.Gather(parts...) {
				if old, ok := rows[a.ID]; ok {
					before := read(t, old)
					before.Merge(read(t, row(t, a)))
					a = before
				}
				rows[a.ID] = row(t, a)
			}
		}
		for range rapid.IntRange(1, 30).Draw(t, "hits") {
			h := rapid.SampledFrom(kinds(t, int64(rapid.IntRange(1, 3000).Draw(t, "second")))).Draw(t, "kind")
			whole.Hit(h)
			rapid.SampledFrom(parts).Draw(t, "collector").Hit(h)
			if rapid.IntRange(0, 5).Draw(t, "save") == 0 {
				save()
			}
		}
		save()
		var all []*finding.Aggregate
		for _, b := range rows {
			all = append(all, read(t, b))
		}
		if d := cmp.Diff(finding.Findings(whole), finding.Results(about, all)); d != "" {
			t.Fatal(d)
		}
	})
}

// TestTake holds that what was taken is gone from the collector, and leaves room.
func TestTake(t *testing.T) {
	about := &finding.About{Limits: finding.Limits{Kind: 1}}
	a, b := finding.NewCollector(about), finding.NewCollector(about)
	for i := range int64(3) {
		h := hit(t, "user"+strconv.FormatInt(i, 10), "GetUser", 600+i)
		a.Hit(h)
		b.Hit(h)
		if all := finding.Gather(a, b); len(all) != 1 || all[0].Key != h.Key {
			t.Errorf("round %d: got %d findings, want that of %s", i, len(all), h.Key)
		}
		if all := a.Take(); len(all) != 0 {
			t.Errorf("round %d: %d findings are taken twice", i, len(all))
		}
	}
	if lost := about.Lost(); len(lost) > 0 {
		t.Errorf("lost %v: no room was left", lost)
	}
}

// TestMergeTie holds that a hit which tells more of what was told already is what a finding shows, also after a restart.
func TestMergeTie(t *testing.T) {
	f := func(restart bool) any {
		c := finding.NewCollector(&finding.About{})
		h := hit(t, "dana", "GetUser", 600)
		c.Hit(h)
		a := c.Take()[0]
		if restart {
			a = read(t, row(t, a))
		}
		h.Note.Add("latest", "more")
		c.Hit(h)
		a.Merge(c.Take()[0])
		return a.Result(&finding.About{}).AdditionalInfo["latest"]
	}
	if got, again := f(false), f(true); got != "more" || again != "more" {
		t.Errorf("got %v, and %v after a restart; want more", got, again)
	}
}

// TestVersions holds that what an earlier Picket wrote is read, as what it was. If it fails because the form changed, raise
// the version and keep reading what the files hold; -update writes the files of a new version.
func TestVersions(t *testing.T) {
	for _, h := range kinds(t, 1200)[:4] {
		name := strings.NewReplacer(":", "-", "/", "-").Replace(string(h.Rule.Type))
		version(t, h, filepath.Join("testdata", name+"-2"), *update)
		h.Crossed = nil // the first version had none
		version(t, h, filepath.Join("testdata", name+"-1"), false)
	}
}

func version(t *testing.T, h *rule.Hit, path string, update bool) {
	t.Helper()
	c := finding.NewCollector(&finding.About{})
	c.Hit(h)
	want := row(t, c.Take()[0])
	if update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := row(t, read(t, old)); !bytes.Equal(got, want) {
		t.Errorf("%s is read as another finding", path)
	}
}

// TestDamagedRows holds that no damage is taken for a finding.
func TestDamagedRows(t *testing.T) {
	for _, h := range kinds(t, 1200) {
		c := finding.NewCollector(&finding.About{})
		c.Hit(h)
		b := row(t, c.Take()[0])
		for n := range b {
			if err := new(finding.Aggregate).UnmarshalBinary(b[:n]); err == nil {
				t.Fatalf("%d of %d bytes are read without an error", n, len(b))
			}
		}
		if err := new(finding.Aggregate).UnmarshalBinary(append(b, 0)); err == nil {
			t.Error("a byte is left over without an error")
		}
		b[0] = 3 << 1
		if err := new(finding.Aggregate).UnmarshalBinary(b); err == nil || !strings.Contains(err.Error(), "version 3") {
			t.Errorf("got %v, want an error that speaks of version 3", err)
		}
	}
}

// TestMeanwhile lets findings be written while the engine goes on with what they share with it; the race detector judges.
func TestMeanwhile(t *testing.T) {
	about := &finding.About{}
	taken, going := finding.NewCollector(about), finding.NewCollector(about)
	hits := kinds(t, 600)
	for _, h := range hits {
		taken.Hit(h)
	}
	all := taken.Take()
	var done sync.WaitGroup
	done.Go(func() {
		for _, h := range hits {
			going.Hit(h)
		}
	})
	for _, a := range all {
		if _, err := a.MarshalBinary(); err != nil {
			t.Error(err)
		}
	}
	done.Wait()
}

// TestUnknownValues holds that a value of additionalInfo that has no form is an error, not a loss.
func TestUnknownValues(t *testing.T) {
	h := hit(t, "dana", "GetUser", 600)
	h.Note.Add("port", uint16(22))
	c := finding.NewCollector(&finding.About{})
	c.Hit(h)
	if _, err := c.Take()[0].MarshalBinary(); err == nil || !strings.Contains(err.Error(), "uint16") {
		t.Errorf("got %v, want an error that speaks of uint16", err)
	}
}

// FuzzAggregate holds that no bytes make reading, merging or showing a finding panic, and that what is read is written again.
func FuzzAggregate(f *testing.F) {
	files, err := filepath.Glob("testdata/*-[12]")
	if err != nil || len(files) == 0 {
		f.Fatal(err, files)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a := new(finding.Aggregate)
		if a.UnmarshalBinary(b) != nil {
			return
		}
		if a.ID != finding.ID(a.Account, a.Region, a.Type, a.Key) {
			t.Fatal("the id is another finding's")
		}
		row(t, a)
		a.Merge(read(t, row(t, a)))
		if _, err := finding.Export(&a.Result(&finding.About{}).Finding); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkRow is what a checkpoint costs for each finding that it touches: read, merge, write.
func BenchmarkRow(b *testing.B) {
	c := finding.NewCollector(&finding.About{})
	add := func(sec int64) {
		h := hit(b, "dana", "GetUser", sec)
		h.Note.CallNames = false // which no rule asks for yet
		c.Hit(h)
	}
	for i := range int64(5000) {
		add(300 * i)
	}
	old := row(b, c.Take()[0])
	add(300 * 6000)
	latest := row(b, c.Take()[0])
	for b.Loop() {
		a, more := new(finding.Aggregate), new(finding.Aggregate)
		if err := errors.Join(a.UnmarshalBinary(old), more.UnmarshalBinary(latest)); err != nil {
			b.Fatal(err)
		}
		a.Merge(more)
		if _, err := a.MarshalBinary(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(old)), "bytes")
}
