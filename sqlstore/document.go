package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"picket"
)

// documents implements picket.Documents.
type documents struct{ *tx }

// Get implements picket.Documents.
func (d documents) Get(key picket.DocumentKey, into any) error {
	found, err := rows(d.tx, func(s scanner) (struct{}, error) {
		var body sql.RawBytes
		if err := s.Scan(&body); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, unreadable(json.Unmarshal(body, into))
	}, "SELECT body FROM documents WHERE kind = ? AND account = ? AND region = ? AND id = ?", key.Kind, key.Account, key.Region, key.ID)
	if err != nil {
		return fmt.Errorf("read %s %s: %w", key.Kind, key.ID, err)
	}
	if len(found) == 0 {
		return &picket.Error{Code: picket.CodeNotFound, Message: "There is no " + key.Kind + " " + key.ID + "."}
	}
	return nil
}

// Put implements picket.Documents.
func (d documents) Put(key picket.DocumentKey, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", key.Kind, key.ID, err)
	}
	d.wrote = true
	_, err = d.exec(`INSERT INTO documents (kind, account, region, id, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, account, region, id) DO UPDATE SET body = excluded.body`,
		key.Kind, key.Account, key.Region, key.ID, string(body))
	if err != nil {
		return fmt.Errorf("write %s %s: %w", key.Kind, key.ID, err)
	}
	return nil
}

// Count implements picket.Documents.
func (d documents) Count(kind string) (int, error) {
	return row(d.tx, "count of "+kind, value[int], "SELECT count(*) FROM documents WHERE kind = ?", kind)
}

// CountOf implements picket.Documents.
func (d documents) CountOf(kind, account, region string) (int, error) {
	return row(d.tx, "count of "+kind, value[int], "SELECT count(*) FROM documents WHERE kind = ? AND account = ? AND region = ?", kind, account, region)
}

// Delete implements picket.Documents.
func (d documents) Delete(key picket.DocumentKey) error {
	d.wrote = true
	_, err := d.exec("DELETE FROM documents WHERE kind = ? AND account = ? AND region = ? AND id = ?",
		key.Kind, key.Account, key.Region, key.ID)
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", key.Kind, key.ID, err)
	}
	return nil
}

const selectDocument = "SELECT kind, account, region, id, body FROM documents "

// List implements picket.Documents.
func (d documents) List(kind, account, region, after string, limit int) ([]picket.Document, error) {
	docs, err := rows(d.tx, readDocument, selectDocument+
		"WHERE kind = ? AND account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?", kind, account, region, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind, err)
	}
	return docs, nil
}

// All implements picket.Documents.
func (d documents) All(kind string, after picket.DocumentKey, limit int) ([]picket.Document, error) {
	docs, err := rows(d.tx, readDocument, selectDocument+
		"WHERE kind = ? AND (account, region, id) > (?, ?, ?) ORDER BY account, region, id LIMIT ?",
		kind, after.Account, after.Region, after.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("list every %s: %w", kind, err)
	}
	return docs, nil
}

// Purge implements picket.Documents.
func (d documents) Purge(kindPrefix, account, region string) error {
	d.wrote = true
	_, err := d.exec("DELETE FROM documents WHERE account = ? AND region = ? AND kind >= ? AND kind < ?",
		account, region, kindPrefix, kindPrefix+"\U0010ffff")
	if err != nil {
		return fmt.Errorf("delete documents of %s: %w", account, err)
	}
	return nil
}

func readDocument(s scanner) (d picket.Document, err error) {
	var body string
	err = s.Scan(&d.Kind, &d.Account, &d.Region, &d.ID, &body)
	d.Body = json.RawMessage(body)
	return d, err
}

// Unchanged implements picket.Store. It asks for all documents in one query, or, where no other process writes, for none if no
// document at all was written since.
func (s *Store) Unchanged(ctx context.Context, docs []picket.Document, since int64) (unchanged bool, now int64, err error) {
	if s.dialect.alone {
		if now = s.written.Load() + 1; now == since {
			return true, now, nil
		}
	}
	var parts []clause
	for i, doc := range docs {
		parts = append(parts, sqlf(fmt.Sprintf("SELECT %d, body FROM documents WHERE kind = ? AND account = ? AND region = ? AND id = ?", i),
			doc.Kind, doc.Account, doc.Region, doc.ID))
	}
	unchanged, missing := true, len(docs)
	all := joined(" UNION ALL ", parts)
	t := s.newTx(ctx, s.read)
	_, err = rows(t, func(s scanner) (struct{}, error) {
		var i int
		var body sql.RawBytes
		err := s.Scan(&i, &body)
		unchanged = unchanged && err == nil && docs[i].Body != nil && bytes.Equal(body, docs[i].Body)
		missing--
		return struct{}{}, err
	}, all.text, all.args...)
	if err != nil {
		return false, 0, fmt.Errorf("compare documents: %w", err)
	}
	for _, doc := range docs {
		if doc.Body == nil {
			missing--
		}
	}
	return unchanged && missing == 0, now, nil
}
