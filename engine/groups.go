package engine

import (
	"cmp"
	"slices"

	"picket/rule"
)

// groups are the open windows of a shard's thresholds and distincts over one kind of record.
type groups[R rule.Record] struct {
	open map[windowKey]*group[R]
	// lastWindow is when a group of a Fresh condition last had records: the end of its last window.
	lastWindow map[string]int64
}

// windowKey is a group and the number of its window.
type windowKey struct {
	group  string
	window int64
}

// add counts an accepted record, and fires when that crosses a threshold that only grows.
func (gs *groups[R]) add(s *shard, c *compiled[R], r R) {
	p, f := &c.plan, factsOf(r)
	window := f.sec / p.within
	if (window+1)*p.within <= s.marks[c.info.Kind] {
		s.stats.Late++
		return
	}
	s.key = appendKey(s.key[:0], c, p.per, r, f)
	g := gs.open[windowKey{string(s.key), window}]
	if g == nil {
		g = &group[R]{rule: c, key: string(s.key), window: window}
		if gs.open == nil {
			gs.open = map[windowKey]*group[R]{}
		}
		if len(gs.open) >= s.engine.cfg.Limits.Groups {
			gs.evict(s)
		}
		gs.open[windowKey{g.key, window}] = g
	}
	g.add(p, r, f)
	if !g.fired && p.grows() && g.crossed(p) {
		g.fired = true
		g.fire(s)
	}
}

// grows reports whether a group that fires can't unfire by more records.
func (p *plan[R]) grows() bool { return p.decide == nil && p.fresh == 0 }

// close decides the windows that end by mark, in order of time, and forgets them. A group that fired already fires
// again, with all its window holds.
func (gs *groups[R]) close(s *shard, mark int64) {
	var done []*group[R]
	for k, g := range gs.open {
		if (g.window+1)*g.rule.plan.within <= mark {
			done = append(done, g)
			delete(gs.open, k)
		}
	}
	gs.decide(s, done)
}

func (gs *groups[R]) decide(s *shard, done []*group[R]) {
	slices.SortFunc(done, func(a, b *group[R]) int {
		return cmp.Or(cmp.Compare(a.window*a.rule.plan.within, b.window*b.rule.plan.within), cmp.Compare(a.key, b.key))
	})
	for _, g := range done {
		gs.decideOne(s, g)
	}
}

func (gs *groups[R]) decideOne(s *shard, g *group[R]) {
	defer s.engine.guard(g.place())
	p := &g.rule.plan
	fresh := gs.fresh(s, g)
	if g.crossed(p) && fresh {
		if p.decide == nil || p.decide(g.total()) {
			g.fire(s)
		}
	}
}

// fresh reports whether g's group had no records in the time that its rule names, and remembers that it has now.
func (gs *groups[R]) fresh(s *shard, g *group[R]) bool {
	p := &g.rule.plan
	if p.fresh == 0 {
		return true
	}
	if gs.lastWindow == nil {
		gs.lastWindow = map[string]int64{}
	}
	last, known := gs.lastWindow[g.key]
	if !known && len(gs.lastWindow) >= s.engine.cfg.Limits.Fresh {
		s.stats.Fresh += forget(gs.lastWindow)
	}
	gs.lastWindow[g.key] = max(last, (g.window+1)*p.within)
	return !known || last <= g.window*p.within-p.fresh
}

// evict decides the oldest half of the windows early.
func (gs *groups[R]) evict(s *shard) {
	all := make([]*group[R], 0, len(gs.open))
	for _, g := range gs.open {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group[R]) int {
		return cmp.Or(cmp.Compare(a.window*a.rule.plan.within, b.window*b.rule.plan.within), cmp.Compare(a.key, b.key))
	})
	all = all[:(len(all)+1)/2]
	for _, g := range all {
		delete(gs.open, windowKey{g.key, g.window})
	}
	s.stats.Groups += int64(len(all))
	gs.decide(s, all)
}

// fire raises a hit about all that the group holds.
func (g *group[R]) fire(s *shard) {
	values := g.values
	if len(values) > rule.MaxSamples {
		values = values[:rule.MaxSamples]
	}
	h := rule.Hit{
		Window: windowOf(g.window*g.rule.plan.within, g.rule.info.Every), First: g.first, Last: g.last, ID: g.latestFacts.id,
		Note: &rule.Note{Tally: g.total(), Values: values}, Evidence: g.evidence,
		Crossed: g.crossing(),
	}
	g.rule.fire(&h, g.latestFacts, g.latest, s.env, s.sink)
}
