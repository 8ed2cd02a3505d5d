package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/service"
)

// What of a source makes no sense is refused when it is added, not when it is read.
func TestSourcesAreChecked(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	f := func(in service.Source, want string) {
		t.Helper()
		in.ID = "logs"
		_, err := w.AddSource(ctx, in)
		if want == "" {
			w.ok(err)
			w.ok(w.RemoveSource(ctx, in.ID))
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", in, err, want)
		}
	}
	role := "arn:aws:iam::111122223333:role/logs"
	f(service.Source{Location: "/logs"}, "")
	f(service.Source{Location: "s3://trail/x", Bucket: service.Bucket{Role: role, ExternalID: "x", Queue: "https://sqs.eu-west-1.amazonaws.com/1/q"}}, "")
	f(service.Source{Location: "logs"}, "full path")
	f(service.Source{Location: "/logs", Bucket: service.Bucket{Queue: "https://x/1/q"}}, "are for buckets")
	f(service.Source{Location: "s3://trail", Bucket: service.Bucket{ExternalID: "x"}}, "name it too")
	f(service.Source{Location: "s3://trail", Bucket: service.Bucket{Role: "logs"}}, "arn:aws:iam")
	f(service.Source{Location: "s3://trail", Bucket: service.Bucket{Endpoint: "host:9000"}}, "no URL")
}

// A source is silent when nothing came for longer than it usually takes, whatever that is.
func TestSilence(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w.Now = func() time.Time { return now }
	_, err := w.AddSource(ctx, service.Source{ID: "logs", Location: "/logs"})
	w.ok(err)
	brought := func() {
		t.Helper()
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return w.Brought(tx, "logs", 1) }))
	}
	f := func(after time.Duration, want bool) {
		t.Helper()
		before := now
		now = now.Add(after)
		s, err := w.Status(ctx)
		w.ok(err)
		if got := s.Sources[0]; got.Silent != want {
			t.Errorf("%v after the last: silent = %v, want %v (usual %d s)", after, got.Silent, want, got.Usual)
		}
		now = before
	}
	f(59*time.Minute, false)
	f(61*time.Minute, true)
	for range 30 { // a burst is no habit
		brought()
		now = now.Add(time.Second)
	}
	f(59*time.Minute, false)
	f(62*time.Minute, true)
	for range 12 {
		now = now.Add(5 * time.Minute)
		brought()
	}
	f(24*time.Minute, false)
	f(26*time.Minute, true)
	now = now.Add(8 * time.Hour) // a night
	brought()
	f(16*time.Hour, false)
	for range 2 * 7 * 24 * 12 { // two weeks without one
		now = now.Add(5 * time.Minute)
		brought()
	}
	f(3*time.Hour, true)
}
