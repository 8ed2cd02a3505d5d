package sqlstore

import (
	"fmt"
	"testing"

	"picket"
	"picket/storetest"
)

func TestServersStartTogether(t *testing.T) {
	url := storetest.Postgres(t)
	done := make(chan error)
	for range 4 {
		go func() {
			s, err := Open(t.Context(), url)
			if err == nil {
				err = s.Close()
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestUpgradeOnPostgreSQLIsBackedUp: what an upgrade threw away stands in a schema beside.
func TestUpgradeOnPostgreSQLIsBackedUp(t *testing.T) {
	url := storetest.Postgres(t)
	seed(t, url)
	steps, err := migrationsOf("postgres")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // servers that start together
		s := &Store{dialect: &inPostgres}
		t.Cleanup(func() { s.Close() })
		if err := s.openURL(t.Context(), url, append(steps, migration{len(steps) + 1, "DROP TABLE documents"})); err != nil {
			t.Fatal(err)
		}
		if seeded(t, s) {
			t.Error("the old table is still there")
		}
		var kept int
		q := fmt.Sprintf(`SELECT count(*) FROM %s_schema_%d.documents`, schemaOf(t, s), len(steps))
		if err := s.read.QueryRow(q).Scan(&kept); err != nil || kept != 1 {
			t.Errorf("the copy has %d documents, %v", kept, err)
		}
	}
}

func schemaOf(t *testing.T, s *Store) (name string) {
	t.Helper()
	if err := s.read.QueryRow("SELECT current_schema()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestUpdateRunsTwiceAtMost makes two updates that must not both be the first to see what they see.
func TestUpdateRunsTwiceAtMost(t *testing.T) {
	s := open(t, storetest.Postgres(t))
	runs := 0
	err := s.Update(t.Context(), func(tx picket.Tx) error {
		runs++
		docs, err := tx.Documents().List("detector", "", "", "", 9)
		if err != nil {
			return err
		}
		if runs == 1 {
			if err := s.Update(t.Context(), func(tx picket.Tx) error {
				if _, err := tx.Documents().List("detector", "", "", "", 9); err != nil {
					return err
				}
				return tx.Documents().Put(key, 7)
			}); err != nil {
				return err
			}
		}
		// The caller's own view of the error is not asked for.
		_ = tx.Documents().Put(picket.DocumentKey{Kind: "detector", ID: "e"}, len(docs))
		return nil
	})
	if err != nil || runs != 2 {
		t.Errorf("ran %d times and returned %v, want twice and no error", runs, err)
	}
	var n int
	err = s.View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Get(picket.DocumentKey{Kind: "detector", ID: "e"}, &n) })
	if err != nil || n != 1 {
		t.Errorf("it saw %d documents, %v, want the other update's", n, err)
	}
}

// TestUpdateRunsAgain makes an update wait too long for another's lock, and pause so long that its session is ended.
func TestUpdateRunsAgain(t *testing.T) {
	url := storetest.Postgres(t)
	other := open(t, url)
	type inTheWay func(*tx) (end func() error) // of one run
	f := func(name string, s *Store, ways ...inTheWay) {
		t.Helper()
		runs := 0
		err := s.Update(t.Context(), func(t picket.Tx) error {
			if runs++; runs <= len(ways) {
				defer ways[runs-1](t.(*tx))()
			}
			// The caller's own view of the error is not asked for.
			_ = t.Documents().Put(key, runs)
			return nil
		})
		if err != nil || runs != len(ways)+1 {
			t.Errorf("%s: ran %d times and returned %v, want %d times and no error", name, runs, err, len(ways)+1)
		}
	}
	seed(t, url)
	lock := func(*tx) func() error {
		left, err := other.read.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := left.Exec("SELECT * FROM documents FOR UPDATE"); err != nil {
			t.Fatal(err)
		}
		return left.Rollback
	}
	impatient := open(t, url+"&lock_timeout=1")
	f("a lock", impatient, lock)
	f("a conflict and a lock", impatient, func(tx *tx) func() error {
		_, _ = tx.exec("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$")
		return func() error { return nil }
	}, lock)
	f("a pause", open(t, url), func(tx *tx) func() error {
		pid, err := row(tx, "session", value[int], "SELECT pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.exec("SET idle_in_transaction_session_timeout = 1"); err != nil {
			t.Fatal(err)
		}
		for there := true; there; {
			if err := other.read.QueryRow("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", pid).Scan(&there); err != nil {
				t.Fatal(err)
			}
		}
		return func() error { return nil }
	})
}

func TestAnotherServerWrites(t *testing.T) {
	url := storetest.Postgres(t)
	s, other := open(t, url), open(t, url)
	none := []picket.Document{{DocumentKey: key}}
	unchanged, now, err := s.Unchanged(t.Context(), none, 0)
	if err != nil || !unchanged {
		t.Fatal(unchanged, err)
	}
	if err := other.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, 7) }); err != nil {
		t.Fatal(err)
	}
	if unchanged, _, err = s.Unchanged(t.Context(), none, now); err != nil || unchanged {
		t.Errorf("unchanged is %v, %v, after another server wrote", unchanged, err)
	}
}

func TestPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return open(t, storetest.Postgres(t)) })
}

func TestSmallLimitsOnPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return limited(open(t, storetest.Postgres(t))) })
}
