package sqlstore

import (
	"context"
	"errors"
	"strings"
	"testing"

	"picket"
	"picket/storetest"
)

// TestLead holds that one store at a time leads on a PostgreSQL, and another when that lets go or loses its session.
func TestLead(t *testing.T) {
	url := storetest.Postgres(t)
	first, second := open(t, url), open(t, url)
	release, err := first.Lead(t.Context(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	if _, err := second.Lead(gone, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("beside the first: got %v, want that it waits", err)
	}
	leads := make(chan func())
	lead := func(s *Store) {
		for {
			if release, err := s.Lead(t.Context(), func() {}); err == nil || t.Context().Err() != nil {
				leads <- release
				return
			} // its session was ended
		}
	}
	go lead(second)
	release()
	releaseSecond := <-leads

	if elsewhere, err := open(t, storetest.Postgres(t)).Lead(t.Context(), func() {}); err != nil {
		t.Error(err)
	} else {
		elsewhere() // another schema is another store
	}
	go lead(first)
	for lost := false; !lost; {
		if _, err := second.read.Exec(`SELECT pg_terminate_backend(pid) FROM pg_locks
			WHERE locktype = 'advisory' AND objid = hashtext(current_schema())::bigint & 4294967295`); err != nil {
			t.Fatal(err)
		}
		select {
		case release := <-leads:
			lost = true
			release()
		default:
		}
	}
	releaseSecond()
}

func TestLeadOfAFolder(t *testing.T) {
	release, err := open(t, t.TempDir()).Lead(t.Context(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	release()
}

// TestQuiesce holds that an update which began before a term does is known to who begins it, or refused.
func TestQuiesce(t *testing.T) {
	url := storetest.Postgres(t)
	first, second := open(t, url), open(t, url)
	began, end := make(chan bool), make(chan bool)
	updated, quiet := make(chan error, 1), make(chan error, 1)
	go func() {
		updated <- first.Update(t.Context(), func(tx picket.Tx) error {
			close(began)
			<-end
			return tx.Documents().Put(key, 7)
		})
	}()
	<-began
	go func() { quiet <- second.Quiesce(t.Context()) }()
	for waits := 0; waits == 0; {
		if err := first.read.QueryRow("SELECT count(*) FROM pg_locks WHERE relation = 'writers'::regclass AND NOT granted").Scan(&waits); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-quiet:
			t.Fatalf("it did not wait, and returned %v", err)
		default:
		}
	}
	close(end)
	if err := errors.Join(<-updated, <-quiet); err != nil {
		t.Error(err)
	}
}

// TestLockThatIsNeverFreed holds that an update does not wait for ever for a transaction that some process left behind.
func TestLockThatIsNeverFreed(t *testing.T) {
	url := storetest.Postgres(t)
	left, err := open(t, url).read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer left.Rollback()
	if _, err := left.Exec("LOCK TABLE writers IN EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	err = open(t, url+"&lock_timeout=1").Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, 7) })
	if err == nil || !strings.Contains(err.Error(), "lock timeout") {
		t.Errorf("got %v", err)
	}
}
