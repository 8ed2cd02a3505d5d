package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A cache directory holds, for each feed, NAME.list with the bytes and NAME.meta with the origin. The bytes are written
// first: a meta file whose checksum differs is of an earlier copy and only costs a download.
const (
	bodySuffix = ".list"
	metaSuffix = ".meta"
)

// meta is the origin of a copy.
type meta struct {
	URL     string    `json:"url"`
	Fetched time.Time `json:"fetched"` // when the server last said that the copy is current
	SHA256  string    `json:"sha256"`
	validators

	Tried    time.Time `json:"tried,omitzero"`     // when it was asked last
	Failures int       `json:"failures,omitempty"` // tries since Fetched, all in vain
	Error    string    `json:"error,omitempty"`    // of the last of them
}

// origin returns what is noted of a feed, whether or not it has a copy of that origin.
func origin(dir, name string) (m meta, known bool) {
	text, err := os.ReadFile(filepath.Join(dir, name+metaSuffix))
	return m, err == nil && json.Unmarshal(text, &m) == nil
}

// cached is a copy on disk.
type cached struct {
	path string
	body []byte
	meta meta // zero but for Fetched where the file has none
}

// write replaces the copy of a feed; without a body only its origin.
func write(dir, name string, body []byte, m meta) error {
	if body != nil {
		if err := replace(filepath.Join(dir, name+bodySuffix), body); err != nil {
			return err
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write origin: %w", err)
	}
	return replace(filepath.Join(dir, name+metaSuffix), text)
}

// ErrWrite is returned where a directory can't be written.
var ErrWrite = errors.New("write copy")

// temporary are the names of files that are being written; nobody reads them.
const temporary = ".new-*"

// replace writes a file so that a reader, and a crash, sees the old bytes or the new ones.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), temporary)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	return nil
}

// leftBehind is the age from which what replace was writing is that of one who was killed.
const leftBehind = time.Hour

// tidy removes what was left behind; that it can't is found out by who writes.
func tidy(dir string) {
	found, _ := filepath.Glob(filepath.Join(dir, temporary)) // the pattern is right
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > leftBehind {
			os.Remove(path)
		}
	}
}

// errNoCopy is returned by read for a feed without a file.
var errNoCopy = errors.New("no copy")

// read returns the copy of a feed: NAME.list, else, as people lay out a directory by hand, NAME with any extension.
func read(dir, name string, limit int64) (cached, error) {
	path, err := find(dir, name)
	if err != nil {
		return cached{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return cached{}, fmt.Errorf("read copy: %w", err)
	}
	if info.Size() > limit {
		return cached{}, fmt.Errorf("read copy: %w: %d bytes", ErrTooLarge, info.Size())
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return cached{}, fmt.Errorf("read copy: %w", err)
	}
	c := cached{path: path, body: body, meta: meta{Fetched: info.ModTime()}}
	if m, known := origin(dir, name); known && m.SHA256 == checksum(body) {
		c.meta = m
	}
	return c, nil
}

func find(dir, name string) (string, error) {
	path := filepath.Join(dir, name+bodySuffix)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read copies: %w", err)
	}
	for _, e := range entries {
		stem, extension, _ := strings.Cut(e.Name(), ".")
		if stem == name && !e.IsDir() && "."+extension != metaSuffix {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", errNoCopy
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
