package sqlstore

import (
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
	scan bool   // look at every finding that the side sees
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
	where := all(s.sees(l.viewer), l.archivedClause(s), l.kindClause(), l.trait, l.updated.clause(), owners, rest)
	if few == nil && (rest.text == "" || !l.dialect.counts) {
		few = l.ofAccounts()
	}
	switch {
	case few != nil:
		return []part{l.fewPart(by, s, few.index(s), all(few.clause, where))}, nil
	case rest.text == "" && by.states && (!l.dialect.counts || l.keeps(by)):
		return l.stateParts(by, s, owners), nil
	}
	p := l.part(by, s, where)
	every := !l.someKind && !l.someTrait && l.updated.open()
	switch {
	case rest.text == "" && !l.dialect.counts:
		return []part{p}, nil
	case rest.text == "" && every:
		p.kept = l.kept(by, s, owners, 0)
		return []part{p}, nil
	case every && l.dialect.counts:
		return []part{{by: by, scan: true}}, nil
	case !l.dialect.counts:
		return []part{l.fewPart(by, s, s.name+"_"+by.index, where)}, nil
	}
	index, share, fit, err := l.narrowest(s)
	switch {
	case err != nil:
		return nil, err
	case rest.text != "" && fit > l.limits.drive:
		return []part{{by: by, scan: true}}, nil
	case rest.text != "", by.states, fit <= l.limits.narrow: // to ask it twice takes longer than to compare times
		return []part{l.fewPart(by, s, s.name+"_"+index, where)}, nil
	case by.cut && !q.Ascending:
		p, err = l.largest(p, l.fewPart(by, s, s.name+"_"+index, where), s, owners, share, fit, q.Limit)
	}
	return []part{p}, err
}

// keeps reports whether counts of a grouping by states know what is asked: of traits they know their kinds, or their severities
// and days.
func (l *listing) keeps(by grouping) bool {
	if !l.someTrait {
		return true
	}
	if by.index == "kind" {
		return l.updated.open()
	}
	return !l.someKind
}

// kept are a grouping's counted groups that have more than so many findings, whatever their kinds and times.
func (l *listing) kept(by grouping, s *side, owners clause, above int) clause {
	n := l.keptCount()
	return with(by.kept, sqlf(n), all(sqlf("f.side = ? AND f.viewer = ? AND "+n+" > ?", s.number, l.viewer, above), owners))
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
	if by.states && by.few == nil && index == s.name+"_trait" { // groups are added up later, and stand side by side there
		by.columns = append(slices.Clip(by.columns), "f.trait", "f."+s.archived)
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
		where = all(where, l.trait)
		p := l.part(by, s, where)
		if kept {
			of := by.kept
			if l.someTrait {
				of = by.traits
			}
			p.kept = with(of, all(sqlf("f.side = ? AND f.viewer = ? AND f.archived = ?", s.number, l.viewer, archived), l.trait, l.kindClause(), first, last))
		}
		parts = append(parts, p)
	}
	for _, end := range ends {
		if kept {
			parts = append(parts, l.fewPart(by, s, s.name+"_updated", all(s.sees(l.viewer), l.kindClause(), l.trait, end.clause())))
		}
	}
	return parts
}

// largest counts, of p's groups, only those that are large if kind and time don't matter: enough that no other is likely to be
// among the largest that fit, if each group has its share of what fits. It looks at all rows of each, unless those that fit, which
// another index finds, are less than half as many: these are counted for the groups then. To look at more than so many times the
// groups that are wanted takes as long as to look at all rows.
func (l *listing) largest(p, fitting part, s *side, owners clause, share float64, fit, limit int) (part, error) {
	size, err := l.sizeOf(p.by, s, owners, share, limit)
	if err != nil || size < 0 {
		return p, err
	}
	large := l.kept(p.by, s, owners, size)
	n, err := row(l.tx, "count", readSizes, "SELECT count(*), coalesce(sum(k.c), 0) FROM ("+large.text+") AS k", large.args...)
	if err != nil {
		return p, err
	}
	every := part{by: p.by, scan: true}
	switch groups, rows := n[0], n[1]; {
	case len(p.by.columns) == 1 && 2*fit < rows:
		p = fitting
		p.rows = with("@ AND "+p.by.columns[0]+" IN (SELECT k.k0 FROM (@) AS k)", p.rows, large)
	case groups <= l.limits.largest*limit:
		p.kept = p.by.counting(p.rows, large)
	default:
		return every, nil
	}
	p.all, p.size = &every, size
	return p, nil
}

// sizeOf is what so many groups are likely to be larger than, if each has a share of its findings; -1 if there are fewer groups.
func (l *listing) sizeOf(by grouping, s *side, owners clause, share float64, limit int) (int, error) {
	all := l.kept(by, s, owners, 0)
	last, err := rows(l.tx, value[int], fmt.Sprintf("SELECT k.c FROM (%s) AS k ORDER BY k.c DESC LIMIT 1 OFFSET %d", all.text, limit-1), all.args...)
	if err != nil || len(last) == 0 {
		return -1, err
	}
	return int(l.limits.likely * share * float64(last[0])), nil
}

// larger are the groups that have more findings than that, by what their tallies are in, or of; nil if they are too many.
func (l *listing) larger(by grouping, s *side, owners clause, size, limit int) (map[int64]bool, error) {
	c := l.kept(by, s, owners, size)
	most := l.limits.largest * limit
	keys, err := rows(l.tx, value[int64], fmt.Sprintf("SELECT k.k%d FROM (%s) AS k LIMIT %d", len(by.columns)-1, c.text, most+1), c.args...)
	if err != nil || len(keys) > most {
		return nil, err
	}
	larger := map[int64]bool{}
	for _, k := range keys {
		larger[k] = true
	}
	return larger, nil
}

func readSizes(s scanner) (n [2]int, err error) { return n, s.Scan(&n[0], &n[1]) }

// counting counts the groups that are kept, in rows.
func (g grouping) counting(rows, kept clause) clause {
	var keys, same []string
	for i, c := range g.columns {
		keys = append(keys, fmt.Sprintf("k.k%d", i))
		same = append(same, fmt.Sprintf(" AND %s = k.k%d", c, i))
	}
	return with(fmt.Sprintf("SELECT %s, (SELECT count(*) FROM @%s) AS c FROM (@) AS k", strings.Join(keys, ", "), strings.Join(same, "")), rows, kept)
}

// narrowest returns the index, after the side's name, that finds the rows which fit among the fewest others; about how many of
// the kinds, the traits and the days that fit a side sees, and which share of all of that state they are.
func (l *listing) narrowest(s *side) (index string, share float64, fit int, err error) {
	sum := func(table string, fit ...clause) (n int) {
		if err != nil {
			return 0
		}
		c := with("SELECT coalesce(sum(f.n), 0) FROM "+table+" f WHERE @",
			all(sqlf("f.side = ? AND f.viewer = ?", s.number, l.viewer), in("f.archived", l.archived), all(fit...)))
		n, err = row(l.tx, "count", value[int], c.text, c.args...)
		return n
	}
	from, to := l.updated.bounds("f.day", "?", func(ms int64) []any { return []any{ms / msPerDay} })
	every := sum("kind_counts")
	fit = sum("kind_counts", l.kindClause(), from, to)
	index = "updated"
	if l.someKind {
		index = "kind"
	}
	if l.someTrait {
		ofTraits := sum("trait_kind_counts", l.trait, l.kindClause())
		if ofTraits <= fit {
			index = "trait"
		}
		fit = int(float64(fit) * float64(ofTraits) / float64(max(sum("kind_counts", l.kindClause()), 1)))
	}
	return index, float64(fit) / float64(max(every, 1)), fit, err
}

// counted counts the groups of a part.
func (l *listing) counted(p part, s *side, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	if p.scan {
		return l.scanned(p.by, s, q)
	}
	c := p.count(q)
	groups, err := rows(l.tx, p.by.read, c.text, c.args...)
	left := func(g picket.FindingGroup) bool { return g.Total <= p.size } // another may have as many
	if err == nil && p.all != nil && (len(groups) < q.Limit || slices.ContainsFunc(groups, left)) {
		return l.counted(*p.all, s, q)
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
