package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// MasterKey encrypts what must not be read in the database, and signs what clients keep for the server.
type MasterKey struct {
	bytes []byte
	aead  cipher.AEAD
}

const masterKeySize = 32

// LoadMasterKey reads a key file. It refuses one that others than its owner may read or write.
func LoadMasterKey(path string) (*MasterKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read master key: others than its owner may use %s (mode %04o): chmod 600 it, and if it may have been read, make a new one", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != masterKeySize {
		return nil, fmt.Errorf("read master key: %s must hold %d hex digits", path, 2*masterKeySize)
	}
	return newMasterKey(key)
}

// CreateMasterKey makes a new key and writes it to a file that must not be there yet. The file is whole or absent, even
// after a crash.
func CreateMasterKey(path string) (*MasterKey, error) {
	key := make([]byte, masterKeySize)
	rand.Read(key)
	f, err := os.CreateTemp(filepath.Dir(path), ".master-key-*") // with mode 0600
	if err != nil {
		return nil, fmt.Errorf("create master key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintln(f, hex.EncodeToString(key))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Link(f.Name(), path) // unlike a rename it never replaces a key
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("create master key: %w", err)
	}
	return newMasterKey(key)
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func newMasterKey(key []byte) (*MasterKey, error) {
	k := &MasterKey{bytes: key}
	block, err := aes.NewCipher(k.Derive("seal"))
	if err != nil {
		return nil, fmt.Errorf("use master key: %w", err)
	}
	if k.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, fmt.Errorf("use master key: %w", err)
	}
	return k, nil
}

// Derive returns a key of 32 bytes for a purpose: the same every time, and telling nothing of those for other purposes.
func (k *MasterKey) Derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.bytes, nil, "picket "+purpose, 32)
	if err != nil {
		panic("BUG: derive key: " + err.Error())
	}
	return key
}

// Seal encrypts plain. What it returns opens only under the same name: a sealed secret can't be passed off as another's.
func (k *MasterKey) Seal(name string, plain []byte) []byte {
	return k.aead.Seal(nil, nil, plain, []byte(name))
}

// Open decrypts what Seal made under a name. It fails for anything else.
func (k *MasterKey) Open(name string, sealed []byte) ([]byte, error) {
	plain, err := k.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("open %s: sealed with another master key, or changed since: %w", name, err)
	}
	return plain, nil
}
