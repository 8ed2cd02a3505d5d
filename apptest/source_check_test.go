package apptest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSourceChecked: a test of a source has a record go all the way where the server may put one, says where it can't, and leaves
// nothing behind: no file, no count and no finding. A file that is only called as a test's is read like any other.
func TestSourceChecked(t *testing.T) {
	s, logs := start(t), t.TempDir()
	a := s.account("111122223333")
	detector := a.enable()
	s.operator("source", "add", "logs", logs, "--account", a.ID)
	s.operator("source", "add", "pushed", "push", "--account", a.ID)
	says := func(id string, words ...string) {
		t.Helper()
		said := s.operator("source", "test", id)
		for _, w := range append(words, "have it read and stored\n", "The marked record was stored ") {
			if !strings.Contains(said, w) {
				t.Errorf("the test of %s says %s, not %q", id, said, w)
			}
		}
		if measured := strings.Contains(said, "noticed\n"); measured == strings.Contains(said, "delivery and noticing are not measured") {
			t.Errorf("the test of %s says of both or neither that it was measured: %s", id, said)
		}
	}
	says("logs", "put a marked record into "+logs+" and have it noticed\n")
	says("logs", "and have it noticed\n")
	says("pushed", "not through the source (it is pushed to)")
	s.operator("source", "pause", "logs")
	says("logs", "not through the source (it is paused)")
	s.operator("source", "resume", "logs")

	left := must(os.ReadDir(logs))(t)
	var status struct {
		Sources []struct{ Objects, Last int }
		Unread  int
		Strain  struct{ Accounts map[string]int }
	}
	must(0, json.Unmarshal([]byte(s.operator("status", "--json")), &status))(t)
	if len(left) > 0 || len(status.Sources) != 2 || status.Sources[0].Objects+status.Sources[1].Objects+status.Unread+len(status.Strain.Accounts) > 0 {
		t.Errorf("left behind are %v and %+v", left, status)
	}
	if covered := s.operator("coverage", "list", "--account", a.ID, "--json"); strings.Contains(covered, "skipped") || strings.Contains(covered, `"records": 1`) {
		t.Errorf("counted is %s", covered)
	}
	record := strings.NewReplacer("ACCOUNT", a.ID, "TIME", time.Now().UTC().Format(time.RFC3339), "FROM", "198.51.100.7", "WHO", "dana").Replace(stoppedTrail)
	must(0, os.WriteFile(filepath.Join(logs, "picket-source-test-0123456789abcdef0123456789abcdef.jsonl"), []byte(record), 0o600))(t)
	until(t, "the attack is found, and nothing else", func() bool { return len(findings(t, a.Client, detector, a.ID)) == 1 })
}
