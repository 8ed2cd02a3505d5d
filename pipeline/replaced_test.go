package pipeline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReplacedFile: another file in the place of one that is read by lines is read from its beginning, whatever its size.
func TestReplacedFile(t *testing.T) {
	w := newListWorld(t)
	path, lines := filepath.Join(w.logs, "latest.jsonl"), w.callsOf(6)
	write := func(path string, lines ...string) {
		w.ok(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	}
	write(path, lines[0])
	w.settle(2) // the file, and its records in their account's partition
	other := filepath.Join(t.TempDir(), "other")
	write(other, lines[1:3]...)
	w.ok(os.Rename(other, path))
	w.settle(4)
	w.unread(0, 3)
	write(path, lines[1:4]...) // it grows
	w.settle(6)
	w.unread(0, 4)
	write(path, lines[4], lines[5], strings.Repeat(" ", len(lines[1]))) // of the same size
	w.settle(8)
	w.unread(0, 6)
}
