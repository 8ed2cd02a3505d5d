package sqlstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
)

// tally is a group that is counted.
type tally struct {
	of    uint32 // an owner, or a kind
	in    int64  // its place, or day
	total int
	last  int64 // when one of its findings was updated last
	n     int64 // one of its findings
}

// tallies are groups that are counted, found by what they are of.
type tallies struct {
	by     guardduty.GroupByType
	same   map[uint32]uint32 // the number that an owner has now, by those it had before it purged
	spread [shares][][]spot  // what is to be counted, by hashes, in pages

	all  [][]tally // in pages
	n    int       // of all
	at   []slot    // a table of those of a share, by their hashes; a power of two
	held int       // in the table
}

// spot is what tallies need of a finding.
type spot struct {
	n, updated int64
	of         uint32
	in         int64
}

// slot says that the tally before number next has that hash; none has it if next is 0.
type slot struct{ hash, next uint32 }

// Findings are counted a share at a time, so that the groups of one fit the processor's caches: an administrator has a million.
const (
	shares = 64
	page   = 512
)

// joinHalves lets groups of an account be one also where a part is of what it purged, which administrators still see.
func (t *tallies) joinHalves(x *tx) error {
	t.same = map[uint32]uint32{}
	_, err := rows(x, func(s scanner) (_ struct{}, err error) {
		var before, now uint32
		err = s.Scan(&before, &now)
		t.same[before] = now
		return struct{}{}, err
	}, `SELECT g.id, (SELECT max(h.id) FROM holders h WHERE h.account = g.account AND h.region = g.region) FROM holders g WHERE g.gone > 0`)
	return err
}

// add takes findings to be counted.
func (t *tallies) add(found []glimpse, bodies []byte) {
	for _, g := range found {
		h := head(bodies[g.at:])
		s := spot{n: g.n, updated: h.updated(), of: h.kind()}
		switch t.by {
		case guardduty.GroupByTypeDate:
			s.in = s.updated / msPerDay
		case guardduty.GroupByTypeAccount, guardduty.GroupByTypeResource:
			s.of = h.owner()
			if now, ok := t.same[s.of]; ok {
				s.of = now
			}
		}
		if t.by == guardduty.GroupByTypeResource {
			if s.in = h.place(); s.in == 0 {
				continue
			}
		}
		share := &t.spread[s.hash()%shares]
		if last := len(*share) - 1; last < 0 || len((*share)[last]) == page {
			*share = append(*share, make([]spot, 0, page))
		}
		last := &(*share)[len(*share)-1]
		*last = append(*last, s)
	}
}

func (s *spot) hash() uint32 {
	return uint32((uint64(s.of)<<32 ^ uint64(s.in)) * 0x9e3779b97f4a7c15 >> 32)
}

// count counts what was taken.
func (t *tallies) count() {
	for i := range t.spread {
		clear(t.at)
		t.held = 0
		for _, some := range t.spread[i] {
			for j := range some {
				one := t.find(&some[j])
				one.total++
				one.last = max(one.last, some[j].updated)
				one.n = cmp.Or(one.n, some[j].n)
			}
		}
		t.spread[i] = nil
	}
}

// find returns the tally of a finding's group, a new one if there is none.
func (t *tallies) find(s *spot) *tally {
	if 2*t.held >= len(t.at) {
		t.grow()
	}
	hash := s.hash() / shares
	i := t.free(hash, func(n uint32) bool { one := t.tally(n); return one.of == s.of && one.in == s.in })
	if t.at[i].next > 0 {
		return t.tally(t.at[i].next - 1)
	}
	if t.n%page == 0 {
		t.all = append(t.all, make([]tally, page))
	}
	one := t.tally(uint32(t.n))
	one.of, one.in = s.of, s.in
	t.n++
	t.held++
	t.at[i] = slot{hash, uint32(t.n)}
	return one
}

func (t *tallies) tally(n uint32) *tally { return &t.all[n/page][n%page] }

// free returns where in the table a tally with that hash is, or where it is to be.
func (t *tallies) free(hash uint32, is func(n uint32) bool) int {
	for i := int(hash) & (len(t.at) - 1); ; i = (i + 1) & (len(t.at) - 1) {
		if s := t.at[i]; s.next == 0 || s.hash == hash && is(s.next-1) {
			return i
		}
	}
}

func (t *tallies) grow() {
	before := t.at
	t.at = make([]slot, max(page, 2*len(before)))
	for _, s := range before {
		if s.next > 0 {
			t.at[t.free(s.hash, func(uint32) bool { return false })] = s
		}
	}
}

// each returns the tallies.
func (t *tallies) each(yield func(*tally) bool) {
	for n := range t.n {
		if !yield(t.tally(uint32(n))) {
			return
		}
	}
}

// first are the groups that are among the first so many, and those that are as large as the last of these if ties is true.
func (t *tallies) first(q picket.StatisticsQuery, ties bool) []tally {
	order := func(a, b int) int {
		if q.Ascending {
			return a - b
		}
		return b - a
	}
	var totals []int // the first
	for one := range t.each {
		if i, _ := slices.BinarySearchFunc(totals, one.total, order); i < q.Limit {
			totals = slices.Insert(totals[:min(len(totals), q.Limit-1)], i, one.total)
		}
	}
	if len(totals) == 0 {
		return nil
	}
	last := totals[len(totals)-1]
	left := len(totals) - slices.Index(totals, last) // of those that are as large
	var some []tally
	for one := range t.each {
		switch n := order(one.total, last); {
		case n == 0 && (ties || left > 0):
			left--
			fallthrough
		case n < 0:
			some = append(some, *one)
		}
	}
	return some
}

// groups names the groups.
func (t *tallies) groups(x *tx, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	t.count()
	var some []tally
	var name func(tally) picket.FindingGroup
	var err error
	switch t.by {
	case guardduty.GroupByTypeAccount:
		some = t.first(q, true) // their names decide
		name, err = t.named(x, some, func(one tally) int64 { return int64(one.of) }, "SELECT h.id, '', '', h.account FROM holders h WHERE h.id IN (@)")
	case guardduty.GroupByTypeResource:
		some = t.first(q, false)
		name, err = t.named(x, some, func(one tally) int64 { return one.n },
			"SELECT r.n, h.account, r.resource_type, r.resource FROM findings r JOIN holders h ON h.id = r.owner WHERE r.n IN (@)")
	default:
		for one := range t.each {
			some = append(some, *one)
		}
		var kinds map[int64]kindKey
		kinds, err = x.kindsByID()
		name = func(one tally) picket.FindingGroup {
			g := groupOf(t.by, kinds[int64(one.of)])
			if t.by == guardduty.GroupByTypeDate {
				g.Key = dateOf(one.in)
			}
			return g
		}
	}
	var groups []picket.FindingGroup
	for _, one := range some {
		g := name(one)
		g.Total, g.LastGenerated = one.total, one.last
		groups = append(groups, g)
	}
	return groups, err
}

// named reads the names of groups by a number of theirs.
func (t *tallies) named(x *tx, some []tally, number func(tally) int64, query string) (func(tally) picket.FindingGroup, error) {
	var numbers []int64
	for _, one := range some {
		numbers = append(numbers, number(one))
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("encode numbers of groups: %w", err)
	}
	names := map[int64]picket.FindingGroup{}
	_, err = rows(x, func(s scanner) (g picket.FindingGroup, err error) {
		var n int64
		err = s.Scan(&n, &g.Account, &g.Type, &g.Key)
		names[n] = g
		return g, err
	}, strings.Replace(query, "@", x.dialect.manyOf, 1), string(list))
	return func(one tally) picket.FindingGroup { return names[number(one)] }, err
}
