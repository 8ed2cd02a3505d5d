package sqlstore

import (
	"encoding/json"
	"fmt"

	"picket"
)

// outbox implements picket.Outbox.
type outbox struct{ *tx }

const selectEntry = "SELECT kind, id, due, attempts, body FROM outbox "

// Get implements picket.Outbox.
func (o outbox) Get(kind, id string) (picket.OutboxEntry, error) {
	return row(o.tx, "outgoing "+kind+" "+id, readEntry, selectEntry+"WHERE kind = ? AND id = ?", kind, id)
}

// Put implements picket.Outbox.
func (o outbox) Put(e picket.OutboxEntry) error {
	_, err := o.exec(`INSERT INTO outbox (kind, id, due, attempts, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET due = excluded.due, attempts = excluded.attempts, body = excluded.body`,
		e.Kind, e.ID, e.Due, e.Attempts, string(e.Body))
	if err != nil {
		return fmt.Errorf("write outgoing %s %s: %w", e.Kind, e.ID, err)
	}
	return nil
}

// Delete implements picket.Outbox.
func (o outbox) Delete(kind, id string) error {
	if _, err := o.exec("DELETE FROM outbox WHERE kind = ? AND id = ?", kind, id); err != nil {
		return fmt.Errorf("delete outgoing %s %s: %w", kind, id, err)
	}
	return nil
}

// Counts implements picket.Outbox.
func (o outbox) Counts() (map[string]int, error) {
	type count struct {
		kind string
		n    int
	}
	all, err := rows(o.tx, func(s scanner) (c count, err error) { return c, s.Scan(&c.kind, &c.n) },
		"SELECT kind, count(*) FROM outbox GROUP BY kind")
	if err != nil {
		return nil, fmt.Errorf("count what is outgoing: %w", err)
	}
	out := map[string]int{}
	for _, c := range all {
		out[c.kind] = c.n
	}
	return out, nil
}

// Due implements picket.Outbox.
func (o outbox) Due(kind string, now int64, limit int) ([]picket.OutboxEntry, error) {
	entries, err := rows(o.tx, readEntry, selectEntry+"WHERE kind = ? AND due <= ? ORDER BY due, id LIMIT ?", kind, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list outgoing %s: %w", kind, err)
	}
	return entries, nil
}

// DueAfter implements picket.Outbox.
func (o outbox) DueAfter(kind string, now int64, after string, limit int) ([]picket.OutboxEntry, error) {
	entries, err := rows(o.tx, readEntry, selectEntry+"WHERE kind = ? AND id > ? AND due <= ? ORDER BY id LIMIT ?", kind, after, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list outgoing %s after %s: %w", kind, after, err)
	}
	return entries, nil
}

func readEntry(s scanner) (e picket.OutboxEntry, err error) {
	var body string
	err = s.Scan(&e.Kind, &e.ID, &e.Due, &e.Attempts, &body)
	e.Body = json.RawMessage(body)
	return e, err
}
