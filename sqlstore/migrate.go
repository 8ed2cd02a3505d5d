package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed migrations
var migrations embed.FS

// migration is a step from the version before it.
type migration struct {
	version int
	sql     string
}

// migrationsOf reads the migrations of a dialect, which are named 0001_what.sql and so on.
func migrationsOf(name string) ([]migration, error) {
	files, err := fs.Glob(migrations, path.Join("migrations", name, "*.sql"))
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, file := range files {
		number, _, _ := strings.Cut(path.Base(file), "_")
		if v, err := strconv.Atoi(number); err != nil || v != i+1 {
			return nil, fmt.Errorf("BUG: migration %s is not number %d", file, i+1)
		}
		text, err := migrations.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{i + 1, string(text)})
	}
	return all, nil
}

// migrate brings the schema up to the last of steps, in one transaction: an upgrade that fails leaves the database as it was.
// Before it changes one that holds data it calls backup with its version. It says begin first in each transaction.
func migrate(ctx context.Context, db *sql.DB, begin string, steps []migration, backup func(version int) error) error {
	version, err := schemaVersion(ctx, db, begin)
	if err != nil {
		return fmt.Errorf("read version of the schema: %w", err)
	}
	switch newest := len(steps); {
	case version > newest:
		return tooNew(version, newest)
	case version == newest:
		return nil
	case version > 0:
		if err := backup(version); err != nil {
			return fmt.Errorf("back up before the upgrade: %w", err)
		}
	}
	return upgrade(ctx, db, begin, steps)
}

func tooNew(version, newest int) error {
	return fmt.Errorf("the database has schema %d, and this release knows schemas up to %d: a newer release wrote it; "+
		"start that one, or restore a backup of before the upgrade", version, newest)
}

// schemaVersion is 0 for an empty database.
func schemaVersion(ctx context.Context, db *sql.DB, begin string) (version int, err error) {
	if _, err := db.ExecContext(ctx, begin+"CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"); err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&version)
	return version, err
}

// errUnchanged is in the chain of an error of migrate where the upgrade was begun, and surely not done.
var errUnchanged = errors.New("the database is as it was")

// upgrade does the steps that are missing, or none.
func upgrade(ctx context.Context, db *sql.DB, begin string, steps []migration) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin upgrade: %w; %w", err, errUnchanged)
	}
	defer t.Rollback()
	if err := take(ctx, t, begin, steps); err != nil {
		return fmt.Errorf("%w; %w", err, errUnchanged)
	}
	if err := t.Commit(); err != nil { // the disk may have it all the same
		return fmt.Errorf("commit upgrade: %w", err)
	}
	return nil
}

// take reads the version again, as another server may have been faster.
func take(ctx context.Context, t *sql.Tx, begin string, steps []migration) error {
	if _, err := t.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("begin upgrade: %w", err)
	}
	var version int
	if err := t.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&version); err != nil {
		return fmt.Errorf("read version of the schema: %w", err)
	}
	for _, step := range steps[min(version, len(steps)):] {
		if _, err := t.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("upgrade to schema %d: %w", step.version, err)
		}
		if _, err := t.ExecContext(ctx, fmt.Sprintf("INSERT INTO schema_version (version) VALUES (%d)", step.version)); err != nil {
			return fmt.Errorf("upgrade to schema %d: %w", step.version, err)
		}
	}
	return nil
}
