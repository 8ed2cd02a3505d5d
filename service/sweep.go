package service

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"picket"
)

// retention is how long a finding is kept after its last update, unless Settings say otherwise.
const retention = 90 * 24 * time.Hour

// sweepBatch bounds a transaction of a sweep, so that it holds nobody up.
const sweepBatch = 500

// Sweep removes what is past its time: findings and what could not be read for long, closed accounts, client tokens, and lists that
// were deleted. It finishes what a stop of the server interrupted, and has objects read again that could not be opened. It is for
// the server to call every few minutes.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		n, err := update(ctx, s, func(tx picket.Tx) (int, error) {
			return tx.Findings().Expire(s.now()-cmp.Or(s.Settings.Retention, retention).Milliseconds(), sweepBatch)
		})
		if err != nil {
			return fmt.Errorf("expire findings: %w", err)
		}
		if n < sweepBatch {
			break
		}
	}
	if err := s.findIdleFilters(ctx); err != nil {
		return err
	}
	if err := s.forgetClosed(ctx); err != nil {
		return err
	}
	if err := s.finishApplying(ctx); err != nil {
		return err
	}
	old := func(at, life int64) bool { return at != 0 && at < s.now()-life }
	if err := sweep(ctx, s, onceKind, func(o outcome) bool { return old(o.At, tokenLife) }); err != nil {
		return err
	}
	if err := sweep(ctx, s, pushedKind, func(p pushed) bool { return old(p.At, pushRemember.Milliseconds()) }); err != nil {
		return err
	}
	if err := sweep(ctx, s, unreadKind, func(u Unread) bool { return old(u.At, retention.Milliseconds()) }); err != nil {
		return err
	}
	if err := sweep(ctx, s, unreadObjectKind, func(o unreadObject) bool { return old(o.At, retention.Milliseconds()) }); err != nil {
		return err
	}
	if err := sweep(ctx, s, markerKind, func(m marker) bool { return old(m.At, retention.Milliseconds()) }); err != nil {
		return err
	}
	if err := sweep(ctx, s, sessionKind, func(o Session) bool { return o.ExpiresAt <= s.now() }); err != nil {
		return err
	}
	for _, kind := range setKinds {
		if err := sweep(ctx, s, kind.document(), func(l set) bool { return old(l.DeletedAt, afterlife) }); err != nil {
			return err
		}
	}
	if err := s.retryUnread(ctx); err != nil {
		return err
	}
	return s.forgetVersions(ctx)
}

// sweep deletes the documents of a kind that are done.
func sweep[T any](ctx context.Context, s *Service, kind string, done func(T) bool) error {
	var after picket.DocumentKey
	for more := true; more; {
		err := s.Store.Update(ctx, func(tx picket.Tx) error {
			docs, err := tx.Documents().All(kind, after, sweepBatch)
			if err != nil {
				return err
			}
			for _, d := range docs {
				var doc T
				if err := json.Unmarshal(d.Body, &doc); err != nil {
					return fmt.Errorf("read %s %s: %w", kind, d.ID, err)
				}
				if done(doc) {
					if err := tx.Documents().Delete(d.DocumentKey); err != nil {
						return err
					}
				}
				after = d.DocumentKey
			}
			more = len(docs) == sweepBatch
			return nil
		})
		if err != nil {
			return fmt.Errorf("sweep %s: %w", kind, err)
		}
	}
	return nil
}
