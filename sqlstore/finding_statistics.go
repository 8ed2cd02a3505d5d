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
	states  bool     // the index has the archived state before them, and counts are kept by it, by kind and by day
	cut     bool     // a part's groups are no other part's, so that only the first of them matter
	ties    string   // the order of equal ones, of row f
	kept    string   // the groups as the database keeps them counted; @ is what holds of its rows f
	traits  string   // the same of some traits
	only    string   // what else holds of the rows that are counted
	names   string   // of row g, what names the group
	from    string   // where those names are; @ is the number of one of the group's findings
	read    func(scanner) (picket.FindingGroup, error)
	few     *grouping // for few rows, which another index finds; nil for this one
}

// Statistics implements picket.Findings. Groups are counted in an index; for what that can't answer every finding is looked at, unless a
// condition leaves few.
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
	limit := l.limits.drive // PostgreSQL's planner sees to more itself
	if l.dialect.counts {
		limit = l.limits.count
	}
	few, err := l.few(limit)
	if err != nil {
		return nil, err
	}
	var groups []picket.FindingGroup
	at := map[picket.FindingGroup]int{}
	for _, s := range l.views {
		by, err := l.grouping(q.GroupBy, s)
		if err != nil {
			return nil, err
		}
		parts, err := l.parts(by, s, few, q)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			counted, err := l.counted(p, s, q)
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

// count counts the groups of a part, and says when a finding of each was updated last. That is looked up for the groups that
// are left, unless the rows are few: to compare the times of all rows takes longer than to count them.
func (p part) count(q picket.StatisticsQuery) clause {
	var columns, same []string
	for i, c := range p.by.columns {
		columns = append(columns, fmt.Sprintf("%s AS k%d", c, i))
		same = append(same, fmt.Sprintf(" AND %s = g.k%d", c, i))
	}
	group := with("@"+strings.Join(same, ""), p.rows)
	last, one, both := with("coalesce((SELECT max(f.updated_at) FROM @), 0)", group), with("(SELECT f.n FROM @ LIMIT 1)", group), ""
	if p.few {
		last, one, both = sqlf("g.m"), sqlf("g.n"), ", max(f.updated_at) AS m, min(f.n) AS n"
	}
	groups := p.kept
	if groups.text == "" {
		groups = with("SELECT "+strings.Join(columns, ", ")+", count(*) AS c"+both+" FROM @"+p.by.only+" GROUP BY "+strings.Join(p.by.columns, ", "), p.rows)
	}
	if p.by.cut {
		direction := "DESC"
		if q.Ascending {
			direction = "ASC"
		}
		groups.text = fmt.Sprintf("SELECT * FROM (%s) AS f ORDER BY c %s, %s LIMIT %d", groups.text, direction, p.by.ties, q.Limit)
	}
	from := clause{text: p.by.from}
	if strings.Contains(from.text, "@") {
		from = with(from.text, one)
	}
	return with("SELECT "+p.by.names+", g.c, @ FROM (@) AS g @", last, groups, from)
}

// grouping returns how to group what a side sees.
func (l *listing) grouping(by guardduty.GroupByType, s *side) (grouping, error) {
	switch by {
	case guardduty.GroupByTypeAccount:
		if s == &own {
			return l.kindGrouping(func(kindKey) picket.FindingGroup { return picket.FindingGroup{Key: l.account} })
		}
		cut, err := l.whole()
		return grouping{
			columns: []string{"f.owner"}, index: "place", cut: cut, ties: "(SELECT h.account FROM holders h WHERE h.id = f.k0)",
			kept:  "SELECT f.owner AS k0, @ AS c FROM (SELECT 1 AS side, o.* FROM owner_counts o) f WHERE @",
			names: "h.account", from: "JOIN holders h ON h.id = g.k0", read: readAccountGroup,
		}, err
	case guardduty.GroupByTypeResource:
		cut, err := l.whole()
		return grouping{
			columns: []string{"f.owner", "f.place"}, index: "place", only: " AND f.place > 0", cut: cut, ties: "f.k0, f.k1",
			kept:  "SELECT f.owner AS k0, f.place AS k1, @ AS c FROM place_counts f WHERE @",
			names: "h.account, r.resource_type, r.resource",
			from:  "JOIN holders h ON h.id = g.k0 JOIN findings r ON r.n = @", read: readResourceGroup,
		}, err
	case guardduty.GroupByTypeDate:
		few, err := l.dayGrouping()
		return grouping{
			few: &few, columns: []string{"f.severity", "f.day"}, index: "severity", states: true,
			kept: "SELECT k.severity AS k0, f.day AS k1, sum(f.n) AS c FROM kind_counts f JOIN kinds k ON k.id = f.kind " +
				"WHERE @ GROUP BY k.severity, f.day",
			traits: "SELECT f.severity AS k0, f.day AS k1, sum(f.n) AS c FROM trait_day_counts f WHERE @ GROUP BY f.severity, f.day",
			names:  "g.k0, g.k1", read: readDateGroup,
		}, err
	}
	return l.kindGrouping(func(k kindKey) picket.FindingGroup { return groupOf(by, k) })
}

// groupOf is the group of a kind, but for a date's key.
func groupOf(by guardduty.GroupByType, k kindKey) picket.FindingGroup {
	switch by {
	case guardduty.GroupByTypeFindingType:
		return picket.FindingGroup{Key: k.typ}
	case guardduty.GroupByTypeDate:
		return picket.FindingGroup{Severity: k.severity}
	}
	return picket.FindingGroup{Key: strconv.FormatFloat(k.severity, 'f', -1, 64), Severity: k.severity}
}

// kindGrouping groups by what kinds have in common.
func (l *listing) kindGrouping(of func(kindKey) picket.FindingGroup) (grouping, error) {
	kinds, err := l.kindsByID()
	return grouping{
		columns: []string{"f.kind"}, index: "kind", states: true,
		kept:   "SELECT f.kind AS k0, sum(f.n) AS c FROM kind_counts f WHERE @ GROUP BY f.kind",
		traits: "SELECT f.kind AS k0, sum(f.n) AS c FROM trait_kind_counts f WHERE @ GROUP BY f.kind",
		names:  "g.k0", read: func(s scanner) (picket.FindingGroup, error) {
			var kind, last int64
			var total int
			err := s.Scan(&kind, &total, &last)
			g := of(kinds[kind])
			g.Total, g.LastGenerated = total, last
			return g, err
		},
	}, err
}

// dayGrouping groups by severity and day, of what every index has.
func (l *listing) dayGrouping() (grouping, error) {
	kinds, err := l.kindsByID()
	return grouping{
		columns: []string{"f.kind", fmt.Sprintf("f.updated_at / %d", msPerDay)}, names: "g.k0, g.k1", read: func(s scanner) (picket.FindingGroup, error) {
			var kind, day, last int64
			var total int
			err := s.Scan(&kind, &day, &total, &last)
			return picket.FindingGroup{Key: dateOf(day), Severity: kinds[kind].severity, Total: total, LastGenerated: last}, err
		},
	}, err
}

func (t *tx) kindsByID() (map[int64]kindKey, error) {
	all, err := t.kinds()
	if err != nil {
		return nil, err
	}
	kinds := map[int64]kindKey{}
	for _, k := range all.rows {
		kinds[k.id] = k.kindKey
	}
	return kinds, err
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
	g.Key = dateOf(day)
	return g, err
}

func dateOf(day int64) string { return time.UnixMilli(day * msPerDay).UTC().Format(time.DateOnly) }
