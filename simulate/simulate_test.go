package simulate

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/event"
)

// generate writes logs into a new folder.
func generate(t testing.TB, opts Options) (string, Summary) {
	t.Helper()
	out := t.TempDir()
	s, err := Run(opts, out)
	if err != nil {
		t.Fatal(err)
	}
	return out, s
}

// contents returns every file below out by its path, decompressed where it is a log.
func contents(t *testing.T, out string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") {
			zr, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				return err
			}
			if b, err = io.ReadAll(zr); err != nil {
				return err
			}
		}
		rel, err := filepath.Rel(out, path)
		files[filepath.ToSlash(rel)] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// digest is a hash of all files below out as they are on disk, names included.
func digest(t *testing.T, out string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(out, path)
		io.WriteString(h, rel)
		h.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	opts := Options{Accounts: 2, Seed: 7, Scale: 0.05, Attacks: true}
	first, _ := generate(t, opts)
	want := digest(t, first)
	for _, procs := range []int{1, 5} {
		old := runtime.GOMAXPROCS(procs)
		again, _ := generate(t, opts)
		runtime.GOMAXPROCS(old)
		if got := digest(t, again); got != want {
			t.Errorf("with %d processors the same seed gives other bytes", procs)
		}
	}
	opts.Seed = 8
	other, _ := generate(t, opts)
	if digest(t, other) == want {
		t.Error("another seed gives the same bytes")
	}
}

func TestAccountsDoNotChangeEachOther(t *testing.T) {
	one, _ := generate(t, Options{Seed: 7, Scale: 0.02})
	two, _ := generate(t, Options{Seed: 7, Scale: 0.02, Accounts: 2})
	all := contents(t, two)
	for path, b := range contents(t, one) {
		if !bytes.Equal(all[path], b) {
			t.Fatalf("%s is another file when there is a second account", path)
		}
	}
}

func TestLayout(t *testing.T) {
	out, _ := generate(t, Options{Seed: 3, Scale: 0.05, Attacks: true})
	layouts := map[string]*regexp.Regexp{
		"CloudTrail":      regexp.MustCompile(`^AWSLogs/(\d{12})/CloudTrail/([a-z]+-[a-z]+-\d)/(\d{4})/(\d\d)/(\d\d)/\d{12}_CloudTrail_[a-z]+-[a-z]+-\d_\d{8}T\d{4}Z_[0-9A-Za-z]{16}\.json\.gz$`),
		"vpcflowlogs":     regexp.MustCompile(`^AWSLogs/(\d{12})/vpcflowlogs/([a-z]+-[a-z]+-\d)/(\d{4})/(\d\d)/(\d\d)/\d{12}_vpcflowlogs_[a-z]+-[a-z]+-\d_fl-[0-9a-f]{17}_\d{8}T\d{4}Z_[0-9a-f]{8}\.log\.gz$`),
		"vpcdnsquerylogs": regexp.MustCompile(`^AWSLogs/(\d{12})/vpcdnsquerylogs/(vpc-[0-9a-f]{17})/(\d{4})/(\d\d)/(\d\d)/vpc-[0-9a-f]{17}_vpcdnsquerylogs_\d{12}_\d{8}T\d{4}Z_[0-9a-f]{8}\.log\.gz$`),
	}
	seen := map[string]int{}
	for path := range contents(t, out) {
		if !strings.HasPrefix(path, "AWSLogs/") {
			continue
		}
		service := strings.Split(path, "/")[2]
		m := layouts[service].FindStringSubmatch(path)
		if m == nil {
			t.Fatalf("%s is not how AWS names a file", path)
		}
		if !strings.Contains(path, "_"+m[3]+m[4]+m[5]+"T") {
			t.Errorf("%s: folder and name differ in their day", path)
		}
		seen[service]++
	}
	for service := range layouts {
		if seen[service] < 12*24 {
			t.Errorf("%s: %d files a day, want one every five minutes at least", service, seen[service])
		}
	}
}

func TestLabelsForEveryType(t *testing.T) {
	list, err := os.ReadFile("testdata/types.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for typ := range strings.FieldsSeq(string(list)) {
		want[typ] = true
	}
	for _, accounts := range []int{1, 3} {
		opts := Options{Accounts: accounts, Seed: 5, Scale: 0.01, Attacks: true}
		out, s := generate(t, opts)
		var labels []Label
		b, err := os.ReadFile(filepath.Join(out, "labels.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &labels); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.Labels, labels); diff != "" {
			t.Errorf("labels.json differs from the summary: %s", diff)
		}
		got, in := map[string]bool{}, map[string]int{}
		for _, l := range labels {
			got[l.Type] = true
			in[l.Account]++
			if l.Resource == "" || l.Region == "" || l.Attack == "" || !l.End.After(l.Start.Add(-time.Second)) {
				t.Errorf("incomplete label %+v", l)
			}
			if day := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); l.Start.Before(day) || l.End.After(day.AddDate(0, 0, 1)) {
				t.Errorf("%s happens outside of the logs, from %s to %s", l.Type, l.Start, l.End)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("types with a label (-want +got): %s", diff)
		}
		if len(in) != accounts {
			t.Errorf("attacks in %d of %d accounts", len(in), accounts)
		}
	}
}

func TestAttacksAreInTheLogs(t *testing.T) {
	quiet, before := generate(t, Options{Seed: 5, Scale: 0.01})
	_, after := generate(t, Options{Seed: 5, Scale: 0.01, Attacks: true})
	f := func(kind string, before, after Volume, atLeast int) {
		t.Helper()
		if n := after.Records - before.Records; n < atLeast {
			t.Errorf("attacks add %d %s records, want %d at least", n, kind, atLeast)
		}
	}
	f("CloudTrail", before.CloudTrail, after.CloudTrail, 250)
	f("flow", before.Flow, after.Flow, 15_000)
	f("DNS", before.DNS, after.DNS, 1_050)
	if _, err := os.Stat(filepath.Join(quiet, "labels.json")); err == nil {
		t.Error("logs without attacks have labels")
	}
}

func TestListsKnowNobodyElse(t *testing.T) {
	opts := Options{Seed: 5, Scale: 0.3}
	out, _ := generate(t, opts)
	bad := map[string]bool{}
	lists := newIntelligence(opts.Seed)
	for _, ips := range lists.addresses {
		for _, ip := range ips {
			bad[ipString(ip)] = true
		}
	}
	for _, domains := range lists.domains {
		for _, d := range domains {
			bad[d] = true
		}
	}
	knocks := 0
	attackers := regexp.MustCompile(`^(45|91|185|193|194|195)(\.\d+){3}$`)
	words := regexp.MustCompile(`[0-9A-Za-z.-]+`)
	for path, b := range contents(t, out) {
		for line := range bytes.Lines(b) {
			for _, w := range words.FindAll(line, -1) {
				if name := string(bytes.TrimSuffix(w, []byte("."))); !bad[name] && !attackers.MatchString(name) {
					continue
				}
				if knocks++; !bytes.Contains(line, []byte(" REJECT ")) {
					t.Errorf("%s: a listed indicator without an attack: %s", path, line)
				}
			}
		}
	}
	if knocks == 0 {
		t.Error("no listed scanner knocks in vain")
	}
}

func TestOnlyTheKindsAskedFor(t *testing.T) {
	_, s := generate(t, Options{Seed: 5, Scale: 0.01, Attacks: true, Kinds: []event.Kind{event.KindDNS}})
	if s.CloudTrail.Files != 0 || s.Flow.Files != 0 || s.DNS.Files == 0 || len(s.Labels) != 11 {
		t.Errorf("got %+v, want DNS files alone, with 11 labels", s)
	}
}

func TestRefuses(t *testing.T) {
	f := func(opts Options, out, want string) {
		t.Helper()
		if _, err := Run(opts, out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Run(%+v) = %v, want an error with %q", opts, err, want)
		}
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "a"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f(Options{}, full, "not empty")
	f(Options{Days: -1}, t.TempDir(), "simulate -1 days: want 1")
	f(Options{FlowVersion: 6}, t.TempDir(), "flow version 6")
}

func BenchmarkRun(b *testing.B) {
	f := func(kind event.Kind, volume func(Summary) Volume) {
		b.Run(strings.ReplaceAll(kind.String(), " ", ""), func(b *testing.B) {
			var records int
			for b.Loop() {
				_, s := generate(b, Options{Seed: 1, Scale: 10, Kinds: []event.Kind{kind}})
				v := volume(s)
				records += v.Records
				b.SetBytes(v.Raw)
				b.ReportMetric(float64(v.Raw)/float64(v.Records), "B/record")
				b.ReportMetric(float64(v.Raw)/float64(v.Bytes), "raw/gz")
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
	f(event.KindCloudTrail, func(s Summary) Volume { return s.CloudTrail })
	f(event.KindFlow, func(s Summary) Volume { return s.Flow })
	f(event.KindDNS, func(s Summary) Volume { return s.DNS })
}
