package pipeline

import (
	"context"
	"fmt"
	"time"

	"picket"
	"picket/service"
)

// trial finds out which message ends the process whenever it is read. After an owner that went without a word, messages are taken
// one by one, and each is noted before. But what ends servers otherwise hits them at some message too, and may hit them at the same
// one again, where it takes long or servers end often. So a message that was being read when owners ended is let wait for a
// while. If the server ends meanwhile, the message is not what ends it. If it lives, and ends when it takes the message then,
// the message is set aside.
type trial struct {
	until int64 // up to this message, one may have ended the owner before
	seq   int64 // the message that was noted last
	times int   // how many owners took it, one after the other, and ended
}

// maxTries is how many owners a message may end before it is let wait. It ends one more before it is set aside.
const maxTries = 3

// turn waits until the next message may be taken. If an owner ended while it took that, it waits until no other partition takes
// such a message, because both would be blamed if the server ends. It is to be called without a worker, who may do something
// else meanwhile, and done when what came of the message is stored.
func (p *partition) turn(ctx context.Context) (done func(), err error) {
	if p.applied >= p.trial.until || p.applied+1 != p.trial.seq || p.trial.times == 0 {
		return func() {}, nil
	}
	select {
	case p.pipeline.trying <- struct{}{}:
		done = func() { <-p.pipeline.trying }
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p.trial.times == maxTries {
		if err := p.hold(ctx); err != nil {
			done()
			return nil, err
		}
	}
	return done, nil
}

// hold lets the next message wait. Whoever owns the partition after the server ended meanwhile takes it for one like any other.
func (p *partition) hold(ctx context.Context) error {
	wait := p.pipeline.cfg.Hold
	p.pipeline.cfg.Log.Warn("the server ended again and again while it read a message; it is read again if the server lives without that",
		"partition", p.number, "message", p.trial.seq, "times", p.trial.times, "after", wait)
	if err := p.try(ctx, p.trial.seq, 0); err != nil {
		return err
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deadly notes that a message is about to be taken; or it sets it aside and reports so, if it is what ends its owners.
func (p *partition) deadly(ctx context.Context, m picket.Message) (bool, error) {
	if m.Object == nil { // nothing else can be set aside
		return false, nil
	}
	times := 0
	if m.Seq == p.trial.seq {
		times = p.trial.times
	}
	if times <= maxTries {
		return false, p.try(ctx, m.Seq, times+1)
	}
	p.batch.keep(m.Seq, m.Object, []service.Unread{{
		Reason: fmt.Sprintf("the server ended %d times while it read this, and not while it didn't", times), Again: []picket.Stretch{{}},
	}})
	p.fresh = keepNow // the state is kept with the position: who read the log again from before this message would take it
	return true, nil
}

func (p *partition) try(ctx context.Context, seq int64, times int) error {
	return p.insist(ctx, func(tx picket.Tx) error { return tx.Log().Try(p.number, p.epoch, seq, times) })
}
