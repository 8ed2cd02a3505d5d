package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"picket/entity"
	"picket/rule"
	"picket/rules"
)

// nearest says how far a capture was from raising one of a label's types: of each rule the most that a group of its
// conversations held of what it counts, and at how much more of the same it would have fired.
func (e *eval) nearest(l label, path string) string {
	var watched []*watch
	var all []rule.Any
	for _, r := range rules.All() {
		if f, ok := r.(*rule.Flow); ok && slices.Contains(l, string(f.Type)) {
			if when, ok := f.When.(rule.Distinct[*entity.Conversation]); ok {
				w := &watch{rule: *f, when: when, groups: map[string]*group{}}
				watched = append(watched, w)
				all = append(all, w.watching())
			}
		}
	}
	e.scan(world{rules: all}, e.file(path))
	var says []string
	for _, w := range watched {
		says = append(says, w.rule.Info().Name()+": "+w.best())
	}
	return strings.Join(says, "; ")
}

// watch is a rule and what its groups hold, kept beside the engine.
type watch struct {
	rule   rule.Flow
	when   rule.Distinct[*entity.Conversation]
	mu     sync.Mutex
	groups map[string]*group
}

// group is what one group of a rule's conversations holds in one window.
type group struct {
	values map[uint64]bool
	tally  rule.Tally
	sample entity.Conversation // one that counts
}

// watching is the rule, noting what it accepts. It has no primitive of its own: nobody waits for its findings.
func (w *watch) watching() *rule.Flow {
	r := w.rule
	r.Where = func(c *entity.Conversation, env *rule.Env) bool {
		if w.rule.Where(c, env) {
			w.note(c)
		}
		return false
	}
	return &r
}

func (w *watch) note(c *entity.Conversation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	per := ""
	if w.when.Per != nil {
		per = w.when.Per(c)
	}
	key := fmt.Sprint(c.Interface.Resource(), " ", per, " ", c.First/int64(w.when.Within.Seconds()))
	g := w.groups[key]
	if g == nil {
		g = &group{values: map[uint64]bool{}}
		w.groups[key] = g
	}
	v := w.when.Of(c)
	g.values[v] = true
	g.tally.Records++
	g.tally.Distinct = uint64(len(g.values))
	if w.when.Add != nil {
		w.when.Add(c, &g.tally)
	}
	if v != 0 {
		g.sample = *c
	}
}

// best is the most values that a group holds, and how many it would have fired at. Where a rule decides about more than their
// number, 0 stands for all that only speak against.
func (w *watch) best() string {
	have, says := uint64(0), "nothing that counts"
	for _, key := range slices.Sorted(maps.Keys(w.groups)) {
		g := w.groups[key]
		n := g.tally.Distinct
		if w.when.Decide != nil && g.values[0] {
			n--
		}
		if n > have {
			have, says = n, fmt.Sprintf("%d of %s", n, w.fires(g, n))
		}
	}
	return says
}

// enough is where fires stops asking.
const enough = 100_000

// fires adds conversations like the group's to it until the rule fires, and tells how many values there are by then.
func (w *watch) fires(g *group, n uint64) string {
	for t := g.tally; n < enough; n++ {
		if t.Distinct >= w.when.N && (w.when.Decide == nil || w.when.Decide(&t)) {
			return fmt.Sprint(n)
		}
		t.Records++
		t.Distinct++
		if w.when.Add != nil {
			w.when.Add(&g.sample, &t)
		}
	}
	return "any number"
}
