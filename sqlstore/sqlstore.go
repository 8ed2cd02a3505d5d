// Package sqlstore keeps what the service knows in SQL: in SQLite, one file in the data directory, or in PostgreSQL, for more
// than one server. All SQL of the project is here, written by hand; the two databases differ in a few words that type
// dialect holds. It decides nothing: what may be done, and by whom, is settled before it is asked.
package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

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
	updateOptions *sql.TxOptions
	turns         chan struct{}   // to begin an update, one for each connection that writes
	connect       *pgx.ConnConfig // to PostgreSQL
	lock          *os.File        // of the data directory
	journal       *journal        // of SQLite
	written       atomic.Int64    // updates of this process that wrote documents
	lockedSince   atomic.Int64    // see Locked, in milliseconds since the epoch
}

// Open opens the store at where: a folder for SQLite, made if it isn't there, or a postgres:// URL. It brings an older schema
// up to date, after copying the data beside itself, and refuses a newer one. A folder is locked until Close: a
// second process gets an error.
func Open(ctx context.Context, where string) (*Store, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	s := &Store{codec: c, limits: limits{drive: 2000, count: 20_000, chunks: 32, taken: 1 << 20, scan: 24_000, traits: 100, values: 200, arms: 12, narrow: 85_000, largest: 128, likely: 0.7}}
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
	if s.journal != nil {
		s.journal.copying.Wait()
	}
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

// View implements picket.Store. It does by hand what sql.Tx does with goroutines, which take longer than a short view.
func (s *Store) View(ctx context.Context, f func(picket.Tx) error) error {
	c, err := s.read.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer c.Close()
	defer s.endView(ctx, c)
	if _, err := c.ExecContext(s.dialect.brief(ctx), s.dialect.beginView); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	return s.newTx(ctx, c).run(f)
}

// endView ends a view's transaction, or, if that fails, its connection.
func (s *Store) endView(ctx context.Context, c *sql.Conn) {
	if _, err := c.ExecContext(s.dialect.brief(ctx), "ROLLBACK"); err != nil {
		c.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// tries are how often an update is tried. PostgreSQL gives up the locks of a transaction before it forgets what that read, so that
// it may be in the way of one that waited to be alone, as rarely as that is.
const tries = 5

// Update implements picket.Store. Where another transaction gets in the way it runs f again, and then alone. It waits in vain for a
// lock twice at most: whoever called waits too.
func (s *Store) Update(ctx context.Context, f func(picket.Tx) error) error {
	err := s.update(ctx, s.dialect.beginTogether, f)
	for n, waits := 1, 0; n < tries && s.dialect.conflict(err); n++ {
		if s.dialect.locked(err) {
			if waits++; waits == 2 {
				break
			}
		}
		err = s.update(ctx, s.dialect.beginAlone, f)
	}
	if err == nil && s.journal != nil {
		s.journal.written()
	}
	return err
}

// begin waits for patience where another program has the database locked. Updates take turns in the order they asked, as those
// that wait for a connection of database/sql don't, so that none waits for much longer behind others that wait.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	began := time.Now()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !s.Locked().IsZero() && time.Since(began) > patience {
		return nil, errLocked
	}
	for {
		begun, err := s.write.BeginTx(ctx, s.updateOptions)
		if !s.dialect.locked(err) {
			s.lockedSince.Store(0)
			return begun, err
		}
		s.lockedSince.CompareAndSwap(0, began.UnixMilli())
		if ctx.Err() != nil || time.Since(began) > patience {
			return nil, errLocked
		}
	}
}

// Locked returns since when updates wait because another program has the database locked; zero if they don't.
func (s *Store) Locked() time.Time {
	if at := s.lockedSince.Load(); at != 0 {
		return time.UnixMilli(at)
	}
	return time.Time{}
}

// update runs f in a transaction, after the statement first.
func (s *Store) update(ctx context.Context, first string, f func(picket.Tx) error) error {
	begun, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer begun.Rollback()
	if first != "" {
		if _, err := begun.ExecContext(ctx, first); err != nil {
			return fmt.Errorf("begin transaction: %w", err)
		}
	}
	t := s.newTx(ctx, begun)
	if err := t.run(f); err != nil {
		return err
	}
	err = begun.Commit()
	if t.wrote {
		s.written.Add(1)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (s *Store) newTx(ctx context.Context, e executor) *tx {
	return &tx{
		ctx: ctx, brief: s.dialect.brief(ctx), sql: e, dialect: s.dialect, codec: s.codec, limits: s.limits, auditKey: s.AuditKey,
	}
}
