package sqlstore

import (
	"fmt"

	"picket"
)

// relation is a relation as Save needs it.
type relation struct {
	administrator, region, account string
	ended                          int64
}

func (t *tx) relation(id string) (relation, error) {
	return row(t, "relation "+id, func(s scanner) (r relation, err error) {
		return r, s.Scan(&r.administrator, &r.region, &r.account, &r.ended)
	}, "SELECT administrator, region, account, ended_at FROM relations WHERE id = ?", id)
}

// relate settles with whom each finding is shared. A relation that has ended shares nothing more: the row that it is stamped
// on becomes the administrator's alone, and the finding goes on in a row of its own. A copy that the administrator has of an
// earlier relation gives way to the row that it sees from now on.
func (f findings) relate(account, region string, records []*record) error {
	known := map[string]relation{}
	lookUp := func(id string) (relation, error) {
		if r, ok := known[id]; ok {
			return r, nil
		}
		r, err := f.relation(id)
		known[id] = r
		return r, err
	}
	copies := map[int64][]string{} // ids by administrator
	for _, r := range records {
		if r.Relation != "" {
			rel, err := lookUp(r.Relation)
			switch {
			case err != nil:
				return fmt.Errorf("BUG: finding %s has a relation that never began: %w", *r.Id, err)
			case rel.account != account || rel.region != region || rel.administrator != r.Administrator:
				return fmt.Errorf("BUG: finding %s has a relation of others", *r.Id)
			case rel.ended == 0:
				if r.administrator, err = f.holderFor(rel.administrator, region); err != nil {
					return err
				}
			}
		}
		if r.administrator == 0 {
			r.unshare()
		}
		s := r.stored
		if s != nil && s.administrator != 0 && s.administrator != r.administrator {
			rel, err := lookUp(s.relation)
			if err != nil {
				return err
			}
			if err := f.freeze(s, rel.ended); err != nil {
				return fmt.Errorf("keep the administrator's copy of finding %s: %w", s.id, err)
			}
			r.stored = nil
		}
		if r.administrator != 0 && (r.stored == nil || r.stored.administrator == 0) {
			copies[r.administrator] = append(copies[r.administrator], *r.Id)
		}
	}
	for administrator, ids := range copies {
		if err := f.dropCopies(administrator, account, region, ids); err != nil {
			return fmt.Errorf("drop copies of an earlier relation: %w", err)
		}
	}
	return nil
}

// unshare takes a finding's administrator away, in a copy, as the caller's must not change.
func (r *record) unshare() {
	own := *r.StoredFinding
	own.Relation, own.Administrator, own.Admin = "", "", picket.Side{}
	r.StoredFinding = &own
}

// freeze makes a row its administrator's alone. Where its relation goes on, but the caller shares the finding no more, the
// copy is frozen as of its last update.
func (f findings) freeze(s *storedRow, at int64) error {
	if at == 0 {
		at = max(s.updated, 1)
	}
	_, err := f.exec("UPDATE findings SET frozen_at = ? WHERE n = ?", at, s.n)
	return err
}

// dropCopies deletes what an administrator has of an account's findings with these ids from earlier relations, and from
// before the account purged them.
func (f findings) dropCopies(administrator int64, account, region string, ids []string) error {
	c := in("f.id", ids)
	numbers, err := rows(f.tx, value[int64], `SELECT f.n FROM findings f JOIN holders h ON h.id = f.owner
		WHERE f.administrator = ? AND f.administrator > 0 AND (f.frozen_at > 0 OR h.gone > 0) AND h.account = ? AND h.region = ? AND `+c.text,
		append([]any{administrator, account, region}, c.args...)...)
	if err != nil {
		return err
	}
	return f.remove(numbers)
}
