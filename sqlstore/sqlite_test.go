package sqlstore

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"picket"
	"picket/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return open(t, t.TempDir()) })
}

// TestSmallLimits makes every list take the ways that else only long ones take.
func TestSmallLimits(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return limited(open(t, t.TempDir())) })
}

// TestNoneAreFew makes every list and count of a value take the ways that else only those take which many findings have.
func TestNoneAreFew(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store {
		s := limited(open(t, t.TempDir()))
		s.limits.drive, s.limits.count = 0, 0
		return s
	})
}

func TestManyValues(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { storetest.ManyValues(t, open(t, t.TempDir())) })
	t.Run("PostgreSQL", func(t *testing.T) { storetest.ManyValues(t, open(t, storetest.Postgres(t))) })
}

func limited(s *Store) *Store {
	s.limits = limits{drive: 3, count: 2, chunks: 1, taken: 3, scan: 7, traits: 2, values: 4, arms: 4, narrow: 20, largest: 4, likely: 0.9}
	return s
}

func open(t *testing.T, where string) *Store {
	t.Helper()
	s, err := Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestDataSurvives(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new folder", "100%? #1")
	k := picket.DocumentKey{Kind: "detector", ID: "d"}
	s := open(t, dir)
	if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(k, 7) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var n int
	err := open(t, dir).View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Get(k, &n) })
	if err != nil || n != 7 {
		t.Errorf("got %d, %v, want 7", n, err)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := Open(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "in use by process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("got %v, want an error that names this process", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v, want the database, its log and the lock", len(files), err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}

// TestPragmas looks at what no other test would miss: durability, and a file that shrinks when findings expire.
func TestPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	f := func(db *sql.DB, pragma, want string) {
		t.Helper()
		var got string
		if err := db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, %v, want %s", pragma, got, err, want)
		}
	}
	for _, db := range []*sql.DB{s.write, s.read} {
		f(db, "journal_mode", "wal")
		f(db, "auto_vacuum", "2")
	}
	f(s.write, "busy_timeout", busyTimeout)
	f(s.read, "busy_timeout", readTimeout)
	f(s.write, "synchronous", "2")
	f(s.write, "page_size", strconv.Itoa(pageSize))
	f(s.write, "wal_autocheckpoint", "0")
	f(s.write, "journal_size_limit", strconv.Itoa(journalLimit*pageSize))
	f(s.read, "query_only", "1")
}

// TestLocked: an update waits for another program, says so, and stops waiting when it isn't wanted any more.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	other, err := sql.Open("sqlite", "file:"+filepath.Join(dir, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	held, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	update := func(ctx context.Context) { ended <- s.Update(ctx, func(picket.Tx) error { return nil }) }
	go update(ctx)
	for s.Locked().IsZero() {
		runtime.Gosched()
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("it got through")
	}
	go update(t.Context())
	if _, err := held.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || !s.Locked().IsZero() {
		t.Errorf("after the lock: %v, locked since %s", err, s.Locked())
	}
}

// TestTurns: updates that wait are done in the order they asked, so that none waits for others that came after it.
func TestTurns(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		var order []int
		update := func(i int, wait <-chan struct{}) {
			if err := s.Update(t.Context(), func(picket.Tx) error {
				order = append(order, i)
				<-wait
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		first, now := make(chan struct{}), make(chan struct{})
		close(now)
		go update(0, first)
		synctest.Wait()
		for i := range 20 {
			go update(i+1, now)
			synctest.Wait()
		}
		close(first)
		synctest.Wait()
		if len(order) != 21 || !slices.IsSorted(order) {
			t.Errorf("updates were done in the order %d", order)
		}
	})
}

// TestJournal: the log is copied as it grows and begins again, and where readers keep it from that it is emptied.
func TestJournal(t *testing.T) {
	s := open(t, t.TempDir())
	s.journal.length, s.journal.limit, s.journal.wait = 50, 500, time.Millisecond
	length := func() int {
		t.Helper()
		pages, _, err := checkpoint(t.Context(), s.read, "NOOP")
		if err != nil {
			t.Fatal(err)
		}
		return pages
	}
	write := func(times, until int) {
		t.Helper()
		for i := 0; i < times && length() < until; i++ {
			s.journal.copying.Wait()
			text := strings.Repeat(strconv.Itoa(i%10), 100_000) // SQLite doesn't write what it has
			if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, text) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	reading := func(then func()) {
		t.Helper()
		if err := s.View(t.Context(), func(tx picket.Tx) error {
			if err := tx.Documents().Get(key, new(string)); err != nil {
				return err
			}
			then()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		s.journal.copying.Wait()
	}
	write(20, 10_000)
	if pages := length(); pages > 3*s.journal.length {
		t.Errorf("the log has %d pages, want it copied and begun again", pages)
	}
	reading(func() { write(50, 10_000) })
	if pages := length(); pages < 2*s.journal.limit {
		t.Errorf("the log has %d pages after one who read for too long, want more than %d", pages, 2*s.journal.limit)
	}
	write(20, 10_000)
	if pages := length(); pages > 3*s.journal.length {
		t.Errorf("the log has %d pages when nobody reads, want it begun again", pages)
	}
	s.journal.wait = time.Minute
	reading(func() { write(40, s.journal.limit) })
	if pages := length(); pages > 0 {
		t.Errorf("the log has %d pages after one who read, want it emptied", pages)
	}
}
