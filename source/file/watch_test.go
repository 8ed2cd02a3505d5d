package file

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestChangedWhileRead: what is written over a file while it is read is noticed at its end; what is put in its place, or behind what
// is meant of it, doesn't concern who reads it.
func TestChangedWhileRead(t *testing.T) {
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const was = "a first line\nand a second\n"
	f := func(name string, do func(path string) error, noticed bool) {
		t.Helper()
		folder := &Folder{Path: t.TempDir()}
		path := filepath.Join(folder.Path, name)
		ok(os.WriteFile(path, []byte(was), 0o600))
		ok(os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute))) // clocks of files may be coarse
		look, err := folder.Look(t.Context(), 0)
		ok(err)
		in, err := folder.Open(t.Context(), &look.Objects[0].LogObject)
		ok(err)
		defer in.Close()
		begin := make([]byte, 3)
		_, err = io.ReadFull(in, begin)
		ok(err)
		ok(do(path))
		rest, err := io.ReadAll(in)
		if got := string(begin) + string(rest); errors.Is(err, fs.ErrNotExist) != noticed || !noticed && (err != nil || got != was) {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
	}
	over := func(path string) error { return os.WriteFile(path, []byte("another line\nand a second\n"), 0o600) }
	instead := func(path string) error {
		if err := over(path + ".new"); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}
	behind := func(path string) error { return os.WriteFile(path, []byte(was+"and a third\n"), 0o600) }
	f("grows.log", over, true)
	f("grows.log", instead, false)
	f("grows.log", behind, false)
	f("whole.json", over, true)
	f("whole.json", instead, false)
	f("whole.json", behind, true)
}
