package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"picket"
	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/service"
)

// Bounds of the work between two looks at what else there is.
const (
	readAhead   = 64       // messages read at a time
	commitBytes = 64 << 20 // of log, after which the position is stored
	keepBytes   = 64 << 20 // of log, after which the state is kept
	keepNow     = 1 << 60  // of log: more than ever comes, so that the state is kept with the position
	keepShare   = 20       // of the time that keeping the state took the last time is left to other work first
)

// partition is one partition of the log, on one goroutine.
type partition struct {
	pipeline *Pipeline
	number   int
	wake     chan struct{} // there are messages
	seen     int64         // the last message that the pipeline knows of

	epoch   int64
	applied int64 // the message whose effects are stored
	at      int64 // the message that was fed last
	kept    time.Time
	keeping time.Duration // what that took
	fresh   int64         // bytes of log fed since the state was kept
	trial   trial

	engine     *engine.Engine
	feed       *engine.Feed
	collectors []*finding.Collector
	routes     Routes
	lists      lists
	own        map[place]*intel.Tables // what lists say
	intel      *service.Intel          // what applies to every account; nil: what an Env begins with
	tally      tally
	marks      map[event.Kind]int64 // records from before are late; see reopen
	decided    map[event.Kind]int64 // the highest marks
	limits     map[string]int64     // of the engine that were reached, as far as that is stored
	reader     event.Reader
	batch      batch
}

// run owns the partition until ctx ends.
func (p *partition) run(ctx context.Context) error {
	err := p.takeOver(ctx)
	if err == nil {
		defer func() { p.engine.Close() }()
	}
	for err == nil {
		select {
		case <-p.wake:
			err = p.catchUp(ctx)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
			defer cancel()
			return p.leave(ctx)
		}
	}
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		return err
	}
	// In the midst of a message: what was fed of it is forgotten.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer cancel()
	return p.release(ctx)
}

// leaveTime is how long an owner that is asked to go may take to store what it did; what it can't store is read again.
const leaveTime = 8 * time.Second

// takeOver makes the partition this pipeline's: it goes on from the state that was kept, and reads again, without effect, what
// came between that and what is stored.
func (p *partition) takeOver(ctx context.Context) error {
	var at picket.Partition
	var state []byte
	shared := ""
	err := p.insist(ctx, func(tx picket.Tx) (err error) {
		if at, state, err = tx.Log().Own(p.number); err == nil {
			shared, err = p.pipeline.cfg.Service.IntelInForce(tx)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("take over: %w", err)
	}
	p.epoch, p.applied, p.at = at.Epoch, at.Applied, at.State
	if state, err = p.withRules(ctx, state); err != nil {
		return err
	}
	if err := p.restore(ctx, state); err != nil {
		return fmt.Errorf("restore state: %w", err)
	}
	begins := p.intel == nil && shared != ""
	if begins {
		if err := p.share(ctx, shared); err != nil {
			return err
		}
	}
	for p.at < p.applied {
		if err := p.feedSome(ctx, p.applied); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
	}
	p.settle()
	p.tally.take()
	p.limits = p.reached()
	p.batch, p.kept = batch{}, time.Now()
	if at.Dirty {
		p.trial = trial{until: p.applied + readAhead, seq: at.Trying, times: at.Tries}
	}
	if begins { // no message says what it begins with, so the state does, before anything is judged
		return p.keepState(ctx)
	}
	return nil
}

// settle waits for what was fed, and returns the findings that came of it.
func (p *partition) settle() []*finding.Aggregate {
	p.feed.Flush()
	p.engine.Sync()
	return finding.Gather(p.collectors...)
}

// feedSome feeds the next messages, none after last, until there is enough to store.
func (p *partition) feedSome(ctx context.Context, last int64) error {
	var messages []picket.Message
	limit := min(readAhead, last-p.at)
	if p.at < p.trial.until {
		limit = 1
	}
	err := p.view(ctx, func(tx picket.Tx) (err error) {
		messages, err = tx.Log().Read(p.number, p.at, int(limit))
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.Seq != p.at+1 {
			return fmt.Errorf("BUG: message %d follows message %d", m.Seq, p.at)
		}
		deadly := false
		if m.Seq <= p.trial.until {
			if deadly, err = p.deadly(ctx, m); err != nil {
				return err
			}
		}
		if !deadly {
			if err := p.take(ctx, m); err != nil {
				return err
			}
		}
		p.at = m.Seq
		if p.batch.bytes >= commitBytes {
			break
		}
	}
	return nil
}

func (p *partition) take(ctx context.Context, m picket.Message) error {
	switch {
	case m.Route != nil:
		p.reroute(*m.Route)
	case m.List != nil:
		return p.relist(ctx, *m.List)
	case m.Intel != "":
		return p.share(ctx, m.Intel)
	case m.Object != nil:
		return p.read(ctx, m.Seq, m.Object)
	default:
		p.advance(m.Mark)
	}
	return nil
}

// reroute has a change of what is analysed apply from here on. What shards raise of records before it is judged by what was so then.
func (p *partition) reroute(to picket.Route) {
	p.feed.Flush()
	p.engine.Sync()
	p.routes.Set(to)
}

// grace is how long after its delivery time an object may come that holds records from before it, by kind; scans have the same.
var grace = map[event.Kind]int64{event.KindCloudTrail: 1200, event.KindFlow: 1800, event.KindDNS: 1800}

func (p *partition) advance(delivered int64) {
	p.feed.Flush()
	for kind, late := range grace {
		if mark := delivered - late; mark > p.marks[kind] {
			p.marks[kind], p.decided[kind] = mark, max(mark, p.decided[kind])
			p.engine.Advance(kind, mark)
		}
	}
}

// reopen has windows that were decided opened again for what comes now. They are decided once more when the mark passes them
// again, by what came late. It goes back by whole days, so that it seldom has to: windows in which nothing comes cost nothing.
func (p *partition) reopen(kind event.Kind, sec int64) {
	if mark := sec - sec%86400; mark < p.marks[kind] {
		p.marks[kind] = mark
		p.engine.Advance(kind, mark)
	}
}

// catchUp feeds and stores all that there is.
func (p *partition) catchUp(ctx context.Context) error {
	for {
		before := p.at
		if err := p.step(ctx); err != nil || p.at == before {
			return err
		}
	}
}

// step feeds and stores some of what there is.
func (p *partition) step(ctx context.Context) error {
	done, err := p.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	before := p.at
	if err := p.work(ctx, func() error { return p.feedSome(ctx, forever) }); err != nil || p.at == before {
		return err
	}
	if err := p.store(ctx); err != nil {
		return err
	}
	if p.keepDue(time.Since(p.kept)) {
		return p.keepState(ctx)
	}
	return nil
}

// keepDue reports whether the state is to be kept again, so long after it was. A large state takes long: kept after so many bytes
// alone, it would take more of a busy server than its logs do.
func (p *partition) keepDue(since time.Duration) bool {
	return p.fresh >= keepNow || since >= keepShare*p.keeping && (p.fresh >= keepBytes || since >= p.pipeline.cfg.Keep)
}

// work does f when a worker is free.
func (p *partition) work(ctx context.Context, f func() error) error {
	select {
	case p.pipeline.slots <- struct{}{}:
		defer func() { <-p.pipeline.slots }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave stores what was fed to its end, so that nothing need be read again.
func (p *partition) leave(ctx context.Context) error {
	if err := p.store(ctx); err != nil {
		return err
	}
	if err := p.keepState(ctx); err != nil {
		return err
	}
	return p.release(ctx)
}

func (p *partition) release(ctx context.Context) error {
	return p.pipeline.store.Update(ctx, func(tx picket.Tx) error { return tx.Log().Release(p.number, p.epoch) })
}
