package sqlstore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
	"picket/guardduty"
)

// grouping is how findings are grouped.
type grouping struct {
	columns []string // of row f: findings with equal ones are a group
	index   string   // after the side's name: it has the groups side by side, and all that is counted
	states  bool     // the index has the archived state before them
	cut     bool     // a part's groups are no other part's, so that only the first of them matter
	ties    string   // the order of equal ones
	kept    string   // of a side's viewer, and of an archived state if states, the groups as the database keeps them counted; @ is the count
	only    string   // what else holds of the rows that are counted
	names   string   // of row g, what names the group
	from    string   // where those names are
	read    func(scanner) (picket.FindingGroup, error)
}

// Statistics implements picket.Findings. Groups are counted in an index; what that can't answer is asked of each row, unless
// a condition leaves few.
func (f findings) Statistics(viewer, region string, q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	l, err := f.listing(viewer, region, picket.FindingQuery{Criteria: q.Criteria})
	if err != nil || l == nil {
		return nil, err
	}
	groups, err := l.groups(q)
	if err != nil {
		return nil, fmt.Errorf("count findings for %s: %w", viewer, err)
	}
	slices.SortFunc(groups, func(a, b picket.FindingGroup) int {
		n := cmp.Compare(b.Total, a.Total)
		if q.Ascending {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a.Key, b.Key), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Severity, b.Severity))
	})
	return groups[:min(len(groups), q.Limit)], nil
}

// groups counts what both sides see, and adds it up.
func (l *listing) groups(q picket.StatisticsQuery) ([]picket.FindingGroup, error) {
	few, err := l.few()
	if err != nil {
		return nil, err
	}
	var groups []picket.FindingGroup
	at := map[picket.FindingGroup]int{}
	for _, s := range l.views() {
		by, err := l.grouping(q.GroupBy, s)
		if err != nil {
			return nil, err
		}
		parts, err := l.parts(by, s, few)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			c := by.count(p, q)
			counted, err := rows(l.tx, by.read, c.text, c.args...)
			if err != nil {
				return nil, err
			}
			groups = add(groups, at, counted)
		}
	}
	return groups, nil
}

// add adds counted groups to those that are at some index already.
func add(groups []picket.FindingGroup, at map[picket.FindingGroup]int, counted []picket.FindingGroup) []picket.FindingGroup {
	for _, g := range counted {
		key := g
		key.Total, key.LastGenerated = 0, 0
		i, ok := at[key]
		if !ok {
			at[key] = len(groups)
			groups = append(groups, g)
			continue
		}
		groups[i].Total += g.Total
		groups[i].LastGenerated = max(groups[i].LastGenerated, g.LastGenerated)
	}
	return groups
}

// part is what is counted by itself.
type part struct {
	rows clause // what stands after FROM
	kept clause // its groups, if the database keeps them counted
	few  bool
}

func (l *listing) parts(by grouping, s *side, few *lookup) ([]part, error) {
	rest, err := l.rest(l.question, s)
	if err != nil {
		return nil, err
	}
	rest = all(l.kindClause(), l.updated.clause(), rest)
	if few != nil {
		return []part{{rows: with("findings f"+l.dialect.hint(few.index(s))+" WHERE @", all(s.sees(l.viewer), few.clause, l.archivedClause(s), rest)), few: true}}, nil
	}
	from := "findings f" + l.dialect.hint(s.name+"_"+by.index) + " WHERE @"
	keeps := l.dialect.counts && rest.text == ""
	if !by.states {
		p := part{rows: with(from, all(s.sees(l.viewer), l.archivedClause(s), rest))}
		if keeps {
			p.kept = sqlf(strings.ReplaceAll(by.kept, "@", l.keptCount()), s.number, l.viewer)
		}
		return []part{p}, nil
	}
	var parts []part
	for _, archived := range l.archived {
		p := part{rows: with(from, all(s.sees(l.viewer), sqlf("f."+s.archived+" = ?", archived), rest))}
		if keeps {
			p.kept = sqlf(by.kept, s.number, l.viewer, archived)
		}
		parts = append(parts, p)
	}
	return parts, nil
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

// count counts the groups of a part, and says when a finding of each was updated last. That is looked up for the groups that
// are left: to compare the times of all rows takes longer than to count them.
func (g grouping) count(p part, q picket.StatisticsQuery) clause {
	var columns, same []string
	for i, c := range g.columns {
		columns = append(columns, fmt.Sprintf("%s AS k%d", c, i))
		same = append(same, fmt.Sprintf(" AND %s = g.k%d", c, i))
	}
	last, latest := with("(SELECT max(f.updated_at) FROM @"+strings.Join(same, "")+")", p.rows), ""
	if p.few {
		last, latest = sqlf("g.m"), ", max(f.updated_at) AS m"
	}
	groups := p.kept
	if groups.text == "" {
		groups = with("SELECT "+strings.Join(columns, ", ")+", count(*) AS c"+latest+" FROM @"+g.only+" GROUP BY "+strings.Join(g.columns, ", "), p.rows)
	}
	if g.cut {
		direction := "DESC"
		if q.Ascending {
			direction = "ASC"
		}
		groups.text += fmt.Sprintf(" ORDER BY c %s, %s LIMIT %d", direction, g.ties, q.Limit)
	}
	from := clause{text: g.from}
	if strings.Contains(g.from, "@") {
		from = with(g.from, with("@"+strings.Join(same, ""), p.rows))
	}
	return with("SELECT "+g.names+", g.c, @ FROM (@) AS g @", last, groups, from)
}

// grouping returns how to group what a side sees.
func (l *listing) grouping(by guardduty.GroupByType, s *side) (grouping, error) {
	switch by {
	case guardduty.GroupByTypeAccount:
		cut, err := l.whole()
		g := grouping{
			columns: []string{"f.owner"}, index: "place", cut: cut, ties: "(SELECT h.account FROM holders h WHERE h.id = f.owner)",
			kept:  "SELECT f.owner AS k0, @ AS c FROM owner_counts f WHERE ? = 1 AND f.viewer = ? AND @ > 0",
			names: "h.account", from: "JOIN holders h ON h.id = g.k0", read: readAccountGroup,
		}
		if s == &own {
			g.index, g.states, g.cut = "updated", true, false
			g.kept = "SELECT f.viewer AS k0, sum(f.n) AS c FROM kind_counts f WHERE f.side = ? AND f.viewer = ? AND f.archived = ? GROUP BY f.viewer"
		}
		return g, err
	case guardduty.GroupByTypeResource:
		cut, err := l.whole()
		return grouping{
			columns: []string{"f.owner", "f.place"}, index: "place", only: " AND f.place > 0", cut: cut, ties: "1, 2",
			kept:  "SELECT f.owner AS k0, f.place AS k1, @ AS c FROM place_counts f WHERE f.side = ? AND f.viewer = ? AND @ > 0",
			names: "h.account, r.resource_type, r.resource",
			from:  "JOIN holders h ON h.id = g.k0 JOIN findings r ON r.n = (SELECT f.n FROM @ LIMIT 1)", read: readResourceGroup,
		}, err
	case guardduty.GroupByTypeDate:
		return grouping{
			columns: []string{"f.severity", "f.day"}, index: "severity", states: true,
			kept: "SELECT k.severity AS k0, f.day AS k1, sum(f.n) AS c FROM kind_counts f JOIN kinds k ON k.id = f.kind " +
				"WHERE f.side = ? AND f.viewer = ? AND f.archived = ? GROUP BY k.severity, f.day",
			names: "g.k0, g.k1", read: readDateGroup,
		}, nil
	}
	all, err := l.kinds()
	kinds := map[int64]kindKey{}
	for _, k := range all {
		kinds[k.id] = k.kindKey
	}
	return grouping{
		columns: []string{"f.kind"}, index: "kind", states: true,
		kept: "SELECT f.kind AS k0, sum(f.n) AS c FROM kind_counts f WHERE f.side = ? AND f.viewer = ? AND f.archived = ? " +
			"GROUP BY f.kind",
		names: "g.k0", read: readKindGroup(by, kinds),
	}, err
}

// whole reports whether no account may be counted in halves, of what it purged and of what it has now, which must be added up
// before groups are cut.
func (l *listing) whole() (bool, error) {
	gone, err := rows(l.tx, value[int64], "SELECT id FROM holders WHERE gone > 0 LIMIT 1")
	return len(gone) == 0, err
}

func readAccountGroup(s scanner) (g picket.FindingGroup, err error) {
	return g, s.Scan(&g.Key, &g.Total, &g.LastGenerated)
}

func readResourceGroup(s scanner) (g picket.FindingGroup, err error) {
	return g, s.Scan(&g.Account, &g.Type, &g.Key, &g.Total, &g.LastGenerated)
}

func readDateGroup(s scanner) (g picket.FindingGroup, err error) {
	var day int64
	err = s.Scan(&g.Severity, &day, &g.Total, &g.LastGenerated)
	g.Key = time.UnixMilli(day * msPerDay).UTC().Format(time.DateOnly)
	return g, err
}

func readKindGroup(by guardduty.GroupByType, kinds map[int64]kindKey) func(scanner) (picket.FindingGroup, error) {
	return func(s scanner) (g picket.FindingGroup, err error) {
		var number int64
		err = s.Scan(&number, &g.Total, &g.LastGenerated)
		if by == guardduty.GroupByTypeFindingType {
			g.Key = kinds[number].typ
			return g, err
		}
		g.Severity = kinds[number].severity
		g.Key = strconv.FormatFloat(g.Severity, 'f', -1, 64)
		return g, err
	}
}
