package file

import (
	"bytes"
	"compress/gzip"
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

// TestLastLines holds how far a file is shown that may grow: to its last whole line, and to its end where nothing can follow there, or
// nothing did for long. What is compressed is shown as a whole.
func TestLastLines(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(`{"Records":[]}`)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	folder := &Folder{Path: t.TempDir()}
	path := filepath.Join(folder.Path, "a.log")
	f := func(text string, age time.Duration, lines bool, to int) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second look remembers the first
			look, err := folder.Look(t.Context(), 0)
			if err != nil || len(look.Objects) != 1 {
				t.Fatal(look, err)
			}
			if o := look.Objects[0]; o.Lines != lines || o.To != int64(to) {
				t.Errorf("%.30q, %s old: by lines %v, to %d, want %v, %d", text, age, o.Lines, o.To, lines, to)
			}
		}
	}
	f("", 0, true, 0)
	f("{\"a\":1}\n{\"a\":2}\n", 0, true, 16)
	f("{\"a\":1}\n{\"a\":2}", 0, true, 15)
	f("{\"a\":1}\n{\"a\":2", 0, true, 8)
	f("{\"a\":1}\n{\"a\":2", time.Hour, true, 14)
	f("{\"Records\":[{\"a\":1}]}", 0, true, 21)
	f("2 111122223333 eni-1\n2 111122223333 en", 0, true, 21)
	f("2 111122223333 eni-1\n2 111122223333 en", time.Hour, true, 38)
	f("12", 0, true, 0)
	f(packed.String(), 0, false, 0)
	f(packed.String(), time.Hour, false, 0)
}

// TestGoneWhileLooked: a file that goes while the folder is looked at was never there, and is no failure.
func TestGoneWhileLooked(t *testing.T) {
	folder := &Folder{Path: t.TempDir()}
	at := func(name string) string { return filepath.Join(folder.Path, name) }
	for _, name := range []string{"a.log", "b.log", "c.log"} {
		if err := os.WriteFile(at(name), []byte("a line\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder.May = func(real string) error {
		if filepath.Base(real) != "b.log" {
			return nil
		}
		return errors.Join(os.Remove(at("a.log")), os.Remove(at("c.log"))) // one that is listed already, and one that is to be
	}
	look, err := folder.Look(t.Context(), 0)
	if err != nil || len(look.Objects) != 1 || look.Objects[0].Name != at("b.log") {
		t.Errorf("got %v, %v, want b.log alone", look.Objects, err)
	}
}
