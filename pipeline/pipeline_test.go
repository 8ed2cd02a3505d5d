package pipeline_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/access"
	"picket/finding"
	"picket/guardduty"
	"picket/intel"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/scan"
	"picket/service"
	"picket/simulate"
	"picket/source/file"
	"picket/sqlstore"
)

// world is a folder of logs, and what becomes of them.
type world struct {
	t       testing.TB
	logs    string
	tables  *intel.Tables
	service *service.Service
	jump    time.Duration // of the clock
	most    finding.Limits
	opening func(path string) error
}

func (w *world) now() time.Time { return time.Now().Add(w.jump) }

// folder is a folder on a machine whose clock jumps, where something may happen to a file before it is opened.
type folder struct {
	file.Folder
	jump    time.Duration
	opening func(path string) error // may be nil
}

func (f *folder) Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	if f.opening != nil {
		if err := f.opening(o.Name); err != nil {
			return nil, err
		}
	}
	return f.Folder.Open(ctx, o)
}

func (f *folder) Look(ctx context.Context, full int64) (pipeline.Look, error) {
	l, err := f.Folder.Look(ctx, full)
	l.Through += int64(f.jump.Seconds())
	return l, err
}

// newWorld simulates a day of two accounts with all attacks.
func newWorld(t testing.TB, where string) *world {
	t.Helper()
	dir := t.TempDir()
	if _, err := simulate.Run(simulate.Options{Accounts: 2, Seed: 5, Scale: 0.2, Attacks: true}, dir); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, logs: filepath.Join(dir, "AWSLogs"), tables: lists(t, dir)}
	store, err := sqlstore.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	master, err := access.CreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w.service = &service.Service{Store: store, Master: master, Now: time.Now, CustomRules: rules.CustomDetectionRules()}
	return w
}

// memory is a folder without a disk to wait for.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "picket")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func lists(t testing.TB, dir string) *intel.Tables {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "intel", "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no lists: %v", err)
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

// key tells findings apart.
type key struct{ account, region, typ, key string }

// scanned is what a scan of the logs finds.
func (w *world) scanned() map[key]picket.Finding {
	w.t.Helper()
	objects, problems := file.List([]string{w.logs}, &scan.Filter{})
	if len(problems) > 0 {
		w.t.Fatal(problems)
	}
	r := scan.Run(w.t.Context(), scan.Config{Objects: objects, Rules: rules.All(), Intel: w.tables, Evidence: true}, &scan.Progress{})
	out := map[key]picket.Finding{}
	for _, f := range r.Findings {
		out[key{*f.AccountId, *f.Region, *f.Type, f.Key}] = f.Finding
	}
	return out
}

// enable makes the accounts of findings, with the service on wherever something was found, and there all rules live.
func (w *world) enable(found map[key]picket.Finding) {
	w.t.Helper()
	regions := map[string][]string{}
	for k := range found {
		if !slices.Contains(regions[k.account], k.region) {
			regions[k.account] = append(regions[k.account], k.region)
		}
		if !slices.Contains(w.service.Settings.Regions, k.region) {
			w.service.Settings.Regions = append(w.service.Settings.Regions, k.region)
		}
	}
	for account, of := range regions {
		if _, err := w.service.CreateAccount(w.t.Context(), service.Account{ID: account, Name: account, Email: account + "@example.com"}); err != nil {
			w.t.Fatal(err)
		}
		for _, region := range of {
			c := picket.Caller{Account: account, Region: region}
			if _, err := w.service.CreateDetector(w.t.Context(), c, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)}); err != nil {
				w.t.Fatal(err)
			}
			for _, r := range w.service.CustomRules {
				w.associate(c, *r.RuleId, guardduty.AssociationModeLive)
			}
		}
	}
}

// associate sets the mode of a custom detection rule that has none.
func (w *world) associate(c picket.Caller, rule string, mode guardduty.AssociationMode) (id *string) {
	w.t.Helper()
	out, err := w.service.CreateCustomDetectionRuleAssociation(w.t.Context(), c, &guardduty.CreateCustomDetectionRuleAssociationRequest{RuleId: &rule, Mode: mode})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.RuleAssociation.AssociationId
}

// run follows the logs until stop says so, or ctx ends.
func (w *world) run(ctx context.Context, stop func() bool) {
	w.t.Helper()
	folder := &folder{file.Folder{Path: w.logs}, w.jump, w.opening}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	p := pipeline.New(pipeline.Config{
		Service: w.service, Open: folder.Open, Rules: rules.All(), Log: log, Wait: 5 * time.Millisecond, Patience: 1, MaxFindings: w.most,
		NewEnv: func() *rule.Env { return rule.NewEnv(w.tables, nil, nil, nil) },
	})
	f := &pipeline.Follower{
		Service: w.service, Log: log, Now: w.now, Wait: 5 * time.Millisecond,
		Sources: func(context.Context) (map[string]pipeline.Source, error) {
			return map[string]pipeline.Source{"logs": folder}, nil
		},
	}
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		if err := p.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	all.Go(func() {
		if err := f.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for ctx.Err() == nil && !stop() {
		<-look.C
	}
	cancel()
	all.Wait()
}

// done reports whether every object is in the log, every partition was told that nothing else comes, and all is applied.
func (w *world) done() bool {
	w.t.Helper()
	objects, _ := file.List([]string{w.logs}, &scan.Filter{})
	done := true
	err := w.service.Store.View(w.t.Context(), func(tx picket.Tx) error {
		n, applied := 0, true
		all, err := tx.Log().Partitions()
		for _, p := range all {
			messages, err := tx.Log().Read(p.Number, 0, 10_000)
			if err != nil {
				return err
			}
			last := messages[len(messages)-1]
			here := 0
			for _, m := range messages {
				if m.Object != nil {
					here++
				}
			}
			n += here
			applied = applied && p.Applied == p.Last && (here == 0 || last.Mark > time.Now().Unix()-3600)
		}
		done = applied && n == len(objects)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

// served is what is stored of findings.
func (w *world) served(like map[key]picket.Finding) map[key]picket.Finding {
	w.t.Helper()
	keys := map[[2]string][]picket.FindingKey{}
	for k := range like {
		at := [2]string{k.account, k.region}
		keys[at] = append(keys[at], picket.FindingKey{Type: k.typ, Key: k.key})
	}
	out := map[key]picket.Finding{}
	err := w.service.Store.View(w.t.Context(), func(tx picket.Tx) error {
		for at := range keys {
			page, err := tx.Findings().List(at[0], at[1], picket.FindingQuery{Limit: 1000})
			if err != nil {
				return err
			}
			all, err := tx.Findings().Get(at[0], at[1], page.IDs)
			if err != nil {
				return err
			}
			for _, f := range all {
				out[key{*f.AccountId, *f.Region, *f.Type, f.Key}] = f.Finding
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// plain is a finding as text, without what differs between a scan and a server.
func plain(t testing.TB, f picket.Finding) string {
	t.Helper()
	about := *f.Service
	about.DetectorId = nil
	f.Service, f.Id, f.Arn, f.CreatedAt, f.UpdatedAt, f.Latency, f.State = &about, nil, nil, nil, nil, 0, nil
	for i := range f.Evidence.Records {
		f.Evidence.Records[i].Message = 0
	}
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compare wants the same findings.
func compare(t testing.TB, want, got map[key]picket.Finding) {
	t.Helper()
	for k := range got {
		if _, ok := want[k]; !ok {
			t.Errorf("found by the server alone: %+v", k)
		}
	}
	differ := 0
	for _, k := range slices.SortedFunc(maps.Keys(want), func(a, b key) int { return strings.Compare(a.typ+a.key, b.typ+b.key) }) {
		f, ok := got[k]
		if !ok {
			t.Errorf("found by the scan alone: %+v", k)
			continue
		}
		created, err := time.Parse(time.RFC3339, *f.CreatedAt)
		if ms := created.UnixMilli(); err != nil || f.Latency < ms-f.Last*1000 || f.Latency > ms-f.First*1000 {
			t.Errorf("%+v was created at %s of events from %d to %d, and says that this took %d ms (%v)", k, *f.CreatedAt, f.First, f.Last, f.Latency, err)
		}
		if diff := cmp.Diff(plain(t, want[k]), plain(t, f)); diff != "" {
			if differ++; differ < 4 {
				t.Errorf("%+v: -scan +server\n%s", k, diff)
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d of %d findings differ", differ, len(want))
	}
}

// TestServesWhatAScanFinds: the engine finds the same in logs as they come as in all at once.
func TestServesWhatAScanFinds(t *testing.T) {
	w := newWorld(t, memory(t))
	want := w.scanned()
	w.enable(want)
	w.run(t.Context(), w.done)
	compare(t, want, w.served(want))
}

// TestFindingsBeyondRoom: what there is no room for at once is told, also after a restart, and once.
func TestFindingsBeyondRoom(t *testing.T) {
	w := newWorld(t, memory(t))
	w.most = finding.Limits{Total: 3}
	want := w.scanned()
	w.enable(want)
	w.run(t.Context(), w.done)
	lost := func() int64 {
		t.Helper()
		s, err := w.service.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Strain.Limits[pipeline.FindingsLimit]
	}
	first, found := lost(), len(w.served(want))
	if first == 0 || found == 0 || found == len(want) {
		t.Errorf("%d hits were lost, and %d of %d findings are there", first, found, len(want))
	}
	w.run(t.Context(), w.done)
	if again := lost(); again != first {
		t.Errorf("after a restart %d hits were lost, before it %d", again, first)
	}
}
