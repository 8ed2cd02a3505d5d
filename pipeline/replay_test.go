package pipeline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket"
)

// callsOf returns the lines of a file of the world's, each a call of a new person.
func (w *listWorld) callsOf(n int) []string {
	w.t.Helper()
	var lines []string
	for range n {
		w.calls++
		lines = append(lines, w.line(administrator, "198.51.100.7"))
	}
	return lines
}

// unread wants how much is listed, and how many records were read.
func (w *listWorld) unread(places int, taken int64) {
	w.t.Helper()
	all, err := w.service.Unread(w.t.Context())
	w.ok(err)
	if got := w.taken(); len(all) != places || got != taken {
		w.t.Errorf("%d records were read, and %d places not, want %d and %d: %+v", got, len(all), taken, places, all)
	}
}

// settle runs until all that is in the log is applied.
func (w *listWorld) settle(objects int) {
	w.t.Helper()
	w.run(w.t.Context(), func() bool {
		n, waits := 0, false
		w.ok(w.service.Store.View(w.t.Context(), func(tx picket.Tx) error {
			parts, err := tx.Log().Partitions()
			for _, p := range parts {
				messages, err := tx.Log().Read(p.Number, 0, 1000)
				if err != nil {
					return err
				}
				for _, m := range messages {
					if m.Object != nil {
						n++
					}
				}
				waits = waits || p.Applied < p.Last
			}
			return err
		}))
		return n == objects && !waits
	})
}

// TestReplayed: what could not be read is read again when that may help, and counts once: nothing else of its object does.
func TestReplayed(t *testing.T) {
	w := newListWorld(t)
	w.threat(administrator, "198.51.100.7")
	lines := w.callsOf(6)
	path := filepath.Join(w.logs, "calls.jsonl")
	whole := strings.Join(lines, "\n") + "\n"
	broken := strings.NewReplacer(lines[1], "x"+lines[1][1:], lines[3], "x"+lines[3][1:], lines[4], strings.Replace(lines[4], `"eventTime":"20`, `"eventTime":"no`, 1)).Replace(whole)
	w.ok(os.WriteFile(path, []byte(broken), 0o600))
	w.settle(2) // the file, and its records in their account's partition
	w.unread(2, 3)

	again := func(id string, places int) {
		t.Helper()
		got, err := w.service.ReplayUnread(t.Context(), id)
		w.ok(err)
		if got.Places != places || got.Left+int(got.Lost) != 0 {
			t.Errorf("%d places are read again, want %d: %+v", got.Places, places, got)
		}
	}
	again("", 2)
	w.settle(3)
	w.unread(2, 3)

	w.ok(os.WriteFile(path, []byte(whole), 0o600))
	all, err := w.service.Unread(t.Context())
	w.ok(err)
	again(all[0].ID, 1)
	w.settle(5)
	again("", 1)
	w.settle(7)
	w.unread(0, 6)
	if got := len(strings.Fields(w.found(administrator))); got != 6 {
		t.Errorf("%d people were found, want 6", got)
	}
	if _, err := w.service.ReplayUnread(t.Context(), all[0].ID); picket.ErrorCode(err) != picket.CodeNotFound {
		t.Errorf("what was read again is read once more: %v", err)
	}
}

// TestReplayedObject: an object that could not be opened is read whole when it can be.
func TestReplayedObject(t *testing.T) {
	w := newListWorld(t)
	path, text := filepath.Join(t.TempDir(), "late.jsonl"), w.callsOf(1)[0]
	w.ok(w.service.Store.Update(t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(picket.PartitionOf(administrator), picket.Message{Object: &picket.LogObject{
			Source: "logs", Name: path, To: int64(len(text)), Account: administrator,
		}})
	}))
	w.settle(1)
	w.unread(1, 0)
	w.ok(os.WriteFile(path, []byte(text), 0o600))
	_, err := w.service.ReplayUnread(t.Context(), "")
	w.ok(err)
	w.settle(2)
	w.unread(0, 1)
}

// TestRetried: an object that could not be opened is tried again when its time comes, and waits longer each time.
func TestRetried(t *testing.T) {
	w := newListWorld(t)
	path, text := filepath.Join(t.TempDir(), "short.jsonl"), w.callsOf(1)[0]
	w.ok(os.WriteFile(path, nil, 0o600))
	w.ok(w.service.Store.Update(t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(picket.PartitionOf(administrator), picket.Message{Object: &picket.LogObject{
			Source: "logs", Name: path, To: int64(len(text)), Account: administrator,
		}})
	}))
	w.settle(1)
	f := func(after time.Duration, messages, places int, taken int64) {
		t.Helper()
		w.jump += after
		w.ok(w.service.Sweep(t.Context()))
		w.settle(messages)
		w.unread(places, taken)
	}
	f(4*time.Minute, 1, 1, 0)
	f(2*time.Minute, 2, 1, 0)
	f(6*time.Minute, 2, 1, 0)
	w.ok(os.WriteFile(path, []byte(text), 0o600))
	f(5*time.Minute, 3, 0, 1)
	f(24*time.Hour, 3, 0, 1)
}
