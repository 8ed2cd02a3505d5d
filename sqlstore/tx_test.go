package sqlstore

import (
	"testing"

	"picket"
	"picket/storetest"
)

// TestNothingIsWrittenAfterAnError: SQLite takes a whole transaction back where a disk fails, as it does for this trigger, and what is
// written after would stay.
func TestNothingIsWrittenAfterAnError(t *testing.T) {
	f := func(s *Store, fails string) {
		t.Helper()
		put := func(x picket.Tx, id string) error {
			return x.Documents().Put(picket.DocumentKey{Kind: "detector", ID: id}, 7)
		}
		err := s.Update(t.Context(), func(x picket.Tx) error {
			if err := put(x, "before"); err != nil {
				return err
			}
			if _, err := x.(*tx).exec(fails); err == nil {
				t.Error("nothing failed")
			}
			put(x, "after")
			return nil
		})
		if err == nil {
			t.Errorf("%s: the update went well", s.dialect.name)
		}
		if err := s.View(t.Context(), func(x picket.Tx) error {
			left, err := x.Documents().List("detector", "", "", "", 10)
			if len(left) > 0 {
				t.Errorf("%s: %s is written", s.dialect.name, left[0].ID)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}
	s := open(t, t.TempDir())
	if _, err := s.write.Exec("CREATE TRIGGER broken BEFORE INSERT ON traits BEGIN SELECT raise(ROLLBACK, 'broken'); END"); err != nil {
		t.Fatal(err)
	}
	f(s, "INSERT INTO traits (attrs) VALUES ('x')")
	f(open(t, storetest.Postgres(t)), "SELECT 1/0")
}
