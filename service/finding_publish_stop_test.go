package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/publish"
	"picket/service"
	"picket/storetest"
)

// publisher is a worker of the world that has a store for itself.
func (w *world) publisher(store picket.Store) *publish.Worker {
	return &publish.Worker{Store: store, Senders: w.Senders, Now: w.Now, Log: discard}
}

// TestStopWhileSending: a server that stops blames no destination for it, and leaves the rest to who comes next.
func TestStopWhileSending(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	f := func(want string) service.Destination {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		r.while = stop
		w.publisher(w.Store).Run(ctx)
		stop()
		r.while = nil
		d := w.destination("soc")
		if got := r.said(); d.State.FailingSince != 0 || d.State.Error != "" || got != want {
			t.Fatalf("after the stop: %+v, told %q, want %q", d.State, got, want)
		}
		return d
	}
	r.verify = errors.New("stopped")
	f("")
	r.verify = nil
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, ssh, "y", 100))
	r.down = errors.New("stopped")
	f("222222222222 title x 1, 222222222222 title y 1")
	r.takes = 1
	if d := f("222222222222 title x 1, 222222222222 title y 1"); d.State.Delivered != 1 || d.Waiting != 1 {
		t.Errorf("after a stop in the middle: %+v", d)
	}
	r.down = nil
	w.deliver(0)
	if d := w.destination("soc"); d.State.Delivered != 2 || d.Waiting != 0 || d.State.Status != guardduty.PublishingStatusPublishing {
		t.Errorf("after the next server came: %+v", d)
	}
}

// TestStopBeforeSending: a worker that is stopped when it has just taken a destination lets go of it, and doesn't wait for a store
// that is away.
func TestStopBeforeSending(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	ctx, stop := context.WithCancel(t.Context())
	store := &storetest.Stopping{Store: w.Store, Stop: stop}
	w.publisher(store).Run(ctx)
	w.deliver(0)
	if got := r.said(); store.Endless || got != "222222222222 title x 1" {
		t.Errorf("an update without an end: %t; told %q", store.Endless, got)
	}
}

// TestWorkersOfOneMillisecond: a worker that could not take a destination doesn't take another's claim of that time for its own.
func TestWorkersOfOneMillisecond(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	now := w.Now().UnixMilli()
	late := w.publisher(&storetest.Failing{Store: w.Store})
	if _, err := late.Step(t.Context(), now); !errors.Is(err, storetest.ErrAway) {
		t.Fatalf("the store failed, the worker says %v", err)
	}
	r.while = func() {
		r.while = nil
		_, err := late.Step(t.Context(), now)
		w.ok(err)
	}
	_, err := w.publisher(w.Store).Step(t.Context(), now)
	w.ok(err)
	w.deliver(time.Hour)
	if got := r.said(); got != "222222222222 title x 1" {
		t.Errorf("told %q", got)
	}
}
