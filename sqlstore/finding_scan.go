package sqlstore

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"picket"
	"picket/criteria"
)

// scan looks at all findings that a viewer sees from a side: heads decide first, then columns, and rows what is left.
type scan struct {
	*listing
	side    *side
	owned   clause // says that an owner fits
	heads   headTest
	columns []*columnTest
	row     clause // what only its row tells of a finding
	whole   clause // what its row and columns tell

	bodies []byte    // that are looked at
	found  []glimpse // in them

	unlisted bool // one of them is
}

// glimpse is a finding that fits as far as was looked.
type glimpse struct {
	n        int64
	at       int32    // where in bodies its head is
	unlisted bool     // a column didn't tell, so that its row is to be asked
	stands   standing // to the condition that is looked at
}

// scanned counts groups of what fits by looking at every finding.
func (l *listing) scanned(by grouping, s *side, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	sc, err := l.newScan(s)
	if err != nil {
		return nil, err
	}
	t, err := sc.count(by, q, by.cut && !q.Ascending)
	if err == nil && !t.sure(q) {
		t, err = sc.count(by, q, false)
	}
	if err != nil {
		return nil, err
	}
	return t.groups(l.tx, by.cut, q)
}

// count counts groups. If some may do it counts, once it knows which share of the findings fits, only those that are large enough to be
// among the first.
func (sc *scan) count(by grouping, q picket.StatisticsQuery, some bool) (*tallies, error) {
	t := &tallies{by: q.GroupBy, most: sc.limits.taken}
	looked, fit := 0, 0
	var err error
	for from := headsKey(sc.viewer, sc.side, 0); from != 0; {
		if from, err = sc.read(from); err != nil {
			return nil, err
		}
		for _, c := range sc.columns {
			if err := sc.test(c); err != nil {
				return nil, err
			}
		}
		if err := sc.ask(); err != nil {
			return nil, err
		}
		t.add(sc.found, sc.bodies)
		looked, fit = looked+len(sc.bodies)/headSize, fit+len(sc.found)
		if some && looked > sc.limits.narrow {
			some = false
			if t.size, err = sc.sizeOf(by, sc.side, sc.owned, float64(fit)/float64(looked), q.Limit); err == nil && t.size >= 0 {
				t.only, err = sc.larger(by, sc.side, sc.owned, t.size, q.Limit)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	t.count()
	return t, nil
}

func (l *listing) newScan(s *side) (*scan, error) {
	sc := &scan{listing: l, side: s}
	var err error
	if sc.owned, err = l.owners(l.question, s); err != nil {
		return nil, err
	}
	if sc.heads, err = l.headTest(sc.owned); err != nil {
		return nil, err
	}
	var cold picket.Criteria
	for _, c := range l.others {
		if number, ok := columned[c.Attribute]; ok {
			sc.columns = append(sc.columns, &columnTest{Test: criteria.NewTest(c), number: number})
		} else {
			cold = append(cold, c)
		}
	}
	if sc.row, err = l.conditions(cold); err != nil {
		return nil, err
	}
	sc.whole, err = l.conditions(l.others)
	sc.row, sc.whole = all(l.updated.rest, sc.row), all(l.updated.rest, sc.whole)
	return sc, err
}

// read reads the heads of some chunks, and says where the next begin; 0 if there are none.
func (sc *scan) read(from int64) (next int64, err error) {
	sc.bodies, sc.found = sc.bodies[:0], sc.found[:0]
	keys, err := rows(sc.tx, func(s scanner) (key int64, err error) {
		var body sql.RawBytes
		if err := s.Scan(&key, &body); err != nil {
			return 0, err
		}
		if len(body)%headSize != 0 {
			return 0, unreadable(fmt.Errorf("heads of %d bytes", len(body)))
		}
		at, first := len(sc.bodies), key&(1<<32-1)<<chunkBits
		for sc.bodies = append(sc.bodies, body...); at < len(sc.bodies); at += headSize {
			h := head(sc.bodies[at:])
			if h.archived() > 1 || int(h.feedback()) >= len(feedbacks) {
				return 0, unreadable(fmt.Errorf("a head in state %d, %d", h.archived(), h.feedback()))
			}
			if sc.heads.fits(h) {
				sc.found = append(sc.found, glimpse{n: first + int64(h.slot()), at: int32(at)})
			}
		}
		return key, nil
	}, "SELECT key, body FROM finding_heads WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?", from, headsKey(sc.viewer, sc.side, 1<<32-1), sc.limits.chunks)
	if n := len(keys); n == sc.limits.chunks {
		next = keys[n-1] + 1
	}
	return next, err
}

// columnTest is a condition on a column.
type columnTest struct {
	*criteria.Test
	number int64
	column column     // that is looked at
	lists  []standing // how its lists stand
	values []string   // of a list
}

// standing is how a finding stands to a condition.
type standing byte

const (
	unjudged standing = iota
	out
	fitting
	unknown
)

// of says how findings with a list stand.
func (t *columnTest) of(list string) standing {
	t.values = t.values[:0]
	for list != "" {
		var value string
		value, list, _ = strings.Cut(list, ended)
		t.values = append(t.values, value)
	}
	if t.Fits(t.values) {
		return fitting
	}
	return out
}

// judge says how findings of the column stand.
func (t *columnTest) judge(found []glimpse) {
	t.lists = append(t.lists[:0], make([]standing, len(t.column.lists))...)
	for i := range found {
		code := t.column.codes[slotOf(found[i].n)]
		if code == unlisted {
			found[i].stands = unknown
			continue
		}
		if t.lists[code] == unjudged {
			t.lists[code] = t.of(t.column.lists[code])
		}
		found[i].stands = t.lists[code]
	}
}

// test leaves what fits a condition on a column.
func (sc *scan) test(t *columnTest) error {
	var keys []int64
	var from []int // where in found those of each key begin
	for i, g := range sc.found {
		if key := columnKey(t.number, g.n); len(keys) == 0 || keys[len(keys)-1] != key {
			keys, from = append(keys, key), append(from, i)
		}
	}
	from = append(from, len(sc.found))
	list, err := json.Marshal(keys)
	if err != nil {
		return fmt.Errorf("encode keys of columns: %w", err)
	}
	if _, err := rows(sc.tx, func(s scanner) (key int64, err error) {
		var body string
		if err := s.Scan(&key, &body); err != nil {
			return key, err
		}
		if err := t.column.read(body); err != nil {
			return key, err
		}
		at, _ := slices.BinarySearch(keys, key)
		t.judge(sc.found[from[at]:from[at+1]])
		return key, nil
	}, "SELECT key, body FROM finding_columns WHERE key IN ("+sc.dialect.manyOf+")", string(list)); err != nil {
		return err
	}
	kept, absent := sc.found[:0], t.of("")
	for _, g := range sc.found {
		stands := cmp.Or(g.stands, absent)
		if g.stands = unjudged; stands == unknown {
			g.unlisted, sc.unlisted = true, true
		}
		if stands != out {
			kept = append(kept, g)
		}
	}
	sc.found = kept
	return nil
}

// ask leaves what fits also by its row.
func (sc *scan) ask() error {
	if sc.row.text == "" && !sc.unlisted {
		return nil
	}
	sc.unlisted = false
	var listed, others []int64
	for _, g := range sc.found {
		if g.unlisted {
			others = append(others, g.n)
		} else if sc.row.text != "" {
			listed = append(listed, g.n)
		}
	}
	fit := map[int64]bool{}
	for _, q := range []struct {
		numbers []int64
		clause
	}{{listed, sc.row}, {others, sc.whole}} {
		if len(q.numbers) == 0 {
			continue
		}
		list, err := json.Marshal(q.numbers)
		if err != nil {
			return fmt.Errorf("encode numbers of findings: %w", err)
		}
		c := with("SELECT f.n FROM findings f"+sc.dialect.hint("")+" WHERE f.n IN ("+sc.dialect.manyOf+") AND @", q.clause)
		some, err := rows(sc.tx, value[int64], c.text, append([]any{string(list)}, c.args...)...)
		if err != nil {
			return err
		}
		for _, n := range some {
			fit[n] = true
		}
	}
	sc.found = slices.DeleteFunc(sc.found, func(g glimpse) bool { return (g.unlisted || sc.row.text != "") && !fit[g.n] })
	return nil
}
