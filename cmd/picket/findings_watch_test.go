package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// recorded records a finding in the world of a data folder.
func recorded(t *testing.T, data string, f picket.Finding) {
	t.Helper()
	s, err := openServer(t.Context(), config{Data: data, Regions: []string{home, abroad}}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.service.Record(t.Context(), *f.AccountId, home, []picket.Finding{f}), s.close()); err != nil {
		t.Fatal(err)
	}
}

func TestWatchPrintsNews(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	a := &actAs{account: administrator, serverFlags: serverFlags{own: config{Data: data}}}
	c := newFindingsWatchCommand(a)
	c.SetOut(&out)
	c.SetContext(t.Context())
	s, err := (&searchFlags{}).search(c, []string{"ssh"}, false)
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(a, c, s)
	f := func(want ...string) {
		t.Helper()
		out.Reset()
		if err := w.look(); err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(want) == 0 && out.Len() == 0 {
			return
		}
		if len(got) != len(want) {
			t.Fatalf("printed %q, want %d lines", got, len(want))
		}
		for i := range want {
			if !strings.Contains(strings.Join(strings.Fields(got[i]), " "), want[i]) {
				t.Errorf("printed %q, want %q", got[i], want[i])
			}
		}
	}
	f() // what there is at first is no news
	recorded(t, data, attack(member, "i-1new", 5))
	recorded(t, data, attack(stranger, "i-1secret", 5))
	recorded(t, data, scanned(member))
	f(" new Medium ")
	f()
	recorded(t, data, attack(member, "i-0web", 5))
	recorded(t, data, attack(member, "i-1new", 8))
	f("222222222222 us-east-1 UnauthorizedAccess:EC2/SSHBruteForce i-0web", " again High ")
}

func TestWatchUntilInterrupted(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	read, out := io.Pipe()
	var told strings.Builder
	code := make(chan int)
	go func() {
		defer out.Close()
		code <- run(ctx, []string{
			"findings", "watch", "--data", data, "--account", administrator, "--severity", "medium", "--since", "1h", "--json",
		}, deps{strings.NewReader(""), out, &told, false})
	}()
	lines := bufio.NewScanner(read)
	if !lines.Scan() {
		t.Fatalf("printed nothing: %v, %s", lines.Err(), told.String())
	}
	var got guardduty.Finding
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil || *got.AccountId != member {
		t.Errorf("the first line is %s: %v", lines.Text(), err)
	}
	interrupt()
	if got := <-code; got != 0 || told.Len() > 0 {
		t.Errorf("exit code %d, %q", got, told.String())
	}
}
