package main

import (
	"context"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
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
