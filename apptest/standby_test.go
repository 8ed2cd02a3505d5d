package apptest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"picket/simulate"
	"picket/storetest"
)

// TestServersOfOneStore has two servers on a PostgreSQL: one works, the other answers calls and takes over when the first is
// killed, loses its session of the database, or stops. They find what one server does that was left alone.
func TestServersOfOneStore(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "hold")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "for the source that is never reached")
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Accounts: 2, Seed: 1, Scale: 0.1, Attacks: true}, dir))(t)
	stage := filepath.Join(dir, "stage", "AWSLogs")
	alone := newFollowed(t, dir)
	alone.staged(stage, func() {}, func() {}, func() {})
	want := alone.end()

	must(0, os.RemoveAll(stage))(t)
	store := storetest.Postgres(t)
	named := func(c map[string]any) {
		c["store"] = store + "&application_name=" + filepath.Base(filepath.Dir(c["data"].(string)))
	}
	f := newFollowed(t, dir, named)
	leads, waits := f.s, start(t, named, func(c map[string]any) {
		c["regions"] = f.regions
		c["publish"] = map[string]any{"allow": []string{"127.0.0.0/8"}}
		data := c["data"].(string)
		must(0, os.Mkdir(data, 0o700))(t)
		key := must(os.ReadFile(filepath.Join(f.s.dir, "data", "master.key")))(t)
		must(0, os.WriteFile(filepath.Join(data, "master.key"), key, 0o600))(t)
	})
	if !waits.standsBy() || leads.standsBy() {
		t.Errorf("which server works?\n%s\n%s", leads.operator("status"), waits.operator("status"))
	}
	takesOver := func() {
		leads, waits = waits, leads
		f.s = leads
		for _, a := range f.people {
			a.s = leads
		}
	}
	f.staged(stage, func() {
		leads.process.Process.Kill()
		leads.process.Wait()
		takesOver()
		waits.run()
	}, func() {
		until(t, "another server works than the one whose sessions are ended", func() bool {
			endLeader(t, store, filepath.Base(leads.dir))
			return !waits.standsBy()
		})
		takesOver()
		until(t, "the other notices", waits.standsBy)
	}, func() {
		leads.stop()
		takesOver()
	})
	if diff := cmp.Diff(want, f.end()); diff != "" {
		t.Errorf("-one server +two\n%s", diff)
	}
}

// standsBy reports whether the server leaves the work to another, also while its status is that something fails, as it is when another
// has taken the work.
func (s *server) standsBy() bool {
	said, _, _ := s.try("status", "--json")
	return strings.Contains(said, `"standby": true`)
}

// endLeader ends the session that a server has as the one that works on a store, as a restart of the database would.
func endLeader(t testing.TB, store, name string) {
	t.Helper()
	c := must(pgx.Connect(ctx, store))(t)
	defer c.Close(ctx)
	must(c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
		WHERE locktype = 'advisory' AND objsubid = 2 AND objid = hashtext(current_schema())::bigint & 4294967295 AND application_name = $1`, name))(t)
}

// staged has the server follow a folder into which the files come in parts, with something done in the midst of each but the last.
func (f *followed) staged(folder string, disturb ...func()) {
	f.s.t.Helper()
	must(0, os.MkdirAll(folder, 0o700))(f.s.t)
	f.hold()
	f.s.operator("source", "add", "logs", folder)
	came := 0
	for some := range slices.Chunk(f.files, len(f.files)/(len(disturb)+1)+1) {
		for _, file := range some {
			to := filepath.Join(filepath.Dir(folder), file)
			must(0, os.MkdirAll(filepath.Dir(to), 0o700))(f.s.t)
			if err := os.Link(filepath.Join(f.dir, file), to); !errors.Is(err, fs.ErrExist) {
				must(0, err)(f.s.t)
			}
		}
		if len(disturb) > 0 {
			f.while(nil, f.until(func(now followedStatus) bool { return now.Objects > came }))
			disturb[0]()
			disturb = disturb[1:]
		}
		came += len(some)
		f.while(nil, f.until(func(now followedStatus) bool { return now.Objects == came && now.Waiting == 0 }))
	}
	f.release(nil)
}
