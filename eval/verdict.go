package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"picket/finding"
)

// label is what a case deserves: a finding of one of these types.
type label []string

// outcomes counts what became of a type's findings and labels. A type counts once a case, however often it is raised.
type outcomes struct {
	right  int // a label explains it
	fair   int // no label does, but what happened is what the type is defined as
	wrong  int
	missed int // a label that no finding meets
}

// place is where outcomes are counted.
type place struct{ typ, suite string }

// verdict is the case that is judged.
type verdict struct {
	suite, name string
	found       []*finding.Result
	want        []label
	// fair says, of a finding that no label explains, why it is a fair one: "" where it isn't. nil: none is.
	fair func(*finding.Result) string
	// short says how far the case's records were from meeting a label. nil: nothing is known.
	short func(label) string
}

// remark is a finding or a label that people should look at.
type remark struct{ what, typ, suite, name, why string }

// The kinds of remarks.
const (
	remarkFalse  = "false positive"
	remarkFair   = "fair"
	remarkMissed = "missed"
)

// judge compares what a case raised with what it deserves.
func (e *eval) judge(v verdict) {
	byType := map[string]*finding.Result{}
	for _, f := range v.found {
		byType[*f.Type] = f
	}
	for _, typ := range slices.Sorted(maps.Keys(byType)) {
		o := e.outcomes(typ, v.suite)
		if slices.ContainsFunc(v.want, func(l label) bool { return slices.Contains(l, typ) }) {
			o.right++
			continue
		}
		why := ""
		if v.fair != nil {
			why = v.fair(byType[typ])
		}
		if why != "" {
			o.fair++
			e.remark(remark{remarkFair, typ, v.suite, v.name, why})
		} else {
			o.wrong++
			e.remark(remark{remarkFalse, typ, v.suite, v.name, ""})
		}
	}
	for _, l := range v.want {
		if slices.ContainsFunc(l, func(typ string) bool { return byType[typ] != nil }) {
			continue
		}
		why := ""
		if v.short != nil {
			why = v.short(l)
		}
		e.outcomes(l[0], v.suite).missed++
		e.remark(remark{remarkMissed, strings.Join(l, " or "), v.suite, v.name, why})
	}
}

func (e *eval) outcomes(typ, suite string) *outcomes {
	if e.judged == nil {
		e.judged = map[place]*outcomes{}
	}
	p := place{typ, suite}
	if e.judged[p] == nil {
		e.judged[p] = &outcomes{}
	}
	return e.judged[p]
}

func (e *eval) remark(r remark) { e.remarks = append(e.remarks, r) }

// byType prints the outcomes of each type over all suites, and what is behind all but the right ones.
func (e *eval) byType() error {
	types := map[string]map[string]*outcomes{}
	for p, o := range e.judged {
		if types[p.typ] == nil {
			types[p.typ] = map[string]*outcomes{}
		}
		types[p.typ][p.suite] = o
		e.addOutcomes(p.suite, p.typ, *o)
	}
	title("By finding type", "type", "true positives", "fair", "false positives", "missed", "suites")
	var all outcomes
	for _, typ := range slices.Sorted(maps.Keys(types)) {
		var sum outcomes
		for _, o := range types[typ] {
			sum.plus(o)
		}
		all.plus(&sum)
		line(typ, sum.right, sum.fair, sum.wrong, sum.missed, strings.Join(slices.Sorted(maps.Keys(types[typ])), ", "))
		e.addOutcomes("all", typ, sum)
	}
	line("all", all.right, all.fair, all.wrong, all.missed, "")
	e.addOutcomes("all", "all", all)
	fmt.Print("\nA type counts once a case, in `simulate` once a finding. True: a label of the case explains it. Fair: no label does, but what\n" +
		"happened is what the type is defined as; the reason stands below. Missed: a label that no finding meets.\n")
	e.printRemarks()
	return nil
}

func (o *outcomes) plus(p *outcomes) {
	o.right, o.fair, o.wrong, o.missed = o.right+p.right, o.fair+p.fair, o.wrong+p.wrong, o.missed+p.missed
}

func (e *eval) addOutcomes(suite, typ string, o outcomes) {
	e.add(suite, typ, "true positives", o.right)
	e.add(suite, typ, "fair", o.fair)
	e.add(suite, typ, "false positives", o.wrong)
	e.add(suite, typ, "missed", o.missed)
}

func (e *eval) printRemarks() {
	title("Not as labelled", "what", "type", "suite", "case", "why")
	slices.SortStableFunc(e.remarks, func(a, b remark) int {
		return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.suite, b.suite), cmp.Compare(a.name, b.name))
	})
	for _, r := range e.remarks {
		line(r.what, r.typ, r.suite, r.name, r.why)
		e.add(r.suite, r.name, r.what, r.typ)
	}
}
