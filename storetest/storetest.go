// Package storetest holds what every picket.Store must do, as tests that each implementation runs over itself, and starts the
// real PostgreSQL that tests of a store need. It knows the interface only: what one implementation promises beyond it is
// tested beside that one.
package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
)

// Run tests stores; open makes an empty one and closes it at the end of the test.
func Run(t *testing.T, open func(t *testing.T) picket.Store) {
	for _, suite := range []struct {
		name  string
		tests map[string]func(t *testing.T, s picket.Store)
	}{
		{"Transactions", transactionTests},
		{"Documents", documentTests},
		{"Members", memberTests},
		{"Outbox", outboxTests},
		{"Log", logTests},
		{"Audit", auditTests},
		{"Findings", findingTests},
		{"Sharing", sharingTests},
		{"Criteria", map[string]func(t *testing.T, s picket.Store){"mean what they mean in memory": sameMeaning}},
	} {
		t.Run(suite.name, func(t *testing.T) {
			for name, test := range suite.tests {
				t.Run(name, func(t *testing.T) { test(t, open(t)) })
			}
		})
	}
}

// The accounts of tests.
const (
	administrator = "111122223333"
	member        = "444455556666"
	other         = "777788889999"
	region        = "us-east-1"
	elsewhere     = "eu-west-1"
)

// update runs f in a transaction that must succeed.
func update(t *testing.T, s picket.Store, f func(tx picket.Tx)) {
	t.Helper()
	must(t, s.Update(t.Context(), func(tx picket.Tx) error { f(tx); return nil }))
}

// view runs f on a snapshot.
func view(t *testing.T, s picket.Store, f func(tx picket.Tx)) {
	t.Helper()
	must(t, s.View(t.Context(), func(tx picket.Tx) error { f(tx); return nil }))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ok takes the results of a call that must succeed: ok(f())(t) is what f returned.
func ok[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// same compares.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// notFound wants an error with CodeNotFound.
func notFound(t *testing.T, err error) {
	t.Helper()
	if picket.ErrorCode(err) != picket.CodeNotFound {
		t.Errorf("got error %v, want one with code %s", err, picket.CodeNotFound)
	}
}

var transactionTests = map[string]func(t *testing.T, s picket.Store){
	"an error undoes all": func(t *testing.T, s picket.Store) {
		mine := errors.New("mine")
		err := s.Update(t.Context(), func(tx picket.Tx) error {
			must(t, tx.Documents().Put(key("detector", member, region, "d"), 1))
			must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "mail", ID: "m", Body: []byte("1")}))
			return mine
		})
		if !errors.Is(err, mine) {
			t.Errorf("got error %v, want f's own", err)
		}
		view(t, s, func(tx picket.Tx) {
			var n int
			notFound(t, tx.Documents().Get(key("detector", member, region, "d"), &n))
			_, err := tx.Outbox().Get("mail", "m")
			notFound(t, err)
		})
	},
	"a panic undoes all": func(t *testing.T, s picket.Store) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			s.Update(t.Context(), func(tx picket.Tx) error {
				must(t, tx.Documents().Put(key("detector", member, region, "d"), 1))
				panic("mine")
			})
		}()
		update(t, s, func(tx picket.Tx) {
			var n int
			notFound(t, tx.Documents().Get(key("detector", member, region, "d"), &n))
		})
	},
	"a view is one snapshot, and can't write": func(t *testing.T, s picket.Store) {
		k := key("detector", member, region, "d")
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(k, 1)) })
		view(t, s, func(tx picket.Tx) {
			var before, after int
			must(t, tx.Documents().Get(k, &before))
			update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(k, 2)) })
			must(t, tx.Documents().Get(k, &after))
			if before != 1 || after != 1 {
				t.Errorf("read %d, then %d, want 1 both times", before, after)
			}
		})
		if err := s.View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(k, 3) }); err == nil {
			t.Error("a view wrote")
		}
		view(t, s, func(tx picket.Tx) {
			var n int
			must(t, tx.Documents().Get(k, &n))
			same(t, "document", n, 2)
		})
	},
	"updates at once are as if one after the other": func(t *testing.T, s picket.Store) {
		const workers, rounds = 4, 10
		k := key("counter", member, region, "c")
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(k, 0)) })
		done := make(chan error)
		for range workers {
			go func() {
				var err error
				for range rounds {
					err = errors.Join(err, s.Update(context.Background(), func(tx picket.Tx) error { return increment(tx, k) }))
				}
				done <- err
			}()
		}
		for range workers {
			must(t, <-done)
		}
		view(t, s, func(tx picket.Tx) {
			var n int
			must(t, tx.Documents().Get(k, &n))
			same(t, "count", n, workers*rounds)
		})
	},
	"a cancelled context ends it": func(t *testing.T, s picket.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Update(ctx, func(tx picket.Tx) error {
			must(t, tx.Documents().Put(key("detector", member, region, "d"), 1))
			cancel()
			return nil
		})
		if err == nil {
			t.Error("it was committed")
		}
		update(t, s, func(tx picket.Tx) {
			var n int
			notFound(t, tx.Documents().Get(key("detector", member, region, "d"), &n))
		})
	},
	"a view that was given up, failed or panicked leaves nothing behind": func(t *testing.T, s picket.Store) {
		k := key("detector", member, region, "d")
		for i := range 40 { // more than there are connections
			update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(k, i)) })
			var n int
			ctx, cancel := context.WithCancel(t.Context())
			err := s.View(ctx, func(tx picket.Tx) error {
				must(t, tx.Documents().Get(k, &n))
				cancel()
				return tx.Documents().Get(k, &n)
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want that the context was cancelled", err)
			}
			mine := errors.New("mine")
			if err := s.View(t.Context(), func(tx picket.Tx) error { return mine }); !errors.Is(err, mine) {
				t.Fatalf("got %v, want f's own", err)
			}
			func() {
				defer func() { _ = recover() }()
				_ = s.View(t.Context(), func(tx picket.Tx) error { panic("mine") })
			}()
			view(t, s, func(tx picket.Tx) { must(t, tx.Documents().Get(k, &n)) })
			same(t, "document", n, i)
		}
	},
}

func increment(tx picket.Tx, k picket.DocumentKey) error {
	var n int
	if err := tx.Documents().Get(k, &n); err != nil {
		return err
	}
	return tx.Documents().Put(k, n+1)
}

func key(kind, account, region, id string) picket.DocumentKey {
	return picket.DocumentKey{Kind: kind, Account: account, Region: region, ID: id}
}
