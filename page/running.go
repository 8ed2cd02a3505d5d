package page

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/rule"
)

// running is an example whose records are being judged.
type running struct {
	world      *world
	rules      []rule.Any
	about      finding.About
	engine     *engine.Engine
	feed       *engine.Feed
	collectors []*finding.Collector
	saved      map[string]*finding.Aggregate // from before a restart

	mu  sync.Mutex
	bug error
}

func (r *running) config(shards int) engine.Config {
	return engine.Config{Rules: r.rules, NewEnv: r.world.env, Shards: shards, Bug: func(_ event.Ref, err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bug = err
	}}
}

func (r *running) sink() engine.Sink {
	c := finding.NewCollector(&r.about)
	r.collectors = append(r.collectors, c)
	return c
}

// restart takes the engine down, and goes on with what is written of it and of its findings.
func (r *running) restart(shards int) (err error) {
	r.feed.Flush()
	r.engine.Sync()
	for _, a := range finding.Gather(r.collectors...) {
		b, err := a.MarshalBinary()
		if err != nil {
			return err
		}
		r.saved[a.ID] = new(finding.Aggregate)
		if err := r.saved[a.ID].UnmarshalBinary(b); err != nil {
			return err
		}
	}
	var snapshot bytes.Buffer
	if err := r.engine.Snapshot(&snapshot); err != nil {
		return err
	}
	r.engine.Close()
	r.collectors = nil // what they were told of the end comes again
	if r.engine, err = engine.Restore(r.config(shards), r.sink, &snapshot); err != nil {
		return err
	}
	r.feed = r.engine.NewFeed()
	return nil
}

func (r *running) findings() []*finding.Result {
	for _, a := range finding.Gather(r.collectors...) {
		if old := r.saved[a.ID]; old != nil {
			old.Merge(a)
		} else {
			r.saved[a.ID] = a
		}
	}
	return finding.Results(&r.about, slices.Collect(maps.Values(r.saved)))
}
