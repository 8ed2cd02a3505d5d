// Package engine runs rules over records: it finds the rules that a record concerns, keeps their state, closes windows
// when the watermark passes them, and hands hits to sinks. It imports no rule and stores nothing outside memory. Its
// hits depend on the set of records, not on their order, batches or the number of shards.
package engine

import (
	"sync"
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
}

// Limits bound the state of each shard; beyond them the oldest window is decided early and counted in Stats.Evicted.
type Limits struct {
	Conversations int // joined flow records; 0: 400,000
	Groups        int // groups of thresholds and distincts, over all rules; 0: 200,000
	Seen          int // values of first-seen conditions, over all rules; 0: 500,000
	Pending       int // records that wait for the watermark; 0: 100,000
}

func (l Limits) orDefault() Limits {
	def := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	def(&l.Conversations, 400_000)
	def(&l.Groups, 200_000)
	def(&l.Seen, 500_000)
	def(&l.Pending, 100_000)
	return l
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

// Stats counts what happened inside.
type Stats struct {
	Evicted int64 // groups, conversations, values and records decided or forgotten early, for want of room
	Late    int64 // records whose window was closed already
}

// New starts an engine. sink is called once for each goroutine that raises hits.
func New(cfg Config, sink func() Sink) *Engine {
	cfg.Limits = cfg.Limits.orDefault()
	e := &Engine{cfg: cfg, rules: compile(cfg.Rules), sink: sink}
	e.interfaces.byKey = map[string]uint32{}
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
		total.Evicted += s.stats.Evicted
		total.Late += s.stats.Late
	}
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
}

// number returns the interface's number; key is account, region and id.
func (n *interfaces) number(key []byte, f *event.Flow) uint32 {
	n.mu.RLock()
	i, ok := n.byKey[string(key)]
	n.mu.RUnlock()
	if ok {
		return i
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.byKey[string(key)]; ok {
		return i
	}
	i = uint32(len(n.all))
	n.byKey[string(key)] = i
	c := f.Clone()
	n.all = append(n.all, &entity.Interface{
		Account: c.Account, Region: c.Region, ID: c.Interface, Instance: c.Instance,
		VPC: c.VPC, Subnet: c.Subnet, ECSCluster: c.ECSCluster, ECSTask: c.ECSTask,
	})
	return i
}

func (n *interfaces) get(i uint32) *entity.Interface {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.all[i]
}

func windowOf(sec int64, within time.Duration) int64 { return sec / int64(within/time.Second) }
