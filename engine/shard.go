package engine

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// message brings records, moves the watermark of a kind, changes lists, or asks to tell that it was taken.
type message struct {
	flows   []entity.Flow
	jobs    []job
	advance event.Kind
	mark    int64
	change  func(*rule.Env)
	taken   *sync.WaitGroup
}

// shard owns the state of some keys and runs on one goroutine.
type shard struct {
	engine  *Engine
	in      chan message
	env     *rule.Env
	sink    Sink
	stats   Stats
	flows   map[int64]*entity.FlowTable // by window
	joined  int                         // conversations in flows
	marks   map[event.Kind]int64
	trail   groups[*event.CloudTrail]
	flow    groups[*entity.Conversation]
	dns     groups[*event.DNS]
	waiting map[string]*account
	waits   int
	due     []job  // of settle, used again
	key     []byte // of the group looked up last
	seen    seen
}

// account is what a home shard keeps of an account.
type account struct {
	facts *entity.Account
	jobs  []job
	last  int64 // event time of its latest record
}

func newShard(e *Engine) *shard {
	return &shard{
		env: e.cfg.NewEnv(), engine: e, in: make(chan message, 16),
		flows: map[int64]*entity.FlowTable{}, marks: map[event.Kind]int64{},
		waiting: map[string]*account{}, seen: newSeen(),
	}
}

func (s *shard) run() {
	for m := range s.in {
		s.take(m)
		if m.taken != nil {
			m.taken.Done()
		}
	}
}

func (s *shard) take(m message) {
	defer s.engine.guard(event.Ref{})
	for i := range m.flows {
		s.addFlow(&m.flows[i])
	}
	s.engine.batches.put(m.flows)
	for _, j := range m.jobs {
		s.addJob(j)
	}
	if m.change != nil {
		m.change(s.env)
	}
	if m.advance != event.KindUnknown {
		s.advance(m.advance, m.mark)
	}
}

// advance first judges the records that waited for the mark, then closes the windows that they fall into.
func (s *shard) advance(kind event.Kind, mark int64) {
	switch kind {
	case event.KindCloudTrail:
		s.settle(mark)
		s.trail.close(s, mark)
	case event.KindFlow:
		s.closeFlows(mark)
		s.flow.close(s, mark)
	case event.KindDNS:
		s.dns.close(s, mark)
	}
	s.marks[kind] = mark
}

func (s *shard) addFlow(f *entity.Flow) {
	window := int64(f.Start) / entity.Window
	if (window+1)*entity.Window <= s.marks[event.KindFlow] {
		s.stats.Late++
		return
	}
	t := s.flows[window]
	if t == nil {
		t = &entity.FlowTable{}
		s.flows[window] = t
	}
	n := t.Len()
	t.Add(f)
	s.joined += t.Len() - n
	if limits := &s.engine.cfg.Limits; s.joined > limits.Conversations || len(s.flows) > limits.Windows {
		s.closeEarly(limits.Conversations-limits.Conversations/16, limits.Windows-limits.Windows/16)
	}
}

// closeEarly closes the oldest windows until no more than that many conversations and windows are open.
func (s *shard) closeEarly(conversations, windows int) {
	for _, w := range slices.Sorted(maps.Keys(s.flows)) {
		if s.joined <= conversations && len(s.flows) <= windows {
			return
		}
		s.stats.Conversations += int64(s.flows[w].Len())
		s.closeFlow(w)
	}
}

func (s *shard) closeFlows(mark int64) {
	for _, w := range slices.Sorted(maps.Keys(s.flows)) {
		if (w+1)*entity.Window > mark {
			return
		}
		s.closeFlow(w)
	}
}

// closeFlow judges the conversations of a window: at once where order does not matter, by time where it does. Those with
// trusted addresses are nobody's business.
func (s *shard) closeFlow(window int64) {
	t := s.flows[window]
	delete(s.flows, window)
	s.joined -= t.Len()
	type late struct {
		rule *compiled[*entity.Conversation]
		c    *entity.Conversation
	}
	var lates []late
	t.Conversations(window, s.engine.interfaces.get, func(c *entity.Conversation) {
		defer s.engine.guard(c.Refs[0])
		if s.env.Trusting() && s.env.Trusted(c.Interface.Account, c.Interface.Region, c.Remote) {
			if silenced := s.engine.cfg.Silenced; silenced != nil {
				silenced(c.Interface.Account, c.Interface.Region, c.Remote)
			}
			return
		}
		for _, r := range s.engine.rules.flow {
			if r.Where != nil && !r.Where(c, s.env) {
				continue
			}
			switch {
			case r.ordered():
				lates = append(lates, late{r, keep(nil, c)})
			case r.When == nil:
				r.each(c, nil, s.env, s.sink)
			default:
				s.flow.add(s, r, c)
			}
		}
	})
	slices.SortFunc(lates, func(a, b late) int {
		return cmp.Or(cmp.Compare(a.c.First, b.c.First), cmp.Compare(a.c.ID, b.c.ID))
	})
	for _, l := range lates {
		s.firstSeenFlow(l.rule, l.c)
	}
}

func (s *shard) firstSeenFlow(r *compiled[*entity.Conversation], c *entity.Conversation) {
	defer s.engine.guard(c.Refs[0])
	firstSeen(s, r, c)
}

func (s *shard) addJob(j job) {
	defer s.engine.guard(j.ref())
	if j.dns != nil {
		for _, i := range j.rules {
			s.dns.add(s, s.engine.rules.dnsByIndex[i], j.dns)
		}
		return
	}
	rest := j.rules[:0:0]
	for _, i := range j.rules {
		if c := s.engine.rules.trailByIndex[i]; c.ordered() {
			rest = append(rest, i)
		} else {
			s.trail.add(s, c, j.trail)
		}
	}
	if len(rest) == 0 && !s.engine.rules.learns(j.trail) {
		return
	}
	j.rules = rest
	a := s.waiting[j.trail.Account]
	if a == nil {
		if len(s.waiting) >= s.engine.cfg.Limits.Accounts {
			s.forgetAccounts()
		}
		a = &account{facts: entity.NewAccount()}
		s.waiting[strings.Clone(j.trail.Account)] = a
	}
	a.jobs, a.last = append(a.jobs, j), max(a.last, j.trail.Time)
	if s.waits++; s.waits > s.engine.cfg.Limits.Pending {
		s.stats.Pending += int64(s.waits)
		s.settle(forever)
	}
}

// settle judges the waiting records from before mark in order of event time, each after the facts of those before it.
func (s *shard) settle(mark int64) {
	for _, a := range s.waiting {
		s.settleAccount(a, mark)
	}
}

// settleAccount judges a record that was read twice once: a copy must not learn from the other.
func (s *shard) settleAccount(a *account, mark int64) {
	due, later := s.due[:0], a.jobs[:0]
	for _, j := range a.jobs {
		if j.trail.Time < mark {
			due = append(due, j)
		} else {
			later = append(later, j)
		}
	}
	if len(due) == 0 {
		return
	}
	a.jobs = slices.Clone(later)
	slices.SortFunc(due, byPlace)
	for i, j := range due {
		if i == 0 || byTime(due[i-1], j) != 0 {
			s.judge(a.facts, j)
		}
	}
	s.waits -= len(due)
	clear(due)
	s.due = due
}

// byTime orders records by event time, then by what is equal for copies of one record only.
func byTime(x, y job) int {
	if c := cmp.Compare(x.trail.Time, y.trail.Time); c != 0 {
		return c
	}
	return cmp.Compare(factsOf(x.trail).id, factsOf(y.trail).id)
}

// byPlace orders records by time, and copies of one by where they are.
func byPlace(x, y job) int { return cmp.Or(byTime(x, y), x.trail.Ref.Compare(y.trail.Ref)) }

// forgetAccounts judges what waits of the eighth of the accounts whose latest record is oldest, and forgets them.
func (s *shard) forgetAccounts() {
	names := slices.SortedFunc(maps.Keys(s.waiting), func(x, y string) int {
		return cmp.Or(cmp.Compare(s.waiting[x].last, s.waiting[y].last), cmp.Compare(x, y))
	})
	for _, name := range names[:(len(names)+7)/8] {
		a := s.waiting[name]
		s.stats.Pending += int64(len(a.jobs))
		s.settleAccount(a, forever)
		s.stats.Facts += a.facts.Forgotten()
		s.stats.Accounts++
		delete(s.waiting, name)
	}
}

func (s *shard) judge(known *entity.Account, j job) {
	defer s.engine.guard(j.trail.Ref)
	defer func() { // whatever the rules make of it
		known.Observe(j.trail)
		s.env.Facts = nil
	}()
	s.env.Facts = known
	for _, i := range j.rules {
		c := s.engine.rules.trailByIndex[i]
		if c.Given != nil && !c.Given(j.trail, s.env) {
			continue
		}
		if _, ok := c.When.(rule.FirstSeen[*event.CloudTrail]); ok {
			firstSeen(s, c, j.trail)
		} else if c.When == nil {
			c.each(j.trail, nil, s.env, s.sink)
		} else {
			s.trail.add(s, c, j.trail)
		}
	}
}

// firstSeen judges r, which comes after all earlier records of its group.
func firstSeen[R rule.Record](s *shard, c *compiled[R], r R) {
	w := c.When.(rule.FirstSeen[R])
	f := factsOf(r)
	s.key = appendKey(s.key[:0], c, w.Per, r, f)
	value := len(s.key)
	s.key = append(s.key, w.Of(r, s.env)...)
	last, known := s.seen.at[string(s.key)]
	if len(s.seen.at) >= s.engine.cfg.Limits.Seen && !known {
		s.stats.Seen += s.seen.forget()
	}
	s.seen.at[string(s.key)] = max(last, f.sec)
	within := int64(w.Within.Seconds())
	if known && last >= f.sec-within {
		return
	}
	group := maphash.Bytes(s.seen.seed, s.key[:value])
	if !known {
		s.seen.values[group]++
	}
	c.each(r, &picket.Crossed{
		Signal: c.info.Signal, Counted: picket.CountedFirstSeen, From: f.sec, Within: within, Value: shown(string(s.key[value:])),
		Known: int64(s.seen.values[group]) - 1, LastSeen: last,
	}, s.env, s.sink)
}

const keyParts = 4 // account, region, subject, and the rule's own

// appendKey appends the name of what is counted together: the rule's number, then each part after its length, so that
// keyOwner can tell them apart.
func appendKey[R rule.Record](key []byte, c *compiled[R], per func(R) string, r R, f facts) []byte {
	own := ""
	switch {
	case per != nil:
		own = per(r)
	case f.subject == "":
		own = entity.PrincipalKey(any(r).(*event.CloudTrail).Identity())
	}
	key = append(strconv.AppendInt(key, int64(c.index), 10), '|')
	for _, part := range [keyParts]string{f.account, f.region, f.subject, own} {
		key = append(binary.AppendUvarint(key, uint64(len(part))), part...)
	}
	return key
}

// keyOwner returns the account and the subject in a key that follows the rule's number.
func keyOwner(key string) (account, subject string, ok bool) {
	var parts [3]string
	rest := []byte(key)
	for i := range parts {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return "", "", false
		}
		parts[i], rest = string(rest[size:size+int(n)]), rest[size+int(n):]
	}
	return parts[0], parts[2], true
}
