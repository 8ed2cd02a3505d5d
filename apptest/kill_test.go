package apptest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/s3test"
	"picket/simulate"
	"picket/sqlstore"
)

var (
	kills    = flag.Int("kills", 3, "how often TestKilled kills a server")
	killSeed = flag.Uint64("killseed", 1, "when it does")
)

// TestKilled kills servers at random moments while they follow logs: their findings, with counts, evidence and copies, are those
// of a server that was left alone, and each is published at least once, what is said twice under one id.
func TestKilled(t *testing.T) {
	t.Run("folder", func(t *testing.T) {
		killed(t, func(dir string) []string { return []string{filepath.Join(dir, "AWSLogs")} })
	})
	t.Run("bucket", func(t *testing.T) {
		endpoint := s3test.Start(t)
		killed(t, func(dir string) []string {
			name := filepath.Base(filepath.Dir(dir)) + filepath.Base(dir) // TestKilledbucket1234 and 001
			name = strings.ToLower(name)
			s3test.Upload(t, endpoint, name, dir, "AWSLogs")
			return []string{"s3://" + name, "--endpoint", endpoint, "--since", "2020-01-01"}
		})
	})
}

// killed kills servers that follow what put makes of a folder of logs: a location, and flags.
func killed(t *testing.T, put func(dir string) []string) {
	random := rand.New(rand.NewPCG(*killSeed, 0))
	left, rounds, wanted, got, wrong := *kills, 0, 0, 0, 0
	for left > 0 {
		rounds++
		dir := t.TempDir()
		if _, err := simulate.Run(simulate.Options{Accounts: 2, Seed: uint64(rounds), Scale: 0.1, Attacks: true}, dir); err != nil {
			t.Fatal(err)
		}
		from := put(dir)
		alone := newFollowed(t, dir, from)
		want := alone.end()
		killed := newFollowed(t, dir, from)
		for n := min(left, 25); n > 0 && !killed.done(); n-- {
			pause := time.NewTimer(time.Duration(random.IntN(400)) * time.Millisecond)
			<-pause.C
			killed.s.kill()
			killed.s.run()
			left--
		}
		have := killed.end()
		wanted, got = wanted+len(want), got+len(have)
		for _, k := range slices.Sorted(maps.Keys(want)) {
			if diff := cmp.Diff(want[k], have[k]); diff != "" {
				if wrong++; wrong <= 3 {
					t.Errorf("round %d: %s: -left alone +killed\n%s", rounds, k, diff)
				}
			}
			delete(have, k)
		}
		for k := range have {
			wrong++
			t.Errorf("round %d: found after kills alone: %s", rounds, k)
		}
	}
	t.Logf("kills %d, findings wanted %d, got %d, wrong %d", *kills-left, wanted, got, wrong)
	if wanted == 0 {
		t.Error("nothing was to be found")
	}
}

// followed is a server that follows logs of accounts, the first of which has an administrator.
type followed struct {
	s        *server
	accounts []string
	people   []*account // with the administrator
	regions  []string
	heard    *listener
	objects  int
	begun    int64
}

const killAdministrator = "999999999999"

func newFollowed(t testing.TB, dir string, from []string, options ...option) *followed {
	t.Helper()
	f := &followed{begun: time.Now().Unix()}
	logs := filepath.Join(dir, "AWSLogs")
	for _, e := range must(os.ReadDir(logs))(t) {
		f.accounts = append(f.accounts, e.Name())
	}
	must(0, filepath.WalkDir(logs, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f.objects++
		parts := strings.Split(strings.TrimPrefix(path, logs), "/") // /ACCOUNT/CloudTrail/REGION/…
		if len(parts) > 3 && parts[2] == "CloudTrail" && !slices.Contains(f.regions, parts[3]) {
			f.regions = append(f.regions, parts[3])
		}
		return nil
	}))(t)
	f.heard = listen(t)
	f.s = start(t, append(options, withRegions(f.regions...), func(c map[string]any) {
		c["publish"] = map[string]any{"allow": []string{"127.0.0.0/8"}}
	})...)
	admin := f.s.account(killAdministrator)
	f.people = append(f.people, admin)
	f.s.operator("destination", "add", "admin", f.heard.url, "--account", admin.ID)
	for i, id := range f.accounts {
		a := f.s.account(id)
		f.people = append(f.people, a)
		f.s.operator("destination", "add", "of-"+id, f.heard.url, "--account", id)
		for _, region := range f.regions {
			p := newPair(t, admin, a, region)
			if i == 0 {
				p.join()
			}
		}
	}
	f.s.operator(append([]string{"source", "add", "logs"}, from...)...)
	return f
}

// done reports whether all there is has been read and every window was decided.
func (f *followed) done() bool {
	f.s.t.Helper()
	var status struct {
		Sources []struct{ Objects int }
		Waiting int
		Marked  int64
	}
	must(0, json.Unmarshal([]byte(f.s.operator("status", "--json")), &status))(f.s.t)
	return status.Sources[0].Objects == f.objects && status.Waiting == 0 && status.Marked > f.begun
}

// wait waits until all is read and published.
func (f *followed) wait() {
	f.s.t.Helper()
	deadline, look := time.NewTimer(5*time.Minute), time.NewTicker(100*time.Millisecond)
	defer look.Stop()
	for !f.done() || f.unheard() > 0 {
		select {
		case <-look.C:
		case <-deadline.C:
			f.s.t.Fatalf("the logs were not read to their end, or %d findings not published:\n%s%s", f.unheard(), f.s.operator("status"), f.s.operator("destination", "list"))
		}
	}
}

// end waits, stops the server, and returns the findings that each account sees, as text.
func (f *followed) end() map[string]string {
	f.s.t.Helper()
	f.wait()
	return f.found()
}

// found stops the server and returns the findings that each account sees.
func (f *followed) found() map[string]string {
	f.s.t.Helper()
	f.s.stop()
	store := must(sqlstore.Open(ctx, f.s.kept))(f.s.t)
	defer store.Close()
	out := map[string]string{}
	for _, viewer := range append(f.accounts, killAdministrator) {
		for _, region := range f.regions {
			for k, text := range findingsOf(f.s.t, store, viewer, region) {
				out[k] = text
			}
		}
	}
	return out
}

func findingsOf(t testing.TB, store picket.Store, viewer, region string) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(0, store.View(ctx, func(tx picket.Tx) error {
		page, err := tx.Findings().List(viewer, region, picket.FindingQuery{Limit: 10_000})
		if err != nil || page.Next != "" {
			return fmt.Errorf("list: %v, more: %q", err, page.Next)
		}
		found, err := tx.Findings().Get(viewer, region, page.IDs)
		for _, f := range found {
			key := strings.Join([]string{viewer, region, *f.AccountId, *f.Type, f.Key}, " ")
			about := *f.Service
			about.DetectorId = nil
			for i := range f.Evidence.Records {
				f.Evidence.Records[i].Message = 0
			}
			f.Service, f.Id, f.Arn, f.CreatedAt, f.UpdatedAt, f.Relation = &about, nil, nil, nil, nil, ""
			b, err := json.MarshalIndent(f, "", " ")
			if err != nil {
				return err
			}
			out[key] = string(b)
		}
		return err
	}))(t)
	return out
}
