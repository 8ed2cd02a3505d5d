package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"picket"
)

// Bounds of one transfer.
const (
	maxObject = 4 << 30   // bytes; more would not be read to its end
	slowest   = 128 << 10 // bytes a second
)

// Open implements pipeline.Source. The object is fetched whole, to a file that has no name, before any of it is handed on:
// what is cut short or damaged can be fetched again, and none of its records is read twice.
func (b *Bucket) Open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	key, ok := strings.CutPrefix(o.Name, "s3://"+b.Name+"/")
	switch {
	case !ok:
		return nil, fmt.Errorf("%s: %w in bucket %s", o.Name, fs.ErrNotExist, b.Name)
	case o.To > maxObject:
		return nil, fmt.Errorf("%s: %d bytes, and at most %d are read", o.Name, o.To, int64(maxObject))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute+time.Duration(o.To/slowest)*time.Second)
	defer cancel()
	out, err := b.Client.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.Name, Key: &key, IfMatch: &o.Version})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Name, gone(err))
	}
	defer out.Body.Close()
	spool, err := newSpool()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(spool, io.LimitReader(out.Body, o.To+1))
	if err == nil && n != o.To {
		err = fmt.Errorf("got %d bytes of %d", n, o.To)
	}
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", o.Name, err), spool.Close())
	}
	return spool, nil
}

// gone tells what will never be there again, and what is refused, from what may come.
func gone(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "NoSuchKey", "PreconditionFailed", "NotFound":
			return fmt.Errorf("%w as it was: %w", fs.ErrNotExist, plain(err))
		}
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() == http.StatusForbidden {
		return fmt.Errorf("%w: %w", fs.ErrPermission, plain(err))
	}
	return plain(err)
}

// spool is a file that is gone when it is closed, or the process ends.
type spool struct{ *os.File }

func newSpool() (spool, error) {
	f, err := os.CreateTemp("", "picket-object-*")
	if err != nil {
		return spool{}, fmt.Errorf("spool object: %w", err)
	}
	os.Remove(f.Name()) // where open files can be
	return spool{f}, nil
}

// Close implements io.Closer.
func (s spool) Close() error {
	err := s.File.Close()
	os.Remove(s.Name())
	return err
}
