// Package engine runs rules over records: it finds the rules that a record concerns, keeps their state, closes windows
// when the watermark passes them, and hands hits to sinks. It imports no rule and stores nothing outside memory. Its
// hits depend on the set of records, not on their order, batches or the number of shards.
package engine

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	// Bug is told of each panic of a shard, with a record that was judged (none: its zero value); the rest is judged all the
	// same. Shards call it, several at a time. Where it is nil a panic ends the program. Panics of a feed are its caller's.
	Bug func(event.Ref, error)
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
	cfg.Limits = cfg.Limits.orDefault()
	e := &Engine{cfg: cfg, rules: compile(cfg.Rules), sink: sink}
	e.interfaces.byKey, e.interfaces.room = map[string]uint32{}, e.cfg.Limits.Interfaces
	for range max(cfg.Shards, 1) {
		s := newShard(e, sink())
		e.shards = append(e.shards, s)
		e.running.Add(1)
		go func() {
			defer e.running.Done()
			s.run()
		}()
	}
	return e
}

// Advance says that every record of kind with an event time before mark was fed and flushed. Marks of one kind grow.
func (e *Engine) Advance(kind event.Kind, mark int64) {
	for _, s := range e.shards {
		s.in <- message{advance: kind, mark: mark}
	}
}

// forever is a watermark after every record.
const forever = 1 << 62

// Close decides everything that waits, stops the engine, and returns its counts. Feeds must have been flushed.
func (e *Engine) Close() Stats {
	for _, kind := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		e.Advance(kind, forever)
	}
	var total Stats
	for _, s := range e.shards {
		close(s.in)
	}
	e.running.Wait()
	for _, s := range e.shards {
		for _, a := range s.waiting {
			s.stats.Facts += a.facts.Forgotten()
		}
		total.add(&s.stats)
	}
	total.Unnamed = e.interfaces.refused.Load()
	return total
}

// Instance returns what an account's records said of an instance. It may be asked when the engine is closed.
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

// interfaces numbers the network interfaces that flow logs name.
type interfaces struct {
	mu    sync.RWMutex
	byKey map[string]uint32
	all   []*entity.Interface
	room  int // for interfaces

	refused atomic.Int64 // records of interfaces that had no room
}

// number returns the interface's number, unless there is no room for it; key is account, region and id.
func (n *interfaces) number(key []byte, f *event.Flow) (i uint32, ok bool) {
	n.mu.RLock()
	i, ok = n.byKey[string(key)]
	full := len(n.all) >= n.room
	n.mu.RUnlock()
	if ok {
		return i, true
	}
	if full {
		n.refused.Add(1)
		return 0, false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.byKey[string(key)]; ok {
		return i, true
	}
	i = uint32(len(n.all))
	n.byKey[string(key)] = i
	n.all = append(n.all, &entity.Interface{
		Account: strings.Clone(f.Account), Region: strings.Clone(f.Region),
		ID: strings.Clone(f.Interface), Instance: strings.Clone(f.Instance),
		VPC: strings.Clone(f.VPC), Subnet: strings.Clone(f.Subnet),
		ECSCluster: strings.Clone(f.ECSCluster), ECSTask: strings.Clone(f.ECSTask),
	})
	return i, true
}

func (n *interfaces) get(i uint32) *entity.Interface {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.all[i]
}

func windowOf(sec int64, within time.Duration) int64 { return sec / int64(within/time.Second) }
