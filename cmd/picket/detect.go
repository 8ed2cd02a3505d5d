package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"picket/intel"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/service"
)

// detection is what follows the server's logs.
type detection struct {
	pipeline *pipeline.Pipeline
	follower *pipeline.Follower
}

// lockedLimit is how long another program may have the database locked before the server says so.
const lockedLimit = 3 * time.Second

// working is service.Service.Working of a server.
func (s *server) working() (w service.Working) {
	if since := s.store.Locked(); !since.IsZero() && time.Since(since) > lockedLimit {
		w.Failing = fmt.Errorf("another program has the database locked since %s", since.UTC().Format(time.TimeOnly+" UTC"))
	}
	d := s.running.Load()
	if d == nil { // it is about to begin, or another does
		if err := s.leadFailing.Load(); err != nil {
			w.Failing = cmp.Or(w.Failing, *err)
		} else {
			w.Standby = s.standby.Load()
		}
		return w
	}
	w.Through, w.Failing = d.follower.Through(), cmp.Or(w.Failing, d.follower.Failing(), d.pipeline.Failing())
	return w
}

// failing is api.Config.Failing of a server: for everybody, so it says no more than that.
func (s *server) failing() string {
	if s.working().Failing != nil {
		return "logs are not applied; the server's log and picket status say why"
	}
	return ""
}

// detect follows the server's sources and runs the engine over what they bring, until ctx ends or the term.
func (s *server) detect(ctx context.Context, term int64) error {
	var known intelligence
	if err := known.readGeo(); err != nil {
		return err
	}
	for _, note := range known.notes {
		s.log.Info(note)
	}
	resolvers, _ := intel.Build(intel.Resolvers(), intel.Options{})
	from := &sources{config: s.config, service: s.service, open: map[string]opened{}}
	p := pipeline.New(pipeline.Config{
		Service: s.service, Open: from.Open, Rules: rules.All(), Geo: known.geo, Log: s.log,
		NewEnv:  func() *rule.Env { return rule.NewEnv(resolvers, known.geo, nil, nil) },
		Observe: s.metrics.checkpoint,
	})
	f := &pipeline.Follower{Service: s.service, Sources: from.all, Log: s.log, Now: time.Now, Term: term}
	s.running.Store(&detection{p, f})
	defer s.running.Store(nil)
	digests := &pipeline.Digests{Service: s.service, Open: from.Open, Log: s.log, Now: time.Now}
	return together(ctx, []func(context.Context) error{p.Run, f.Run, endless(digests.Run)})
}
