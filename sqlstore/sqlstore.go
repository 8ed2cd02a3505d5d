// Package sqlstore keeps what the service knows in SQL: in SQLite, one file in the data directory, or in PostgreSQL, for more
// than one server. All SQL of the project is here, written by hand; the two databases differ in a few words that type
// dialect holds. It decides nothing: what may be done, and by whom, is settled before it is asked.
package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"

	"picket"
)

// Store implements picket.Store.
type Store struct {
	// AuditKey is what the audit log's chain is made with. It is set before the store is used, and the same every time.
	AuditKey []byte

	dialect       *dialect
	codec         *codec
	limits        limits
	write, read   *sql.DB
	viewOptions   *sql.TxOptions
	updateOptions *sql.TxOptions
	lock          *os.File // of the data directory
	journal       *journal // of SQLite
}

// Open opens the store at where: a folder for SQLite, made if it isn't there, or a postgres:// URL. It brings an older schema
// up to date, after copying the data beside itself, and refuses a newer one. A folder is locked until Close: a
// second process gets an error.
func Open(ctx context.Context, where string) (*Store, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	s := &Store{codec: c, limits: limits{drive: 5000, scan: 50_000, arms: 12}}
	open := s.openSQLite
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		open = s.openPostgres
	}
	if err := open(ctx, where); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends all work and frees the data directory.
func (s *Store) Close() error {
	var err error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		if e := db.Close(); e != nil && err == nil {
			err = fmt.Errorf("close database: %w", e)
		}
	}
	if s.lock != nil {
		if e := s.lock.Close(); e != nil && err == nil {
			err = fmt.Errorf("free data directory: %w", e)
		}
	}
	return err
}

// View implements picket.Store.
func (s *Store) View(ctx context.Context, f func(picket.Tx) error) error {
	return s.run(ctx, s.read, s.viewOptions, "", f)
}

// Update implements picket.Store. Where another transaction gets in the way it runs f again, and then alone, so that f runs
// twice at most.
func (s *Store) Update(ctx context.Context, f func(picket.Tx) error) error {
	err := s.run(ctx, s.write, s.updateOptions, s.dialect.beginTogether, f)
	if s.dialect.conflict(err) {
		err = s.run(ctx, s.write, s.updateOptions, s.dialect.beginAlone, f)
	}
	if err == nil && s.journal != nil {
		s.journal.trim(ctx, s.write)
	}
	return err
}

// run runs f in a transaction, after the statement first.
func (s *Store) run(ctx context.Context, db *sql.DB, options *sql.TxOptions, first string, f func(picket.Tx) error) error {
	begun, err := db.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer begun.Rollback()
	if first != "" {
		if _, err := begun.ExecContext(ctx, first); err != nil {
			return fmt.Errorf("begin transaction: %w", err)
		}
	}
	t := &tx{ctx: ctx, sql: begun, dialect: s.dialect, codec: s.codec, limits: s.limits, auditKey: s.AuditKey}
	if err := f(t); t.failed != nil {
		return t.failed
	} else if err != nil {
		return err
	}
	if err := begun.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
