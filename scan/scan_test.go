package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rules"
	"picket/scan"
	"picket/simulate"
	"picket/source/file"
)

// logs simulates a day of two accounts with all attacks and returns its objects and lists.
func logs(t *testing.T) ([]scan.Object, *intel.Tables) {
	t.Helper()
	dir := t.TempDir()
	if _, err := simulate.Run(simulate.Options{Accounts: 2, Seed: 5, Scale: 0.2, Attacks: true}, dir); err != nil {
		t.Fatal(err)
	}
	objects, problems := file.List([]string{filepath.Join(dir, "AWSLogs")}, &scan.Filter{})
	if len(objects) == 0 || len(problems) > 0 {
		t.Fatalf("got %d objects, problems %v", len(objects), problems)
	}
	return objects, lists(t, dir)
}

// lists compiles the threat lists of simulated logs.
func lists(t *testing.T, dir string) *intel.Tables {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "intel", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []intel.List
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(p), ".txt")
		l, _, err := intel.ListFromReader(name, intel.Category(name), "", "", f)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		all = append(all, l)
	}
	tables, _ := intel.Build(all, intel.Options{})
	return tables
}

// TestLabels holds that every attack that simulate hides is found, and that what is found beside them follows from them.
func TestLabels(t *testing.T) {
	dir := t.TempDir()
	summary, err := simulate.Run(simulate.Options{Accounts: 2, Seed: 5, Scale: 0.2, Attacks: true}, dir)
	if err != nil {
		t.Fatal(err)
	}
	objects, _ := file.List([]string{filepath.Join(dir, "AWSLogs")}, &scan.Filter{})
	r := scan.Run(t.Context(), scan.Config{
		Objects: objects, Rules: rules.All(), Intel: lists(t, dir), Geo: everywhere{}, Keys: keys(t, dir),
	}, &scan.Progress{})
	found := map[[2]string]int{}
	for _, f := range r.Findings {
		found[[2]string{*f.Type, *f.AccountId}]++
	}
	for _, l := range summary.Labels {
		if found[[2]string{string(l.Type), l.Account}] == 0 {
			t.Errorf("not found: %s in %s: %s by %s at %s", l.Type, l.Account, l.Attack, l.Resource, l.Start)
		}
	}
	if extra := len(r.Findings) - len(summary.Labels); extra > len(summary.Labels)/10 {
		for k, n := range found {
			t.Log(n, k)
		}
		t.Errorf("%d findings beyond the %d attacks", extra, len(summary.Labels))
	}
}

// keys reads the compromised access keys of simulated logs.
func keys(t *testing.T, dir string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "compromised-keys.txt"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, k := range strings.Fields(string(b)) {
		all[k] = true
	}
	return all
}

// everywhere locates addresses, so that rules which need it run.
type everywhere struct{}

// Lookup implements rule.Locator.
func (everywhere) Lookup(a netip.Addr) intel.Location {
	b := a.As16()
	return intel.Location{CountryCode: "XX", CountryName: "Nowhere", Lat: float64(b[13]) - 90, Lon: float64(b[14]), ASN: fmt.Sprint(b[12]), Org: "Net " + fmt.Sprint(b[12])}
}

// found scans and returns what GuardDuty would export, sorted, with the texts of the evidence.
func found(t *testing.T, workers int, objects []scan.Object, tables *intel.Tables) []string {
	t.Helper()
	r := scan.Run(t.Context(), scan.Config{Objects: objects, Rules: rules.All(), Intel: tables, Geo: everywhere{}, Workers: workers, Evidence: true}, &scan.Progress{})
	if len(r.Problems) > 0 || r.Engine != (engine.Stats{}) || len(r.Lost) > 0 {
		t.Fatalf("problems %v, %+v", r.Problems, r.Engine)
	}
	var all []string
	for _, f := range r.Findings {
		line, err := finding.Export(&f.Finding)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Evidence.Crossed {
			line = fmt.Appendf(line, "\n\t%+v", c)
		}
		for _, e := range f.Evidence.Records {
			line = fmt.Appendf(line, "\n\t%s", e.Text)
		}
		all = append(all, string(line))
	}
	slices.Sort(all)
	return all
}

// TestShards, TestOrder and TestRuns are the equalities that docs/design.md claims, on a day of simulated logs: 1, 2 and 7
// shards; records shuffled and put into other objects; two runs.
func TestShards(t *testing.T) {
	objects, tables := logs(t)
	want := found(t, 1, objects, tables)
	if len(want) == 0 {
		t.Fatal("nothing found")
	}
	for _, n := range []int{2, 7} {
		if d := cmp.Diff(want, found(t, n, objects, tables)); d != "" {
			t.Errorf("%d shards find otherwise (-1, +%d):\n%s", n, n, d)
		}
	}
}

func TestRuns(t *testing.T) {
	objects, tables := logs(t)
	if d := cmp.Diff(found(t, 2, objects, tables), found(t, 2, objects, tables)); d != "" {
		t.Errorf("a second run finds otherwise:\n%s", d)
	}
}

func TestOrder(t *testing.T) {
	objects, tables := logs(t)
	want := found(t, 2, objects, tables)
	if d := cmp.Diff(want, found(t, 2, shuffled(t, objects), tables)); d != "" {
		t.Errorf("shuffled and batched otherwise, the records make other findings (-as delivered, +shuffled):\n%s", d)
	}
}

// texts gathers the records of objects as lines, by kind; flow records by the header they stand under.
type texts struct {
	json  []string
	flows map[string][]string
}

// CloudTrail implements event.Handler.
func (x *texts) CloudTrail(r *event.CloudTrail) { x.json = append(x.json, strings.Clone(r.Raw)) }

// DNS implements event.Handler.
func (x *texts) DNS(r *event.DNS) { x.json = append(x.json, strings.Clone(r.Raw)) }

// Flow implements event.Handler.
func (x *texts) Flow(r *event.Flow) {
	x.flows[r.Header] = append(x.flows[strings.Clone(r.Header)], strings.Clone(r.Raw))
}

// Bad implements event.Handler.
func (x *texts) Bad(b event.Bad) { panic(b.Reason) }

// shuffled puts the records of objects into few objects, in another order, under names that tell nothing.
func shuffled(t *testing.T, objects []scan.Object) []scan.Object {
	t.Helper()
	all := &texts{flows: map[string][]string{}}
	for _, o := range objects {
		in, err := o.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := event.Read(in, event.Options{}, all); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	rng := rand.New(rand.NewPCG(9, 9))
	var out []scan.Object
	split := func(header string, lines []string) {
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		for part := range slices.Chunk(lines, len(lines)/3+1) {
			text := header + strings.Join(part, "\n") + "\n"
			out = append(out, scan.Object{Name: fmt.Sprint("part", len(out)), Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader([]byte(text))), nil
			}})
		}
	}
	split("", all.json)
	for header, lines := range all.flows {
		split(header+"\n", lines)
	}
	return out
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := scan.Object{Name: "never opened", Open: func(context.Context) (io.ReadCloser, error) { panic("opened") }}
	if r := scan.Run(ctx, scan.Config{Objects: []scan.Object{o}}, &scan.Progress{}); !r.Interrupted || r.Objects != 0 {
		t.Errorf("got interrupted %v, %d objects; want true and none", r.Interrupted, r.Objects)
	}
}

// TestCaps holds that what is beyond the caps of findings and names is counted.
func TestCaps(t *testing.T) {
	objects, tables := logs(t)
	f := func(workers int) {
		t.Helper()
		r := scan.Run(t.Context(), scan.Config{
			Objects: objects, Rules: rules.All(), Intel: tables, Workers: workers,
			MaxFindings: finding.Limits{Total: 10}, MaxAccounts: 1, Limits: engine.Limits{Interfaces: 1},
		}, &scan.Progress{})
		if len(r.Findings) != 10 || len(r.Lost) == 0 || len(r.Accounts) != 1 || !r.MoreAccounts || r.Engine.Unnamed == 0 {
			t.Errorf("%d workers: got %d findings, lost %v, accounts %v %v, %+v", workers, len(r.Findings), r.Lost, r.Accounts, r.MoreAccounts, r.Engine)
		}
	}
	f(1)
	f(7)
}

// TestReasons holds that an object's bad records are told by a few reasons, and all are counted, with the place of the first.
func TestReasons(t *testing.T) {
	var b strings.Builder
	line := func(port any) {
		fmt.Fprintln(&b, "2 111122223333 eni-1 10.0.0.1 10.0.0.2", port, "443 6 1 40 60 65 ACCEPT OK")
	}
	line(1000)
	first := b.Len()
	for i := range 200 {
		line(fmt.Sprint("x", i))
	}
	line("x7")
	o := scan.Object{Name: "flows", Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(b.String())), nil }}
	r := scan.Run(t.Context(), scan.Config{Objects: []scan.Object{o}}, &scan.Progress{})
	told := int64(0)
	for _, p := range r.Problems {
		told += p.Count
	}
	if len(r.Problems) != 4 || told != 201 || r.Bad != 201 {
		t.Fatalf("got %d bad, problems %+v; want 201, told by three reasons and the rest", r.Bad, r.Problems)
	}
	if p := r.Problems[0]; p.Reason != `column srcport: unreadable value "x0"` || p.Count != 1 || p.At != int64(first) {
		t.Errorf("got %+v; want the first record at %d", p, first)
	}
	if p := r.Problems[2]; p.Reason != `column srcport: unreadable value "x7"` || p.Count != 2 {
		t.Errorf("got %+v; want the two of x7", p)
	}
	if p := r.Problems[3]; p.Reason != "other reasons" || p.Count != 197 || p.At <= int64(first) {
		t.Errorf("got %+v; want 197 for other reasons", p)
	}
}

// TestEvidenceOfOwnFormat holds that evidence is read as the records were: here, in a format that only a flag tells.
func TestEvidenceOfOwnFormat(t *testing.T) {
	const log = "1767607200 10.0.0.5 198.51.100.7 443 ACCEPT 40000 6 eni-0a 111122223333 1767607260 9 900 OK\n"
	tables, _ := intel.Build([]intel.List{{Name: "own", Category: intel.Custom, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("198.51.100.7/32")}}}}, intel.Options{})
	o := scan.Object{Name: "flows", Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil }}
	r := scan.Run(t.Context(), scan.Config{
		Objects: []scan.Object{o}, Rules: rules.All(), Intel: tables, Evidence: true, Region: "us-east-1",
		FlowFormat: "start srcaddr dstaddr dstport action srcport protocol interface-id account-id end packets bytes log-status",
	}, &scan.Progress{})
	if len(r.Problems) > 0 || len(r.Findings) == 0 || len(r.Findings[0].Evidence.Records) == 0 {
		t.Errorf("got %d findings, problems %v", len(r.Findings), r.Problems)
	}
}

func TestFilter(t *testing.T) {
	const place = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/111122223333_CloudTrail_us-east-1_20260105T0010Z_AbCdEfGhIjKlMnOp.json.gz"
	f := func(filter scan.Filter, want bool) {
		t.Helper()
		if got := filter.Wants(event.ParsePath(place)); got != want {
			t.Errorf("%+v: got %v, want %v", filter, got, want)
		}
	}
	day := event.ParsePath(place).Time
	f(scan.Filter{}, true)
	f(scan.Filter{Accounts: []string{"444455556666"}}, false)
	f(scan.Filter{Regions: []string{"eu-west-1", "us-east-1"}}, true)
	f(scan.Filter{Since: day.AddDate(0, 0, 1)}, false)
	f(scan.Filter{Until: day.AddDate(0, 0, -2)}, false)
	f(scan.Filter{Until: day.AddDate(0, 0, -1).Add(1e9 * 1800)}, true) // delivered late
	if w := (&scan.Filter{Accounts: []string{"1"}, Since: day}); !w.Wants(event.ParsePath("some/file.json")) {
		t.Error("a path that names nothing was left out")
	}
}
