package apptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/s3test"
	"picket/simulate"
)

// TestBackfill holds that a backfill finds what a server finds that reads the same as it comes, and that nothing counts twice: not
// when it is done again, nor beside a server that reads the same.
func TestBackfill(t *testing.T) {
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Seed: 1, Scale: 0.1, Attacks: true}, dir))(t)
	onlyCloudTrail(t, dir)
	endpoint := s3test.Start(t)
	s3test.Upload(t, endpoint, "before", dir, "AWSLogs")
	live := func(source ...string) map[string]string {
		f := newFollowed(t, dir)
		f.follow(nil, source...)
		return f.end()
	}
	backfill := func(f *followed) {
		t.Helper()
		said := f.s.operator("source", "backfill", "logs", "--since", "2026-01-01")
		if !strings.Contains(said, " read: ") || strings.HasPrefix(said, "0 ") || strings.Contains(said, "more of") {
			t.Errorf("backfill said %q", said)
		}
	}
	same := func(name string, want, got map[string]string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s: of %d findings: -live +backfilled\n%s", name, len(want), diff)
		}
	}
	source := []string{"s3://before", "--endpoint", endpoint}
	twice := newFollowed(t, dir)
	twice.s.operator(append([]string{"source", "add", "logs"}, source...)...)
	backfill(twice)
	backfill(twice)
	same("twice", live(append(source, "--since", "2020-01-01")...), twice.end())

	folder := filepath.Join(dir, "AWSLogs")
	beside := newFollowed(t, dir)
	beside.s.operator("source", "add", "logs", folder)
	backfill(beside)
	beside.while(nil, beside.until(beside.all))
	backfill(beside)
	said := beside.s.operator("source", "test", "logs")
	for _, want := range []string{" CloudTrail records", " put a marked record into " + folder + " and have it noticed\n", "The marked record was stored "} {
		if !strings.Contains(said, want) {
			t.Errorf("the test of the source says %s, not %q", said, want)
		}
	}
	same("beside", live(folder), beside.end())
}

// onlyCloudTrail leaves no other logs: their many files would take a minute.
func onlyCloudTrail(t testing.TB, dir string) {
	t.Helper()
	for _, other := range []string{"vpcflowlogs", "vpcdnsquerylogs"} {
		for _, folder := range must(filepath.Glob(filepath.Join(dir, "AWSLogs", "*", other)))(t) {
			must(0, os.RemoveAll(folder))(t)
		}
	}
}
