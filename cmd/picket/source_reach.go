package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"picket"
	"picket/service"
	"picket/source/file"
	"picket/source/s3"
)

// consoleSourcesConfig says what sources may read that are added in the console, by accounts that look after the server without
// being its machine's operator. The zero value is no folders, and buckets and queues at public addresses.
type consoleSourcesConfig struct {
	Folders []string `yaml:"folders"` // with all that is below them
	Allow   []string `yaml:"allow"`   // ranges that endpoints and queues may be in though not public
}

func (c consoleSourcesConfig) check() []error {
	var wrong []error
	for _, folder := range c.Folders {
		if !filepath.IsAbs(folder) {
			wrong = append(wrong, fmt.Errorf("console-sources: folders: %q is no full path: write /logs", folder))
		}
	}
	if _, err := egress(c.Allow); err != nil {
		wrong = append(wrong, fmt.Errorf("console-sources: allow: %w: write 10.0.0.0/8", err))
	}
	return wrong
}

var (
	errOwn     = errors.New("the server keeps its own data there, which no source may read")
	errOutside = errors.New("\"console-sources: folders:\" of the server's configuration names no folder that it is in: " +
		"have one added and the server started again, or add the source with picket source add, on the server")
)

// mayRead is service.Service.MayRead of a server.
func (c config) mayRead(o service.Source) error {
	if o.IsPush() || o.IsBucket() {
		return nil
	}
	if err := c.reach(o)(resolved(o.Location)); err != nil {
		return &picket.Error{Code: picket.CodeBadRequest, Message: fmt.Sprintf("Location %s: %v.", o.Location, err)}
	}
	return nil
}

// reach returns what says why a source must not read what is at a path without links.
func (c config) reach(o service.Source) func(real string) error {
	own := []string{resolved(c.Data), resolved(masterKeyPath(c))}
	var named []string
	for _, folder := range c.ConsoleSources.Folders {
		named = append(named, resolved(folder))
	}
	return func(real string) error {
		in := func(folder string) bool {
			rest, err := filepath.Rel(folder, real)
			return err == nil && filepath.IsLocal(rest)
		}
		switch {
		case slices.ContainsFunc(own, in):
			return errOwn
		case o.Console && !slices.ContainsFunc(named, in):
			return errOutside
		}
		return nil
	}
}

// resolved is a full path without links, as far as there is something at it.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	} else if parent := filepath.Dir(path); parent != path {
		path = filepath.Join(resolved(parent), filepath.Base(path))
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// folder is the folder that a source is.
func (c config) folder(o service.Source) *file.Folder {
	return &file.Folder{Path: o.Location, Account: o.Account, Region: o.Region, May: c.reach(o)}
}

// client reaches the bucket and the queue of a source.
func (c config) client(ctx context.Context, o service.Source) (*s3.Client, error) {
	e := s3.Endpoint{URL: o.Endpoint, Role: o.Role, ExternalID: o.ExternalID}
	if o.Console {
		policy, err := egress(c.ConsoleSources.Allow)
		if err != nil {
			return nil, err
		}
		e.Dial = policy.Dial
	}
	return s3.Open(ctx, e)
}
