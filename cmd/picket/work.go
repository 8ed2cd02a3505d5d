package main

import (
	"context"
	"errors"
	"time"

	"picket"
	"picket/mail"
	"picket/publish"
)

// sweepEvery is how often the server removes what is past its time.
const sweepEvery = 5 * time.Minute

// publishers is how many destinations are served at once: a slow one must not hold up the others.
const publishers = 4

// work does what the server does by itself, until ctx ends.
func (s *server) work(ctx context.Context) error {
	worker := mail.Worker{Store: s.store, Sender: s.mailer, Now: time.Now, Log: s.log}
	jobs := []func(context.Context) error{endless(worker.Run), endless(s.sweep), endless(s.readLists), endless(s.reportSilence)}
	for range publishers {
		p := publish.Worker{Store: s.store, Senders: s.service.Senders, Now: time.Now, Log: s.log, Observe: s.metrics.sent}
		jobs = append(jobs, endless(p.Run))
	}
	return together(ctx, jobs)
}

// endless is a job that goes on after what fails, until its context ends.
func endless(job func(context.Context)) func(context.Context) error {
	return func(ctx context.Context) error {
		job(ctx)
		return nil
	}
}

// listTime bounds the reading of a list.
const listTime = time.Minute

func (s *server) readLists(ctx context.Context) {
	s.service.ReadLists(ctx, func(err error) { s.log.Error("read lists", "error", err) })
}

// sweep goes on after what fails: the next round tries again. As long as the clock isn't believed nothing is removed, and once it
// was set back what waits for a time that it had said is due again.
func (s *server) sweep(ctx context.Context) {
	clock, back := newClock(), false
	s.every(ctx, sweepEvery, "sweep", func(ctx context.Context) error {
		jump, sure := clock.look()
		if jump != 0 {
			s.log.Warn("the clock was set; what is old is kept for an hour", "by", jump.String())
		}
		if back = back || jump < 0; back {
			if err := s.service.ClockSetBack(ctx); err != nil {
				return err
			}
			back = false
		}
		if !sure {
			return nil
		}
		return s.service.Sweep(ctx)
	})
}

// silenceEvery is how often the server looks for logs that stopped coming.
const silenceEvery = 30 * time.Second

func (s *server) reportSilence(ctx context.Context) {
	began := time.Now().UnixMilli()
	s.every(ctx, silenceEvery, "report silence", func(ctx context.Context) error { return s.service.ReportSilence(ctx, began) })
}

// every does f now and again and again, also after it failed.
func (s *server) every(ctx context.Context, pause time.Duration, what string, f func(context.Context) error) {
	every := time.NewTicker(pause)
	defer every.Stop()
	for {
		err := picket.Guarded(func() error { return f(ctx) })
		if err != nil && !errors.Is(err, context.Canceled) {
			s.log.Error(what, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
