package pipeline_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/scan"
	"picket/service"
	"picket/source/file"
)

// kindOf is a folder of logs of which only those of a kind are there, on a machine whose clock is set on.
type kindOf struct {
	file.Folder
	in    string // a part of their paths
	clock *atomic.Int64
}

// Look implements pipeline.Source.
func (k *kindOf) Look(ctx context.Context, full int64) (pipeline.Look, error) {
	l, err := k.Folder.Look(ctx, full)
	l.Objects = slices.DeleteFunc(l.Objects, func(o pipeline.Object) bool { return !strings.Contains(o.Name, k.in) })
	l.Through += k.clock.Load()
	return l, err
}

// late is a world whose sources are added one after the other.
type late struct {
	*world
	clock   atomic.Int64 // seconds that it is ahead
	mu      sync.Mutex
	sources map[string]pipeline.Source
}

func (l *late) all(context.Context) (map[string]pipeline.Source, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]pipeline.Source{}
	for id, from := range l.sources {
		out[id] = from
	}
	return out, nil
}

// run follows the sources, and does the steps, each when all that was there before is applied and decided.
func (l *late) run(steps ...func()) {
	l.t.Helper()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	p := pipeline.New(pipeline.Config{
		Service: l.service, Rules: rules.All(), Log: log, Wait: 5 * time.Millisecond, Patience: 1,
		NewEnv: func() *rule.Env { return rule.NewEnv(l.tables, nil, nil, nil) },
		Open: func(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
			return (&file.Folder{}).Open(ctx, o)
		},
	})
	f := &pipeline.Follower{
		Service: l.service, Log: log, Wait: 5 * time.Millisecond, Sources: l.all,
		Now: func() time.Time { return time.Now().Add(time.Duration(l.clock.Load()) * time.Second) },
	}
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() {
		if err := p.Run(ctx); err != nil {
			l.t.Error(err)
		}
	})
	all.Go(func() {
		if err := f.Run(ctx); err != nil {
			l.t.Error(err)
		}
	})
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for _, step := range steps {
		step()
		at := l.clock.Add(120) + time.Now().Unix() - 60
		for <-look.C; !l.decided(at); <-look.C {
		}
	}
	cancel()
	all.Wait()
}

// decided reports whether all objects that the sources have are applied, and what was delivered before a time is decided.
func (l *late) decided(at int64) bool {
	l.t.Helper()
	want := 0
	sources, _ := l.all(l.t.Context())
	objects, _ := file.List([]string{l.logs}, &scan.Filter{})
	for _, from := range sources {
		for _, o := range objects {
			if k := from.(*kindOf); strings.HasPrefix(o.Name, k.Path+"/") && strings.Contains(o.Name, k.in) {
				want++
			}
		}
	}
	done := true
	err := l.service.Store.View(l.t.Context(), func(tx picket.Tx) error {
		all, err := tx.Log().Partitions()
		for _, p := range all {
			messages, err := tx.Log().Read(p.Number, 0, 10_000)
			if err != nil {
				return err
			}
			here := 0
			for _, m := range messages {
				if m.Object != nil {
					here++
				}
			}
			want -= here
			done = done && p.Applied == p.Last && (here == 0 || messages[len(messages)-1].Mark >= at)
		}
		done = done && want == 0
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return done
}

func newLate(t *testing.T) *late {
	return &late{world: newWorld(t, memory(t)), sources: map[string]pipeline.Source{}}
}

func (l *late) add(id, path, in string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sources[id] = &kindOf{Folder: file.Folder{Path: path}, in: in, clock: &l.clock}
}

// TestSourcesAddedLater holds that the logs of a source that is added when others are read already are judged as they would have
// been, and that it is told that they came late.
func TestSourcesAddedLater(t *testing.T) {
	l := newLate(t)
	want := l.scanned()
	l.enable(want)
	l.run(
		func() { l.add("trail", l.logs, "/CloudTrail/") },
		func() { l.add("flow", l.logs, "/vpcflowlogs/") },
		func() { l.add("dns", l.logs, "/vpcdnsquerylogs/") },
	)
	compare(t, want, l.served(want))
	s, err := l.service.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if late := s.Strain.Late; late.Records == 0 || time.Unix(late.First, 0).Year() != 2026 {
		t.Errorf("late: %+v", late)
	}
}

// TestNothingLate holds that nothing is told to be late that came in time.
func TestNothingLate(t *testing.T) {
	l := newLate(t)
	want := l.scanned()
	l.enable(want)
	l.run(func() { l.add("all", l.logs, "") })
	if s, err := l.service.Status(t.Context()); err != nil || s.Strain.Late != (service.Late{}) || len(s.Strain.Limits) > 0 {
		t.Errorf("got %+v, %v", s.Strain, err)
	}
}

// TestStrangers holds that records which are nobody's are told with whose they are said to be.
func TestStrangers(t *testing.T) {
	w := newListWorld(t)
	w.ok(os.WriteFile(filepath.Join(w.logs, "calls.jsonl"), []byte(w.line(administrator, "198.51.100.7")+"\n"+
		w.line("999999999999", "198.51.100.7")+"\n"+w.line("999999999999", "198.51.100.7")+"\n"+
		strings.NewReplacer("us-east-1", "mars-1", "iam.", "ec2.").Replace(w.line(administrator, "198.51.100.7"))+"\n"), 0o600))
	w.settle(3) // the file, and records in their accounts' partitions
	s, err := w.service.Status(t.Context())
	w.ok(err)
	if diff := cmp.Diff(map[string]map[string]int64{"accounts": {"999999999999": 2}, "regions": {"mars-1": 1}},
		map[string]map[string]int64{"accounts": s.Strain.Accounts, "regions": s.Strain.Regions}); diff != "" {
		t.Error(diff)
	}
}
