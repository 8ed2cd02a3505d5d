// Package file finds log objects in the file system: files, folders, globs, and standard input. It follows links once, reads
// no file before it is opened, and tells of what it could not look into instead of failing.
package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"picket/event"
	"picket/scan"
)

// List returns the objects that arguments name: a file, a folder and all below it, or a pattern with *, ? and [. What could
// not be looked into is a problem. Files whose name begins with a dot, and folders named like that, are left out of folders.
func List(arguments []string, filter *scan.Filter) ([]scan.Object, []scan.Problem) {
	return list(arguments, filter, nil)
}

func list(arguments []string, filter *scan.Filter, may func(real string) error) ([]scan.Object, []scan.Problem) {
	l := &lister{filter: filter, may: may, seen: map[string]bool{}}
	for _, a := range arguments {
		l.argument(a)
	}
	return l.objects, l.problems
}

type lister struct {
	filter   *scan.Filter
	may      func(real string) error // nil: everything may be read
	seen     map[string]bool         // real paths of folders and files listed already
	objects  []scan.Object
	problems []scan.Problem
}

func (l *lister) problem(path string, err error) {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = of.Err
	}
	l.problems = append(l.problems, scan.Problem{Object: path, Reason: err.Error()})
}

func (l *lister) argument(path string) {
	if _, err := os.Stat(path); err == nil || !strings.ContainsAny(path, "*?[") {
		l.path(path)
		return
	}
	matches, err := filepath.Glob(path)
	if err == nil && len(matches) == 0 {
		err = errors.New("no file matches the pattern")
	}
	if err != nil {
		l.problem(path, err)
	}
	for _, m := range matches {
		l.path(m)
	}
}

// path lists one file, or what a folder holds, after following the links on the way there.
func (l *lister) path(path string) {
	info, err := os.Stat(path)
	if err != nil {
		l.problem(path, err)
		return
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		l.problem(path, err)
		return
	}
	l.real(path, real, info)
}

// real lists what is at path. Each is listed once, by its real path: links may form loops.
func (l *lister) real(path, real string, info fs.FileInfo) {
	if l.seen[real] {
		return
	}
	l.seen[real] = true
	var refused error
	if l.may != nil {
		refused = l.may(real)
	}
	switch {
	case refused != nil:
		l.problem(path, refused)
	case info.IsDir():
		l.folder(path, real)
	case !info.Mode().IsRegular():
		l.problem(path, errors.New("not a regular file"))
	default:
		l.file(path, info)
	}
}

func (l *lister) folder(path, real string) {
	gone := func(err error) bool { return errors.Is(err, fs.ErrNotExist) } // meanwhile: it was there when the folder was looked at
	entries, err := os.ReadDir(path)
	if err != nil && !gone(err) {
		l.problem(path, err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		at := filepath.Join(path, e.Name())
		if e.Type()&fs.ModeSymlink != 0 {
			l.path(at)
		} else if info, err := e.Info(); err == nil {
			l.real(at, filepath.Join(real, e.Name()), info)
		} else if !gone(err) {
			l.problem(at, err)
		}
	}
}

func (l *lister) file(path string, info fs.FileInfo) {
	place := event.ParsePath(filepath.ToSlash(path))
	if !l.filter.Wants(place) {
		return
	}
	l.objects = append(l.objects, scan.Object{
		Name: path, Size: info.Size(), Place: place, Version: info.ModTime().UTC().Format(time.RFC3339Nano),
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) },
	})
}

// Spool copies r, which can be read once only, to a temporary file, so that evidence can be read again. remove deletes it.
func Spool(name string, r io.Reader) (o scan.Object, remove func(), err error) {
	f, err := os.CreateTemp("", "picket-stdin-*")
	if err != nil {
		return o, nil, fmt.Errorf("spool %s: %w", name, err)
	}
	remove = func() { os.Remove(f.Name()) }
	n, err := io.Copy(f, r)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		remove()
		return o, nil, fmt.Errorf("spool %s: %w", name, err)
	}
	path := f.Name()
	return scan.Object{Name: name, Size: n, Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }}, remove, nil
}
