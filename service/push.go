package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/event"
)

// Pushes is the source of what accounts push by themselves.
const Pushes = "push"

// Push is log records that are handed to the server.
type Push struct {
	Source  string   // Pushes, or a source's id
	Request string   // tells this push from others of the source; a second one does nothing
	Account string   // whose records these are
	Only    bool     // records that name another account are refused
	Region  string   // of records that name none
	Format  string   // column names of flow records without a header line
	Records [][]byte // each as in a file of its own
}

// Bounds of what is pushed.
const (
	maxPushed     = 256 << 10        // bytes of records in a message, but for a record that is larger by itself
	maxPacked     = 2 << 20          // bytes of a message, packed
	maxPushWait   = 4000             // messages of a partition that may wait to be applied
	maxPushWaits  = 16 * maxPushWait // of all
	pushRemember  = 24 * time.Hour
	pushedKind    = "pushed"
	sourceKeyKind = "source-key"
)

// pushed notes a push that is in the log.
type pushed struct {
	At int64 `json:"at"` // milliseconds since the epoch
}

// PutRecords brings records to the log. They are durable when it returns nil.
func (s *Service) PutRecords(ctx context.Context, p Push) error {
	messages, err := p.messages(s.now() / 1000)
	if err != nil {
		return err
	}
	part := picket.PartitionOf(p.Account)
	if p.Account == "" {
		part = picket.PartitionOf(p.Source)
	}
	noted := picket.DocumentKey{Kind: pushedKind, Account: p.Account, ID: p.Source + "/" + p.Request}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := get[pushed](tx, noted); picket.ErrorCode(err) != picket.CodeNotFound {
			return err
		}
		if err := roomFor(tx, part); err != nil {
			return err
		}
		if err := tx.Log().Append(part, messages...); err != nil {
			return err
		}
		if err := tx.Documents().Put(noted, pushed{s.now()}); err != nil {
			return err
		}
		return s.Brought(tx, p.Source, len(messages))
	})
}

// HavePushes reports whether an account ever pushed records by itself.
func (s *Service) HavePushes(ctx context.Context) (bool, error) {
	p, err := view(ctx, s, func(tx picket.Tx) (progress, error) { return progressOf(tx, Pushes) })
	return p.Objects > 0, err
}

// roomFor refuses a push while too much waits to be applied in its partition, as who pushes more than is read must not stop everybody's
// pushes, or in all together, as a reader that stands still must not fill the disk.
func roomFor(tx picket.Tx, part int) error {
	parts, err := tx.Log().Partitions()
	var own, all int64
	for _, p := range parts {
		n := p.Last - p.Applied
		if all += n; p.Number == part {
			own = n
		}
	}
	if err == nil && (own > maxPushWait || all > maxPushWaits) {
		return &picket.Error{Code: picket.CodeThrottling, Message: "The server is behind with reading. Push again later."}
	}
	return err
}

// messages packs the records.
func (p *Push) messages(delivered int64) ([]picket.Message, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	var out []picket.Message
	var some []byte
	end := func() error {
		if len(some) == 0 {
			return nil
		}
		packed := e.EncodeAll(some, nil)
		if len(packed) > maxPacked {
			return invalid("A record is too large to be pushed: packed it has %d bytes, and at most %d can be.", len(packed), maxPacked)
		}
		out = append(out, picket.Message{Object: &picket.LogObject{
			Source: p.Source, Name: p.Source + "/" + p.Request, Inline: packed, Account: p.Account, Only: p.Only, Region: p.Region,
			FlowFormat: p.Format, Delivered: delivered,
		}})
		some = some[:0]
		return nil
	}
	for _, r := range p.Records {
		if event.Binary(r) { // its beginning says how all of a message is read
			if err := end(); err != nil {
				return nil, err
			}
			some = append(some, r...)
			if err := end(); err != nil {
				return nil, err
			}
			continue
		}
		if r = bytes.TrimSpace(r); len(r) == 0 {
			continue
		}
		if len(some)+len(r) > maxPushed {
			if err := end(); err != nil {
				return nil, err
			}
		}
		some = append(append(some, r...), '\n')
	}
	return out, end()
}

// storedSourceKey is what a pusher's access key is known by.
type storedSourceKey struct {
	Sum []byte `json:"sum"` // SHA-256; the key is long, so that nobody can guess it from that
}

// newSourceKey makes the access key of a source that is pushed to.
func newSourceKey(tx picket.Tx, id string) (string, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	key := base64.RawURLEncoding.EncodeToString(secret)
	return key, putSourceKey(tx, id, key)
}

func putSourceKey(tx picket.Tx, id, key string) error {
	sum := sha256.Sum256([]byte(key))
	return tx.Documents().Put(picket.DocumentKey{Kind: sourceKeyKind, ID: id}, storedSourceKey{sum[:]})
}

// PushSource returns a source that is pushed to, if key is its access key.
func (s *Service) PushSource(ctx context.Context, id, key string) (Source, error) {
	return view(ctx, s, func(tx picket.Tx) (Source, error) {
		refused := &picket.Error{Code: picket.CodeAccessDenied, Message: "The access key is not that of a source which is pushed to."}
		stored, err := get[storedSourceKey](tx, picket.DocumentKey{Kind: sourceKeyKind, ID: id})
		if picket.ErrorCode(err) == picket.CodeNotFound {
			return Source{}, refused
		}
		if err != nil {
			return Source{}, err
		}
		if sum := sha256.Sum256([]byte(key)); subtle.ConstantTimeCompare(sum[:], stored.Sum) != 1 {
			return Source{}, refused
		}
		return sourceOf(tx, id)
	})
}
