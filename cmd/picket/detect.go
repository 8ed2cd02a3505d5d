package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/service"
	"picket/source/file"
)

// detect follows the server's sources and runs the engine over what they bring, until ctx ends.
func (s *server) detect(ctx context.Context) error {
	known, err := (&scanFlags{intel: s.config.Intel, keys: s.config.CompromisedKeys}).intelligence()
	if err != nil {
		return err
	}
	for _, note := range known.notes {
		s.log.Info(note)
	}
	from := &sources{service: s.service, open: map[string]opened{}}
	p := pipeline.New(pipeline.Config{
		Service: s.service, Open: from.Open, Rules: rules.All(), Geo: known.geo, Log: s.log,
		NewEnv: func() *rule.Env { return rule.NewEnv(known.tables, known.geo, known.keys, nil) },
	})
	f := &pipeline.Follower{Service: s.service, Sources: from.all, Log: s.log, Now: time.Now}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- picket.Guarded(func() error { return f.Run(ctx) })
	}()
	err = p.Run(ctx)
	cancel()
	if stopped := <-ended; err == nil {
		err = stopped
	}
	return err
}

// sources are the sources of the store, each opened once.
type sources struct {
	service *service.Service
	mu      sync.Mutex
	open    map[string]opened
}

type opened struct {
	as   service.Source
	from pipeline.Source
}

// all returns the sources that aren't paused.
func (s *sources) all(ctx context.Context) (map[string]pipeline.Source, error) {
	list, err := s.service.Sources(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]pipeline.Source{}
	for _, o := range list {
		have, ok := s.open[o.ID]
		if !ok || have.as.Location != o.Location || have.as.Account != o.Account || have.as.Region != o.Region {
			have = opened{o, &file.Folder{Path: o.Location, Account: o.Account, Region: o.Region}}
			s.open[o.ID] = have
		}
		if !o.Paused {
			out[o.ID] = have.from
		}
	}
	return out, nil
}

// Open opens an object of a source; one of a source that was forgotten can't be opened any more.
func (s *sources) Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	s.mu.Lock()
	have, ok := s.open[o.Source]
	s.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("source %s is not there any more", o.Source)
	}
	return have.from.Open(ctx, o)
}
