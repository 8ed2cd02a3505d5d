package sqlstore

import (
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

func TestPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return open(t, storetest.Postgres(t)) })
}

func TestSmallLimitsOnPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) picket.Store { return limited(open(t, storetest.Postgres(t))) })
}
