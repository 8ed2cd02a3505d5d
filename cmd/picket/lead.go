package main

import (
	"context"
	"time"

	"picket"
)

// leadAgain is how long a server that could not begin to lead waits before it tries again.
const leadAgain = time.Second

// lead does what only one of the servers on a store does at a time, whenever it is this one's turn, until ctx ends. The others
// answer calls meanwhile.
func (s *server) lead(ctx context.Context) error {
	for {
		s.standby.Store(true)
		release, err := s.store.Lead(ctx)
		if err != nil {
			return err
		}
		s.standby.Store(false)
		err = s.term(ctx)
		release()
		if picket.ErrorCode(err) != picket.CodeConflict {
			return err
		}
		s.log.Warn("another server on the same store does the work now; this one answers calls, and takes over when that ends", "error", err)
	}
}

// term leads until ctx ends, or until another does.
func (s *server) term(ctx context.Context) error {
	term, err := s.service.BeginTerm(ctx)
	for ; err != nil; term, err = s.service.BeginTerm(ctx) {
		s.log.Error("can't lead yet", "error", err)
		select {
		case <-time.After(leadAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return together(ctx, []func(context.Context) error{s.work, func(ctx context.Context) error { return s.detect(ctx, term) }})
}
