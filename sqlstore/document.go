package sqlstore

import (
	"encoding/json"
	"fmt"

	"picket"
)

// documents implements picket.Documents.
type documents struct{ *tx }

// Get implements picket.Documents.
func (d documents) Get(key picket.DocumentKey, into any) error {
	body, err := row(d.tx, key.Kind+" "+key.ID, value[string],
		"SELECT body FROM documents WHERE kind = ? AND account = ? AND region = ? AND id = ?", key.Kind, key.Account, key.Region, key.ID)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		return fmt.Errorf("decode %s %s: %w", key.Kind, key.ID, err)
	}
	return nil
}

// Put implements picket.Documents.
func (d documents) Put(key picket.DocumentKey, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", key.Kind, key.ID, err)
	}
	_, err = d.exec(`INSERT INTO documents (kind, account, region, id, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, account, region, id) DO UPDATE SET body = excluded.body`,
		key.Kind, key.Account, key.Region, key.ID, string(body))
	if err != nil {
		return fmt.Errorf("write %s %s: %w", key.Kind, key.ID, err)
	}
	return nil
}

// Delete implements picket.Documents.
func (d documents) Delete(key picket.DocumentKey) error {
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
