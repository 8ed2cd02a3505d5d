package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"

	"picket"
)

// counting counts the statements that a connection prepares.
type counting struct {
	sqliteConn
	prepared map[string]int
}

func (c counting) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.prepared[query]++
	return c.sqliteConn.PrepareContext(ctx, query)
}

// connection is a connection to an empty database, and how often it prepared each statement.
func connection(t *testing.T) (*conn, map[string]int) {
	t.Helper()
	connector, err := sqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := keeper{connector}.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := made.(*conn)
	prepared := map[string]int{}
	c.sqliteConn = counting{c.sqliteConn, prepared}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, prepared
}

// ask runs a query with a parameter, and returns its rows, open.
func ask(t *testing.T, c *conn, query string, n int64) driver.Rows {
	t.Helper()
	r, err := c.QueryContext(t.Context(), query, []driver.NamedValue{{Ordinal: 1, Value: n}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// answer reads the only row, which must be n.
func answer(t *testing.T, r driver.Rows, n int64) {
	t.Helper()
	got := []driver.Value{nil}
	if err := r.Next(got); err != nil || got[0] != n {
		t.Errorf("got %v, %v, want %d", got[0], err, n)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestStatementsAreKept(t *testing.T) {
	c, prepared := connection(t)
	often := "SELECT ?"
	for i := range int64(5 * maxYoung) {
		answer(t, ask(t, c, often, i), i)
		answer(t, ask(t, c, fmt.Sprintf("SELECT ? + %d", i), 0), i)
		if _, err := c.ExecContext(t.Context(), "PRAGMA cache_size = 100", nil); err != nil {
			t.Fatal(err)
		}
		if kept := len(c.young) + len(c.old); kept > 2*maxYoung {
			t.Fatalf("%d statements are kept", kept)
		}
	}
	if prepared[often] != 1 || prepared["PRAGMA cache_size = 100"] != 1 {
		t.Errorf("what runs all the time was prepared %d and %d times, want once", prepared[often], prepared["PRAGMA cache_size = 100"])
	}
}

func TestStatementInUseIsLeftAlone(t *testing.T) {
	c, _ := connection(t)
	for range 3 {
		first, second := ask(t, c, "SELECT ?", 1), ask(t, c, "SELECT ?", 2)
		answer(t, first, 1)
		answer(t, second, 2)
	}
}

func TestFailedStatementIsNotKept(t *testing.T) {
	c, _ := connection(t)
	for _, q := range []string{"CREATE TABLE t (n INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)"} {
		if _, err := c.ExecContext(t.Context(), q, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.ExecContext(t.Context(), "INSERT INTO t VALUES (1)", nil); err == nil {
		t.Fatal("a key was given twice")
	}
	if _, err := c.ExecContext(t.Context(), "DELETE FROM t", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "INSERT INTO t VALUES (1)", nil); err != nil {
		t.Errorf("after it failed once: %v", err)
	}
}

// TestKindOfNothingKept looks at what no test of a store would: the next transaction may give its number to another kind.
func TestKindOfNothingKept(t *testing.T) {
	s := open(t, t.TempDir())
	add := func(k kindKey, keep error) (id int64) {
		t.Helper()
		err := s.Update(t.Context(), func(begun picket.Tx) (err error) {
			t := begun.(*tx)
			if id, err = t.addKind(k); err != nil {
				return err
			}
			if _, err := t.kinds(); err != nil {
				return err
			}
			return keep
		})
		if !errors.Is(err, keep) {
			t.Fatal(err)
		}
		return id
	}
	lost, kept := kindKey{"Lost", 1}, kindKey{"Kept", 2}
	if a, b := add(lost, context.Canceled), add(kept, nil); a != b {
		t.Fatalf("numbers %d and %d: the test shows nothing", a, b)
	}
	err := s.View(t.Context(), func(begun picket.Tx) error {
		all, err := begun.(*tx).kinds()
		if len(all.rows) != 1 || all.ids[kept] == 0 {
			t.Errorf("got %v, want %v alone", all.rows, kept)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
