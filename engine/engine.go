// Package engine runs rules over records: it finds the rules that a record concerns, keeps their state, closes windows
// when the watermark passes them, and hands hits to sinks. It imports no rule and stores nothing outside memory. Its
// hits depend on the set of records, not on their order, batches or the number of shards.
package engine

import (
	"net/netip"
	"sync"
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Config says what an engine runs. Rules and NewEnv are required.
type Config struct {
	Rules  []rule.Any
	NewEnv func() *rule.Env // one for each goroutine
	Shards int              // 0: 1
	Limits Limits
	// Bug is told of each panic over a record, with its place where one is known; all else is judged all the same. Feeds and
	// shards call it, several at a time. Where it is nil a panic ends the program.
	Bug func(event.Ref, error)
	// Silenced is told of each call and conversation that raises nothing because the account trusts the address, whether or not
	// a rule would have gone on with it. Feeds and shards call it, several at a time. It may be nil.
	Silenced func(account, region string, a netip.Addr)
}

// Sink takes the hits of one goroutine. A Record that is a conversation is valid during the call only.
type Sink interface{ Hit(*rule.Hit) }

// Engine is a running set of shards. Feeds bring records in; Advance moves the watermark; Close decides what is left.
type Engine struct {
	rules      *ruleSet
	cfg        Config
	shards     []*shard
	interfaces interfaces
	batches    batches
	running    sync.WaitGroup
	sink       func() Sink
}

// New starts an engine. sink is called once for each goroutine that raises hits.
func New(cfg Config, sink func() Sink) *Engine {
	e := build(cfg, sink)
	e.start()
	return e
}

// build returns an engine whose shards don't run yet.
func build(cfg Config, sink func() Sink) *Engine {
	cfg.Limits = cfg.Limits.orDefault()
	e := &Engine{cfg: cfg, rules: compile(cfg.Rules), sink: sink}
	e.interfaces.byKey, e.interfaces.room = map[string]uint32{}, e.cfg.Limits.Interfaces
	for range max(cfg.Shards, 1) {
		e.shards = append(e.shards, newShard(e))
	}
	return e
}

func (e *Engine) start() {
	for _, s := range e.shards {
		s.sink = e.sink()
		e.running.Add(1)
		go func() {
			defer e.running.Done()
			s.run()
		}()
	}
}

// guard is deferred wherever a rule judges: what panics costs the record that is being judged, and no other.
func (e *Engine) guard(at event.Ref) {
	if e.cfg.Bug == nil {
		return
	}
	if err := picket.Bug(recover()); err != nil {
		e.cfg.Bug(at, err)
	}
}

// Advance says that every record of kind with an event time before mark was fed and flushed. A mark that is before the last
// one opens the windows after it again, for records that come late: what they held is not known any more.
func (e *Engine) Advance(kind event.Kind, mark int64) {
	for _, s := range e.shards {
		s.in <- message{advance: kind, mark: mark}
	}
}

// Sync returns when the shards have taken all that was sent to them before: what sinks hold is then complete for all that
// was fed, flushed and advanced, until more is.
func (e *Engine) Sync() {
	var all sync.WaitGroup
	all.Add(len(e.shards))
	for _, s := range e.shards {
		s.in <- message{taken: &all}
	}
	all.Wait()
}

// forever is a watermark after every record.
const forever = 1 << 62

// Close decides everything that waits, stops the engine, and returns its counts. Feeds must have been flushed.
func (e *Engine) Close() Stats {
	for _, kind := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		e.Advance(kind, forever)
	}
	for _, s := range e.shards {
		close(s.in)
	}
	e.running.Wait()
	return e.Stats()
}

// Stats returns the counts so far. It may be asked when the engine is closed, or synced and not fed since.
func (e *Engine) Stats() Stats {
	total := e.counted()
	for _, s := range e.shards {
		for _, a := range s.waiting {
			total.Facts += a.facts.Forgotten()
		}
	}
	return total
}

// counted is what the engine's parts counted themselves.
func (e *Engine) counted() Stats {
	total := Stats{Unnamed: e.interfaces.refused.Load()}
	for _, s := range e.shards {
		total.add(&s.stats)
	}
	return total
}

// Instance returns what an account's records said of an instance. It may be asked when the engine is
// closed, or synced and not fed since.
func (e *Engine) Instance(account, id string) (entity.Instance, bool) {
	for _, s := range e.shards {
		if a := s.waiting[account]; a != nil {
			return a.facts.Instance(id)
		}
	}
	return entity.Instance{}, false
}

// batches lends slices of flow records: a feed fills one, a shard gives it back.
type batches struct{ pool sync.Pool }

func (b *batches) get() []entity.Flow {
	if p, ok := b.pool.Get().(*[batch]entity.Flow); ok {
		return p[:0]
	}
	return new([batch]entity.Flow)[:0]
}

func (b *batches) put(flows []entity.Flow) {
	if cap(flows) == batch {
		b.pool.Put((*[batch]entity.Flow)(flows[:batch]))
	}
}

func windowOf(sec int64, within time.Duration) int64 { return sec / int64(within/time.Second) }
