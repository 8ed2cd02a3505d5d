package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"picket"
	"picket/publish"
	"picket/service"
)

// dies does what a server was killed over.
func dies(t *testing.T, f func()) {
	t.Helper()
	if err := picket.Guarded(func() error { f(); return nil }); err == nil {
		t.Error("nothing died")
	}
}

// TestListThatEndsServers: a list is set aside that server after server ended over, and one that isn't to blame is not.
func TestListThatEndsServers(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"] = "bad.example\n"
	id := w.create("s3://lists/a")
	die := func(times int) {
		t.Helper()
		for range times {
			server := &service.Service{Store: w.Store, Settings: w.Settings, Now: w.Now}
			server.FetchList = func(context.Context, service.ListPlace, string, string) (service.ListFile, error) { panic("killed") }
			dies(t, func() { _, _ = server.ReadList(context.Background()) })
			w.ok(w.Resume(context.Background()))
		}
	}
	die(3)
	w.fails = errors.New("connection refused")
	w.read()
	w.fails = nil
	w.clock = w.clock.Add(time.Hour)
	die(3)
	w.read()
	w.status(id, "ACTIVE", "")

	w.clock = w.clock.Add(time.Hour)
	die(4)
	w.read()
	w.status(id, "ERROR", "the server ended 4 times, one after the other, while it read the list; activate it again to have it tried again; what was activated before stays in force")
	w.inForce(id, "bad.example")
	w.update(id, true)
	w.read()
	w.status(id, "ACTIVE", "")
}

// TestResume holds that a server takes up at once what the one before was killed over.
func TestResume(t *testing.T) {
	w, r := newListWorld(t), &receiver{}
	w.publishes(r, w.owner, "owner", 0)
	w.deliver(0) // it is verified
	w.records(w.owner, hit(w.owner.Account, ssh, "x", 100))
	r.while = func() { panic("killed") }
	worker := publish.Worker{Store: w.Store, Senders: w.Senders, Log: discard}
	dies(t, func() { _, _ = worker.Step(context.Background(), w.Now().UnixMilli()) })
	w.files["lists/a"] = "bad.example\n"
	id := w.create("s3://lists/a")
	before := &service.Service{Store: w.Store, Settings: w.Settings, Now: w.Now}
	before.FetchList = func(context.Context, service.ListPlace, string, string) (service.ListFile, error) { panic("killed") }
	dies(t, func() { _, _ = before.ReadList(context.Background()) })
	r.while, r.got = nil, nil

	f := func(told, status string) {
		t.Helper()
		w.deliver(0)
		w.read()
		if got := r.said(); got != told {
			t.Errorf("told %q, want %q", got, told)
		}
		w.status(id, status, "")
	}
	f("", "ACTIVATING")
	w.ok(w.Resume(context.Background()))
	f(w.owner.Account+" title x 1", "ACTIVE")
}
