package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"picket"
)

// partial ends the name of a file that is being written.
const partial = ".partial"

// BackUp copies all that is stored, as it is at one moment, to a file that must not be there: the file is whole or absent.
// Who reads and writes meanwhile doesn't wait. It is for SQLite; PostgreSQL has tools of its own, which the error names.
func (s *Store) BackUp(ctx context.Context, file string) (size int64, err error) {
	if s.lock == nil {
		return 0, &picket.Error{Code: picket.CodeBadRequest, Message: "The data is in PostgreSQL, whose own tools copy it consistently while servers run: " +
			"pg_dump --format=custom --file=picket.dump URL, and pg_restore --dbname=URL picket.dump into an empty database. Keep the master key apart from both."}
	}
	if _, err := os.Lstat(file); err == nil {
		return 0, &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("There is a file %s already, and a backup overwrites none.", file)}
	}
	// The connection that writes would keep all others from writing until the copy is whole.
	db, err := connect(filepath.Join(filepath.Dir(s.lock.Name()), databaseFile), 1, "", readTimeout)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return backup(ctx, db, file)
}

// backup copies a database to a file that must not be there: the file is whole or absent.
func backup(ctx context.Context, db *sql.DB, file string) (size int64, err error) {
	written := file + partial
	f, err := os.OpenFile(written, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer os.Remove(written)
	if err := f.Close(); err != nil {
		return 0, err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", written); err != nil {
		return 0, fmt.Errorf("back up to %s: %w", written, err)
	}
	return put(written, file)
}

// put makes a file that is written the one of another name, which must not be there.
func put(written, file string) (size int64, err error) {
	f, err := os.Open(written)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return 0, fmt.Errorf("write %s: %w", written, err)
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err := os.Link(written, file); err != nil { // unlike a rename it replaces nothing
		return 0, err
	}
	if err := os.Remove(written); err != nil {
		return 0, err
	}
	return info.Size(), syncFolder(filepath.Dir(file))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Restore makes a backup the database of a data directory that has none, if it is whole, no newer than this release, and check
// finds nothing wrong with it. An older schema is brought up to date when the directory is opened.
func Restore(ctx context.Context, dir, file string, check func(picket.Store) error) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create data directory: %w", err)
	}
	held, err := lock(filepath.Join(dir, lockFile))
	if err != nil {
		return fmt.Errorf("lock data directory %s: %w", dir, err)
	}
	defer held.Close()
	database := filepath.Join(dir, databaseFile)
	if old, _ := filepath.Glob(database + "*"); len(old) > 0 {
		return fmt.Errorf("%s is there: a backup overwrites no data; restore into an empty folder, or move the files away", old[0])
	}
	written := database + partial
	defer os.Remove(written)
	if err := copyFile(written, file); err != nil {
		return fmt.Errorf("copy the backup: %w", err)
	}
	if err := checkCopy(ctx, written, check); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	_, err = put(written, database)
	return err
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// checkCopy reads a database that nobody uses.
func checkCopy(ctx context.Context, file string, check func(picket.Store) error) error {
	steps, err := migrationsOf(inSQLite.name)
	if err != nil {
		return err
	}
	db, err := connect(file, 1, "mode=ro&immutable=1&_query_only=1", readTimeout)
	if err != nil {
		return err
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil || found != "ok" {
		return fmt.Errorf("it is damaged, or no backup of picket: %w", cmpErr(err, found))
	}
	var version int
	if err := db.QueryRowContext(ctx, "SELECT max(version) FROM schema_version").Scan(&version); err != nil {
		return fmt.Errorf("it is no backup of picket: %w", err)
	}
	if version > len(steps) {
		return tooNew(version, len(steps))
	}
	c, err := newCodec()
	if err != nil {
		return err
	}
	return check(&Store{dialect: &inSQLite, codec: c, read: db, write: db, updateOptions: &sql.TxOptions{}, turns: make(chan struct{}, 1)})
}

func cmpErr(err error, text string) error {
	if err != nil {
		return err
	}
	return errors.New(text)
}
