package sqlstore

import (
	"path/filepath"
	"strings"
	"testing"

	"picket"
)

// withSteps opens the database in dir with other migrations than the release's.
func withSteps(t *testing.T, dir string, steps []migration) (*Store, error) {
	t.Helper()
	s := &Store{dialect: &inSQLite}
	t.Cleanup(func() { s.Close() })
	return s, s.openFile(t.Context(), filepath.Join(dir, databaseFile), steps)
}

func releaseSteps(t *testing.T) []migration {
	t.Helper()
	steps, err := migrationsOf("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

var key = picket.DocumentKey{Kind: "detector", ID: "d"}

// seed makes a database of this release with a document in it.
func seed(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir)
	if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, 7) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func seeded(t *testing.T, s *Store) bool {
	t.Helper()
	var n int
	err := s.View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Get(key, &n) })
	return err == nil && n == 7
}

func backups(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "picket-schema-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestUpgradeIsBackedUp(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir)
	if b := backups(t, dir); len(b) != 0 {
		t.Errorf("backed up an empty database: %v", b)
	}
	now := releaseSteps(t)
	s, err := withSteps(t, dir, append(now, migration{len(now) + 1, "DROP TABLE documents; CREATE TABLE more (a TEXT);"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO more VALUES ('x')"); err != nil {
		t.Errorf("not upgraded: %v", err)
	}
	if seeded(t, s) {
		t.Error("the old table is still there")
	}
	names := backups(t, dir)
	if len(names) != 1 {
		t.Fatalf("%d backups, want one", len(names))
	}
	copied := &Store{dialect: s.dialect}
	t.Cleanup(func() { copied.Close() })
	if err := copied.openFile(t.Context(), names[0], now); err != nil {
		t.Fatal(err)
	}
	if !seeded(t, copied) {
		t.Error("the backup lacks what was stored")
	}
}

func TestFailedUpgradeChangesNothing(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir)
	now := releaseSteps(t)
	n := len(now)
	_, err := withSteps(t, dir, append(now, migration{n + 1, "DROP TABLE documents"}, migration{n + 2, "no SQL"}))
	if err == nil || !strings.Contains(err.Error(), "upgrade to schema") {
		t.Errorf("got %v, want an error that names the schema", err)
	}
	s, err := withSteps(t, dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if !seeded(t, s) {
		t.Error("the document is gone")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	now := releaseSteps(t)
	s, err := withSteps(t, dir, append(now, migration{len(now) + 1, "CREATE TABLE more (a TEXT)"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "a newer release wrote it") {
		t.Errorf("got %v, want a refusal", err)
	}
	if b := backups(t, dir); len(b) != 0 {
		t.Errorf("backed up what was refused: %v", b)
	}
}
