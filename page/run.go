package page

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/rule"
)

// Order says how an example's records reach the engine.
type Order struct {
	Shards  int
	Shuffle uint64 // 0: as written; else the seed
	Restart bool   // in the middle, the engine is taken down, and goes on from its snapshot with one shard more
}

// Run runs the example's records through rules and returns the findings, evidence resolved.
func (e *Example) Run(rules []rule.Any, o Order) ([]*finding.Result, error) {
	w, err := parseGiven(e.Given)
	if err != nil {
		return nil, err
	}
	text, err := Expand(e.Text)
	if err != nil {
		return nil, err
	}
	header, lines := "", strings.Split(strings.TrimRight(text, "\n"), "\n")
	if e.Kind == event.KindFlow && strings.Contains(lines[0], "srcaddr") {
		header, lines = lines[0], lines[1:]
	}
	r := running{world: w, rules: rules, about: finding.About{Geo: w.locator()}, saved: map[string]*finding.Aggregate{}}
	r.engine = engine.New(r.config(o.Shards), r.sink)
	r.feed = r.engine.NewFeed()
	for n, i := range o.order(len(lines)) {
		if err := feedLine(r.feed, e.Kind, header, lines[i], int64(i)); err != nil {
			r.engine.Close()
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		if o.Restart && n == (len(lines)-1)/2 {
			if err := r.restart(o.Shards + 1); err != nil {
				return nil, err
			}
		}
	}
	r.feed.Flush()
	r.engine.Close()
	if r.bug != nil {
		return nil, r.bug
	}
	return r.findings(), nil
}

func (o Order) order(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if o.Shuffle != 0 {
		rand.New(rand.NewPCG(o.Shuffle, 0)).Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	return all
}

func feedLine(feed *engine.Feed, kind event.Kind, header, line string, place int64) error {
	switch kind {
	case event.KindCloudTrail:
		r, err := event.ParseCloudTrail([]byte(line))
		if err != nil {
			return err
		}
		r.Offset = place
		feed.CloudTrail(r)
	case event.KindFlow:
		r, err := event.ParseFlowText(header, line)
		if err != nil {
			return err
		}
		r.Offset = place
		feed.Flow(r)
	case event.KindDNS:
		r, err := event.ParseDNS([]byte(line))
		if err != nil {
			return err
		}
		r.Offset = place
		feed.DNS(r)
	}
	return nil
}

// Matches reports whether r is of the example's type and signal.
func (e *Example) Matches(r *finding.Result) bool {
	return *r.Type == e.Type && (e.Signal == "" || slices.Contains(r.Signals, e.Signal))
}
