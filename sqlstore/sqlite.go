package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// databaseFile is the name of the database in the data directory, lockFile that of the file whose lock is the directory's.
const (
	databaseFile = "picket.db"
	lockFile     = "picket.lock"
)

// Updates wait for each other, so none meets another.
var inSQLite = dialect{
	name: "sqlite", alone: true, counts: true, beginView: "BEGIN", brief: context.WithoutCancel,
	conflict: func(error) bool { return false }, locked: locked, shrink: shrink,
	attrsText: "json(a.attrs)", attrsTuple: "(?, jsonb(?))",
	eachValue: "json_each(a.attrs, ?) v", path: func(attribute string) string { return `$."` + attribute + `"` },
	firstValue: "json_extract(a.attrs, ?)", firstPath: func(attribute string) string { return `$."` + attribute + `"[0]` },
	manyOf: "SELECT value FROM json_each(?)", like: "GLOB", pattern: func(p string) string { return strings.ReplaceAll(p, "[", "[[]") },
	explain: "EXPLAIN QUERY PLAN ",
	hint: func(index string) string {
		if index == "" {
			return " NOT INDEXED"
		}
		return " INDEXED BY " + index
	},
}

// shrink gives the file system pages back if a quarter of the file is free: what expires makes room for what comes.
func shrink(t *tx) error {
	free, err := row(t, "count of free pages", value[int], "PRAGMA freelist_count")
	if err != nil {
		return err
	}
	pages, err := row(t, "count of pages", value[int], "PRAGMA page_count")
	if err != nil || free < pages/4 {
		return err
	}
	_, err = t.exec("PRAGMA incremental_vacuum(2000)")
	return err
}

func (s *Store) openSQLite(ctx context.Context, dir string) (err error) {
	s.dialect = &inSQLite
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create data directory: %w", err)
	}
	if s.lock, err = lock(filepath.Join(dir, lockFile)); err != nil {
		return fmt.Errorf("lock data directory %s: %w", dir, err)
	}
	steps, err := migrationsOf(s.dialect.name)
	if err != nil {
		return err
	}
	return s.openFile(ctx, filepath.Join(dir, databaseFile), steps)
}

// openFile opens the database and brings it to the last of steps.
func (s *Store) openFile(ctx context.Context, file string, steps []migration) error {
	// The database's other files take its permissions.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	// A transaction that writes findings touches thousands of pages: with SQLite's 2 MiB it writes each several times.
	if s.write, err = connect(file, 1, "_auto_vacuum=2&_journal=WAL&_sync=FULL&_txlock=immediate&_pragma=cache_size(-65536)", busyTimeout); err != nil {
		return err
	}
	if err := migrate(ctx, s.write, "", steps, func(version int) error {
		return backup(ctx, s.write, backupName(file, version, time.Now()))
	}); err != nil {
		return fmt.Errorf("open database %s: %w", file, err)
	}
	s.journal = &journal{file: file + "-wal", limit: journalLimit, next: journalLimit, wait: time.Second}
	s.read, err = connect(file, max(4, runtime.NumCPU()), "_query_only=1", readTimeout)
	return err
}

// busyTimeout and readTimeout are how many milliseconds a statement waits for another program's lock, where it writes and where it
// reads. An update waits for patience, looking each time whether it is still wanted.
const (
	busyTimeout = "1000"
	readTimeout = "10000"
	patience    = 10 * time.Second
)

// locked reports whether a statement failed because another program has the database.
func locked(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// connect makes a pool of connections. SQLite itself lets one write at a time; with one connection that writes, writers wait
// in a queue of Go's rather than try again and again.
func connect(file string, connections int, params, timeout string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Opaque: strings.ReplaceAll(url.PathEscape(file), "%2F", "/"), RawQuery: params + "&_timeout=" + timeout}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := sql.OpenDB(keeper{connector})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// backupName is beside the database: picket-schema-1-20260102T150405Z.db.
func backupName(file string, version int, at time.Time) string {
	return fmt.Sprintf("%s-schema-%d-%s.db", strings.TrimSuffix(file, ".db"), version, at.UTC().Format("20060102T150405Z"))
}

// backup copies the database to a file that must not be there.
func backup(ctx context.Context, db *sql.DB, name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", name)
	return err
}

// journalLimit is where the write-ahead log is emptied by force.
const journalLimit = 128 << 20

// journal is the write-ahead log. SQLite writes it from its beginning again when no reader needs it: where one reader follows
// another without a pause that is never, and the longer it is, the slower are the readers.
type journal struct {
	file        string
	limit, next int64         // the size to look after it at
	wait        time.Duration // for readers
	sync.Mutex
}

// trim empties a log that has grown too long, which waits for those who read, but not for those who come after. Where one reads
// for longer than wait it is left for later; a log that is too long is no error of the transaction that found it so.
func (j *journal) trim(ctx context.Context, db *sql.DB) {
	j.Lock()
	defer j.Unlock()
	info, err := os.Stat(j.file)
	if err != nil || info.Size() < j.next {
		return
	}
	j.next = info.Size() + j.limit/2
	c, err := db.Conn(ctx)
	if err != nil {
		return
	}
	defer c.Close()
	defer c.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout)
	var busy, pages, moved int
	if _, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", j.wait.Milliseconds())); err != nil {
		return
	}
	err = c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err == nil && busy == 0 {
		j.next = j.limit
	}
}
