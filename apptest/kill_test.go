package apptest

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/s3test"
	"picket/simulate"
	"picket/sqlstore"
	"picket/storetest"
)

var (
	kills    = flag.Int("kills", 3, "how often TestKilled kills a server")
	killSeed = flag.Uint64("killseed", 1, "when it does")
)

// TestKilled kills servers at random moments while they follow logs: their findings, with counts, evidence and copies, are those
// of a server that was left alone, and each is published at least once, what is said twice under one id.
func TestKilled(t *testing.T) {
	var sum tally
	t.Run("folder", func(t *testing.T) {
		sum.killed(t, func(f *followed, k *killer) { f.follow(k, filepath.Join(f.dir, "AWSLogs")) })
	})
	t.Run("bucket", func(t *testing.T) {
		endpoint := s3test.Start(t)
		uploaded := map[string]bool{}
		sum.killed(t, func(f *followed, k *killer) {
			name := strings.ToLower(filepath.Base(filepath.Dir(f.dir)) + filepath.Base(f.dir)) // TestKilledbucket1234 and 001
			if !uploaded[name] {
				s3test.Upload(t, endpoint, name, f.dir, "AWSLogs")
				uploaded[name] = true
			}
			f.follow(k, "s3://"+name, "--endpoint", endpoint, "--since", "2020-01-01")
		})
	})
	t.Run("push", func(t *testing.T) {
		withLists(t) // for its credentials
		sum.killed(t, pushing)
	})
	t.Run("changes", func(t *testing.T) {
		bucket, lists := withLists(t)
		feeds, fetched := withFeeds(t)
		sum.killed(t, func(f *followed, k *killer) { changing(f, k, bucket, feeds) }, lists, fetched)
	})
	t.Log("in all:", sum)
}

// tally is what came of kills.
type tally struct{ kills, wanted, got, wrong int }

func (sum tally) String() string {
	return fmt.Sprintf("kills %d, findings wanted %d, got %d, wrong %d", sum.kills, sum.wanted, sum.got, sum.wrong)
}

// killed has one server live through a story undisturbed, and another while it is killed, as often as it takes, and adds what came
// of that.
func (sum *tally) killed(t *testing.T, live func(*followed, *killer), options ...option) {
	random := rand.New(rand.NewPCG(*killSeed, 0))
	var n tally
	defer func() {
		t.Log(n)
		sum.kills, sum.wanted, sum.got, sum.wrong = sum.kills+n.kills, sum.wanted+n.wanted, sum.got+n.got, sum.wrong+n.wrong
	}()
	for rounds := 1; n.kills < *kills && !t.Failed(); rounds++ {
		dir := t.TempDir()
		if _, err := simulate.Run(simulate.Options{Accounts: 2, Seed: uint64(rounds), Scale: 0.1, Attacks: true}, dir); err != nil {
			t.Fatal(err)
		}
		alone := newFollowed(t, dir, options...)
		alone.name = fmt.Sprintf("round %d, left alone", rounds)
		live(alone, nil)
		want := alone.end()
		planned := min(*kills-n.kills, 25)
		k := &killer{random, planned}
		disturbed := newFollowed(t, dir, options...)
		disturbed.name = fmt.Sprintf("round %d, killed", rounds)
		live(disturbed, k)
		n.kills += planned - k.left
		have := disturbed.end()
		n.wanted, n.got = n.wanted+len(want), n.got+len(have)
		w := compare(t, rounds, want, have)
		n.wrong += w
		alone.fine, disturbed.fine = w == 0, w == 0
	}
	if n.wanted == 0 {
		t.Error("nothing was to be found")
	}
}

// compare tells of every finding in which two servers differ, of the first few in full, and returns how many those are.
func compare(t *testing.T, round int, want, have map[string]string) (wrong int) {
	t.Helper()
	all := maps.Clone(want)
	maps.Copy(all, have)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		diff := cmp.Diff(want[key], have[key])
		if diff == "" {
			continue
		}
		wrong++
		how := "differs"
		if _, ok := want[key]; !ok {
			how = "after kills alone"
		} else if _, ok := have[key]; !ok {
			how = "missing"
		}
		if wrong > 3 {
			diff = ""
		}
		t.Errorf("round %d: %s: %s: -left alone +killed\n%s", round, how, key, diff)
	}
	return wrong
}

// killer kills a server as often as is left. A nil one kills none.
type killer struct {
	random *rand.Rand
	left   int
}

// after is when it kills next: often at once, as most of what it disturbs is soon done.
func (k *killer) after() time.Duration {
	most := 400
	if k.random.IntN(2) == 0 {
		most = 50
	}
	return time.Duration(k.random.IntN(most)) * time.Millisecond
}

// while has something done, by a server that may be killed meanwhile: then it is done again, until it is without an error.
func (f *followed) while(k *killer, do func(context.Context) error) {
	f.s.t.Helper()
	for {
		doing, cancel := context.WithCancel(ctx)
		ended, survives := make(chan struct{}), func() bool { return true }
		if k != nil && k.left > 0 {
			survives = time.AfterFunc(k.after(), func() {
				f.s.process.Process.Kill()
				cancel()
				close(ended)
			}).Stop
		}
		err := do(doing)
		cancel()
		if survives() {
			must(0, err)(f.s.t)
			return
		}
		<-ended
		f.s.process.Wait()
		f.s.run()
		k.left--
		if err == nil {
			return
		}
	}
}

// followed is a server that follows logs of accounts, the first of which has an administrator.
type followed struct {
	s        *server
	dir      string
	accounts []string
	people   []*account // with the administrator
	regions  []string
	heard    *listener
	files    []string // below dir, in the order of their delivery
	begun    int64
	name     string // in what a failure says
	fine     bool   // it is as it should be: nothing of it is kept
}

// keep puts what a server leaves behind, and what it read, where they outlive the test, if that failed.
func (f *followed) keep(t testing.TB) {
	if !t.Failed() || f.fine || f.s == nil {
		return
	}
	to, err := os.MkdirTemp("", "picket-killed-")
	if err != nil {
		t.Log(err)
		return
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(to, "server.log"), []byte(f.s.stderr.String()), 0o600),
		os.Rename(f.s.dir, filepath.Join(to, "server")), os.CopyFS(filepath.Join(to, "logs"), os.DirFS(f.dir)),
	)
	data := "server"
	if strings.HasPrefix(f.s.kept, "postgres://") {
		data = "store.sql, a dump"
		dump, dumpErr := storetest.DumpPostgres(f.s.kept)
		err = errors.Join(err, dumpErr, os.WriteFile(filepath.Join(to, "store.sql"), dump, 0o600))
	}
	if err != nil {
		t.Logf("%s: not all of it could be kept in %s: %v", f.name, to, err)
		return
	}
	t.Logf("%s: kept in %s: its data (%s), its log (server.log) and what it read (logs)", f.name, to, data)
}

// delivered is the time in a file's name.
var delivered = regexp.MustCompile(`[0-9]{8}T[0-9]{4}Z`)

const killAdministrator = "999999999999"

func newFollowed(t testing.TB, dir string, options ...option) *followed {
	t.Helper()
	f := &followed{name: "a server", dir: dir, begun: time.Now().Unix()}
	logs := filepath.Join(dir, "AWSLogs")
	for _, e := range must(os.ReadDir(logs))(t) {
		f.accounts = append(f.accounts, e.Name())
	}
	must(0, filepath.WalkDir(logs, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f.files = append(f.files, strings.TrimPrefix(path, dir+"/"))
		parts := strings.Split(strings.TrimPrefix(path, logs), "/") // /ACCOUNT/CloudTrail/REGION/…
		if len(parts) > 3 && parts[2] == "CloudTrail" && !slices.Contains(f.regions, parts[3]) {
			f.regions = append(f.regions, parts[3])
		}
		return nil
	}))(t)
	slices.SortStableFunc(f.files, func(a, b string) int { return strings.Compare(delivered.FindString(a), delivered.FindString(b)) })
	f.heard = listen(t)
	options = append(options, withRegions(f.regions...), func(c map[string]any) {
		c["publish"] = map[string]any{"allow": []string{"127.0.0.0/8"}}
	})
	t.TempDir() // the folder of all of the test's: what was made first goes last
	t.Cleanup(func() { f.keep(t) })
	f.s = start(t, options...)
	admin := f.s.account(killAdministrator)
	f.people = append(f.people, admin)
	f.s.operator("destination", "add", "admin", f.heard.url, "--account", admin.ID)
	var rules struct{ Rules []struct{ RuleID string } }
	must(0, json.Unmarshal([]byte(admin.call(t, region, "POST", "/custom-detection-rule/rule", `{"maxResults":100}`)), &rules))(t)
	for i, id := range f.accounts {
		a := f.s.account(id)
		f.people = append(f.people, a)
		f.s.operator("destination", "add", "of-"+id, f.heard.url, "--account", id)
		for _, region := range f.regions {
			p := newPair(t, admin, a, region)
			if i == 0 {
				p.join()
			}
			for _, r := range rules.Rules {
				if r.RuleID != "organization-leave-attempt" { // what is off has to be so however logs are read
					a.associate(t, region, r.RuleID, "LIVE")
				}
			}
		}
	}
	return f
}

// follow has the server follow a source to its end.
func (f *followed) follow(k *killer, source ...string) {
	f.s.t.Helper()
	f.s.operator(append([]string{"source", "add", "logs"}, source...)...)
	f.while(k, f.until(f.all))
}

// all reports whether all files were read, and every window was decided.
func (f *followed) all(now followedStatus) bool { return now.Objects == len(f.files) && now.closed(f) }

// followedStatus is how far a server is.
type followedStatus struct {
	Objects int
	Waiting int
	Marked  int64
}

// closed reports whether all that came was read, and every window was decided.
func (s followedStatus) closed(f *followed) bool { return s.Waiting == 0 && s.Marked > f.begun }

func (f *followed) status() (out followedStatus, err error) {
	var status struct {
		followedStatus
		Sources []struct{ Objects int }
	}
	text, _, err := f.s.try("status", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(text), &status)
	}
	out = status.followedStatus
	for _, s := range status.Sources {
		out.Objects += s.Objects
	}
	return out, err
}

// until waits until the server is as far as it should be.
func (f *followed) until(done func(followedStatus) bool) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		look := time.NewTicker(50 * time.Millisecond)
		defer look.Stop()
		for {
			status, err := f.status()
			if err == nil && done(status) {
				return nil
			}
			select {
			case <-look.C:
			case <-ctx.Done():
				return fmt.Errorf("the server came no further: %+v, %w", status, errors.Join(err, ctx.Err()))
			}
		}
	}
}

// wait waits until all is published.
func (f *followed) wait() {
	f.s.t.Helper()
	if err := f.until(func(followedStatus) bool { return f.unheard() == 0 })(ctx); err != nil {
		f.s.t.Fatalf("%d findings were not published: %v\n%s", f.unheard(), err, f.s.operator("destination", "list"))
	}
}

// end waits, stops the server, and returns the findings that each account sees, as text.
func (f *followed) end() map[string]string {
	f.s.t.Helper()
	f.wait()
	return f.found()
}

// found stops the server and returns the findings that each account sees, and what could not be read.
func (f *followed) found() map[string]string {
	f.s.t.Helper()
	out := f.unread()
	f.s.stop()
	store := must(sqlstore.Open(ctx, f.s.kept))(f.s.t)
	defer store.Close()
	for _, viewer := range append(f.accounts, killAdministrator) {
		for _, region := range f.regions {
			for k, text := range findingsOf(f.s.t, store, viewer, region) {
				out[k] = text
			}
		}
	}
	return out
}

// unread is why what could not be read could not, by where it is.
func (f *followed) unread() map[string]string {
	f.s.t.Helper()
	var all []struct {
		Source, Object, Reason string
		Offset                 int64
	}
	must(0, json.Unmarshal([]byte(f.s.operator("quarantine", "list", "--json")), &all))(f.s.t)
	out := map[string]string{}
	for _, u := range all {
		out[fmt.Sprintf("unread %s %s %d", u.Source, u.Object, u.Offset)] = u.Reason
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
			f.Service, f.Id, f.Arn, f.CreatedAt, f.UpdatedAt, f.Latency, f.Relation = &about, nil, nil, nil, nil, 0, ""
			f.FrozenAt = min(f.FrozenAt, 1)
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
