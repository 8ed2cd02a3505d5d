package sqlstore

import (
	"cmp"
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
func (t *tx) kinds() (*table[kind, kindKey], error) {
	return allOf(t, &t.codec.known, "kinds", "id, type, severity", func(s scanner) (k kind, err error) {
		return k, s.Scan(&k.id, &k.typ, &k.severity)
	}, func(k kind) (kindKey, int64) { return k.kindKey, k.id })
}

// table holds a table whose rows never change nor go.
type table[R any, K comparable] struct {
	rows []R
	ids  map[K]int64
}

// allOf reads a table: the rows that another transaction read are all if they are as many, unless this one added some that
// may not be kept.
func allOf[R any, K comparable](t *tx, known *atomic.Pointer[table[R, K]], name, columns string, read func(scanner) (R, error),
	key func(R) (K, int64),
) (*table[R, K], error) {
	count, err := row(t, "count of "+name, value[int], "SELECT count(*) FROM "+name)
	if err != nil {
		return nil, fmt.Errorf("count %s of findings: %w", name, err)
	}
	if before := known.Load(); before != nil && len(before.rows) == count && !t.added[name] {
		return before, nil
	}
	all := &table[R, K]{ids: map[K]int64{}}
	if all.rows, err = rows(t, read, "SELECT "+columns+" FROM "+name+" ORDER BY id"); err != nil {
		return nil, fmt.Errorf("read %s of findings: %w", name, err)
	}
	for _, r := range all.rows {
		k, id := key(r)
		all.ids[k] = id
	}
	if !t.added[name] {
		known.Store(all)
	}
	return all, nil
}

// add notes that a table has a new row.
func (t *tx) add(name string) {
	if t.added == nil {
		t.added = map[string]bool{}
	}
	t.added[name] = true
}

// setKinds gives each record the number of its kind.
func (t *tx) setKinds(records []*record) error {
	all, err := t.kinds()
	if err != nil {
		return err
	}
	added := map[kindKey]int64{}
	for _, r := range records {
		if r.kind = cmp.Or(all.ids[r.key], added[r.key]); r.kind != 0 {
			continue
		}
		if r.kind, err = t.addKind(r.key); err != nil {
			return err
		}
		added[r.key] = r.kind
	}
	return nil
}

// addKind makes a kind.
func (t *tx) addKind(k kindKey) (int64, error) {
	t.add("kinds")
	id, err := row(t, "kind "+k.typ, value[int64], "INSERT INTO kinds (type, severity) VALUES (?, ?) RETURNING id", k.typ, k.severity)
	if err != nil {
		return 0, fmt.Errorf("add kind of finding: %w", err)
	}
	return id, nil
}
