package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picket/access"
)

// Data without its master key is of no use: the server says so instead of making another.
func TestMasterKeyStaysWithItsData(t *testing.T) {
	data := t.TempDir()
	open := func() error {
		s, err := openServer(t.Context(), config{Data: data, Regions: []string{"us-east-1"}}, quiet())
		if err != nil {
			return err
		}
		return s.close()
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("again: %v", err)
	}
	key := filepath.Join(data, masterKeyName)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), key) {
		t.Errorf("without its key: %v", err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a new key was made")
	}
	if _, err := access.CreateMasterKey(key); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "another master key") {
		t.Errorf("with another key: %v", err)
	}
}
