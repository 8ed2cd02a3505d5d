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
	of    uint32 // an owner, or a kind; 0 for all
	in    int64  // a place, or a day of the kind
	total int
	last  int64 // when one of its findings was updated last
	n     int64 // one of its findings
}

// tallies are groups that are counted. They are counted a share at a time, by what their hashes have in common, so that the groups of one
// fit the processor's caches: an administrator may have a million.
type tallies struct {
	by     guardduty.GroupByType
	only   map[int64]bool // if it is not nil, other groups have at most size findings and aren't counted, or not all of theirs
	size   int
	shares [64]share
	taken  int      // into all shares, to be counted
	most   int      // may be taken
	at     []bucket // a table of a share's tallies by their hashes; a power of two
}

// share is a part of the groups.
type share struct {
	taken [][]spot // to be counted, in pages
	all   [][]tally
	n     int // of all
}

// spot is what tallies need of a finding.
type spot struct {
	n, updated int64
	of         uint32
	in         int64
}

// bucket says that the tally before number next has that hash; none has it if next is 0.
type bucket struct{ hash, next uint32 }

// page is how many spots or tallies are made room for at once.
const page = 512

// add takes findings to be counted.
func (t *tallies) add(found []glimpse, bodies []byte) {
	for _, g := range found {
		h := head(bodies[g.at:])
		s := spot{n: g.n, updated: h.updated(), of: h.kind()}
		switch t.by {
		case guardduty.GroupByTypeDate:
			s.in = s.updated / msPerDay
		case guardduty.GroupByTypeAccount:
			s.of = h.owner()
		case guardduty.GroupByTypeResource: // an account's places are no other's
			if s.of, s.in = 0, h.place(); s.in == 0 {
				continue
			}
		}
		if t.only != nil && !t.only[cmp.Or(s.in, int64(s.of))] {
			continue
		}
		sh := &t.shares[s.hash()%uint32(len(t.shares))]
		if last := len(sh.taken) - 1; last < 0 || len(sh.taken[last]) == page {
			sh.taken = append(sh.taken, make([]spot, 0, page))
		}
		last := &sh.taken[len(sh.taken)-1]
		*last = append(*last, s)
	}
	if t.taken += len(found); t.taken >= t.most {
		t.count()
	}
}

func (s *spot) hash() uint32 { return hashOf(s.of, s.in) }

func hashOf(of uint32, in int64) uint32 {
	return uint32((uint64(of)<<32 ^ uint64(in)) * 0x9e3779b97f4a7c15 >> 32)
}

// count counts what was taken.
func (t *tallies) count() {
	for i := range t.shares {
		sh := &t.shares[i]
		t.index(sh, len(t.at))
		for _, some := range sh.taken {
			for j := range some {
				one := t.find(sh, &some[j])
				one.total++
				one.last = max(one.last, some[j].updated)
				one.n = cmp.Or(one.n, some[j].n)
			}
		}
		sh.taken = nil
	}
	t.taken = 0
}

// index makes the table that of a share's tallies, of such a size or a larger one.
func (t *tallies) index(sh *share, size int) {
	for size < page || size <= 2*sh.n {
		size = max(page, 2*size)
	}
	if size == len(t.at) {
		clear(t.at)
	} else {
		t.at = make([]bucket, size)
	}
	for n := range sh.n {
		one := sh.tally(n)
		hash := hashOf(one.of, one.in)
		t.at[t.bucketOf(hash, func(int) bool { return false })] = bucket{hash, uint32(n + 1)}
	}
}

// bucketOf returns where in the table a tally with that hash is, or where it is to be.
func (t *tallies) bucketOf(hash uint32, is func(n int) bool) int {
	for i := int(hash) / len(t.shares) & (len(t.at) - 1); ; i = (i + 1) & (len(t.at) - 1) {
		if s := t.at[i]; s.next == 0 || s.hash == hash && is(int(s.next-1)) {
			return i
		}
	}
}

// find returns the tally of a finding's group, a new one if there is none.
func (t *tallies) find(sh *share, s *spot) *tally {
	hash := s.hash()
	i := t.bucketOf(hash, func(n int) bool { one := sh.tally(n); return one.of == s.of && one.in == s.in })
	if t.at[i].next > 0 {
		return sh.tally(int(t.at[i].next - 1))
	}
	if sh.n%page == 0 {
		sh.all = append(sh.all, make([]tally, page))
	}
	one := sh.tally(sh.n)
	one.of, one.in = s.of, s.in
	sh.n++
	t.at[i] = bucket{hash, uint32(sh.n)}
	if len(t.at) <= 2*sh.n {
		t.index(sh, 2*len(t.at))
	}
	return one
}

func (sh *share) tally(n int) *tally { return &sh.all[n/page][n%page] }

// each returns the tallies.
func (t *tallies) each(yield func(tally) bool) {
	for i := range t.shares {
		for n := range t.shares[i].n {
			if !yield(*t.shares[i].tally(n)) {
				return
			}
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
		if len(totals) == q.Limit && order(one.total, totals[q.Limit-1]) >= 0 {
			continue
		}
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
			some = append(some, one)
		}
	}
	return some
}

// sure reports whether the first groups are among those that were counted.
func (t *tallies) sure(q picket.StatisticsQuery) bool {
	if t.only == nil {
		return true
	}
	first := t.first(q, false)
	return len(first) == q.Limit && !slices.ContainsFunc(first, func(one tally) bool { return one.total <= t.size }) // others may have as many
}

// groups names the groups, the first of accounts if they may be cut, and of resources, which are never counted in halves.
func (t *tallies) groups(x *tx, cut bool, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	var some []tally
	if cut || t.by == guardduty.GroupByTypeResource {
		some = t.first(q, t.by == guardduty.GroupByTypeAccount) // whose names decide
	} else {
		some = slices.AppendSeq(some, t.each)
	}
	var name func(tally) picket.FindingGroup
	var err error
	switch t.by {
	case guardduty.GroupByTypeAccount:
		name, err = t.named(x, some, func(one tally) int64 { return int64(one.of) }, "SELECT h.id, '', '', h.account FROM holders h WHERE h.id IN (@)")
	case guardduty.GroupByTypeResource:
		name, err = t.named(x, some, func(one tally) int64 { return one.n },
			"SELECT r.n, h.account, r.resource_type, r.resource FROM findings r JOIN holders h ON h.id = r.owner WHERE r.n IN (@)")
	default:
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
