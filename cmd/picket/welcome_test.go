package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picket"
)

// TestFirstAccountComesWithItsKey: a key that can't be kept belongs to nobody, and the next start makes another.
func TestFirstAccountComesWithItsKey(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "credentials")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := openServer(t.Context(), config{Data: data, Regions: []string{home}}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	var out strings.Builder
	if err := s.welcome(t.Context(), deps{out: &out}, "127.0.0.1:8460"); err == nil || !strings.Contains(err.Error(), "keep credentials") {
		t.Errorf("got %v, want that the credentials can't be kept", err)
	}
	if left, _ := filepath.Glob(filepath.Join(data, ".credentials*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := s.welcome(t.Context(), deps{out: &out}, "127.0.0.1:8460"); err != nil || !strings.Contains(out.String(), "This is its first start.") {
		t.Errorf("again: %v, %s", err, out.String())
	}
	keys, err := s.service.Keys(t.Context(), firstAccount.ID)
	if err != nil || len(keys) != 1 {
		t.Fatalf("the first account has %v, %v; want one key", keys, err)
	}
	kept, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(kept), keys[0].ID) {
		t.Fatalf("kept %q, %v; want the key %s", kept, err, keys[0].ID)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept as %v, %v; want mode 600", info, err)
	}
}

// disturbed is a store whose updates go wrong.
type disturbed struct {
	picket.Store
	update func(f func(picket.Tx) error) error
}

func (d disturbed) Update(_ context.Context, f func(picket.Tx) error) error { return d.update(f) }

// TestNoKeyIsKeptThatNobodyHas: whatever happens once the key of the first account is in its file, it is the account's or gone.
func TestNoKeyIsKeptThatNobodyHas(t *testing.T) {
	ctx, full := t.Context(), errors.New("the disk is full")
	undone := func(s *server, f func(picket.Tx) error) error {
		return s.store.Update(ctx, func(tx picket.Tx) error { return cmp.Or(f(tx), full) })
	}
	// do starts a server whose store goes wrong, and returns whether a key is kept and what is said.
	do := func(why string, update func(*server, func(picket.Tx) error) error, want error) (kept bool, said string) {
		t.Helper()
		s, err := openServer(ctx, config{Data: t.TempDir(), Regions: []string{home}}, quiet())
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		s.service.Store = disturbed{s.store, func(f func(picket.Tx) error) error { return update(s, f) }}
		var out strings.Builder
		if err := s.welcome(ctx, deps{out: &out}, "127.0.0.1:8460"); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", why, err, want)
		}
		text, err := os.ReadFile(s.config.path("credentials"))
		if err != nil {
			return false, out.String()
		}
		keys, err := s.service.Keys(ctx, firstAccount.ID)
		if err != nil || len(keys) != 1 || !strings.Contains(string(text), keys[0].ID) {
			t.Errorf("%s: kept %q, and the account has %v, %v", why, text, keys, err)
		}
		return true, out.String()
	}
	if kept, _ := do("a full disk", undone, full); kept {
		t.Error("a full disk: a key is kept")
	}
	kept, said := do("an answer that is lost", func(s *server, f func(picket.Tx) error) error {
		return cmp.Or(s.store.Update(ctx, f), full)
	}, nil)
	if !kept || !strings.Contains(said, "This is its first start.") {
		t.Errorf("an answer that is lost: a key is kept: %v; said %s", kept, said)
	}
	kept, said = do("another server", func(s *server, f func(picket.Tx) error) error {
		if err := undone(s, f); !errors.Is(err, full) {
			return err
		}
		s.service.Store = s.store
		if _, err := s.service.CreateAccount(ctx, firstAccount); err != nil {
			return err
		}
		return s.store.Update(ctx, f)
	}, nil)
	if kept || !strings.Contains(said, "Picket serves") || strings.Contains(said, "first start") {
		t.Errorf("another server: a key is kept: %v; said %s", kept, said)
	}
}
