package sqlstore

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// arm is a part of a list that is read by itself: what one side sees, of one archived state, perhaps of one kind or severity.
type arm struct {
	index    string // that has its order; empty if the rows are few, or all are looked at
	hint     string // says to SQLite how to find the rows
	where    clause // what the index answers
	from, to clause // bounds of its order, at most one each: of two an index may take the wider
	rest     clause // what is asked of each row
	value    clause // what the list is sorted by
	all      any    // the value of all rows, if they have one
	columns  []string
}

// rows are the first rows of the arm.
func (a arm) rows(o order, limit int) clause {
	c := with("SELECT @ AS s, f.updated_at AS u, f.id AS i FROM findings f"+a.hint+" WHERE @", a.value, all(a.where, a.from, a.to, a.rest))
	c.text += " ORDER BY " + o.by(a.columns...) + fmt.Sprintf(" LIMIT %d", limit)
	return c
}

// last is the last row of the arm that may be looked at.
func (a arm) last(o order, scan int) clause {
	n := max(scan/int(max(a.rest.cost, entryCost)), 1)
	a.rest = clause{}
	c := a.rows(o, 1)
	c.text += fmt.Sprintf(" OFFSET %d", n-1)
	return c
}

// bounded leaves of the arm what stands so to a place, which is within the bounds it has; false if that is nothing.
func (a arm) bounded(operator string, p place) (arm, bool) {
	bound := clause{}
	switch {
	case a.all != nil && compare(a.all, p.sort) != 0:
		return a, compare(a.all, p.sort) < 0 == (operator[0] == '<')
	case a.index == "":
		bound = with("(@, f.updated_at, f.id) "+operator+" (?, ?, ?)", a.value)
		bound.args = append(slices.Clip(bound.args), p.sort, p.updated, p.id)
		a.where = all(a.where, bound)
		return a, true
	case a.all == nil:
		bound = sqlf("(f.severity, f.day, f.updated_at, f.id) "+operator+" (?, ?, ?, ?)", p.sort, p.updated/msPerDay, p.updated, p.id)
	case len(a.columns) == 3:
		bound = sqlf("(f.day, f.updated_at, f.id) "+operator+" (?, ?, ?)", p.updated/msPerDay, p.updated, p.id)
	default:
		bound = sqlf("(f.updated_at, f.id) "+operator+" (?, ?)", p.updated, p.id)
	}
	if operator[0] == '<' {
		a.to = bound
	} else {
		a.from = bound
	}
	return a, true
}

// compare compares two values that one list is sorted by.
func compare(a, b any) int {
	if x, ok := a.(float64); ok {
		y, _ := b.(float64)
		return cmp.Compare(x, y)
	}
	x, _ := a.(string)
	y, _ := b.(string)
	return strings.Compare(x, y)
}

// plan takes the list apart.
func (l *listing) plan() ([]arm, error) {
	few, err := l.few(l.limits.drive)
	if err != nil {
		return nil, err
	}
	severities, err := l.severities()
	if err != nil {
		return nil, err
	}
	var arms []arm
	for _, s := range l.views {
		rest, err := l.rest(l.question, s)
		if err != nil {
			return nil, err
		}
		o := l.order.of(s)
		switch {
		case few != nil:
			arms = append(arms, l.fewArm(s, o, few, rest))
		case l.byKind():
			arms = append(arms, l.kindArms(s, rest)...)
		case len(severities) > 0:
			arms = append(arms, l.severityArms(s, severities, rest)...)
		case o.index != "":
			arms = append(arms, l.indexArms(s, o, rest)...)
		default:
			arms = append(arms, arm{
				where: all(s.sees(l.viewer), l.archivedClause(s), l.kindClause(), l.updated.clause()), rest: rest,
				value: o.value, columns: []string{"s", "u", "i"},
			})
		}
	}
	return arms, nil
}

// fewArm looks at few rows, which something else than an order finds.
func (l *listing) fewArm(s *side, o order, few *lookup, rest clause) arm {
	return arm{
		hint:  l.dialect.hint(few.index(s)),
		where: all(s.sees(l.viewer), few.clause), rest: all(l.archivedClause(s), l.kindClause(), l.updated.clause(), rest),
		value: o.value, columns: []string{"s", "u", "i"},
	}
}

// indexArms read the index that has the order of the list, for each archived state.
func (l *listing) indexArms(s *side, o order, rest clause) []arm {
	index := s.name + "_" + o.index
	a := arm{index: index, hint: l.dialect.hint(index), value: o.value, columns: o.columns, rest: all(l.kindClause(), rest)}
	if o.index == "updated" {
		a.all = float64(0)
		a.where = l.updated.rest
		a.from, a.to = l.updated.bounds("f.updated_at", "?", func(ms int64) []any { return []any{ms} })
	} else {
		a.rest = all(l.updated.clause(), a.rest)
	}
	var arms []arm
	for _, archived := range l.archived {
		one := a
		one.where = all(s.sees(l.viewer), sqlf("f."+s.archived+" = ?", archived), a.where)
		arms = append(arms, one)
	}
	return arms
}

// wantsMany reports whether so many values are wanted that the list is not read kind by kind, or severity by severity: each part
// would ask for all of them, and a database takes only so many in a statement.
func (l *listing) wantsMany() bool { return l.values > l.limits.values }

// byKind reports whether the list is read kind by kind: if few kinds fit, and each is one step of the order.
func (l *listing) byKind() bool {
	steps := []string{"updatedat", "severity", "type"}
	return l.someKind && !l.wantsMany() && len(l.wanted) <= l.limits.arms && slices.Contains(steps, l.order.attribute)
}

// kindArms read each kind by the time of the update, for each archived state.
func (l *listing) kindArms(s *side, rest clause) []arm {
	index := s.name + "_kind"
	from, to := l.updated.bounds("f.updated_at", "?", func(ms int64) []any { return []any{ms} })
	var arms []arm
	for _, archived := range l.archived {
		for _, k := range l.wanted {
			a := arm{
				index: index, hint: l.dialect.hint(index), from: from, to: to, rest: rest,
				where:   all(s.sees(l.viewer), sqlf("f."+s.archived+" = ? AND f.kind = ?", archived, k.id), l.updated.rest),
				columns: []string{"f.updated_at", "f.id"},
			}
			a.all, a.value = l.constant(k.kindKey)
			arms = append(arms, a)
		}
	}
	return arms
}

// severities returns those that fit, if the list is read severity by severity: where that answers more than the index of its
// order, and a type alone decides nothing.
func (l *listing) severities() ([]float64, error) {
	bySeverity := l.order.attribute == "severity" && (l.updated.from != nil || l.updated.to != nil)
	if l.wantsMany() || !bySeverity && !(l.someKind && (l.order.attribute == "severity" || l.order.attribute == "updatedat")) {
		return nil, nil
	}
	kinds, err := l.kinds()
	if err != nil {
		return nil, err
	}
	wanted := kinds.rows
	if l.someKind {
		wanted = l.wanted
	}
	fit := map[float64]int{}
	for _, k := range wanted {
		fit[k.severity]++
	}
	for _, k := range kinds.rows {
		if _, fits := fit[k.severity]; fits {
			fit[k.severity]--
		}
	}
	for _, left := range fit {
		if left != 0 || len(fit) > l.limits.arms {
			return nil, nil
		}
	}
	return slices.Sorted(maps.Keys(fit)), nil
}

// severityArms read each severity by the time of the update, for each archived state.
func (l *listing) severityArms(s *side, severities []float64, rest clause) []arm {
	index := s.name + "_severity"
	from, to := l.updated.bounds("(f.day, f.updated_at)", "(?, ?)", func(ms int64) []any { return []any{ms / msPerDay, ms} })
	var arms []arm
	for _, archived := range l.archived {
		for _, severity := range severities {
			a := arm{
				index: index, hint: l.dialect.hint(index), from: from, to: to, rest: rest,
				where:   all(s.sees(l.viewer), sqlf("f."+s.archived+" = ? AND f.severity = ?", archived, severity), l.updated.rest),
				columns: []string{"f.day", "f.updated_at", "f.id"},
			}
			a.all, a.value = l.constant(kindKey{severity: severity})
			arms = append(arms, a)
		}
	}
	return arms
}

// constant is the value of all findings of a kind in the list's order, and how SQL writes it; it stands between others if that
// is the time of the update.
func (l *listing) constant(k kindKey) (any, clause) {
	switch l.order.attribute {
	case "severity":
		return k.severity, sqlf("CAST(? AS DOUBLE PRECISION)", k.severity)
	case "type":
		return k.typ, sqlf("CAST(? AS TEXT)"+l.dialect.bytewise, k.typ)
	}
	return float64(0), sqlf("0")
}

// lookup finds few rows by something that a condition wants.
type lookup struct {
	clause
	column string // of the index that finds them; empty for finding_values
}

// index names the index of a side that a lookup uses; it is empty where the rows are found by number.
func (l *lookup) index(s *side) string {
	switch l.column {
	case "id":
		return s.name + "_id"
	case "owner":
		return s.name + "_place"
	case "trait":
		return s.name + "_trait"
	}
	return ""
}

// few returns how to find the rows that a condition leaves, if they are few: at most limit of those with a hot value. Of several such
// conditions it is the one that leaves the fewest. What that answers is no more asked of each row. Of accounts' rows an index answers
// nearly all that is asked, so that more are few.
func (l *listing) few(limit int) (*lookup, error) {
	var found *lookup
	answered, fewest := -1, math.MaxInt
	for i, c := range slices.Concat(l.others, l.accounts) {
		if len(c.Equals) == 0 {
			continue
		}
		var by lookup
		var count clause
		most := limit
		x, hot := indexed(c.Attribute, c.Equals)
		switch {
		case c.Attribute == "id":
			return &lookup{in("f.id", c.Equals), "id"}, nil
		case hot:
			by = lookup{with("f.n IN (SELECT x.n FROM finding_values x WHERE @)", x), ""}
			count = with("SELECT 1 FROM finding_values x WHERE @", x)
		case c.Attribute == "accountid" && !l.own:
			owners := l.equals(c.Attribute, c.Equals)
			by = lookup{owners, "owner"}
			count = with("SELECT 1 FROM findings f"+l.dialect.hint("admin_place")+" WHERE @", all(admin.sees(l.viewer), owners))
			others, err := l.uncounted(l.question, &admin)
			if err != nil {
				return nil, err
			}
			most = max(l.limits.drive, l.limits.scan/2/int(max(others.cost, entryCost)))
		default:
			continue
		}
		most = min(most, fewest-1)
		count = with(fmt.Sprintf("SELECT count(*) FROM (@ LIMIT %d) AS few", most+1), count)
		n, err := row(l.tx, "count", value[int], count.text, count.args...)
		if err != nil {
			return nil, err
		}
		if n > most {
			continue
		}
		found, fewest, answered = &by, n, -1
		if hot {
			answered = i
		}
	}
	if answered >= 0 {
		l.others[answered].Equals = nil
	}
	if found != nil {
		return found, nil
	}
	return l.fewOfTraits()
}

// fewOfTraits returns how to find the rows of the traits that fit, if they are few.
func (l *listing) fewOfTraits() (*lookup, error) {
	if !l.someTrait {
		return nil, nil
	}
	fit := lookup{l.trait, "trait"}
	n := 0
	for _, s := range l.views {
		c := with(fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM findings f"+l.dialect.hint(fit.index(s))+" WHERE @ LIMIT %d) AS few",
			l.limits.drive+1), all(s.sees(l.viewer), fit.clause))
		some, err := row(l.tx, "count", value[int], c.text, c.args...)
		if err != nil {
			return nil, err
		}
		n += some
	}
	if n > l.limits.drive {
		return nil, nil
	}
	return &fit, nil
}
