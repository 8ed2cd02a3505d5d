package apptest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/simulate"
)

// TestPushed holds that what an account pushes is analysed as its own, and that it can speak for no other.
func TestPushed(t *testing.T) {
	dir := t.TempDir()
	if _, err := simulate.Run(simulate.Options{Accounts: 1, Seed: 1, Scale: 0.05, Attacks: true}, dir); err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(dir, "AWSLogs")
	id := must(os.ReadDir(logs))(t)[0].Name()
	s := start(t)
	owner, other := s.account(id), s.account("999999999999")
	owner.enable()
	other.enable()
	files := must(filepath.Glob(filepath.Join(logs, id, "CloudTrail", region, "*", "*", "*", "*")))(t)
	push := func(a *account) string {
		t.Helper()
		c := exec.Command(s.path, append([]string{"push"}, files...)...)
		c.Env = a.env()
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("push: %v\n%s", err, out)
		}
		return string(out)
	}
	if got := push(owner); !strings.Contains(got, "records pushed") {
		t.Errorf("got %q", got)
	}
	push(owner) // again
	push(other)
	deadline, look := time.NewTimer(time.Minute), time.NewTicker(50*time.Millisecond)
	defer look.Stop()
	var status struct {
		Sources []struct{ Objects int }
		Waiting int
		Unread  int
	}
	for status.Unread == 0 || status.Waiting > 0 {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("what was pushed is not read:\n%s", s.operator("status"))
		}
		must(0, json.Unmarshal([]byte(s.operator("status", "--json")), &status))(t)
	}
	if got := s.operator("quarantine", "list", "--json"); !strings.Contains(got, "a record of account "+id+", pushed by account 999999999999") {
		t.Errorf("got %s", got)
	}
	f := func(a *account, some bool) {
		t.Helper()
		detectors := a.aws("guardduty", "list-detectors")["DetectorIds"].([]any)
		found := a.aws("guardduty", "list-findings", "--detector-id", detectors[0].(string))["FindingIds"].([]any)
		if len(found) > 0 != some {
			t.Errorf("account %s has %d findings", a.ID, len(found))
		}
	}
	f(owner, true)
	f(other, false)
}
