package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"picket/event"
	"picket/simulate"
)

// Of the day that is simulated live, so much is past when it begins.
const livePast = 22 * time.Hour

// stagedName is the folder, passed over by who reads logs, in which files wait until they are due.
const stagedName = ".staged"

// simulateLive writes a day of logs around now, each file when AWS would deliver it, until the day is over or ctx ends. Called
// again on the same folder it goes on.
func simulateLive(ctx context.Context, d deps, o simulate.Options, out string) error {
	staged := filepath.Join(out, stagedName)
	if _, err := os.Stat(staged); err != nil {
		o.Start, o.Days = time.Now().Add(-livePast), 1
		if err := os.MkdirAll(out, 0o755); err != nil {
			return err
		}
		if _, err := simulate.Run(o, staged+"-new"); err != nil {
			return err
		}
		if err := os.Rename(staged+"-new", staged); err != nil {
			return err
		}
	}
	waiting, err := stagedFiles(staged)
	if err != nil {
		return err
	}
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for len(waiting) > 0 {
		due := slices.IndexFunc(waiting, func(f stagedFile) bool { return f.at.After(time.Now()) })
		if due < 0 {
			due = len(waiting)
		}
		for _, f := range waiting[:due] {
			to := filepath.Join(out, f.path)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.Rename(filepath.Join(staged, f.path), to); err != nil {
				return err
			}
		}
		if waiting = waiting[due:]; due > 0 && len(waiting) > 0 {
			fmt.Fprintf(d.err, "%s delivered; %s wait, the next until %s\n", plural(due, "file"), plural(len(waiting), "file"), waiting[0].at.Local().Format(time.TimeOnly))
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// stagedFile is a file that waits for its time of delivery.
type stagedFile struct {
	path string // below the folder
	at   time.Time
}

// stagedFiles lists what waits, the lists and labels first.
func stagedFiles(dir string) ([]stagedFile, error) {
	var all []stagedFile
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		all = append(all, stagedFile{rel, event.ParsePath(filepath.ToSlash(rel)).Time})
		return err
	})
	slices.SortFunc(all, func(a, b stagedFile) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path)) })
	return all, err
}
