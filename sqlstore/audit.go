package sqlstore

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"picket"
)

// audit implements picket.AuditLog. Of two transactions that append at once the later meets the sequence number of the
// earlier, and runs again.
type audit struct{ *tx }

const selectAudit = "SELECT seq, time, account, region, event, hash FROM audit "

// Append implements picket.AuditLog.
func (a audit) Append(events ...picket.AuditRecord) error {
	if err := a.readEnd(); err != nil {
		return fmt.Errorf("read end of audit log: %w", err)
	}
	previous := a.auditEnd
	var values []any
	for _, e := range events {
		e.Seq = previous.Seq + 1
		event := clean(string(e.Event))
		e.Event = json.RawMessage(event)
		e.Hash = e.Chain(a.auditKey, previous.Hash)
		values = append(values, e.Seq, e.Time, e.Account, e.Region, event, e.Hash)
		previous = &e
	}
	for some := range slices.Chunk(values, 6*atOnce) {
		_, err := a.exec("INSERT INTO audit (seq, time, account, region, event, hash) VALUES "+tuples(len(some)/6, "(?, ?, ?, ?, ?, ?)"), some...)
		if err != nil {
			return fmt.Errorf("append to audit log: %w", err)
		}
	}
	a.auditEnd = previous
	return nil
}

// readEnd reads the last record, once a transaction.
func (a audit) readEnd() error {
	if a.auditEnd != nil {
		return nil
	}
	last, err := rows(a.tx, readAudit, selectAudit+"ORDER BY seq DESC LIMIT 1")
	if err == nil {
		last = append(last, picket.AuditRecord{})
		a.auditEnd = &last[0]
	}
	return err
}

// List implements picket.AuditLog.
func (a audit) List(account string, after int64, limit int) ([]picket.AuditRecord, error) {
	return a.records("WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?", account, after, limit)
}

// Latest implements picket.AuditLog.
func (a audit) Latest(account string, before int64, limit int) ([]picket.AuditRecord, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	return a.records("WHERE account = ? AND seq < ? ORDER BY seq DESC LIMIT ?", account, before, limit)
}

// All implements picket.AuditLog.
func (a audit) All(after int64, limit int) ([]picket.AuditRecord, error) {
	return a.records("WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
}

func (a audit) records(where string, args ...any) ([]picket.AuditRecord, error) {
	records, err := rows(a.tx, readAudit, selectAudit+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	return records, nil
}

func readAudit(s scanner) (r picket.AuditRecord, err error) {
	var event string
	err = s.Scan(&r.Seq, &r.Time, &r.Account, &r.Region, &event, &r.Hash)
	r.Event = json.RawMessage(event)
	return r, err
}
