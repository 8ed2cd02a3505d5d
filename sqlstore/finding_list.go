package sqlstore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"picket"
	"picket/criteria"
)

// limits bound what lists and statistics cost.
type limits struct {
	drive   int     // at most so many findings with a hot value are looked at one by one, rather than all in the order of the list
	count   int     // at most so many are, to count them
	chunks  int     // so many rows of finding_heads are looked at together
	taken   int     // at most so many findings of these are remembered to be counted
	scan    int     // a page ends after looks at rows that cost so much, also when it isn't full
	traits  int     // at most so many traits are named one by one
	values  int     // at most so many values are asked of rows in arms of kinds or severities
	arms    int     // at most so many kinds are read side by side
	narrow  int     // at most so many findings of some kinds, or of a time, are looked at one by one, rather than all
	largest int     // at most so many times the groups that are wanted are counted one by one, rather than all
	likely  float64 // groups have at least so much of the share that fits of all
}

// steps are the costs of a page's steps.
func (l limits) steps() []int {
	first, second := max(l.scan/64, 1), max(l.scan/8, 1)
	return []int{first, second, l.scan - first - second}
}

// place is where a finding stands in a list: by the value that it is sorted by, then its update, then its id.
type place struct {
	sort    any // float64 or string
	updated int64
	id      string
}

func (p place) text() (string, error) {
	b, err := json.Marshal([]any{p.sort, p.updated, p.id})
	return string(b), err
}

func readPlace(text string) (*place, error) {
	if text == "" {
		return nil, nil
	}
	var p place
	if err := json.Unmarshal([]byte(text), &[]any{&p.sort, &p.updated, &p.id}); err != nil {
		return nil, fmt.Errorf("read the place where a page begins: %w", err)
	}
	return &p, nil
}

// listing is a list while it is made.
type listing struct {
	*tx
	*question
	order   order
	viewer  int64
	account string  // the viewer's
	own     bool    // what is asked of accounts fits the viewer's
	views   []*side // that findings of the list may be seen from
	after   *place
	limit   int
}

// List implements picket.Findings. A list is read from the index whose order it has. What the index can't answer is asked of
// each row; so that a page costs the same whatever is asked, it ends after a number of rows. Where a condition wants a value
// that few findings have, those are looked at instead. A list that no index has the order of costs a look at every finding
// that the other conditions leave.
func (f findings) List(viewer, region string, q picket.FindingQuery) (picket.FindingPage, error) {
	l, err := f.listing(viewer, region, q)
	if err != nil || l == nil {
		return picket.FindingPage{}, err
	}
	arms, err := l.plan()
	if err != nil {
		return picket.FindingPage{}, fmt.Errorf("plan list of findings for %s: %w", viewer, err)
	}
	page, err := l.page(arms)
	if err != nil {
		return page, fmt.Errorf("list findings for %s: %w", viewer, err)
	}
	return page, nil
}

// listing returns nil for a list that is empty for sure.
func (f findings) listing(viewer, region string, q picket.FindingQuery) (*listing, error) {
	holder, err := f.holder(viewer, region)
	if err != nil || holder == 0 {
		return nil, err
	}
	asked, err := f.ask(q.Criteria, region)
	if err != nil || asked.never() {
		return nil, err
	}
	after, err := readPlace(q.After)
	if err != nil {
		return nil, err
	}
	l := &listing{
		tx: f.tx, question: asked, order: f.orderBy(q.Sort, q.Descending), viewer: holder, account: viewer,
		own:   criteria.Match(asked.accounts, map[string][]string{"accountid": {viewer}}),
		after: after, limit: q.Limit,
	}
	l.views, err = l.seenFrom()
	return l, err
}

// seenFrom returns the sides that the viewer sees findings of the list from.
func (l *listing) seenFrom() (seen []*side, err error) {
	for _, s := range sides {
		if s == &own && !l.own {
			continue
		}
		c := with("SELECT f.n FROM findings f"+l.dialect.hint(s.name+"_id")+" WHERE @ ORDER BY f.id LIMIT 1", s.sees(l.viewer))
		some, err := rows(l.tx, value[int64], c.text, c.args...)
		if err != nil {
			return nil, err
		}
		if len(some) > 0 {
			seen = append(seen, s)
		}
	}
	return seen, nil
}

// page reads the arms as one list, in steps: as few rows as may do, and then more.
func (l *listing) page(arms []arm) (page picket.FindingPage, err error) {
	if l.after != nil {
		arms = l.bounded(arms, *l.after, l.order.beyond())
	}
	var found []place
	var end *place
	for _, scan := range l.limits.steps() {
		if end, err = l.end(arms, scan); err != nil {
			return page, err
		}
		step := arms
		if end != nil {
			step = l.bounded(arms, *end, l.order.upTo())
		}
		places, err := l.places(step, func(a arm) clause { return a.rows(l.order, l.limit+1) }, l.limit+1-len(found))
		if err != nil {
			return page, err
		}
		found = append(found, places...)
		if end == nil || len(found) > l.limit {
			break
		}
		arms = l.bounded(arms, *end, l.order.beyond())
	}
	if len(found) > l.limit {
		found = found[:l.limit]
		end = &found[l.limit-1]
	}
	for _, p := range found {
		page.IDs = append(page.IDs, p.id)
	}
	if end != nil {
		page.Next, err = end.text()
	}
	return page, err
}

// end returns where a step ends: as far as every arm is read that asks something of each row. It is nil if that is to their
// ends. Arms that begin where others have ended are looked at only then.
func (l *listing) end(arms []arm, scan int) (*place, error) {
	asking := slices.DeleteFunc(slices.Clone(arms), func(a arm) bool { return a.rest.text == "" || a.index == "" })
	slices.SortStableFunc(asking, l.inOrder)
	for len(asking) > 0 {
		n := 1
		for n < len(asking) && l.inOrder(asking[0], asking[n]) == 0 {
			n++
		}
		places, err := l.places(asking[:n], func(a arm) clause { return a.last(l.order, scan) }, 1)
		if err != nil {
			return nil, err
		}
		if len(places) > 0 {
			return &places[0], nil
		}
		asking = asking[n:]
	}
	return nil, nil
}

// inOrder compares arms whose rows all have one value by where they stand in the list; others are beside each other.
func (l *listing) inOrder(a, b arm) int {
	if a.all == nil || b.all == nil {
		return 0
	}
	if l.order.descending {
		a, b = b, a
	}
	return compare(a.all, b.all)
}

// bounded leaves of each arm what stands so to a place; arms without any such go.
func (l *listing) bounded(arms []arm, p place, operator string) []arm {
	var some []arm
	for _, a := range arms {
		if a, any := a.bounded(operator, p); any {
			some = append(some, a)
		}
	}
	return some
}

// places reads the first places of all arms together.
func (l *listing) places(arms []arm, read func(arm) clause, limit int) ([]place, error) {
	if len(arms) == 0 {
		return nil, nil
	}
	var parts []clause
	for i, a := range arms {
		parts = append(parts, with(fmt.Sprintf("SELECT * FROM (@) AS a%d", i), read(a)))
	}
	c := joined(" UNION ALL ", parts)
	c.text += " ORDER BY " + l.order.by("s", "u", "i") + fmt.Sprintf(" LIMIT %d", limit)
	return rows(l.tx, readRow, c.text, c.args...)
}

func readRow(s scanner) (p place, err error) {
	err = s.Scan(&p.sort, &p.updated, &p.id)
	if n, ok := p.sort.(int64); ok {
		p.sort = float64(n)
	}
	return p, err
}

// order is how a list is sorted.
type order struct {
	attribute  string
	descending bool
	value      clause   // what is sorted by, of row f
	columns    []string // of the index that has the order, after the archived state; empty if none has
	index      string   // its name, after the side's
}

// by writes columns after ORDER BY.
func (o order) by(columns ...string) string {
	direction := ""
	if o.descending {
		direction = " DESC"
	}
	return strings.Join(columns, direction+", ") + direction
}

// beyond is the operator of what comes after a place.
func (o order) beyond() string {
	if o.descending {
		return "<"
	}
	return ">"
}

// upTo is the operator of what comes before a place, or there.
func (o order) upTo() string {
	if o.descending {
		return ">="
	}
	return "<="
}

// missing sorts before every number.
const missing = "-1.7976931348623157e308"

// orderBy says how to sort by an attribute. Findings without it come first, as they do in criteria.Compare.
func (t *tx) orderBy(attribute string, descending bool) order {
	o := order{attribute: attribute, descending: descending}
	switch attribute {
	case "", "updatedat":
		o.attribute, o.value = "updatedat", sqlf("0")
		o.index, o.columns = "updated", []string{"f.updated_at", "f.id"}
	case "severity":
		o.value = sqlf("f.severity")
		o.index, o.columns = "severity", []string{"f.severity", "f.day", "f.updated_at", "f.id"}
	case "type":
		o.value = sqlf("(SELECT k.type FROM kinds k WHERE k.id = f.kind)")
	case "accountid":
		o.value = sqlf("(SELECT h.account FROM holders h WHERE h.id = f.owner)")
	case "id":
		o.value = sqlf("f.id")
	case "createdat":
		o.value = sqlf("CAST(f.created_at AS DOUBLE PRECISION)")
	case criteria.Archived, criteria.Feedback: // of the side: see arm
	default:
		first := sqlf(t.dialect.firstValue, t.dialect.firstPath(attribute))
		if _, kind, _ := criteria.Lookup(attribute); kind == criteria.Number || kind == criteria.Date {
			o.value = with("coalesce((SELECT CAST(@ AS DOUBLE PRECISION) FROM finding_attrs a WHERE a.n = f.n), "+missing+")", first)
		} else {
			o.value = with("coalesce((SELECT '=' || @ FROM finding_attrs a WHERE a.n = f.n), '')"+t.dialect.bytewise, first)
		}
	}
	return o
}

// of is the order of a side's rows.
func (o order) of(s *side) order {
	switch o.attribute {
	case criteria.Archived:
		o.value = sqlf("CAST(f." + s.archived + " AS DOUBLE PRECISION)")
	case criteria.Feedback:
		o.value = sqlf("f." + s.feedback)
	}
	return o
}
