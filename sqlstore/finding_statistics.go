package sqlstore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"picket"
	"picket/guardduty"
)

// grouping is how findings are grouped.
type grouping struct {
	index  string // after the side's name: it has the groups side by side, and all that is counted
	states bool   // the index has the archived state before them
	query  string // counts the rows of @
	read   func(scanner) (picket.FindingGroup, error)
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
	by, err := l.grouping(q)
	if err != nil {
		return nil, err
	}
	parts, err := l.counts(by)
	if err != nil {
		return nil, err
	}
	var groups []picket.FindingGroup
	at := map[picket.FindingGroup]int{}
	for _, p := range parts {
		c := with(by.query, p)
		counted, err := rows(l.tx, by.read, c.text, c.args...)
		if err != nil {
			return nil, err
		}
		for _, g := range counted {
			key := g
			key.Total, key.LastGenerated = 0, 0
			if i, ok := at[key]; ok {
				groups[i].Total += g.Total
				groups[i].LastGenerated = max(groups[i].LastGenerated, g.LastGenerated)
				continue
			}
			at[key] = len(groups)
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// counts returns the parts that are counted by themselves, each as what stands after FROM.
func (l *listing) counts(by grouping) ([]clause, error) {
	few, err := l.few()
	if err != nil {
		return nil, err
	}
	var parts []clause
	for _, s := range l.views() {
		rest, err := l.rest(l.question, s)
		if err != nil {
			return nil, err
		}
		rest = all(l.kindClause(), l.updated, rest)
		states := []clause{l.archivedClause(s)}
		if by.states && few == nil {
			states = nil
			for _, archived := range l.archived {
				states = append(states, sqlf("f."+s.archived+" = ?", archived))
			}
		}
		hint, found := l.dialect.hint(s.name+"_"+by.index), clause{}
		if few != nil {
			hint, found = l.dialect.hint(few.index(s)), few.clause
		}
		for _, state := range states {
			parts = append(parts, with("findings f"+hint+" WHERE @", all(s.sees(l.viewer), found, state, rest)))
		}
	}
	return parts, nil
}

// grouping returns how to group. Where each group is one account's, SQL sorts and cuts them, as there may be very many.
func (l *listing) grouping(q picket.StatisticsQuery) (grouping, error) {
	direction := "DESC"
	if q.Ascending {
		direction = "ASC"
	}
	switch q.GroupBy {
	case guardduty.GroupByTypeAccount:
		return grouping{"resource", false, fmt.Sprintf(`SELECT h.account, CAST(sum(g.c) AS BIGINT) AS c, max(g.m)
			FROM (SELECT f.owner AS o, count(*) AS c, max(f.updated_at) AS m FROM @ GROUP BY f.owner) g
			JOIN holders h ON h.id = g.o GROUP BY h.account ORDER BY c %s, h.account LIMIT %d`, direction, q.Limit), readAccountGroup}, nil
	case guardduty.GroupByTypeResource:
		// What an account purged may be counted beside what it has now: such halves are put together before groups are cut.
		halves, err := rows(l.tx, value[int64], "SELECT id FROM holders WHERE gone > 0 LIMIT 1")
		cut := fmt.Sprintf("ORDER BY c %s, r, t, o LIMIT %d", direction, q.Limit)
		if len(halves) > 0 {
			cut = ""
		}
		return grouping{"resource", false, `SELECT h.account, g.t, g.r, g.c, g.m FROM (
				SELECT f.owner AS o, f.resource_type AS t, f.resource AS r, count(*) AS c, max(f.updated_at) AS m FROM @
				AND f.resource <> '' GROUP BY f.owner, f.resource_type, f.resource ` + cut + `
			) g JOIN holders h ON h.id = g.o`, readResourceGroup}, err
	case guardduty.GroupByTypeDate:
		return grouping{"severity", true, `SELECT f.severity, f.day, count(*), max(f.updated_at) FROM @ GROUP BY f.severity, f.day`, readDateGroup}, nil
	}
	all, err := l.kinds()
	if err != nil {
		return grouping{}, err
	}
	kinds := map[int64]kindKey{}
	for _, k := range all {
		kinds[k.id] = k.kindKey
	}
	return grouping{
		"kind", true, `SELECT f.kind, count(*), max(f.updated_at) FROM @ GROUP BY f.kind`,
		func(s scanner) (g picket.FindingGroup, err error) {
			var number int64
			err = s.Scan(&number, &g.Total, &g.LastGenerated)
			if q.GroupBy == guardduty.GroupByTypeFindingType {
				g.Key = kinds[number].typ
				return g, err
			}
			g.Severity = kinds[number].severity
			g.Key = strconv.FormatFloat(g.Severity, 'f', -1, 64)
			return g, err
		},
	}, nil
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
