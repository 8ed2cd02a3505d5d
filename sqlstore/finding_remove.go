package sqlstore

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Purge implements picket.Findings. The account gets a new number when it next holds a finding; what stands under the old one
// is nobody's, less what administrators have of it, and Expire sweeps it.
func (f findings) Purge(account, region string) error {
	holder, err := f.holder(account, region)
	if err != nil || holder == 0 {
		return err
	}
	if _, err := f.exec("UPDATE holders SET gone = 1 WHERE id = ?", holder); err != nil {
		return fmt.Errorf("purge findings of %s: %w", account, err)
	}
	return nil
}

// Expire implements picket.Findings. It also sweeps what accounts purged.
func (f findings) Expire(before int64, limit int) (int, error) {
	old, err := rows(f.tx, value[int64], "SELECT n FROM findings WHERE updated_at < ? ORDER BY updated_at LIMIT ?", before, limit)
	if err != nil {
		return 0, fmt.Errorf("look for old findings: %w", err)
	}
	if err := f.remove(old); err != nil {
		return 0, fmt.Errorf("expire findings: %w", err)
	}
	swept, err := f.sweep(limit - len(old))
	if err != nil {
		return 0, fmt.Errorf("sweep purged findings: %w", err)
	}
	if len(old)+swept > 0 && f.dialect.shrink != nil {
		if err := f.dialect.shrink(f.tx); err != nil {
			return 0, fmt.Errorf("give space back: %w", err)
		}
	}
	return len(old) + swept, nil
}

// sweep takes up to limit rows from holders that are gone.
func (f findings) sweep(limit int) (int, error) {
	gone, err := rows(f.tx, value[int64], "SELECT id FROM holders WHERE gone = 1 ORDER BY id LIMIT ?", limit)
	if err != nil {
		return 0, err
	}
	swept := 0
	for _, holder := range gone {
		for _, s := range []func(holder int64, limit int) (int, error){f.sweepOwn, f.sweepCopies} {
			n, err := s(holder, limit-swept)
			if err != nil {
				return 0, err
			}
			if swept += n; swept >= limit {
				return swept, nil
			}
		}
		// Copies of administrators still name their owner.
		if _, err := f.exec("UPDATE holders SET gone = 2 WHERE id = ?", holder); err != nil {
			return 0, err
		}
	}
	return swept, nil
}

// sweepOwn takes rows from the holder who was their owner: what an administrator has is from now on its alone.
func (f findings) sweepOwn(holder int64, limit int) (int, error) {
	c := own.sees(holder)
	stored, err := rows(f.tx, func(s scanner) (r storedRow, err error) {
		return r, s.Scan(&r.n, &r.administrator, &r.relation, &r.updated)
	}, "SELECT f.n, f.administrator, f.relation, f.updated_at FROM findings f WHERE "+c.text+" LIMIT ?", append(c.args, limit)...)
	if err != nil {
		return 0, err
	}
	var nobodys []int64
	for _, s := range stored {
		if s.administrator == 0 {
			nobodys = append(nobodys, s.n)
			continue
		}
		rel, err := f.relation(s.relation)
		if err != nil {
			return 0, err
		}
		if err := f.freeze(&s, rel.ended); err != nil {
			return 0, err
		}
	}
	return len(stored), f.remove(nobodys)
}

// sweepCopies takes rows from the holder who was their administrator.
func (f findings) sweepCopies(holder int64, limit int) (int, error) {
	c := admin.sees(holder)
	stored, err := rows(f.tx, func(s scanner) (r [2]int64, err error) { return r, s.Scan(&r[0], &r[1]) },
		"SELECT f.n, f.frozen_at FROM findings f WHERE "+c.text+" LIMIT ?", append(c.args, limit)...)
	if err != nil {
		return 0, err
	}
	var copies []int64
	for _, s := range stored {
		if s[1] > 0 {
			copies = append(copies, s[0])
			continue
		}
		if _, err := f.exec(`UPDATE findings SET administrator = 0, relation = '', admin_archived = 0, admin_feedback = '',
			admin_comments = '' WHERE n = ?`, s[0]); err != nil {
			return 0, err
		}
	}
	return len(stored), f.remove(copies)
}

// remove deletes rows with all that belongs to them.
func (f findings) remove(numbers []int64) error {
	changed := columnChanges{}
	for batch := range slices.Chunk(numbers, atOnce) {
		c := in("n", batch)
		attrs, err := rows(f.tx, readAttrs, "SELECT n, "+f.dialect.attrsText+" FROM finding_attrs a WHERE "+c.text, c.args...)
		if err != nil {
			return err
		}
		var values [][]any
		for _, r := range attrs {
			values = append(values, rowsBut(nil, hotValues(r.attrs), r.n)...)
			if f.dialect.counts {
				changed.note(r.n, r.attrs, nil)
			}
		}
		if err := f.removeValues(values); err != nil {
			return err
		}
		for _, table := range []string{"finding_attrs", "finding_docs", "findings"} {
			if _, err := f.exec("DELETE FROM "+table+" WHERE "+c.text, c.args...); err != nil {
				return err
			}
		}
	}
	return f.setColumns(changed)
}

// readAttrs reads a finding's number and attributes.
func readAttrs(s scanner) (r storedRow, err error) {
	var text string
	if err := s.Scan(&r.n, &text); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(text), &r.attrs)
}
