package sqlstore

import (
	"fmt"
	"strings"
	"testing"

	"picket"
)

// TestNothingIsWrittenAfterAnError: SQLite takes a whole transaction back where a disk fails, as it does for this trigger, and what is
// written after would stay. The error is told with the act, unless the caller made something else of it.
func TestNothingIsWrittenAfterAnError(t *testing.T) {
	s := open(t, t.TempDir())
	if _, err := s.write.Exec("CREATE TRIGGER broken BEFORE INSERT ON traits BEGIN SELECT raise(ROLLBACK, 'broken'); END"); err != nil {
		t.Fatal(err)
	}
	f := func(want string, made func(error) error) {
		t.Helper()
		put := func(x picket.Tx, id string) error {
			return x.Documents().Put(picket.DocumentKey{Kind: "detector", ID: id}, 7)
		}
		err := s.Update(t.Context(), func(x picket.Tx) error {
			if err := put(x, "before"); err != nil {
				return err
			}
			_, err := x.(*tx).exec("INSERT INTO traits (attrs) VALUES ('x')")
			put(x, "after")
			return made(err)
		})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s…", err, want)
		}
		if err := s.View(t.Context(), func(x picket.Tx) error {
			left, err := x.Documents().List("detector", "", "", "", 10)
			if len(left) > 0 {
				t.Errorf("%s is written", left[0].ID)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}
	f("constraint failed: broken", func(error) error { return nil })
	f("constraint failed: broken", func(error) error { return picket.ErrUnreadable })
	f("add a trait: constraint failed: broken", func(err error) error { return fmt.Errorf("add a trait: %w", err) })
}
