package engine

import (
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// batch is how many records travel to a shard together.
const batch = 512

// Feed takes the records that one goroutine parses. It judges what needs no state at once and sends the rest to the
// owner of its key. It implements event.Handler but for Bad.
type Feed struct {
	engine *Engine
	env    *rule.Env
	sink   Sink
	flows  [][]entity.Flow
	jobs   [][]job
	key    []byte
	near   map[string]nearby // interfaces met lately, without a lock

	generation uint64 // of the interfaces' numbers in near
}

type nearby struct {
	number uint32
	shard  int
}

// job is a record for a shard, owning its bytes, and the rules that accepted it so far.
type job struct {
	trail *event.CloudTrail
	dns   *event.DNS
	rules []int // places in the rule list of the record's kind
}

func (j *job) ref() event.Ref {
	if j.dns != nil {
		return j.dns.Ref
	}
	return j.trail.Ref
}

// NewFeed returns a feed for one goroutine.
func (e *Engine) NewFeed() *Feed {
	f := &Feed{engine: e, env: e.cfg.NewEnv(), sink: e.sink(), near: map[string]nearby{}}
	f.flows = make([][]entity.Flow, len(e.shards))
	f.jobs = make([][]job, len(e.shards))
	return f
}

// Change changes the lists that what is fed from now on is judged by, and what the shards judge from then on: f is called with
// each Env, by its goroutine. It is for an engine with one feed.
func (f *Feed) Change(change func(*rule.Env)) {
	f.Flush()
	change(f.env)
	for _, s := range f.engine.shards {
		s.in <- message{change: change}
	}
}

// Flush sends what waits to the shards. It must be called before the watermark passes what was fed.
func (f *Feed) Flush() {
	for i := range f.engine.shards {
		f.send(i)
	}
}

func (f *Feed) send(shard int) {
	if len(f.flows[shard]) == 0 && len(f.jobs[shard]) == 0 {
		return
	}
	f.engine.shards[shard].in <- message{flows: f.flows[shard], jobs: f.jobs[shard]}
	f.flows[shard], f.jobs[shard] = nil, nil
}

// CloudTrail judges one record. What a trusted address does raises nothing, as in GuardDuty; facts are learned from it.
func (f *Feed) CloudTrail(r *event.CloudTrail) {
	defer f.engine.guard(r.Ref)
	if f.engine.cfg.Silenced != nil && f.env.Trusting() && f.env.Caller(r).Trusted {
		f.engine.cfg.Silenced(r.Account, r.Region, f.env.Caller(r).Addr)
	}
	var own *event.CloudTrail // the record's copy, once one is needed
	var waiting []int
	for _, callers := range f.engine.rules.callers {
		if callers.by != nil && !callers.by.Made(r, f.env) {
			continue
		}
		for _, c := range callers.rules {
			own, waiting = f.judgeTrail(c, r, own, waiting)
		}
	}
	fact := false
	for _, c := range f.engine.rules.calls[r.Call] {
		switch {
		case c.source != r.EventSource:
		case c.compiled == nil:
			fact = true
		default:
			own, waiting = f.judgeTrail(c.compiled, r, own, waiting)
		}
	}
	if len(waiting) == 0 && !fact {
		return
	}
	if own == nil {
		own = r.Clone()
	}
	f.enqueue(f.engine.shardOf(r.Account, ""), job{trail: own, rules: waiting})
}

func (f *Feed) judgeTrail(c *compiled[*event.CloudTrail], r, own *event.CloudTrail, waiting []int) (*event.CloudTrail, []int) {
	if c.Where != nil && !c.Where(r, f.env) || f.env.Trusting() && f.env.Caller(r).Trusted {
		return own, waiting
	}
	if own == nil {
		own = r.Clone()
	}
	if c.stateless(own) {
		c.each(own, nil, f.env, f.sink)
		return own, waiting
	}
	return own, append(waiting, c.index)
}

// DNS judges one query.
func (f *Feed) DNS(r *event.DNS) {
	defer f.engine.guard(r.Ref)
	var own *event.DNS
	var waiting []int
	for _, c := range f.engine.rules.dns {
		if c.Where != nil && !c.Where(r, f.env) {
			continue
		}
		if own == nil {
			own = r.Clone()
		}
		if c.stateless(own) {
			c.each(own, nil, f.env, f.sink)
		} else {
			waiting = append(waiting, c.index)
		}
	}
	if len(waiting) > 0 {
		f.enqueue(f.engine.shardOf(r.Account, dnsSubject(r)), job{dns: own, rules: waiting})
	}
}

func (f *Feed) enqueue(shard int, j job) {
	f.jobs[shard] = append(f.jobs[shard], j)
	if len(f.jobs[shard]) >= batch {
		f.send(shard)
	}
}

// Flow sends one record to the shard that owns its instance.
func (f *Feed) Flow(r *event.Flow) {
	if len(f.engine.rules.flow) == 0 || !r.Src.IsValid() || !r.Dst.IsValid() {
		return
	}
	if g := f.engine.interfaces.generation.Load(); g != f.generation {
		clear(f.near)
		f.generation = g
	}
	f.key = interfaceKey(f.key[:0], r.Account, r.Region, r.Interface, r.Instance)
	n, ok := f.near[string(f.key)]
	if !ok {
		if n.number, ok = f.engine.interfaces.number(f.key, r); !ok {
			return
		}
		n.shard = f.engine.shardOf(r.Account, f.engine.interfaces.get(n.number).Resource())
		if len(f.near) >= maxNear {
			clear(f.near)
		}
		f.near[string(f.key)] = n
	}
	if f.flows[n.shard] == nil {
		f.flows[n.shard] = f.engine.batches.get()
	}
	used := len(f.flows[n.shard])
	f.flows[n.shard] = f.flows[n.shard][:used+1]
	f.flows[n.shard][used].Set(r, n.number)
	if used+1 == batch {
		f.send(n.shard)
	}
}

// maxNear bounds the look-aside table of interfaces.
const maxNear = 65536

// shardOf is the shard that owns what an account's subject does; without a subject, the account's home shard.
func (e *Engine) shardOf(account, subject string) int {
	return int((rule.Hash(account)*31 + rule.Hash(subject)) % uint64(len(e.shards)))
}

// dnsSubject is who asked: the instance, or where the log names none the address in its VPC.
func dnsSubject(r *event.DNS) string {
	if r.Instance != "" {
		return r.Instance
	}
	return r.VPC + "/" + r.Src
}
