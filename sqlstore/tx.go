package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"picket"
)

// tx implements picket.Tx.
type tx struct {
	ctx      context.Context
	brief    context.Context // of statements that never take long: to watch one takes longer
	long     bool            // statements may take long, so they end with ctx
	sql      executor
	dialect  *dialect
	codec    *codec
	limits   limits
	seen     *[]Statement // notes queries, for Explain
	auditKey []byte
	auditEnd *picket.AuditRecord // the last record, once it was read
	failed   error               // what the database answered first, also where the caller made something else of it

	added map[string]bool // tables of kinds and traits with new ones, which may yet not be kept
	wrote bool            // a document
}

// run runs f in the transaction.
func (t *tx) run(f func(picket.Tx) error) error {
	err := f(t)
	if t.failed != nil && !errors.Is(err, t.failed) {
		return t.failed
	}
	return err
}

// executor is where a transaction's statements run.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Documents implements picket.Tx.
func (t *tx) Documents() picket.Documents { return documents{t} }

// Members implements picket.Tx.
func (t *tx) Members() picket.Members { return members{t} }

// Findings implements picket.Tx.
func (t *tx) Findings() picket.Findings {
	t.long = true
	return findings{t}
}

// Audit implements picket.Tx.
func (t *tx) Audit() picket.AuditLog { return audit{t} }

// Log implements picket.Tx.
func (t *tx) Log() picket.Log { return log{t} }

// Outbox implements picket.Tx.
func (t *tx) Outbox() picket.Outbox { return outbox{t} }

// exec runs a statement and returns how many rows it touched.
func (t *tx) exec(query string, args ...any) (int, error) {
	ctx, err := t.statement()
	if err != nil {
		return 0, err
	}
	r, err := t.sql.ExecContext(ctx, t.dialect.bind(query), cleaned(args)...)
	if err != nil {
		return 0, t.note(err)
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// statement returns the context of the next statement. There is none after one that failed: SQLite may have taken back the whole
// transaction then, and would keep what came after.
func (t *tx) statement() (context.Context, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	if t.long {
		return t.ctx, nil
	}
	return t.brief, t.ctx.Err()
}

// note remembers an error of the database.
func (t *tx) note(err error) error {
	t.failed = cmp.Or(t.failed, err)
	return err
}

// cleaned is args with their texts cleaned.
func cleaned(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok && clean(s) != s {
			args[i] = clean(s)
		}
	}
	return args
}

// scanner is a row.
type scanner interface{ Scan(into ...any) error }

// rows runs a query and reads each of its rows.
func rows[T any](t *tx, read func(scanner) (T, error), query string, args ...any) ([]T, error) {
	query, args = t.dialect.bind(query), cleaned(args)
	began := time.Now()
	all, err := fetch(t, read, query, args)
	if err == nil && t.seen != nil {
		err = t.explain(query, args, time.Since(began))
	}
	return all, err
}

func fetch[T any](t *tx, read func(scanner) (T, error), query string, args []any) ([]T, error) {
	ctx, err := t.statement()
	if err != nil {
		return nil, err
	}
	r, err := t.sql.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, t.note(err)
	}
	defer r.Close()
	var all []T
	for r.Next() {
		one, err := read(r)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, t.note(r.Err())
}

// row runs a query for one row. Without one it is an Error with CodeNotFound that speaks of what.
func row[T any](t *tx, what string, read func(scanner) (T, error), query string, args ...any) (one T, err error) {
	found, err := rows(t, read, query, args...)
	if err != nil {
		return one, fmt.Errorf("read %s: %w", what, err)
	}
	if len(found) == 0 {
		return one, &picket.Error{Code: picket.CodeNotFound, Message: "There is no " + what + "."}
	}
	return found[0], nil
}

// value reads a row of one column.
func value[T any](s scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}
