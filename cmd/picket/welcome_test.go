package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
