package engine

import (
	"cmp"
	"fmt"
	"slices"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// compiled is a rule with its number and what people see of it.
type compiled[R rule.Record] struct {
	*rule.Rule[R]
	info  *rule.Info
	index int
	plan  plan[R] // of a Threshold or Distinct
}

// ordered reports whether the rule must see its records in order of event time.
func (c *compiled[R]) ordered() bool {
	_, first := c.When.(rule.FirstSeen[R])
	return first || c.Given != nil
}

func (n ruleName) compare(o ruleName) int {
	return cmp.Or(cmp.Compare(n.Type, o.Type), cmp.Compare(n.Signal, o.Signal))
}

func (c *compiled[R]) name() ruleName {
	n := ruleName{c.info.Type, c.info.Signal, c.info.Kind, "each", c.plan.within}
	switch w := c.When.(type) {
	case rule.Threshold[R]:
		if n.Primitive = "threshold"; w.Weight != nil {
			n.Primitive = "weight"
		}
	case rule.Distinct[R]:
		n.Primitive = "distinct"
	case rule.FirstSeen[R]:
		n.Primitive = "first seen"
	}
	return n
}

// ruleSet is the rules by what they listen to.
type ruleSet struct {
	calls   map[string][]callRule // CloudTrail rules by call name
	callers []callersRules        // the other CloudTrail rules, by callers
	flow    []*compiled[*entity.Conversation]
	dns     []*compiled[*event.DNS]
	facts   map[rule.Call]bool // calls that entity learns from

	trailByIndex map[int]*compiled[*event.CloudTrail]
	flowByIndex  map[int]*compiled[*entity.Conversation]
	dnsByIndex   map[int]*compiled[*event.DNS]
	names        []ruleName // by index
}

// ruleName is what a snapshot calls a rule. State of one that has come to count otherwise, or in other records, is no use to it.
type ruleName struct {
	Type      picket.FindingType
	Signal    string
	Kind      event.Kind
	Primitive string
	Within    int64
}

// learns reports whether entity learns from the call that r is.
func (s *ruleSet) learns(r *event.CloudTrail) bool {
	return s.facts[rule.Call{Source: r.EventSource, Name: r.Call}]
}

type callRule struct {
	source string
	*compiled[*event.CloudTrail]
}

// callersRules are the rules that listen to the same callers; by is nil for those that listen to everybody.
type callersRules struct {
	by    *rule.Callers
	rules []*compiled[*event.CloudTrail]
}

func compile(rules []rule.Any) *ruleSet {
	s := &ruleSet{
		calls: map[string][]callRule{}, facts: map[rule.Call]bool{},
		trailByIndex: map[int]*compiled[*event.CloudTrail]{}, flowByIndex: map[int]*compiled[*entity.Conversation]{},
		dnsByIndex: map[int]*compiled[*event.DNS]{},
	}
	for i, r := range rules {
		switch r := r.(type) {
		case *rule.CloudTrail:
			c := newCompiled(r, i)
			s.trailByIndex[i] = c
			s.names = append(s.names, c.name())
			if len(r.On) == 0 {
				s.listen(r.By, c)
			} else if r.By != nil {
				panic(fmt.Sprintf("BUG: %s listens to calls and to callers", r.Info().Name()))
			}
			for _, call := range r.On {
				s.calls[call.Name] = append(s.calls[call.Name], callRule{call.Source, c})
			}
		case *rule.Flow:
			c := newCompiled(r, i)
			s.flow, s.flowByIndex[i] = append(s.flow, c), c
			s.names = append(s.names, c.name())
		case *rule.DNS:
			c := newCompiled(r, i)
			s.dns, s.dnsByIndex[i] = append(s.dns, c), c
			s.names = append(s.names, c.name())
		default:
			panic(fmt.Sprintf("BUG: rule of type %T", r))
		}
	}
	known := map[string]bool{}
	for _, r := range rules {
		if name := r.Info().Name(); known[name] {
			panic("BUG: two rules are called " + name)
		} else {
			known[name] = true
		}
	}
	for source, names := range entity.FactCalls() {
		for _, name := range names {
			s.facts[rule.Call{Source: source, Name: name}] = true
			s.calls[name] = append(s.calls[name], callRule{source: source})
		}
	}
	return s
}

// listen adds a rule to those that listen to by.
func (s *ruleSet) listen(by *rule.Callers, c *compiled[*event.CloudTrail]) {
	i := slices.IndexFunc(s.callers, func(r callersRules) bool { return r.by == by })
	if i < 0 {
		i = len(s.callers)
		s.callers = append(s.callers, callersRules{by: by})
	}
	s.callers[i].rules = append(s.callers[i].rules, c)
}

func newCompiled[R rule.Record](r *rule.Rule[R], index int) *compiled[R] {
	c := &compiled[R]{Rule: r, info: r.Info(), index: index}
	if p, ok := planOf(c); ok {
		if p.n == 0 || p.n > rule.MaxDistinct && p.weight == nil || p.within == 0 {
			panic(fmt.Sprintf("BUG: %s: a threshold of %d in %d s", c.info.Name(), p.n, p.within))
		}
		c.plan = p
	}
	return c
}
