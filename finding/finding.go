// Package finding turns hits into findings: it decides which hits are the same finding, counts their windows, merges what
// they say so that their order does not matter, and writes findings in GuardDuty's forms. It stores nothing and reads no
// logs; evidence stays references until its caller resolves them.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"

	"picket"
	"picket/entity"
	"picket/rule"
)

// Collector gathers hits of one goroutine. It implements engine.Sink.
type Collector struct {
	about *About
	all   map[string]*Aggregate
	lost  int64 // hits of findings that there was no room for
}

// About is what collectors know beside their hits, and how much they keep together.
type About struct {
	Geo    rule.Locator // nil without GeoIP data
	Limits Limits

	room room
}

// NewCollector returns an empty collector.
func NewCollector(about *About) *Collector {
	return &Collector{about: about, all: map[string]*Aggregate{}}
}

// Aggregate is a finding in the making. What it holds depends on the set of its hits only.
type Aggregate struct {
	ID              string // of the finding
	Type            picket.FindingType
	Account, Region string
	Key             string // tells findings of one account, region and type apart

	windows     windows
	severity    picket.Severity
	first, last int64
	latest      place
	latestHit   rule.Hit // what the finding's details are made of; owns its record
	calls       map[string]*calls
	samples     map[string]map[string]any
	signals     map[string]*signal
	evidence    rule.EvidenceList
	crossed     map[string]picket.Crossed // by signal
}

// place orders hits: the latest wins.
type place struct {
	sec    int64
	id     uint64
	signal string
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.sec, o.sec), cmp.Compare(p.id, o.id), cmp.Compare(p.signal, o.signal))
}

// calls counts the uses of one API name.
type calls struct {
	records     map[uint64]struct{} // distinct records, up to maxCallRecords
	first, last int64
}

// signal is one signal of a type that has several.
type signal struct {
	rule        *rule.Info
	severity    picket.Severity
	windows     windows
	first, last int64
}

// Hit adds one hit.
func (c *Collector) Hit(h *rule.Hit) {
	id := ID(h.Account, h.Region, h.Rule.Type, h.Key)
	a := c.all[id]
	if a == nil {
		if !c.about.admit(id, kind{h.Rule.Type, h.Account, h.Region}, cmp.Or(h.Note.Severity, h.Rule.Severity)) {
			c.lost++
			return
		}
		a = &Aggregate{
			ID: id, Type: h.Rule.Type, Account: h.Account, Region: h.Region, Key: h.Key, first: h.First, last: h.Last,
		}
		c.all[id] = a
	}
	a.windows.add(h.Window)
	a.first, a.last = min(a.first, h.First), max(a.last, h.Last)
	severity := cmp.Or(h.Note.Severity, h.Rule.Severity)
	a.severity = max(a.severity, severity)
	for _, e := range h.Evidence {
		a.evidence.Add(e)
	}
	if h.Crossed != nil {
		a.cross(*h.Crossed)
	}
	for _, s := range h.Note.Samples {
		a.sample(s.Name, s.Order, s.Value)
	}
	if r, ok := h.Record.(*entity.Conversation); ok && h.Note.Probe {
		a.sample(probes, r.Remote.String()+" "+strconv.Itoa(int(r.LocalPort)), c.about.probe(r))
	}
	a.countCall(h)
	a.countSignal(h, severity)
	if p := (place{h.Last, h.ID, h.Rule.Signal}); a.latestHit.Rule == nil || p.compare(a.latest) >= 0 {
		a.latest = p
		a.keep(h)
	}
}

// cross keeps the latest of what each signal crossed, and of one window all that came.
func (a *Aggregate) cross(c picket.Crossed) {
	if a.crossed == nil {
		a.crossed = map[string]picket.Crossed{}
	}
	if have, ok := a.crossed[c.Signal]; !ok || c.Compare(have) > 0 {
		a.crossed[c.Signal] = c
	}
}

// keep makes h the hit that the finding's details are made of.
func (a *Aggregate) keep(h *rule.Hit) {
	old := a.latestHit.Record
	a.latestHit = *h
	a.latestHit.Evidence, a.latestHit.Crossed = nil, nil // the engine goes on with it
	if r, ok := h.Record.(*entity.Conversation); ok {
		c, ok := old.(*entity.Conversation)
		if !ok {
			c = new(entity.Conversation)
		}
		*c = *r
		c.Refs = nil
		a.latestHit.Record = c
	}
}

func (a *Aggregate) sample(name, order string, value any) {
	if a.samples == nil {
		a.samples = map[string]map[string]any{}
	}
	list := a.samples[name]
	if list == nil {
		list = map[string]any{}
		a.samples[name] = list
	}
	list[order] = value
	if len(list) > rule.MaxSamples {
		highest := ""
		for o := range list {
			highest = max(highest, o)
		}
		delete(list, highest)
	}
}

func (a *Aggregate) countCall(h *rule.Hit) {
	name := callName(h)
	if !h.Note.CallNames || name == "" {
		return
	}
	if a.calls == nil {
		a.calls = map[string]*calls{}
	}
	n := a.calls[name]
	if n == nil && len(a.calls) < maxCallNames {
		n = &calls{records: map[uint64]struct{}{}, first: h.First, last: h.Last}
		a.calls[name] = n
	}
	if n == nil {
		return
	}
	count(n.records, h.ID, maxCallRecords)
	n.first, n.last = min(n.first, h.First), max(n.last, h.Last)
}

func (a *Aggregate) countSignal(h *rule.Hit, severity picket.Severity) {
	if h.Rule.Signal == "" {
		return
	}
	if a.signals == nil {
		a.signals = map[string]*signal{}
	}
	s := a.signals[h.Rule.Signal]
	if s == nil {
		s = &signal{rule: h.Rule, first: h.First, last: h.Last}
		a.signals[h.Rule.Signal] = s
	}
	s.windows.add(h.Window)
	s.severity = max(s.severity, severity)
	s.first, s.last = min(s.first, h.First), max(s.last, h.Last)
}

// Merge adds what o holds, which is about the same finding and was gathered later, or beside it. o must not be used any more.
func (a *Aggregate) Merge(o *Aggregate) {
	a.windows.merge(o.windows)
	a.first, a.last = min(a.first, o.first), max(a.last, o.last)
	a.severity = max(a.severity, o.severity)
	for _, e := range o.evidence {
		a.evidence.Add(e)
	}
	for _, c := range o.crossed {
		a.cross(c)
	}
	for name, list := range o.samples {
		for order, v := range list {
			a.sample(name, order, v)
		}
	}
	mergeMaps(&a.calls, o.calls, maxCallNames, (*calls).merge)
	mergeMaps(&a.signals, o.signals, len(a.signals)+len(o.signals), (*signal).merge)
	if o.latest.compare(a.latest) >= 0 {
		a.latest, a.latestHit = o.latest, o.latestHit
	}
}

// count adds v to a set of at most room values.
func count[V comparable](set map[V]struct{}, v V, room int) {
	if len(set) < room {
		set[v] = struct{}{}
	}
}

func mergeMaps[V any](to *map[string]*V, from map[string]*V, room int, merge func(*V, *V)) {
	for k, v := range from {
		if *to == nil {
			*to = map[string]*V{}
		}
		if have := (*to)[k]; have != nil {
			merge(have, v)
		} else if len(*to) < room {
			(*to)[k] = v
		}
	}
}

func (n *calls) merge(o *calls) {
	for r := range o.records {
		count(n.records, r, maxCallRecords)
	}
	n.first, n.last = min(n.first, o.first), max(n.last, o.last)
}

func (s *signal) merge(o *signal) {
	s.windows.merge(o.windows)
	s.severity = max(s.severity, o.severity)
	s.first, s.last = min(s.first, o.first), max(s.last, o.last)
}

// Result is a finding and the places of the records behind it.
type Result struct {
	picket.Finding
	Refs rule.EvidenceList
}

// Take returns what was gathered since the last Take, and leaves nothing of it. Nothing may be hit meanwhile. Limits hold
// between two Takes of all collectors that know the same.
func (c *Collector) Take() []*Aggregate {
	taken := slices.SortedFunc(maps.Values(c.all), func(a, b *Aggregate) int { return cmp.Compare(a.ID, b.ID) })
	c.about.leave(taken)
	c.all = map[string]*Aggregate{}
	return taken
}

// Gather takes what collectors gathered, merged, by id.
func Gather(collectors ...*Collector) []*Aggregate {
	all := map[string]*Aggregate{}
	for _, c := range collectors {
		for _, a := range c.Take() {
			if have := all[a.ID]; have != nil {
				have.Merge(a)
			} else {
				all[a.ID] = a
			}
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *Aggregate) int { return cmp.Compare(a.ID, b.ID) })
}

// Findings takes what collectors gathered, as Results. The collectors know the same.
func Findings(collectors ...*Collector) []*Result {
	if len(collectors) == 0 {
		return nil
	}
	return Results(collectors[0].about, Gather(collectors...))
}

// Results are aggregates as findings, by time of the last event, latest first, then by id.
func Results(about *About, all []*Aggregate) []*Result {
	out := make([]*Result, 0, len(all))
	for _, a := range all {
		out = append(out, a.Result(about))
	}
	slices.SortFunc(out, func(a, b *Result) int {
		return cmp.Or(cmp.Compare(b.Last, a.Last), cmp.Compare(*a.Id, *b.Id))
	})
	return out
}

// ID is the finding's id: 32 hexadecimal digits that depend on the detector, the type and the aggregation key.
func ID(account, region string, typ picket.FindingType, key string) string {
	return digest("finding", DetectorID(account, region), string(typ), key)
}

// DetectorID is the id of the detector of an account and region where no server has given it one.
func DetectorID(account, region string) string { return digest("detector", account, region) }

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
