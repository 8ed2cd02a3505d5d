package main

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"picket/scan"
	"picket/simulate"
	"picket/source/file"
)

// What is past is delivered at once and nothing that is to come; a second call goes on with the same day.
func TestSimulateLive(t *testing.T) {
	out := filepath.Join(t.TempDir(), "logs")
	o := simulate.Options{Accounts: 1, Seed: 3, Scale: 0.05}
	began := time.Now()
	delivered := func() int {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // after the first look
		if err := simulateLive(ctx, deps{err: io.Discard}, o, out); err != nil {
			t.Fatal(err)
		}
		objects, problems := file.List([]string{out}, &scan.Filter{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, o := range objects {
			if o.Place.Time.After(time.Now()) {
				t.Errorf("%s is delivered before its time", o.Name)
			}
		}
		return len(objects)
	}
	first := delivered()
	waiting, err := stagedFiles(filepath.Join(out, stagedName))
	if err != nil || first == 0 || len(waiting) == 0 {
		t.Fatalf("%d files are delivered and %d wait, %v", first, len(waiting), err)
	}
	for _, f := range waiting {
		if f.at.Before(began) {
			t.Errorf("%s waits after its time", f.path)
		}
	}
	if again := delivered(); again < first || again+len(waiting) < first {
		t.Errorf("again: %d files are delivered, first there were %d", again, first)
	}
}
