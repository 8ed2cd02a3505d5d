package sqlstore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// arm is a part of a list that is read by itself: what one side sees, of one archived state, perhaps of one kind.
type arm struct {
	index   string // that has its order; empty if the rows are few, or all are looked at
	hint    string // says to SQLite how to find the rows
	where   clause // what the index answers
	rest    clause // what is asked of each row
	value   clause // what the list is sorted by
	all     any    // the value of all rows, if they have one
	columns []string
}

// rows are the first rows of the arm.
func (a arm) rows(o order, limit int) clause {
	c := with("SELECT @ AS s, f.updated_at AS u, f.id AS i FROM findings f"+a.hint+" WHERE @", a.value, all(a.where, a.rest))
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

// stands says that a row stands so to a place; false if none of the arm does.
func (a arm) stands(operator string, p place) (clause, bool) {
	switch {
	case a.all != nil:
		switch n := compare(a.all, p.sort); {
		case n < 0:
			return clause{}, operator[0] == '<'
		case n > 0:
			return clause{}, operator[0] == '>'
		}
	case len(a.columns) == 4: // severity
		return sqlf("(f.severity, f.day, f.updated_at, f.id) "+operator+" (?, ?, ?, ?)", p.sort, p.updated/msPerDay, p.updated, p.id), true
	case a.index == "":
		c := with("(@, f.updated_at, f.id) "+operator+" (?, ?, ?)", a.value)
		c.args = append(slices.Clip(c.args), p.sort, p.updated, p.id)
		return c, true
	}
	return sqlf("(f.updated_at, f.id) "+operator+" (?, ?)", p.updated, p.id), true
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
	few, err := l.few()
	if err != nil {
		return nil, err
	}
	var arms []arm
	for _, s := range l.views() {
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
		case o.index != "":
			arms = append(arms, l.indexArms(s, o, rest)...)
		default:
			arms = append(arms, arm{
				where: all(s.sees(l.viewer), l.archivedClause(s), l.kindClause(), l.updated), rest: rest,
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
		where: all(s.sees(l.viewer), few.clause), rest: all(l.archivedClause(s), l.kindClause(), l.updated, rest),
		value: o.value, columns: []string{"s", "u", "i"},
	}
}

// indexArms read the index that has the order of the list, for each archived state.
func (l *listing) indexArms(s *side, o order, rest clause) []arm {
	index := s.name + "_" + o.index
	where, rest := l.updated, all(l.kindClause(), rest)
	if o.index != "updated" {
		where, rest = clause{}, all(l.updated, rest)
	}
	var arms []arm
	for _, archived := range l.archived {
		arms = append(arms, arm{
			index: index, hint: l.dialect.hint(index),
			where: all(s.sees(l.viewer), sqlf("f."+s.archived+" = ?", archived), where), rest: rest,
			value: o.value, columns: o.columns,
		})
	}
	return arms
}

// byKind reports whether the list is read kind by kind: if few kinds fit, and each is one step of the order.
func (l *listing) byKind() bool {
	steps := []string{"updatedat", "severity", "type"}
	return l.someKind && len(l.wanted) <= l.limits.arms && slices.Contains(steps, l.order.attribute)
}

// kindArms read each kind by the time of the update, for each archived state.
func (l *listing) kindArms(s *side, rest clause) []arm {
	index := s.name + "_kind"
	var arms []arm
	for _, archived := range l.archived {
		for _, k := range l.wanted {
			a := arm{
				index: index, hint: l.dialect.hint(index),
				where: all(s.sees(l.viewer), sqlf("f."+s.archived+" = ? AND f.kind = ?", archived, k.id), l.updated), rest: rest,
				columns: []string{"f.updated_at", "f.id"},
			}
			switch l.order.attribute {
			case "severity":
				a.all, a.value = k.severity, sqlf("CAST(? AS DOUBLE PRECISION)", k.severity)
			case "type":
				a.all, a.value = k.typ, sqlf("CAST(? AS TEXT)"+l.dialect.bytewise, k.typ)
			default:
				a.all, a.value = float64(0), sqlf("0")
			}
			arms = append(arms, a)
		}
	}
	return arms
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
	}
	return ""
}

// few returns how to find the rows that a condition leaves, if they are few: of several such conditions the first that does.
func (l *listing) few() (*lookup, error) {
	for _, c := range slices.Concat(l.others, l.accounts) {
		if len(c.Equals) == 0 {
			continue
		}
		var found lookup
		var count clause
		x, hot := indexed(c.Attribute, c.Equals)
		switch {
		case c.Attribute == "id":
			return &lookup{in("f.id", c.Equals), "id"}, nil
		case hot:
			found = lookup{with("f.n IN (SELECT x.n FROM finding_values x WHERE @)", x), ""}
			count = with("SELECT 1 FROM finding_values x WHERE @", x)
		case c.Attribute == "accountid" && !l.own:
			owners := l.equals(c.Attribute, c.Equals)
			found = lookup{owners, "owner"}
			count = with("SELECT 1 FROM findings f"+l.dialect.hint("admin_place")+" WHERE @", all(admin.sees(l.viewer), owners))
		default:
			continue
		}
		count = with(fmt.Sprintf("SELECT count(*) FROM (@ LIMIT %d) AS few", l.limits.drive+1), count)
		n, err := row(l.tx, "count", value[int], count.text, count.args...)
		if err != nil {
			return nil, err
		}
		if n <= l.limits.drive {
			return &found, nil
		}
	}
	return nil, nil
}
