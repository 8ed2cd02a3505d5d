package access_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picket/access"
)

func TestMasterKeyIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := access.LoadMasterKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before it is made: %v", err)
	}
	made, err := access.CreateMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := access.CreateMasterKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	loaded, err := access.LoadMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := loaded.Open("key AKIA1", made.Seal("key AKIA1", []byte("secret")))
	if err != nil || string(plain) != "secret" {
		t.Errorf("got %q, %v", plain, err)
	}
	if !bytes.Equal(made.Derive("tokens"), loaded.Derive("tokens")) || bytes.Equal(made.Derive("tokens"), made.Derive("seal")) || len(made.Derive("tokens")) != 32 {
		t.Error("derived keys are not what they should be")
	}
}

func TestMasterKeyFilesAreLookedAt(t *testing.T) {
	f := func(text string, mode fs.FileMode, want string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "master.key")
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := access.LoadMasterKey(path)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q with mode %v: got %v, want …%s…", text, mode, err, want)
		}
	}
	key := strings.Repeat("0f", 32)
	f(key, 0o600, "")
	f(key+"\n", 0o400, "")
	f(key, 0o640, "chmod 600")
	f(key, 0o604, "chmod 600")
	f(key[2:], 0o600, "must hold 64 hex digits")
	f(key[2:]+"zz", 0o600, "must hold 64 hex digits")
	f("", 0o600, "must hold 64 hex digits")
}

func TestSealedOpensOnlyAsItWasSealed(t *testing.T) {
	k := masterKey(t)
	sealed := k.Seal("a", []byte("secret"))
	if bytes.Contains(sealed, []byte("secret")) || bytes.Equal(sealed, k.Seal("a", []byte("secret"))) {
		t.Error("sealed in the open, or the same twice")
	}
	f := func(name string, k *access.MasterKey, as string, sealed []byte) {
		t.Helper()
		if plain, err := k.Open(as, sealed); err == nil {
			t.Errorf("%s: opened as %q", name, plain)
		}
	}
	f("another name", k, "b", sealed)
	f("another key", masterKey(t), "a", sealed)
	f("cut", k, "a", sealed[:len(sealed)-1])
	f("nothing", k, "a", nil)
	changed := bytes.Clone(sealed)
	changed[len(changed)/2] ^= 1
	f("changed", k, "a", changed)
}
