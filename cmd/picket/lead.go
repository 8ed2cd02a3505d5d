package main

import (
	"context"
	"time"

	"picket"
)

// leadAgain is how long a server that could not begin to lead leaves that to others before it tries again.
const leadAgain = 3 * time.Second

// lead does what only one of the servers on a store does at a time, whenever it is this one's turn, until ctx ends. The others
// answer calls meanwhile.
func (s *server) lead(ctx context.Context) error {
	standBy := func() {
		s.standby.Store(true)
		s.leadFailing.Store(nil)
	}
	for ctx.Err() == nil {
		release, err := s.store.Lead(ctx, standBy)
		s.standby.Store(false)
		if err != nil {
			s.cannotLead(ctx, err)
			continue
		}
		term, err := s.beginTerm(ctx)
		if err != nil {
			release()
			s.cannotLead(ctx, err)
			continue
		}
		s.leadFailing.Store(nil)
		err = s.turn(ctx, term)
		release()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// turn leads until ctx ends or another does.
func (s *server) turn(ctx context.Context, term int64) error {
	detect := func(ctx context.Context) error {
		err := s.detect(ctx, term)
		if picket.ErrorCode(err) != picket.CodeConflict {
			return err
		}
		s.log.Warn("another server on the same store does the work now; this one answers calls, and takes over when that ends")
		return nil
	}
	return together(ctx, []func(context.Context) error{s.work, detect})
}

// cannotLead notes why, and waits a little.
func (s *server) cannotLead(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if before := s.leadFailing.Swap(&err); before == nil || (*before).Error() != err.Error() { // once, not every time
		s.log.Error("can't follow logs", "error", err)
	}
	select {
	case <-time.After(leadAgain):
	case <-ctx.Done():
	}
}

// beginTerm begins a term, once nothing is under way that began before it, with the threat lists that this server has.
func (s *server) beginTerm(ctx context.Context) (int64, error) {
	term, err := s.service.BeginTerm(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.store.Quiesce(ctx); err != nil {
		return 0, err
	}
	s.intelMu.Lock()
	s.intelLooks = "" // another may have led meanwhile, with other lists
	s.intelMu.Unlock()
	return term, s.shareIntel(ctx)
}
