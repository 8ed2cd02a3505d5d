package s3

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"picket/scan"
)

// Keep makes objects leave a copy in dir when they are read to their end, and read that copy the next time: a scan that was
// interrupted goes on without fetching anything twice. A copy belongs to an object's name and version; an object that
// changed is fetched anew. The folder may be deleted at any time.
func Keep(objects []scan.Object, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep objects: %w", err)
	}
	for i := range objects {
		o := &objects[i]
		name := sha256.Sum256([]byte(o.Name + "\x00" + o.Version))
		path, fetch, size := filepath.Join(dir, hex.EncodeToString(name[:])), o.Open, o.Size
		o.Open = func(ctx context.Context) (io.ReadCloser, error) {
			if f, err := os.Open(path); err == nil {
				return f, nil
			}
			body, err := fetch(ctx)
			if err != nil {
				return nil, err
			}
			copied, err := os.CreateTemp(dir, "part-*")
			if err != nil {
				return nil, errors.Join(fmt.Errorf("keep objects: %w", err), body.Close())
			}
			return &keeper{body: body, part: copied, path: path, missing: size}, nil
		}
	}
	return nil
}

// keeper copies what is read, and keeps the copy if all was.
type keeper struct {
	body    io.ReadCloser
	part    *os.File
	path    string
	missing int64
	failed  error // of writing the copy; the object is read all the same
}

// Read implements io.Reader.
func (k *keeper) Read(p []byte) (int, error) {
	n, err := k.body.Read(p)
	if k.failed == nil {
		_, k.failed = k.part.Write(p[:n])
	}
	k.missing -= int64(n)
	return n, err
}

// Close implements io.Closer.
func (k *keeper) Close() error {
	err := errors.Join(k.failed, k.part.Close(), k.body.Close())
	if err == nil && k.missing == 0 {
		return os.Rename(k.part.Name(), k.path)
	}
	return errors.Join(err, os.Remove(k.part.Name()))
}
