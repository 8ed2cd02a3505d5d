package sqlstore

import (
	"fmt"
	"sync/atomic"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// holder returns the number of an account in a region, 0 if no finding was ever stored for it.
func (t *tx) holder(account, region string) (int64, error) {
	found, err := rows(t, value[int64], "SELECT id FROM holders WHERE account = ? AND region = ? AND gone = 0", account, region)
	if err != nil {
		return 0, fmt.Errorf("look up holder %s: %w", account, err)
	}
	if len(found) == 0 {
		return 0, nil
	}
	return found[0], nil
}

// holderFor is holder, and makes one where there is none.
func (t *tx) holderFor(account, region string) (int64, error) {
	h, err := t.holder(account, region)
	if err != nil || h != 0 {
		return h, err
	}
	h, err = row(t, "holder "+account, value[int64], "INSERT INTO holders (account, region) VALUES (?, ?) RETURNING id", account, region)
	if err != nil {
		return 0, fmt.Errorf("make holder %s: %w", account, err)
	}
	return h, nil
}

// kind is a type and severity that findings have.
type kind struct {
	id int64
	kindKey
}

// kindKey tells kinds apart.
type kindKey struct {
	typ      string
	severity float64
}

// attributes returns what criteria see of a kind. It is asked for with every list, for hundreds of kinds.
func (c *codec) attributes(k kindKey) map[string][]string {
	if attrs, ok := c.kinds.Load(k); ok {
		return attrs.(map[string][]string)
	}
	attrs := criteria.Attributes(&picket.StoredFinding{Finding: picket.Finding{Finding: guardduty.Finding{Type: &k.typ, Severity: &k.severity}}})
	c.kinds.Store(k, attrs)
	return attrs
}

// kinds returns all kinds, which the caller must not change; there are a few hundred.
func (t *tx) kinds() ([]kind, error) {
	return allOf(t, &t.codec.known, "kinds", "id, type, severity", readKind)
}

// allOf reads a table whose rows never change nor go: those that another transaction read are all if they are as many,
// unless this one added some that may not be kept.
func allOf[T any](t *tx, known *atomic.Pointer[[]T], table, columns string, read func(scanner) (T, error)) ([]T, error) {
	count, err := row(t, "count of "+table, value[int], "SELECT count(*) FROM "+table)
	if err != nil {
		return nil, fmt.Errorf("count %s of findings: %w", table, err)
	}
	if before := known.Load(); before != nil && len(*before) == count && !t.added[table] {
		return *before, nil
	}
	all, err := rows(t, read, "SELECT "+columns+" FROM "+table+" ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("read %s of findings: %w", table, err)
	}
	if !t.added[table] {
		known.Store(&all)
	}
	return all, nil
}

// adds notes that a table has a new row.
func (t *tx) adds(table string) {
	if t.added == nil {
		t.added = map[string]bool{}
	}
	t.added[table] = true
}

func readKind(s scanner) (k kind, err error) {
	return k, s.Scan(&k.id, &k.typ, &k.severity)
}

// kindsByKey returns the numbers of all kinds.
func (t *tx) kindsByKey() (map[kindKey]int64, error) {
	all, err := t.kinds()
	known := make(map[kindKey]int64, len(all))
	for _, k := range all {
		known[k.kindKey] = k.id
	}
	return known, err
}

// addKind makes a kind.
func (t *tx) addKind(k kindKey) (int64, error) {
	t.adds("kinds")
	id, err := row(t, "kind "+k.typ, value[int64], "INSERT INTO kinds (type, severity) VALUES (?, ?) RETURNING id", k.typ, k.severity)
	if err != nil {
		return 0, fmt.Errorf("add kind of finding: %w", err)
	}
	return id, nil
}
