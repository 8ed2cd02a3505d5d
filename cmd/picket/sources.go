package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"picket"
	"picket/pipeline"
	"picket/service"
	"picket/source/s3"
)

// sources are the sources of the store, each opened once.
type sources struct {
	config  config
	service *service.Service
	mu      sync.Mutex
	open    map[string]opened
}

type opened struct {
	as     service.Source // but for its pauses
	from   pipeline.Source
	failed time.Time // when it couldn't be opened
}

// tryAgain is how long a source that can't be opened is left alone.
const tryAgain = 10 * time.Second

// all returns the sources that aren't paused and can be opened.
func (s *sources) all(ctx context.Context) (map[string]pipeline.Source, error) {
	list, err := s.service.Sources(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]pipeline.Source{}
	if pushes, err := s.service.HavePushes(ctx); err != nil {
		return nil, err
	} else if pushes { // until then it must not close the windows of what another source is about to bring
		out[service.Pushes] = pushed{}
	}
	for _, o := range list {
		paused := o.Paused
		o.Paused = false
		have := s.open[o.ID]
		if have.as != o || !have.failed.IsZero() && time.Since(have.failed) > tryAgain {
			have = opened{as: o}
			if have.from, err = s.config.openSource(ctx, o); err != nil {
				have.from, have.failed = broken{err}, time.Now()
			}
			s.open[o.ID] = have
		}
		if !paused {
			out[o.ID] = have.from
		}
	}
	return out, nil
}

func (c config) openSource(ctx context.Context, o service.Source) (pipeline.Source, error) {
	if o.IsPush() {
		return pushed{}, nil
	}
	if !o.IsBucket() {
		return c.folder(o), nil
	}
	bucket, prefix, err := s3.Parse(o.Location)
	if err != nil {
		return nil, err
	}
	client, err := c.client(ctx, o)
	if err != nil {
		return nil, err
	}
	b := &s3.Bucket{
		Client: client, Name: bucket, Prefix: prefix, Account: o.Account, Region: o.Region,
		Since: time.Unix(o.Since, 0), Now: time.Now,
	}
	if o.Queue != "" {
		b.Queue, err = client.Queue(o.Queue)
	}
	return b, err
}

// pushed is a source that brings its records to the log by itself.
type pushed struct{}

// Look implements pipeline.Source.
func (pushed) Look(context.Context, int64) (pipeline.Look, error) {
	return pipeline.Look{Through: time.Now().Unix()}, nil
}

// Open implements pipeline.Source.
func (pushed) Open(context.Context, *picket.LogObject) (io.ReadCloser, error) {
	return nil, fs.ErrNotExist
}

// broken is a source that can't be opened. It shows why, and holds back nobody's windows for long.
type broken struct{ error }

// Look implements pipeline.Source.
func (b broken) Look(context.Context, int64) (pipeline.Look, error) {
	return pipeline.Look{Through: time.Now().Add(-time.Hour).Unix()}, b.error
}

// Open implements pipeline.Source.
func (b broken) Open(context.Context, *picket.LogObject) (io.ReadCloser, error) { return nil, b.error }

// Open opens an object of a source; one of a source that was forgotten can't be opened any more.
func (s *sources) Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	s.mu.Lock()
	from := s.open[o.Source].from
	s.mu.Unlock()
	if from == nil {
		return nil, fmt.Errorf("source %s is not there", o.Source)
	}
	return from.Open(ctx, o)
}
