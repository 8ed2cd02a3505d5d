package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"picket/service"
	"picket/source/s3"
)

// What is late, or another time.
const (
	clockSkew = 5 * time.Second
	lateLogs  = 24 * time.Hour
)

// data checks what the store knows.
func (e *examination) data(ctx context.Context, s *server) {
	e.store(ctx, s)
	status, err := s.service.Status(ctx)
	if err != nil {
		e.bad("status", failed, "look at the line about the store", "%v", err)
		return
	}
	e.sources(ctx, s.config, status)
	e.log(status)
	e.outgoing(status)
	e.accounts(ctx, s)
}

func (e *examination) store(ctx context.Context, s *server) {
	h, err := s.store.Check(ctx)
	if err != nil {
		e.bad("store", failed, "stop the server, and restore a backup into an empty folder if this stays so", "%v", err)
		return
	}
	if h.Whole {
		e.ok("store", "it is whole, schema %d", h.Schema)
	} else {
		e.ok("store", "it answers, schema %d; it is too large to be looked through in a moment", h.Schema)
	}
	now := time.Now()
	switch {
	case !h.Clock.IsZero() && now.Sub(h.Clock).Abs() > clockSkew:
		e.bad("clock", failed, "set both clocks by NTP", "this machine and the database differ by %s", now.Sub(h.Clock).Abs().Round(time.Second))
	case h.Newest.Sub(now) > clockSkew:
		e.bad("clock", failed, "set the clock by NTP: signatures are refused, and times of findings are wrong",
			"the newest record of the audit log is %s ahead of this machine", h.Newest.Sub(now).Round(time.Second))
	default:
		e.ok("clock", "it agrees with the store")
	}
}

func (e *examination) sources(ctx context.Context, c config, status service.Status) {
	if len(status.Sources) == 0 {
		e.bad("sources", warns, "picket source add", "there are none, so no logs are read")
	}
	for _, o := range status.Sources {
		name := "source " + o.ID
		if o.Paused {
			e.bad(name, warns, "picket source resume "+o.ID, "it is paused")
			continue
		}
		what, err := probe(ctx, c, o.Source)
		if err != nil {
			e.bad(name, failed, "correct the place, the credentials or the rights of the server's user", "%v", err)
		} else {
			e.ok(name, "%s", what)
		}
		if o.Failed != "" && err == nil {
			e.bad(name, failed, "give the server's user the rights, or correct the place", "it can't be read in full: %s", o.Failed)
		}
		if o.Silent {
			e.bad(name, warns, "look whether what writes there still does", "nothing came%s, which is longer than usual", since(o.Last))
		}
	}
}

func since(at int64) string {
	if at == 0 {
		return " yet"
	}
	return " for " + ago(time.Since(time.Unix(at, 0)))
}

// probe looks for one object of a source, and says what it saw.
func probe(ctx context.Context, c config, o service.Source) (what string, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if o.ID == service.Pushes || o.IsPush() {
		return "it is pushed to", nil
	}
	if !o.IsBucket() {
		return probeFolder(ctx, o.Location)
	}
	from, err := c.openSource(ctx, o)
	if err != nil {
		return "", err
	}
	b, ok := from.(*s3.Bucket)
	if !ok {
		return "", fmt.Errorf("BUG: a bucket is a %T", from)
	}
	if what, err = b.Probe(ctx); err != nil {
		return "", fmt.Errorf("%s: %w", o.Location, err)
	}
	if what == "" {
		return o.Location + " can be listed; there is nothing in it", nil
	}
	return "s3://" + b.Name + "/" + what + " can be read", nil
}

func probeFolder(ctx context.Context, dir string) (what string, err error) {
	what = dir + " can be listed; there is no file in it"
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		what = path + " can be read"
		return errors.Join(f.Close(), fs.SkipAll)
	})
	if errors.Is(err, fs.SkipAll) {
		err = nil
	}
	return what, err
}

// log says how far the logs are applied.
func (e *examination) log(s service.Status) {
	switch {
	case s.Failing != "":
		e.bad("log", failed, "the server goes on by itself when the store can be written again", "%s can't be applied: %s", plural(int(s.Waiting), "message"), s.Failing)
	default:
		e.ok("log", "%s to be applied", plural(int(s.Waiting), "message"))
	}
	if s.Unread > 0 {
		e.bad("quarantine", warns, "picket quarantine list, and replay what can be read now", "%s of logs could not be read", plural(s.Unread, "place"))
	} else {
		e.ok("quarantine", "everything could be read")
	}
	for _, a := range strainAdvice(s.Strain) {
		e.bad("log", warns, a.do, "%s", a.what)
	}
}

// outgoing says what doesn't reach those that it is for, and lists that the server can't read.
func (e *examination) outgoing(s service.Status) {
	trouble := false
	for _, d := range s.Destinations {
		if d.State.FailingSince > 0 {
			trouble = true
			e.bad("destination", failed, "correct it, then picket destination replay "+d.ID, "%s of account %s fails since %s: %s", d.ID, d.Account, day(d.State.FailingSince), d.State.Error)
		}
		if d.GivenUp > 0 {
			trouble = true
			e.bad("destination", warns, "picket destination replay "+d.ID, "%s for %s were given up", plural(d.GivenUp, "event"), d.ID)
		}
	}
	if !trouble {
		e.ok("destination", "%s, and none fails", plural(len(s.Destinations), "destination"))
	}
	if s.Mails.Failing > 0 {
		e.bad("mails", warns, "the line about mail may say why too", "%s wait%s", plural(s.Mails.Waiting, "mail"), inVain(s.Mails))
	}
	for i, l := range s.Lists {
		if i == mostShown {
			e.bad("list", failed, "picket list show --account ID", "and %s more", plural(len(s.Lists)-i, "list"))
			break
		}
		e.bad("list", failed, "correct its location or its file, and activate it again", "%s (%s) of account %s in %s is not in force: %s", l.Name, l.ID, l.Account, l.Region, l.Reason)
	}
}

// accounts says whose logs don't come.
func (e *examination) accounts(ctx context.Context, s *server) {
	all, err := s.service.LastLogs(ctx)
	if err != nil {
		e.bad("accounts", failed, "look at the line about the store", "%v", err)
		return
	}
	late := 0
	for _, a := range all {
		if a.Last > 0 && time.Since(time.Unix(a.Last, 0)) < lateLogs {
			continue
		}
		if late++; late <= mostShown {
			e.bad("account", warns, "picket coverage list --account "+a.Account+", and look whether a source brings its logs", "of %s no logs came%s", a.Account, since(a.Last))
		}
	}
	if late > mostShown {
		e.bad("account", warns, "picket coverage list --account ID", "and of %s more", plural(late-mostShown, "account"))
	}
	if late == 0 {
		e.ok("account", "logs of %s came in the last day", plural(len(all), "account"))
	}
}
