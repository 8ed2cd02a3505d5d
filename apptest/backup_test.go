package apptest

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/access"
	"picket/simulate"
)

// TestBackup takes a backup while findings are written, and holds that a server that is restored from it finds what the first one
// did; and that it is of no use without its key.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Accounts: 2, Seed: 1, Scale: 0.1, Attacks: true}, dir))(t)
	f := newFollowed(t, dir, onSQLite) // PostgreSQL has tools of its own
	f.s.operator("source", "add", "logs", dir+"/AWSLogs")
	until(t, "something is found", func() bool { return f.s.count() > 0 })
	folder := t.TempDir()
	if out := f.s.operator("backup", folder); !strings.Contains(out, "master key") {
		t.Errorf("backup said %q", out)
	}
	files := must(filepath.Glob(filepath.Join(folder, "picket-*.db")))(t)
	if len(files) != 1 {
		t.Fatalf("backups: %v", files)
	}
	f.while(nil, f.until(f.all))
	want := f.end()
	key := must(os.ReadFile(filepath.Join(f.s.kept, "master.key")))(t)
	if copied := must(os.ReadFile(files[0]))(t); strings.Contains(string(copied), strings.TrimSpace(string(key))) {
		t.Error("the master key is in the backup")
	}

	restore := func(data string) (string, error) {
		c := exec.Command(f.s.path, "restore", files[0], "--data", data)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	refused := func(what, data, why string) {
		t.Helper()
		if out, err := restore(data); err == nil || !strings.Contains(out, why) {
			t.Errorf("%s: %v, %s", what, err, out)
		}
		if _, err := os.Stat(filepath.Join(data, "picket.db")); err == nil && what != "over data" {
			t.Errorf("%s: there is a database", what)
		}
	}
	refused("without a key", filepath.Join(t.TempDir(), "none"), "put the key's file there")
	other := t.TempDir()
	must(access.CreateMasterKey(filepath.Join(other, "master.key")))(t)
	refused("with another key", other, "written with another master key")
	refused("over data", f.s.kept, "overwrites no data")

	data := filepath.Join(t.TempDir(), "data")
	must(0, os.Mkdir(data, 0o700))(t)
	must(0, os.WriteFile(filepath.Join(data, "master.key"), key, 0o600))(t)
	if out, err := restore(data); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	g := *f
	g.s = start(t, onSQLite, withRegions(f.regions...), func(c map[string]any) {
		c["data"], c["publish"] = data, map[string]any{"allow": []string{"127.0.0.0/8"}}
	})
	g.people = nil
	for _, a := range f.people {
		b := *a // with the key that it had
		b.s = g.s
		b.Client = b.in(region)
		g.people = append(g.people, &b)
	}
	atFirst := g.s.count()
	g.while(nil, g.until(g.all)) // a destination that was being served must not be, until the lease ends
	got := g.found()
	t.Logf("%d findings when it was restored, %d at the end", atFirst, len(got))
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if diff := cmp.Diff(want[k], got[k]); diff != "" {
			t.Errorf("%s: -first +restored\n%s", k, diff)
		}
	}
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d findings, want %d", len(got), len(want))
	}
}

// until waits until something is so.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	deadline, look := time.NewTimer(2*time.Minute), time.NewTicker(20*time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// count is how many findings the server shows to the administrator.
func (s *server) count() int {
	s.t.Helper()
	return strings.Count(s.operator("findings", "list", "--account", killAdministrator, "--regions", "all", "--limit", "500", "--json"), `"createdAt"`)
}
