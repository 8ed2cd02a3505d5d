package sqlstore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picket"
	"picket/storetest"
)

func whole(picket.Store) error { return nil }

func TestBackupHoldsOneMoment(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "b.db")
	s := open(t, dir)
	at := func(id string) picket.DocumentKey { return picket.DocumentKey{Kind: "count", ID: id} }
	write := func(n int) {
		err := s.Update(t.Context(), func(tx picket.Tx) error {
			return errors.Join(tx.Documents().Put(at("a"), n), tx.Documents().Put(at("b"), n))
		})
		if err != nil {
			t.Error(err)
		}
	}
	write(0)
	stop, ended := make(chan struct{}), make(chan int)
	go func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				ended <- n
				return
			default:
				write(n)
			}
		}
	}()
	size, err := s.BackUp(t.Context(), file)
	close(stop)
	<-ended
	info, statErr := os.Stat(file)
	if err != nil || statErr != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
		t.Fatalf("size %d, %v, %v, %v", size, info, err, statErr)
	}
	if _, err := s.BackUp(t.Context(), file); picket.ErrorCode(err) != picket.CodeConflict {
		t.Errorf("over another file: %v", err)
	}
	to := filepath.Join(t.TempDir(), "new")
	if err := Restore(t.Context(), to, file, whole); err != nil {
		t.Fatal(err)
	}
	restored := open(t, to)
	var a, b int
	err = restored.View(t.Context(), func(tx picket.Tx) error {
		return errors.Join(tx.Documents().Get(at("a"), &a), tx.Documents().Get(at("b"), &b))
	})
	if err != nil || a != b {
		t.Errorf("a is %d and b %d, %v", a, b, err)
	}
	vacuum, err := "", error(nil)
	if err = restored.write.QueryRow("PRAGMA auto_vacuum").Scan(&vacuum); err != nil || vacuum != "2" {
		t.Errorf("auto_vacuum %s, %v", vacuum, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir)
	s := open(t, dir)
	file := filepath.Join(t.TempDir(), "b.db")
	if _, err := s.BackUp(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := func(change func([]byte) []byte) string {
		name := filepath.Join(t.TempDir(), "other.db")
		if err := os.WriteFile(name, change(append([]byte{}, text...)), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	f := func(dir, file, want string) {
		t.Helper()
		if err := Restore(t.Context(), dir, file, whole); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*"+partial)); len(left) > 0 {
			t.Errorf("%s: left behind", left)
		}
	}
	f(dir, file, "in use by process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f(dir, file, "a backup overwrites no data")
	f(t.TempDir(), other(func([]byte) []byte { return []byte("no database") }), "damaged, or no backup")
	f(t.TempDir(), other(func(b []byte) []byte { return b[:len(b)/2] }), "damaged, or no backup")
	f(t.TempDir(), other(func(b []byte) []byte { clear(b[len(b)/2:]); return b }), "damaged, or no backup")
	f(t.TempDir(), filepath.Join(dir, "none.db"), "no such file")

	newer := open(t, dir)
	if _, err := newer.write.Exec("INSERT INTO schema_version VALUES (99)"); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "newer.db")
	if _, err := newer.BackUp(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	f(t.TempDir(), file, "the database has schema 99")
}

func TestBackupOfPostgreSQLNamesItsTools(t *testing.T) {
	s, err := Open(t.Context(), storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := filepath.Join(t.TempDir(), "b.db")
	if _, err := s.BackUp(t.Context(), file); picket.ErrorCode(err) != picket.CodeBadRequest || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("got %v", err)
	}
}
