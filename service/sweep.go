package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"picket"
	"picket/mail"
)

// retention is how long a finding is kept after its last update, unless Settings say otherwise.
const retention = 90 * 24 * time.Hour

// sweepBatch bounds a transaction of a sweep, so that it holds nobody up.
const sweepBatch = 500

// Sweep removes what is past its time: findings and what could not be read for long, closed accounts, client tokens, and lists that
// were deleted. It finishes what a stop of the server interrupted, enrols accounts of organizations that could not be before, accepts
// invitations of trusted inviters that could not be, and has objects read again that could not be opened. What can't be read in the store is left and told, and holds up nothing else. It is for
// the server to call every few minutes.
func (s *Service) Sweep(ctx context.Context) error {
	old := func(at, life int64) bool { return at != 0 && at < s.now()-life }
	steps := []func(context.Context) error{
		s.expireFindings, s.findIdleFilters, s.forgetClosed,
		finisher(s, applyKind, s.applyToAll), finisher(s, takeOverKind, s.takeOver), finisher(s, dismissKind, s.dismiss),
		finisher(s, tellKind, s.tellOfAccount), finisher(s, applyRulesKind, s.applyRules), s.enrolLate, s.acceptLate,
		sweeper(s, onceKind, func(o outcome) bool { return old(o.At, tokenLife) }),
		sweeper(s, pushedKind, func(p pushed) bool { return old(p.At, pushRemember.Milliseconds()) }),
		sweeper(s, unreadKind, func(u Unread) bool { return old(u.At, retention.Milliseconds()) }),
		sweeperWith(s, unreadObjectKind, func(o unreadObject) bool { return old(o.At, retention.Milliseconds()) }, forgetMessage),
		sweeper(s, markerKind, func(m marker) bool { return old(m.At, retention.Milliseconds()) }),
		sweeper(s, mail.CountKind, func(c mail.Count) bool { return old(c.At, 24*3600*1000) }),
		sweeper(s, sessionKind, func(o Session) bool { return o.ExpiresAt <= s.now() }),
	}
	for _, kind := range setKinds {
		steps = append(steps, sweeper(s, kind.document(), func(l set) bool { return old(l.DeletedAt, afterlife) }))
	}
	var err error
	for _, step := range append(steps, s.retryUnread, s.forgetVersions) {
		one := step(ctx)
		err = errors.Join(err, one)
		if one != nil && !errors.Is(one, picket.ErrUnreadable) {
			return err
		}
	}
	return err
}

// finisher does again what a stop of the server interrupted: for each document of a kind, which stands while it is being done.
func finisher[T any](s *Service, kind string, do func(context.Context, picket.Caller, T) error) func(context.Context) error {
	return func(ctx context.Context) error { return errors.Join(finish(ctx, s, kind, do)...) }
}

// finish does what is left to do of a kind, and returns what failed, of each document by itself.
func finish[T any](ctx context.Context, s *Service, kind string, do func(context.Context, picket.Caller, T) error) (failed []error) {
	unfinished, err := view(ctx, s, func(tx picket.Tx) (all []picket.Document, err error) {
		err = eachDocument(tx, kind, func(d picket.Document) error {
			all = append(all, d)
			return nil
		})
		return all, err
	})
	if err != nil {
		failed = append(failed, err)
	}
	for _, d := range unfinished {
		mark, one := decode[T](d)
		if one == nil {
			one = do(ctx, picket.Operator(d.Account, d.Region), mark)
		}
		if one != nil {
			failed = append(failed, fmt.Errorf("finish %s of %s: %w", kind, d.Account, one))
		}
	}
	return failed
}

// stands reports whether what a document stands for is still to be done, as it says.
func stands[T comparable](tx picket.Tx, k picket.DocumentKey, mark T) (bool, error) {
	latest, err := get[T](tx, k)
	return err == nil && latest == mark, unlessMissing(err)
}

// finished removes the document of what is done, unless it is to be done again by now.
func finished[T comparable](ctx context.Context, s *Service, k picket.DocumentKey, mark T) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if still, err := stands(tx, k, mark); err != nil || !still {
			return err
		}
		return tx.Documents().Delete(k)
	})
}

func (s *Service) expireFindings(ctx context.Context) error {
	for {
		n, err := update(ctx, s, func(tx picket.Tx) (int, error) {
			return tx.Findings().Expire(s.now()-cmp.Or(s.Settings.Retention, retention).Milliseconds(), sweepBatch)
		})
		if err != nil {
			return fmt.Errorf("expire findings: %w", err)
		}
		if n < sweepBatch {
			return nil
		}
	}
}

// sweeper deletes the documents of a kind that are done.
func sweeper[T any](s *Service, kind string, done func(T) bool) func(context.Context) error {
	return sweeperWith(s, kind, done, func(tx picket.Tx, k picket.DocumentKey, _ T) error { return tx.Documents().Delete(k) })
}

// sweeperWith is sweeper where more goes than the documents.
func sweeperWith[T any](s *Service, kind string, done func(T) bool, forget func(picket.Tx, picket.DocumentKey, T) error) func(context.Context) error {
	return func(ctx context.Context) error {
		var unreadable error
		var after picket.DocumentKey
		for more := true; more; {
			var some error
			var last picket.DocumentKey
			err := s.Store.Update(ctx, func(tx picket.Tx) error {
				some, last = nil, after
				docs, err := tx.Documents().All(kind, after, sweepBatch)
				if err != nil {
					return err
				}
				for _, d := range docs {
					last = d.DocumentKey
					doc, err := decode[T](d)
					if err != nil {
						some = errors.Join(some, err)
						continue
					}
					if done(doc) {
						if err := forget(tx, d.DocumentKey, doc); err != nil {
							return err
						}
					}
				}
				more = len(docs) == sweepBatch
				return nil
			})
			if err != nil {
				return errors.Join(unreadable, fmt.Errorf("sweep %s: %w", kind, err))
			}
			after, unreadable = last, errors.Join(unreadable, some)
		}
		return unreadable
	}
}

// putOff is how long what comes due and can't be read waits, in milliseconds.
const putOff = 3600_000

// eachDue calls f with the entries of the outbox of a kind that are due. One that can't be read, or for which f can't read something,
// is put off, so that it holds up no other.
func eachDue[T any](ctx context.Context, s *Service, kind string, f func(tx picket.Tx, e picket.OutboxEntry, of T) error) error {
	var unreadable error
	for more := true; more; {
		var some error
		err := s.Store.Update(ctx, func(tx picket.Tx) error {
			some = nil
			due, err := tx.Outbox().Due(kind, s.now(), sweepBatch)
			if err != nil {
				return err
			}
			for _, e := range due {
				of, err := decode[T](picket.Document{DocumentKey: picket.DocumentKey{Kind: e.Kind, ID: e.ID}, Body: e.Body})
				if err == nil {
					err = f(tx, e, of)
				}
				if errors.Is(err, picket.ErrUnreadable) {
					some = errors.Join(some, fmt.Errorf("%s %s is put off: %w", kind, e.ID, err))
					e.Due = s.now() + putOff
					err = tx.Outbox().Put(e)
				}
				if err != nil {
					return err
				}
			}
			more = len(due) == sweepBatch
			return nil
		})
		unreadable = errors.Join(unreadable, some)
		if err != nil {
			return errors.Join(unreadable, err)
		}
	}
	return unreadable
}
