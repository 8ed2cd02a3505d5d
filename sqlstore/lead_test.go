package sqlstore

import (
	"context"
	"errors"
	"testing"

	"picket/storetest"
)

// TestLead holds that one store at a time leads on a PostgreSQL, and another when that lets go or loses its session.
func TestLead(t *testing.T) {
	url := storetest.Postgres(t)
	first, second := open(t, url), open(t, url)
	release, err := first.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := second.Lead(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("beside the first: got %v, want that it waits", err)
	}
	leads := make(chan func())
	lead := func(s *Store) {
		release, err := s.Lead(t.Context())
		if err != nil {
			t.Error(err)
		}
		leads <- release
	}
	go lead(second)
	release()
	releaseSecond := <-leads

	if elsewhere, err := open(t, storetest.Postgres(t)).Lead(t.Context()); err != nil {
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
	release, err := open(t, t.TempDir()).Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	release()
}
