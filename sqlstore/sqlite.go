package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"picket/criteria"
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
	isValue:      func(int) string { return "path = ? AND value = ? AND n = ?" }, // of a list SQLite makes a look at all rows
	valuesAtOnce: 1,
	explain:      "EXPLAIN QUERY PLAN ",
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

// addInRange gives SQLite picket_in_range, which PostgreSQL has from a migration: whether a value is an address in one of the ranges
// that a comma stands between.
var addInRange = sync.OnceValue(func() error {
	return sqlite.RegisterDeterministicScalarFunction("picket_in_range", 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		value, _ := args[0].(string)
		ranges, _ := args[1].(string)
		for r := range strings.SplitSeq(ranges, ",") {
			if criteria.InRange(value, r) {
				return int64(1), nil
			}
		}
		return int64(0), nil
	})
})

func (s *Store) openSQLite(ctx context.Context, dir string) (err error) {
	s.dialect = &inSQLite
	// It syncs what is needed to read the file back, as fsync does, without the file's times, which take the disk as long again.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return fmt.Errorf("choose how the database is synced: %w", err)
	}
	if err := cmp.Or(addInRange(), addPacking()); err != nil {
		return fmt.Errorf("add functions to SQLite: %w", err)
	}
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
	if err := removePartial(file); err != nil {
		return fmt.Errorf("remove the rest of a copy: %w", err)
	}
	// A transaction that writes findings touches thousands of pages: with SQLite's 2 MiB it writes each several times.
	params := fmt.Sprintf("_auto_vacuum=2&_journal=WAL&_sync=FULL&_txlock=immediate&_pragma=cache_size(-65536)"+
		"&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(%d)", journalLimit*pageSize)
	if s.write, err = connect(file, 1, params, busyTimeout); err != nil {
		return err
	}
	s.turns = make(chan struct{}, 1)
	var copied string
	err = migrate(ctx, s.write, "", steps, func(version int) error {
		name := backupName(file, version, time.Now())
		if _, err := backup(ctx, s.write, name); err != nil {
			return err
		}
		copied = name
		return nil
	})
	if copied != "" && errors.Is(err, errUnchanged) { // or each start that fails would leave one more
		err = errors.Join(err, os.Remove(copied))
	}
	if err != nil {
		return fmt.Errorf("open database %s: %w", file, err)
	}
	if s.read, err = connect(file, max(4, runtime.NumCPU()), "_query_only=1", readTimeout); err != nil {
		return err
	}
	s.journal = &journal{read: s.read, write: s.write, length: journalLength, limit: journalLimit, wait: time.Second}
	return nil
}

// busyTimeout and readTimeout are how many milliseconds a statement waits for another program's lock, where it writes and where it
// reads. An update waits for patience, looking each time whether it is still wanted.
const (
	busyTimeout = "1000"
	readTimeout = "10000"
	patience    = 10 * time.Second
)

var errLocked = errors.New("another program has the database locked")

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

// removePartial removes what a kill left of copies before an upgrade: they are as large as the database, and nobody's any more.
func removePartial(file string) error {
	dir, base := filepath.Split(strings.TrimSuffix(file, ".db"))
	left, err := fs.Glob(os.DirFS(filepath.Clean(dir)), base+"-schema-*.db"+partial) // a folder's name may have what Glob reads as a pattern
	for _, name := range left {
		err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
	}
	return err
}
