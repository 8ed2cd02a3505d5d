package pipeline

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"weak"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
	"picket/service"
)

// lists are the lists of accounts that are in force, by where they apply and their ids.
type lists map[place]map[string]picket.List

// set notes a change.
func (l lists) set(to picket.List) {
	at := place{to.Account, to.Region}
	if to.Version == "" {
		delete(l[at], to.ID)
		return
	}
	if l[at] == nil {
		l[at] = map[string]picket.List{}
	}
	l[at][to.ID] = to
}

// relist has a change of lists apply from here on.
func (p *partition) relist(ctx context.Context, to picket.List) error {
	p.feed.Flush()
	p.engine.Sync()
	p.count()
	p.lists.set(to)
	return p.use(ctx, place{to.Account, to.Region})
}

// all returns the lists, in an order.
func (l lists) all() (all []picket.List) {
	for _, of := range l {
		for _, id := range slices.Sorted(maps.Keys(of)) {
			all = append(all, of[id])
		}
	}
	return all
}

// use has the lists of an account in a region apply from here on.
func (p *partition) use(ctx context.Context, at place) error {
	of := p.lists[at]
	var all []picket.List
	for _, id := range slices.Sorted(maps.Keys(of)) {
		all = append(all, of[id])
	}
	var own *intel.Tables
	err := p.tryAgain(ctx, func() (err error) {
		own, err = p.pipeline.cfg.Service.Tables(ctx, all)
		return err
	})
	if err != nil {
		return err
	}
	if own == nil {
		delete(p.own, at)
	} else {
		p.own[at] = own
	}
	p.feed.Change(func(e *rule.Env) { e.Use(at.account, at.region, own) })
	return nil
}

// share has what a version names apply to every account from here on.
func (p *partition) share(ctx context.Context, version string) error {
	err := p.tryAgain(ctx, func() (err error) {
		p.intel, err = p.pipeline.compiled(ctx, version)
		return err
	})
	if err != nil {
		return err
	}
	known := p.intel
	p.feed.Change(func(e *rule.Env) { e.Share(known.Tables, known.Keys) })
	return nil
}

// compiled returns what a version names, of which there is one in memory as long as a partition has it.
func (p *Pipeline) compiled(ctx context.Context, version string) (*service.Intel, error) {
	p.compiling.Lock()
	defer p.compiling.Unlock()
	if known := p.intel[version].Value(); known != nil {
		return known, nil
	}
	known, err := p.cfg.Service.Intel(ctx, version)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(p.intel, func(_ string, of weak.Pointer[service.Intel]) bool { return of.Value() == nil })
	p.intel[version] = weak.Make(known)
	return known, nil
}

// listHit is an entry of a list, as a record has it.
type listHit struct {
	place
	trusted     bool
	list, entry string
}

// maxHits is how many entries, and rules, are told apart between two times that the position is stored.
const maxHits = 10_000

// ruleHit is a custom detection rule that a record fits.
type ruleHit struct {
	place
	rule string
}

// tally counts what lists match, and custom detection rules. Feed and shards share it.
type tally struct {
	mu    sync.Mutex
	lists map[listHit]int64
	rules map[ruleHit]int64
}

// add counts one more in one of t's maps, which has room for so many.
func add[K comparable](t *tally, in *map[K]int64, one K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := (*in)[one]; known || len(*in) < maxHits {
		if *in == nil {
			*in = map[K]int64{}
		}
		(*in)[one]++
	}
}

// take returns what was counted since it was called last.
func (t *tally) take() (lists map[listHit]int64, rules map[ruleHit]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lists, rules = t.lists, t.rules
	t.lists, t.rules = nil, nil
	return lists, rules
}

// silenced counts what a trusted address did.
func (t *tally) silenced(account, region string, a netip.Addr) {
	add(t, &t.lists, listHit{place{strings.Clone(account), strings.Clone(region)}, true, "", a.String()})
}

// counting counts hits that rest on an account's list, on their way to the collector. Those that raise nothing end here.
type counting struct {
	*finding.Collector
	tally  *tally
	routes *Routes
}

// Hit implements engine.Sink.
func (c counting) Hit(h *rule.Hit) {
	if h.Rule.Origin == rule.Custom {
		add(c.tally, &c.tally.rules, ruleHit{place{h.Account, h.Region}, h.Rule.ID})
	}
	if !c.routes.Raises(h) {
		return
	}
	for i := range h.Note.Threats {
		if e := &h.Note.Threats[i]; e.Category == intel.Custom {
			add(c.tally, &c.tally.lists, listHit{place{h.Account, h.Region}, false, e.List, subject(h.Record)})
		}
	}
	c.Collector.Hit(h)
}

// subject is the address or name that a record's list entry is about.
func subject(record any) string {
	switch r := record.(type) {
	case *event.CloudTrail:
		return strings.Clone(r.SourceIPAddress)
	case *entity.Conversation:
		return r.Remote.String()
	case *event.DNS:
		return strings.Clone(r.Name)
	}
	return ""
}

// count has the batch hold what was counted, of lists by those in force now. The engine must be synced.
func (p *partition) count() {
	lists, rules := p.tally.take()
	for h, n := range lists {
		of := p.lists[h.place]
		if own := p.own[h.place]; h.trusted && own != nil {
			a, _ := netip.ParseAddr(h.entry)
			h.list = own.TrustedBy("", a)
		}
		for _, id := range slices.Sorted(maps.Keys(of)) {
			l := of[id]
			if l.Trusted != h.trusted || l.Name != h.list {
				continue
			}
			p.batch.hits = append(p.batch.hits, service.ListHit{Account: h.account, Region: h.region, List: id, Entry: h.entry, Count: n})
			break
		}
	}
	for h, n := range rules {
		p.batch.dry = append(p.batch.dry, service.RuleHit{Account: h.account, Region: h.region, Rule: h.rule, Count: n})
	}
}
