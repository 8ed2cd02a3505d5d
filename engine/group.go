package engine

import (
	"cmp"
	"slices"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// group is what a Threshold or Distinct keeps of one window of one key.
type group[R rule.Record] struct {
	rule        *compiled[R]
	key         string // without the window
	window      int64
	records     uint64
	weight      uint64
	values      []uint64 // the lowest distinct values, sorted
	first, last int64
	latest      R // with the greatest (event time, id)
	latestFacts facts
	evidence    rule.EvidenceList
	tally       *rule.Tally // of a Distinct with Add; it is large
	fired       bool
}

// limits of a primitive, as the engine sees it.
type plan[R rule.Record] struct {
	n      uint64
	within int64 // seconds
	keep   int   // values kept
	per    func(R) string
	of     func(R) uint64 // nil: the record's id
	weight func(R) uint64
	add    func(R, *rule.Tally)
	decide func(*rule.Tally) bool
	fresh  int64
}

// planOf returns what c counts; ok is false for other primitives.
func planOf[R rule.Record](c *compiled[R]) (p plan[R], ok bool) {
	switch w := c.When.(type) {
	case rule.Threshold[R]:
		p = plan[R]{n: w.N, within: int64(w.Within.Seconds()), per: w.Per, weight: w.Weight, keep: beyond(w.N)}
		if w.Weight != nil {
			p.keep = 0
		}
	case rule.Distinct[R]:
		p = plan[R]{
			n: w.N, within: int64(w.Within.Seconds()), per: w.Per, of: w.Of, add: w.Add, decide: w.Decide,
			fresh: int64(w.Fresh.Seconds()), keep: max(beyond(w.N), rule.MaxSamples),
		}
		if w.Decide != nil {
			p.keep = rule.MaxDistinct
		}
	default:
		return p, false
	}
	return p, true
}

// beyond is how many values are kept for a limit, so that people are told how far it was passed.
func beyond(limit uint64) int { return int(min(4*limit, rule.MaxDistinct)) }

// add takes one accepted record in.
func (g *group[R]) add(p *plan[R], r R, f facts) {
	value := f.id
	if p.of != nil {
		value = p.of(r)
	}
	if p.weight != nil {
		g.weight += p.weight(r)
	} else {
		g.insert(value, p.keep)
	}
	g.records++
	if p.add != nil {
		if g.tally == nil {
			g.tally = &rule.Tally{}
		}
		p.add(r, g.tally)
	}
	last := f.sec
	if c, ok := any(r).(*entity.Conversation); ok {
		last = c.Last
	}
	if g.records == 1 || f.sec < g.first {
		g.first = f.sec
	}
	if g.records == 1 || cmp.Or(cmp.Compare(f.sec, g.latestFacts.sec), cmp.Compare(f.id, g.latestFacts.id)) > 0 {
		g.latest, g.latestFacts = keep(g.latest, r), f
	}
	g.last = max(g.last, last)
	for i, ref := range refs(r) {
		g.evidence.Add(rule.Evidence{Ref: ref, ID: f.id + uint64(i)})
	}
}

// keep returns a copy of r that outlives the call; conversations are overwritten in place of the old one.
func keep[R rule.Record](old, r R) R {
	c, ok := any(r).(*entity.Conversation)
	if !ok {
		return r
	}
	o := any(old).(*entity.Conversation)
	if o == nil {
		o = &entity.Conversation{}
	}
	places := append(o.Refs[:0], c.Refs...)
	*o = *c
	o.Refs = places
	return any(o).(R)
}

// place is where the group's first record is, if it has any.
func (g *group[R]) place() (first event.Ref) {
	if len(g.evidence) > 0 {
		first = g.evidence[0].Ref
	}
	return first
}

// insert keeps value if it is among the lowest.
func (g *group[R]) insert(value uint64, room int) {
	i, found := slices.BinarySearch(g.values, value)
	switch {
	case found:
	case len(g.values) < room:
		g.values = slices.Insert(g.values, i, value)
	case i < room:
		copy(g.values[i+1:], g.values[i:room-1])
		g.values[i] = value
	}
}

// total is the group's tally, with the counts that the engine fills in.
func (g *group[R]) total() *rule.Tally {
	var t rule.Tally
	if g.tally != nil {
		t = *g.tally
	}
	t.Records, t.Distinct = g.records, uint64(len(g.values))
	return &t
}

// crossing is what the group reached, beside what it had to; nil where one record is enough.
func (g *group[R]) crossing() *picket.Crossed {
	p := &g.rule.plan
	if p.n <= 1 && p.fresh == 0 {
		return nil
	}
	c := &picket.Crossed{
		Signal: g.rule.info.Signal, Counted: picket.CountedValues, From: g.window * p.within, Within: p.within, Limit: p.n,
		Reached: uint64(len(g.values)), More: len(g.values) == p.keep, Judged: p.decide != nil, Quiet: p.fresh,
	}
	switch {
	case p.weight != nil:
		c.Counted, c.Reached, c.More = picket.CountedWeights, g.weight, false
	case p.of == nil:
		c.Counted = picket.CountedRecords
	}
	return c
}

// crossed reports whether the group reached its threshold.
func (g *group[R]) crossed(p *plan[R]) bool {
	if p.weight != nil {
		return g.weight >= p.n
	}
	return uint64(len(g.values)) >= p.n
}
