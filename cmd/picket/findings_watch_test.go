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

// serves starts a server on a data folder; the function that it returns stops it.
func serves(t *testing.T, data string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, out := io.Pipe()
	code := make(chan int, 1)
	var told strings.Builder
	go func() {
		defer out.Close()
		code <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, deps{strings.NewReader(""), out, &told, false})
	}()
	if _, err := read.Read(make([]byte, 1)); err != nil {
		t.Fatalf("not started: %v, %s", err, told.String())
	}
	go io.Copy(io.Discard, read)
	return func() {
		t.Helper()
		cancel()
		if got := <-code; got != 0 {
			t.Fatalf("exit code %d: %s", got, told.String())
		}
	}
}

// TestWatchOutlastsARestart also holds that a watch leaves the data to the server that restarts.
func TestWatchOutlastsARestart(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	var out, told strings.Builder
	a := &actAs{account: administrator, serverFlags: serverFlags{own: config{Data: data}}}
	c := newFindingsWatchCommand(a)
	c.SetOut(&out)
	c.SetErr(&told)
	c.SetContext(t.Context())
	s, err := (&searchFlags{}).search(c, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	stop := serves(t, data)
	meanwhile := []func(){
		func() { stop() },
		func() { recorded(t, data, attack(member, "i-1new", 5)) },
		func() {
			if out.Len() > 0 {
				t.Errorf("printed without a server: %s", out.String())
			}
			stop = serves(t, data)
		},
		func() {},
	}
	w := newWatcher(a, c, s)
	w.pause = func(context.Context) bool {
		if len(meanwhile) == 0 {
			return false
		}
		meanwhile[0]()
		meanwhile = meanwhile[1:]
		return true
	}
	if err := w.watch(); err != nil {
		t.Fatal(err)
	}
	stop()
	if strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), "i-1new") {
		t.Errorf("printed %q, want the finding of meanwhile once", out.String())
	}
	if want := "the server on " + data + " answers no more\nStill looking, until interrupted.\n"; told.String() != want {
		t.Errorf("said %q, want %q", told.String(), want)
	}
}

// TestWatchEndsWhereNothingCanBePrinted: nobody would read on.
func TestWatchEndsWhereNothingCanBePrinted(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	a := &actAs{account: administrator, serverFlags: serverFlags{own: config{Data: data}}}
	c := newFindingsWatchCommand(a)
	read, out := io.Pipe()
	read.Close()
	c.SetOut(out)
	c.SetContext(t.Context())
	s, err := (&searchFlags{}).search(c, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(a, c, s)
	w.pause = func(context.Context) bool {
		recorded(t, data, attack(member, "i-1new", 5))
		return true
	}
	if err := w.watch(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want %v", err, io.ErrClosedPipe)
	}
}
