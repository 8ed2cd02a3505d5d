package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/export/text"
	"picket/fetch"
)

// feedsConfig says which feeds the server keeps fresh. The zero value is the built-in ones, of public addresses.
type feedsConfig struct {
	Table string   `yaml:"table"` // YAML file of feeds, instead of the built-in ones
	Allow []string `yaml:"allow"` // networks that are not public, as 10.1.0.0/16
}

func (f feedsConfig) check() []error {
	var wrong []error
	if _, err := readFeeds(f.Table); err != nil {
		wrong = append(wrong, fmt.Errorf("feeds: table: %w", err))
	}
	for _, text := range f.Allow {
		if _, err := netip.ParsePrefix(text); err != nil {
			wrong = append(wrong, fmt.Errorf("feeds: allow: %q is no network: write 10.1.0.0/16", text))
		}
	}
	return wrong
}

func (f feedsConfig) policy() (p fetch.Policy) {
	for _, text := range f.Allow {
		p.Allow = append(p.Allow, netip.MustParsePrefix(text)) // check read it
	}
	return p
}

// knowledge is what a scan would be told to know what the server does.
func (c config) knowledge() *scanFlags {
	return &scanFlags{intel: c.Intel, keys: c.CompromisedKeys, feeds: c.Feeds.Table}
}

// How long the server waits at most, and at least, until it looks at its threat lists again.
const (
	intelSeldom = 5 * time.Second
	intelOften  = 100 * time.Millisecond
)

// keepIntel fetches feeds when they are due, and, if this server leads, has what is in the folders of lists apply as it changes, until
// ctx ends. What fails is tried again; what applied before does so until then.
func (s *server) keepIntel(ctx context.Context) error {
	failed := ""
	for ctx.Err() == nil {
		err := picket.Guarded(func() error {
			err := s.fetchFeeds(ctx)
			if s.running.Load() != nil {
				err = errors.Join(err, s.shareIntel(ctx))
			}
			return err
		})
		if ctx.Err() != nil {
			break
		}
		s.intelFailing.Store(&err)
		if err != nil && err.Error() != failed { // once, not every time
			s.log.Error("refresh threat lists", "error", err)
		}
		if failed = ""; err != nil {
			failed = err.Error()
		}
		select {
		case <-time.After(s.untilNextFeed()):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// fetchFeeds fetches what is due. That a feed can't be fetched is noted of it and no error; that nothing can be noted is one.
func (s *server) fetchFeeds(ctx context.Context) error {
	feeds, err := readFeeds(s.config.Feeds.Table)
	if err != nil {
		return err
	}
	for _, dir := range s.config.knowledge().listFolders() {
		due := dueFeeds(dir, feeds)
		if len(due) == 0 {
			continue
		}
		for _, r := range fetch.Update(ctx, due, dir, s.config.Feeds.policy()) {
			switch {
			case errors.Is(r.Err, fetch.ErrWrite):
				err = errors.Join(err, fmt.Errorf("feed %s: %w", r.Feed, r.Err))
			case r.Err != nil && ctx.Err() == nil:
				s.log.Warn("a feed can't be fetched; its last copy stays", "feed", r.Feed, "error", r.Err)
			}
		}
	}
	return err
}

func dueFeeds(dir string, feeds []fetch.Feed) (due []fetch.Feed) {
	now := time.Now()
	for _, state := range fetch.States(dir, feeds) {
		if state.Next.After(now) {
			continue
		}
		due = append(due, feeds[slices.IndexFunc(feeds, func(f fetch.Feed) bool { return f.Name == state.Feed })])
	}
	return due
}

// untilNextFeed is how long to wait. What is due already has just failed in a way that can't be noted.
func (s *server) untilNextFeed() time.Duration {
	wait, now := intelSeldom, time.Now()
	states, _ := s.feedStates()
	for _, state := range states {
		if state.Next.After(now) {
			wait = min(wait, state.Next.Sub(now))
		}
	}
	return max(wait, intelOften)
}

// feedStates is service.Service.Feeds of a server.
func (s *server) feedStates() (all []fetch.State, failing error) {
	feeds, err := readFeeds(s.config.Feeds.Table)
	if err != nil {
		return nil, err
	}
	for _, dir := range s.config.knowledge().listFolders() {
		all = append(all, fetch.States(dir, feeds)...)
	}
	slices.SortStableFunc(all, func(a, b fetch.State) int {
		return cmp.Or(cmp.Compare(a.Feed, b.Feed), a.Fetched.Compare(b.Fetched))
	})
	all = slices.CompactFunc(all, func(a, b fetch.State) bool { return a.Feed == b.Feed }) // of several folders
	if err := s.intelFailing.Load(); err != nil {
		failing = *err
	}
	return all, failing
}

// shareIntel has threat lists and compromised keys apply as they are on the disk, if they look otherwise than they did.
func (s *server) shareIntel(ctx context.Context) error {
	s.intelMu.Lock()
	defer s.intelMu.Unlock()
	flags := s.config.knowledge()
	looks, err := flags.looks()
	if err != nil || looks == s.intelLooks {
		return err
	}
	known, err := flags.readLists()
	if err != nil {
		return err
	}
	changed, err := s.service.ShareIntel(ctx, known.lists, slices.Sorted(maps.Keys(known.keys)))
	if err != nil {
		return err
	}
	if changed || s.intelLooks == "" {
		entries := 0
		for _, l := range known.lists {
			entries += len(l.Indicators)
		}
		s.log.Info("threat lists apply", "lists", len(known.lists), "entries", entries, "keys", len(known.keys))
		for _, note := range known.notes {
			s.log.Info(text.Clean(note))
		}
	}
	s.intelLooks = looks
	return nil
}

// looks is another text when lists or keys may be others.
func (o *scanFlags) looks() (string, error) {
	var out strings.Builder
	look := func(path string, info os.FileInfo, err error) error {
		if err == nil {
			fmt.Fprintln(&out, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	}
	for _, path := range []string{o.keys, o.feeds} {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err := look(path, info, err); err != nil {
			return "", err
		}
	}
	for _, dir := range o.listFolders() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&out, dir)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") { // one that is being written
				continue
			}
			info, err := e.Info()
			if err := look(e.Name(), info, err); err != nil {
				return "", err
			}
		}
	}
	return out.String() + ".", nil
}
