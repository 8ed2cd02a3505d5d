package pipeline_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// TestReplacedBeforeItIsRead: another file in the place of one that was listed is not read for it, but once, as itself; what is gone
// is told.
func TestReplacedBeforeItIsRead(t *testing.T) {
	f := func(name, why string) {
		t.Helper()
		w := newListWorld(t)
		path, lines := filepath.Join(w.logs, name), w.callsOf(5)
		write := func(path string, lines ...string) {
			w.ok(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
		}
		write(path, lines[:2]...)
		var once sync.Once
		w.opening = func(at string) error {
			if at != path {
				return nil
			}
			once.Do(func() {
				other := filepath.Join(t.TempDir(), "other")
				write(other, lines[2:]...)
				w.ok(os.Rename(other, path))
			})
			return nil
		}
		w.settle(3) // both files, and the records of the second in their account's partition
		w.unread(1, 3)
		if all, err := w.service.Unread(t.Context()); err != nil || len(all) != 1 || !strings.Contains(all[0].Reason, why) {
			t.Errorf("%s: not read: %+v, %v, want %q", name, all, err, why)
		}
	}
	f("latest.jsonl", "it begins with another record now")
	f("latest.json", "it was changed")
}

// TestRotatedFile: a file that grows by lines is read once, also when it is renamed, or copied and emptied, as those do who rotate
// logs.
func TestRotatedFile(t *testing.T) {
	w := newListWorld(t)
	path, lines := filepath.Join(w.logs, "app.log"), w.callsOf(9)
	write := func(path string, lines ...string) {
		w.ok(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	}
	write(path, lines[:2]...)
	w.settle(2)
	write(path, lines[:3]...) // a line that is seen under its next name alone
	w.ok(os.Rename(path, path+".1"))
	write(path, lines[3])
	w.settle(6)
	w.unread(0, 4)
	w.ok(os.Rename(path+".1", path+".2")) // and again
	w.ok(os.Rename(path, path+".1"))
	write(path, lines[4:6]...)
	w.settle(8)
	w.unread(0, 6)
	write(path+"-20261126", lines[4:6]...) // a copy, before what it is of is emptied
	write(path, lines[4:7]...)
	w.settle(10)
	w.unread(0, 7)
	write(path, lines[7:]...)
	w.settle(12)
	w.unread(0, 9)
}

// TestRotatedBeforeItIsRead: a file that was listed is found under the name that it has since.
func TestRotatedBeforeItIsRead(t *testing.T) {
	w := newListWorld(t)
	path, lines := filepath.Join(w.logs, "app.log"), w.callsOf(2)
	w.ok(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	var once sync.Once
	w.opening = func(string) error {
		once.Do(func() { w.ok(os.Rename(path, path+".1")) })
		return nil
	}
	w.settle(2)
	w.unread(0, 2)
}

// TestLastLineWithoutEnd: a record at the end of a file is read though no line ends there, and once if one ends there later.
func TestLastLineWithoutEnd(t *testing.T) {
	w := newListWorld(t)
	path, lines := filepath.Join(w.logs, "latest.jsonl"), w.callsOf(2)
	w.ok(os.WriteFile(path, []byte(lines[0]), 0o600))
	w.settle(2) // the file, and its records in their account's partition
	w.unread(0, 1)
	w.ok(os.Rename(path, path+".1")) // the same record under another name
	path += ".1"
	w.ok(os.WriteFile(path, []byte(lines[0]+"\n"+lines[1]), 0o600))
	w.settle(4)
	w.unread(0, 2)
}
