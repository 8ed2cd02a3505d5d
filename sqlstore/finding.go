package sqlstore

import (
	"fmt"
	"slices"

	"picket"
)

// side is one of the two ways to see a row: as its owner, or as the administrator that it is shared with.
type side struct {
	name                         string // its indexes begin so
	holder                       string // the column of the viewer
	here                         string // holds for the rows that this side sees; its indexes have none but these
	archived, feedback, comments string // its columns
	number                       int    // in counts
}

var (
	own   = side{"own", "f.owner", "f.frozen_at = 0", "archived", "feedback", "comments", 0}
	admin = side{"admin", "f.administrator", "f.administrator > 0", "admin_archived", "admin_feedback", "admin_comments", 1}
	sides = []*side{&own, &admin}
)

// sees says that a holder sees a row from this side.
func (s *side) sees(holder int64) clause {
	return all(sqlf(s.holder+" = ?", holder), sqlf(s.here))
}

const selectFinding = `SELECT f.relation, f.archived, f.feedback, f.comments, f.admin_archived, f.admin_feedback, f.admin_comments,
		coalesce(r.administrator, ''), f.frozen_at, coalesce(r.ended_at, 0), d.doc
	FROM findings f JOIN finding_docs d ON d.n = f.n LEFT JOIN relations r ON r.id = f.relation WHERE `

// read reads a row of selectFinding as its owner has it.
func (f findings) read(s scanner) (out picket.StoredFinding, err error) {
	out, _, err = f.readBoth(s)
	return out, err
}

// readCopy reads a row of selectFinding as its administrator has it: frozen when the relation ended, even where nothing
// has touched the row since.
func (f findings) readCopy(s scanner) (out picket.StoredFinding, err error) {
	out, ended, err := f.readBoth(s)
	if out.FrozenAt == 0 {
		out.FrozenAt = ended
	}
	return out, err
}

func (f findings) readBoth(s scanner) (out picket.StoredFinding, ended int64, err error) {
	var doc []byte
	err = s.Scan(&out.Relation, &out.Owner.Archived, &out.Owner.Feedback, &out.Owner.Comments, &out.Admin.Archived, &out.Admin.Feedback,
		&out.Admin.Comments, &out.Administrator, &out.FrozenAt, &ended, &doc)
	if err != nil {
		return out, 0, err
	}
	return out, ended, f.codec.unpack(doc, &out.Finding)
}

// ByKey implements picket.Findings.
func (f findings) ByKey(account, region string, keys []picket.FindingKey) ([]picket.StoredFinding, error) {
	owner, err := f.holder(account, region)
	if err != nil || owner == 0 {
		return nil, err
	}
	var found []picket.StoredFinding
	for batch := range slices.Chunk(keys, atOnce) {
		var digests []string
		for _, k := range batch {
			digests = append(digests, digest(k.Type, k.Key))
		}
		c := all(own.sees(owner), in("f.digest", digests))
		some, err := rows(f.tx, f.read, selectFinding+c.text, c.args...)
		if err != nil {
			return nil, fmt.Errorf("look up findings of %s: %w", account, err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// Get implements picket.Findings.
func (f findings) Get(viewer, region string, ids []string) ([]picket.StoredFinding, error) {
	holder, err := f.holder(viewer, region)
	if err != nil || holder == 0 {
		return nil, err
	}
	var found []picket.StoredFinding
	for batch := range slices.Chunk(ids, atOnce) {
		for _, s := range sides {
			read := f.read
			if s == &admin {
				read = f.readCopy
			}
			c := all(s.sees(holder), in("f.id", batch))
			some, err := rows(f.tx, read, selectFinding+c.text, c.args...)
			if err != nil {
				return nil, fmt.Errorf("read findings for %s: %w", viewer, err)
			}
			for _, one := range some {
				one.State = nil
				found = append(found, one)
			}
		}
	}
	return found, nil
}

// marked is a row's side while it is changed.
type marked struct {
	n int64
	picket.Side
}

// Mark implements picket.Findings.
func (f findings) Mark(viewer, region string, ids []string, change func(*picket.Side)) (int, error) {
	holder, err := f.holder(viewer, region)
	if err != nil || holder == 0 {
		return 0, err
	}
	count := 0
	for batch := range slices.Chunk(ids, atOnce) {
		for _, s := range sides {
			n, err := f.mark(s, holder, batch, change)
			if err != nil {
				return 0, fmt.Errorf("mark findings for %s: %w", viewer, err)
			}
			count += n
		}
	}
	return count, nil
}

func (f findings) mark(s *side, holder int64, ids []string, change func(*picket.Side)) (int, error) {
	c := all(s.sees(holder), in("f.id", ids))
	columns := "f." + s.archived + ", f." + s.feedback + ", f." + s.comments
	found, err := rows(f.tx, func(r scanner) (m marked, err error) {
		return m, r.Scan(&m.n, &m.Archived, &m.Feedback, &m.Comments)
	}, "SELECT f.n, "+columns+" FROM findings f WHERE "+c.text, c.args...)
	if err != nil {
		return 0, err
	}
	for _, m := range found {
		before := m.Side
		change(&m.Side)
		if m.Side == before {
			continue
		}
		_, err := f.exec("UPDATE findings SET "+s.archived+" = ?, "+s.feedback+" = ?, "+s.comments+" = ? WHERE n = ?",
			number(m.Archived), string(m.Feedback), m.Comments, m.n)
		if err != nil {
			return 0, err
		}
	}
	return len(found), nil
}
