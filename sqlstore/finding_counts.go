package sqlstore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"picket"
)

// part is what is counted by itself.
type part struct {
	by   grouping
	rows clause // what stands after FROM
	kept clause // its groups, if they aren't made of rows, which then have what is looked up of them
	few  bool   // rows, so that all that is wanted of them is read at once
	all  *part  // that has all groups, if this has not
	size int    // that groups which this hasn't may have
}

// parts takes apart what fits of what a side sees.
func (l *listing) parts(by grouping, s *side, few *lookup, q picket.StatisticsQuery) ([]part, error) {
	owners, err := l.owners(l.question, s)
	if err != nil {
		return nil, err
	}
	rest, err := l.uncounted(l.question, s)
	if err != nil {
		return nil, err
	}
	where := all(s.sees(l.viewer), l.archivedClause(s), l.kindClause(), l.traitClause(), l.updated.clause(), owners, rest)
	switch {
	case few != nil:
		return []part{l.fewPart(by, s, few.index(s), all(few.clause, where))}, nil
	case rest.text != "": // to ask it twice takes longer than to compare times
		return []part{l.fewPart(by, s, s.name+"_"+cmp.Or(l.narrow(), by.index), where)}, nil
	case l.someTrait:
		return l.traitParts(by, s, where, q)
	case by.states:
		return l.stateParts(by, s, owners), nil
	}
	p := l.part(by, s, where)
	if !l.dialect.counts {
		return []part{p}, nil
	}
	if l.narrow() == "" {
		p.kept = l.kept(by, s, owners, 0)
		return []part{p}, nil
	}
	share, fit, err := l.fitting(s)
	switch {
	case err != nil:
		return nil, err
	case fit <= l.limits.narrow:
		return []part{l.fewPart(by, s, s.name+"_"+l.narrow(), where)}, nil
	case by.cut && !q.Ascending:
		p, err = l.largest(p, s, owners, share, q.Limit)
	}
	return []part{p}, err
}

// kept are a grouping's counted groups that have more than so many findings, whatever their kinds and times.
func (l *listing) kept(by grouping, s *side, owners clause, above int) clause {
	n := l.keptCount()
	return with(by.kept, sqlf(n), all(sqlf("f.side = ? AND f.viewer = ? AND "+n+" > ?", s.number, l.viewer, above), owners))
}

// traitParts takes the rows of some traits, which no count is kept of, from the index that has the fewest others.
func (l *listing) traitParts(by grouping, s *side, where clause, q picket.StatisticsQuery) ([]part, error) {
	ofTraits := []part{l.fewPart(by, s, s.name+"_trait", where)}
	if !l.dialect.counts {
		return ofTraits, nil
	}
	share, fit, err := l.fitting(s)
	switch {
	case err != nil:
		return nil, err
	case l.narrow() != "" && fit <= l.limits.narrow:
		return []part{l.fewPart(by, s, s.name+"_"+l.narrow(), where)}, nil
	case !by.cut || q.Ascending:
		return ofTraits, nil
	}
	c := with("SELECT count(*) FROM findings f"+l.dialect.hint(s.name+"_trait")+" WHERE @", where)
	n, err := row(l.tx, "count", value[int], c.text, c.args...)
	if err != nil || n <= l.limits.narrow {
		return ofTraits, err
	}
	owners, err := l.owners(l.question, s)
	if err != nil {
		return nil, err
	}
	p, err := l.largest(l.part(by, s, where), s, owners, share*float64(n)/float64(fit), q.Limit)
	return []part{p}, err
}

// narrow is the index, after the side's name, that finds the rows of some kinds, or of a time; empty if all fit.
func (l *listing) narrow() string {
	switch {
	case l.someKind:
		return "kind"
	case !l.updated.open():
		return "updated"
	}
	return ""
}

// part is what holds of rows, as the grouping's index has them.
func (l *listing) part(by grouping, s *side, where clause) part {
	return part{by: by, rows: with("findings f"+l.dialect.hint(s.name+"_"+by.index)+" WHERE @", where)}
}

// fewPart is part for rows that another index finds.
func (l *listing) fewPart(by grouping, s *side, index string, where clause) part {
	if by.few != nil {
		by = *by.few
	}
	where = all(where, in("f."+s.archived, l.archived)) // named, also if all are, for what stands after it in an index
	return part{by: by, rows: with("findings f"+l.dialect.hint(index)+" WHERE @", where), few: true}
}

// stateParts takes apart what fits by archived state, and, where counts answer it, into the days that fit whole and the rows of
// those that don't.
func (l *listing) stateParts(by grouping, s *side, owners clause) []part {
	kept := l.dialect.counts && owners.text == "" && l.updated.rest.text == ""
	whole, ends := l.updated.days()
	first, last := whole.bounds("f.day", "?", func(day int64) []any { return []any{day} })
	var parts []part
	for _, archived := range l.archived {
		where := all(s.sees(l.viewer), sqlf("f."+s.archived+" = ?", archived), l.updated.clause(), owners)
		if !kept || by.index != "kind" { // else the counted groups are of kinds that fit
			where = all(where, l.kindClause())
		}
		p := l.part(by, s, where)
		if kept {
			p.kept = with(by.kept, all(sqlf("f.side = ? AND f.viewer = ? AND f.archived = ?", s.number, l.viewer, archived), l.kindClause(), first, last))
		}
		parts = append(parts, p)
	}
	for _, end := range ends {
		if kept {
			parts = append(parts, l.fewPart(by, s, s.name+"_updated", all(s.sees(l.viewer), l.kindClause(), end.clause())))
		}
	}
	return parts
}

// largest counts, of p's groups, only those that are large if kind and time don't matter: enough that no other is likely to be
// among the largest that fit, if each group has its share of what fits. To look at more than so many times those that are
// wanted takes as long as to look at all rows.
func (l *listing) largest(p part, s *side, owners clause, share float64, limit int) (part, error) {
	all := l.kept(p.by, s, owners, 0)
	last, err := rows(l.tx, value[int], fmt.Sprintf("SELECT k.c FROM (%s) AS k ORDER BY k.c DESC LIMIT 1 OFFSET %d", all.text, limit-1), all.args...)
	if err != nil || len(last) == 0 {
		return p, err
	}
	size := int(l.limits.likely * share * float64(last[0]))
	large := l.kept(p.by, s, owners, size)
	n, err := row(l.tx, "count", value[int], "SELECT count(*) FROM ("+large.text+") AS k", large.args...)
	if err == nil && n <= l.limits.largest*limit {
		whole := p
		p.all, p.size = &whole, size
		p.kept = p.by.counting(p.rows, large)
	}
	return p, err
}

// counting counts the groups that are kept, in rows.
func (g grouping) counting(rows, kept clause) clause {
	var keys, same []string
	for i, c := range g.columns {
		keys = append(keys, fmt.Sprintf("k.k%d", i))
		same = append(same, fmt.Sprintf(" AND %s = k.k%d", c, i))
	}
	return with(fmt.Sprintf("SELECT %s, (SELECT count(*) FROM @%s) AS c FROM (@) AS k", strings.Join(keys, ", "), strings.Join(same, "")), rows, kept)
}

// fitting counts how many findings a side sees of the kinds and the days that fit, and which share of all of that state they are.
func (l *listing) fitting(s *side) (share float64, n int, err error) {
	from, to := l.updated.bounds("f.day", "?", func(ms int64) []any { return []any{ms / msPerDay} })
	fit := all(sqlf("1 = 1"), l.kindClause(), from, to)
	seen := all(sqlf("f.side = ? AND f.viewer = ?", s.number, l.viewer), in("f.archived", l.archived))
	c := with("SELECT coalesce(sum(CASE WHEN @ THEN f.n ELSE 0 END), 0), coalesce(sum(f.n), 0) FROM kind_counts f WHERE @", fit, seen)
	sums, err := row(l.tx, "count", func(s scanner) (sums [2]int, err error) { return sums, s.Scan(&sums[0], &sums[1]) }, c.text, c.args...)
	return float64(sums[0]) / float64(max(sums[1], 1)), sums[0], err
}

// counted counts the groups of a part.
func (l *listing) counted(p part, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	c := p.count(q)
	groups, err := rows(l.tx, p.by.read, c.text, c.args...)
	left := func(g picket.FindingGroup) bool { return g.Total <= p.size } // another may have as many
	if err == nil && p.all != nil && (len(groups) < q.Limit || slices.ContainsFunc(groups, left)) {
		return l.counted(*p.all, q)
	}
	return groups, err
}

// ofAccounts returns how to find the rows of accounts that a condition wants: of those that an index has side by side, many
// are few.
func (l *listing) ofAccounts() *lookup {
	for _, c := range l.accounts {
		if len(c.Equals) > 0 && !l.own {
			return &lookup{l.equals(c.Attribute, c.Equals), "owner"}
		}
	}
	return nil
}

// keptCount is the count, of those that are kept, of the archived states that fit.
func (l *listing) keptCount() string {
	switch {
	case len(l.archived) == 2:
		return "f.total"
	case l.archived[0] == 0:
		return "f.current"
	}
	return "f.total - f.current"
}
