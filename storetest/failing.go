package storetest

import (
	"context"
	"errors"

	"picket"
)

// ErrAway is what a Failing store fails with.
var ErrAway = errors.New("the store is away")

// Failing is a store that fails once, after so many calls that work.
type Failing struct {
	picket.Store
	Works int
	Kept  bool // what the call did is kept all the same, as if its answer alone were lost
}

// View fails without a look at the store.
func (s *Failing) View(ctx context.Context, f func(picket.Tx) error) error {
	if s.Works--; s.Works == -1 {
		return ErrAway
	}
	return s.Store.View(ctx, f)
}

// Update fails when f has done its work.
func (s *Failing) Update(ctx context.Context, f func(picket.Tx) error) error {
	if s.Works--; s.Works != -1 {
		return s.Store.Update(ctx, f)
	}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		if err := f(tx); err != nil || s.Kept {
			return err
		}
		return ErrAway
	})
	return errors.Join(err, ErrAway)
}

// Failed reports whether the call came that fails.
func (s *Failing) Failed() bool { return s.Works < 0 }

// Stopping is the store of a server that is stopped when it reads first.
type Stopping struct {
	picket.Store
	Stop    context.CancelFunc
	Endless bool // an update was made after that which nothing would have ended, had the store been away

	stopped bool
}

// View stops the server.
func (s *Stopping) View(ctx context.Context, f func(picket.Tx) error) error {
	s.Stop()
	s.stopped = true
	return s.Store.View(ctx, f)
}

// Update notes whether it has an end.
func (s *Stopping) Update(ctx context.Context, f func(picket.Tx) error) error {
	_, ends := ctx.Deadline()
	s.Endless = s.Endless || s.stopped && !ends && ctx.Err() == nil
	return s.Store.Update(ctx, f)
}
