package engine

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"picket/entity"
	"picket/rule"
	"picket/state"
)

// forgetInterfaces keeps the interfaces of open windows. What stays says all that is known of them, and every further record
// says it again, so that a year of containers does not fill the room.
func (e *Engine) forgetInterfaces() {
	used := make([]bool, len(e.interfaces.all))
	for _, s := range e.shards {
		for _, t := range s.flows {
			t.MarkInterfaces(used)
		}
	}
	e.interfaces.keep(used)
}

func (s *saved) interfaces() {
	n := &s.engine.interfaces
	var all []*entity.Interface
	s.number = make([]uint32, len(n.all))
	for i, key := range slices.Sorted(maps.Keys(n.byKey)) {
		s.number[n.byKey[key]] = uint32(i)
		all = append(all, n.all[n.byKey[key]])
	}
	state.List(s.Codec, &all, func(i **entity.Interface) {
		if s.Reading() {
			*i = new(entity.Interface)
		}
		state.Plain(s.Codec, *i)
	})
	if !s.Reading() {
		return
	}
	for _, i := range all {
		key := string(interfaceKey(nil, i.Account, i.Region, i.ID, i.Instance))
		if _, twice := n.byKey[key]; twice {
			s.Fail(errors.New("an interface twice"))
		}
		n.add(key, i)
	}
}

// flows are the conversations of the open windows of ten minutes.
func (s *saved) flows() {
	open := map[int64][]*entity.FlowTable{}
	for _, shard := range s.engine.shards {
		for w, t := range shard.flows {
			open[w] = append(open[w], t)
		}
	}
	sorted := slices.Sorted(maps.Keys(open))
	state.List(s.Codec, &sorted, func(w *int64) {
		state.Int(s.Codec, w)
		if !s.Reading() {
			entity.WriteFlows(s.Codec, open[*w], s.number)
			return
		}
		entity.ReadFlows(s.Codec, func(iface uint32) *entity.FlowTable { return s.table(iface, *w) })
	})
	for _, shard := range s.engine.shards {
		shard.joined = 0
		for _, t := range shard.flows {
			shard.joined += t.Len()
		}
	}
}

// table is where the conversations of an interface and window are, nil if there is no such interface.
func (s *saved) table(iface uint32, window int64) *entity.FlowTable {
	if int64(iface) >= int64(len(s.engine.interfaces.all)) {
		return nil
	}
	i := s.engine.interfaces.all[iface]
	shard := s.engine.shards[s.engine.shardOf(i.Account, i.Resource())]
	if shard.flows[window] == nil {
		shard.flows[window] = &entity.FlowTable{}
	}
	return shard.flows[window]
}

// windows are the open windows of thresholds and distincts over one kind of record, and when those that must be fresh had
// records.
func windows[R rule.Record](s *saved, rules map[int]*compiled[R], of func(*shard) *groups[R]) {
	var all []*group[R]
	for _, shard := range s.engine.shards {
		all = slices.AppendSeq(all, maps.Values(of(shard).open))
	}
	if !s.Reading() {
		slices.SortFunc(all, func(a, b *group[R]) int {
			return cmp.Or(cmp.Compare(s.rules[a.rule.index], s.rules[b.rule.index]), cmp.Compare(ofRule(a.key), ofRule(b.key)), cmp.Compare(a.window, b.window))
		})
	}
	for i, n := 0, s.Len(len(all)); i < n && s.Err() == nil; i++ {
		if !s.Reading() {
			all[i].state(s, all[i].rule.index, ofRule(all[i].key))
			continue
		}
		g := &group[R]{}
		index, key := g.state(s, 0, "")
		switch g.rule = rules[index]; {
		case s.Err() != nil:
			return
		case g.rule == nil:
			s.gone()
			continue
		case g.rule.plan.n == 0:
			s.Fail(errors.New("a window of a rule that has none"))
			return
		}
		g.key, g.latestFacts = strconv.Itoa(index)+"|"+key, factsOf(g.latest)
		gs := of(s.owner(key))
		if gs.open == nil {
			gs.open = map[windowKey]*group[R]{}
		}
		gs.open[windowKey{g.key, g.window}] = g
	}
	s.times(func(s *shard) *map[string]int64 { return &of(s).lastWindow })
}

// state writes the group, or reads all of it but its rule and key, which it returns.
func (g *group[R]) state(s *saved, index int, key string) (int, string) {
	c := s.Codec
	index = s.rule(index)
	state.Text(c, &key)
	state.Int(c, &g.window)
	state.Int(c, &g.records)
	state.Int(c, &g.weight)
	state.List(c, &g.values, func(v *uint64) { state.Int(c, v) })
	state.Int(c, &g.first)
	state.Int(c, &g.last)
	rule.RecordState(c, &g.latest)
	state.List(c, &g.evidence, func(e *rule.Evidence) { e.State(c) })
	tallied := g.tally != nil
	if c.Bool(&tallied); tallied {
		if g.tally == nil {
			g.tally = &rule.Tally{}
		}
		state.Plain(c, g.tally)
	}
	c.Bool(&g.fired)
	return index, key
}

// ofRule is a key without the rule's number.
func ofRule(key string) string { return key[strings.IndexByte(key, '|')+1:] }

// times are when what rules have keys for was last seen.
func (s *saved) times(of func(*shard) *map[string]int64) {
	type entry struct {
		rule int
		key  string
		at   int64
	}
	var all []entry
	for _, shard := range s.engine.shards {
		for key, at := range *of(shard) {
			index, _ := strconv.Atoi(key[:strings.IndexByte(key, '|')])
			all = append(all, entry{index, ofRule(key), at})
		}
	}
	if !s.Reading() {
		slices.SortFunc(all, func(a, b entry) int {
			return cmp.Or(cmp.Compare(s.rules[a.rule], s.rules[b.rule]), cmp.Compare(a.key, b.key))
		})
	}
	state.List(s.Codec, &all, func(e *entry) {
		e.rule = s.rule(e.rule)
		state.Text(s.Codec, &e.key)
		state.Int(s.Codec, &e.at)
		if !s.Reading() || s.Err() != nil {
			return
		}
		if e.rule < 0 {
			s.gone()
			return
		}
		m := of(s.owner(e.key))
		if *m == nil {
			*m = map[string]int64{}
		}
		(*m)[strconv.Itoa(e.rule)+"|"+e.key] = e.at
	})
}

// accounts are what is known of them, and their records that wait for the watermark.
func (s *saved) accounts() {
	known := map[string]*account{}
	for _, shard := range s.engine.shards {
		maps.Copy(known, shard.waiting)
	}
	state.Map(s.Codec, &known, func(name *string) { state.Text(s.Codec, name) }, func(a **account) {
		if s.Reading() {
			*a = &account{facts: entity.NewAccount()}
		}
		(*a).state(s)
	})
	if !s.Reading() {
		return
	}
	for name, a := range known {
		shard := s.engine.shards[s.engine.shardOf(name, "")]
		shard.waiting[name] = a
		shard.waits += len(a.jobs)
	}
}

func (a *account) state(s *saved) {
	a.facts.State(s.Codec)
	state.Int(s.Codec, &a.last)
	jobs := slices.SortedFunc(slices.Values(a.jobs), byPlace)
	state.List(s.Codec, &jobs, func(j *job) { j.state(s) })
	if !s.Reading() {
		return
	}
	for _, j := range jobs {
		if len(j.rules) > 0 || s.Err() == nil && s.engine.rules.learns(j.trail) {
			a.jobs = append(a.jobs, j)
		}
	}
}

// state writes the record and the rules that wait for it, or reads those that are left.
func (j *job) state(s *saved) {
	rule.RecordState(s.Codec, &j.trail)
	all := j.rules
	state.List(s.Codec, &all, func(index *int) { *index = s.rule(*index) })
	if !s.Reading() {
		return
	}
	for _, index := range all {
		if s.engine.rules.trailByIndex[index] == nil {
			s.gone()
		} else {
			j.rules = append(j.rules, index)
		}
	}
}
