package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/service"
	"picket/sqlstore"
)

// shelf is a source that shows what it is given, look by look.
type shelf struct {
	looks []pipeline.Look
	fulls []int64 // as it was asked
	end   func()
}

// Look implements pipeline.Source.
func (s *shelf) Look(_ context.Context, full int64) (pipeline.Look, error) {
	s.fulls = append(s.fulls, full)
	if len(s.looks) == 0 {
		s.end()
		return pipeline.Look{}, errors.New("made up")
	}
	l := s.looks[0]
	s.looks = s.looks[1:]
	return l, nil
}

// Open implements pipeline.Source.
func (*shelf) Open(context.Context, *picket.LogObject) (io.ReadCloser, error) {
	panic("BUG: not opened")
}

// doubtful is a store of which, at times, nobody knows whether it stored: every third change is refused, and every third is made
// but said to be refused.
type doubtful struct {
	picket.Store
	asked int
}

// Update implements picket.Store.
func (d *doubtful) Update(ctx context.Context, f func(picket.Tx) error) error {
	d.asked++
	if d.asked%3 == 0 {
		return errors.New("refused")
	}
	err := d.Store.Update(ctx, f)
	if d.asked%3 == 1 {
		err = errors.Join(err, errors.New("doubtful"))
	}
	return err
}

// TestFollowedInDoubt holds that what a source showed once comes to the log once, also when storing it fails at first.
func TestFollowedInDoubt(t *testing.T) {
	store, err := sqlstore.Open(t.Context(), memory(t))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	const account = "111122223333"
	var look pipeline.Look
	var want []string
	for i := range 300 {
		name := fmt.Sprintf("%03d", i)
		want = append(want, name)
		look.Objects = append(look.Objects, pipeline.Object{Whole: true, LogObject: picket.LogObject{
			Name: name, Version: "1", To: 1, Account: account, Delivered: int64(i + 1),
		}})
	}
	told := 0
	look.Unread = []service.Unread{{Reason: "made up"}}
	look.Done = func(context.Context) error {
		if told++; told == 1 {
			return errors.New("not heard")
		}
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	from := &shelf{looks: []pipeline.Look{look}, end: cancel}
	f := &pipeline.Follower{
		Service: &service.Service{Store: &doubtful{Store: store}, Now: time.Now}, Now: time.Now, Wait: time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
		Sources: func(context.Context) (map[string]pipeline.Source, error) {
			return map[string]pipeline.Source{"shelf": from}, nil
		},
	}
	if err := f.Run(ctx); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := store.View(t.Context(), func(tx picket.Tx) error {
		messages, err := tx.Log().Read(picket.PartitionOf(account), 0, 10_000)
		for _, m := range messages {
			if m.Object != nil {
				got = append(got, m.Object.Name)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("in the log: got %d objects, want %d once each, in order: %q", len(got), len(want), got)
	}
	if unread, err := (&service.Service{Store: store}).Unread(t.Context()); err != nil || len(unread) == 0 {
		t.Errorf("unread: got %+v, %v", unread, err)
	}
	if told != 2 {
		t.Errorf("the source was told %d times that it is in the log, want 2", told)
	}
}

// TestFollowed holds that a whole object comes to the log once, however often it is shown and after restarts; that a source is
// told when it is there, not before; and that what is never shown again is forgotten.
func TestFollowed(t *testing.T) {
	store, err := sqlstore.Open(t.Context(), memory(t))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Now()
	s := &service.Service{Store: store, Now: time.Now}
	names := func() (names []string) {
		if err := store.View(t.Context(), func(tx picket.Tx) error {
			messages, err := tx.Log().Read(picket.PartitionOf("111122223333"), 0, 1000)
			for _, m := range messages {
				if m.Object != nil {
					names = append(names, m.Object.Name+m.Object.Version)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return names
	}
	object := func(name, version string) pipeline.Object {
		return pipeline.Object{Whole: true, LogObject: picket.LogObject{
			Name: name, Version: version, Account: "111122223333", Delivered: now.Unix(),
		}}
	}
	run := func(looks ...pipeline.Look) []int64 {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		from := &shelf{looks: looks, end: cancel}
		f := &pipeline.Follower{
			Service: s, Now: func() time.Time { return now }, Wait: time.Millisecond, Log: slog.New(slog.DiscardHandler),
			Sources: func(context.Context) (map[string]pipeline.Source, error) {
				return map[string]pipeline.Source{"shelf": from}, nil
			},
		}
		if err := f.Run(ctx); err != nil {
			t.Fatal(err)
		}
		return from.fulls
	}
	want := func(want ...string) {
		t.Helper()
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("in the log: got %q, want %q", got, want)
		}
	}
	told := ""
	a, b := object("a", "1"), object("b", "1")
	run(
		pipeline.Look{Objects: []pipeline.Object{a, b, a}, Done: func(context.Context) error { told = fmt.Sprint(names()); return nil }},
		pipeline.Look{Objects: []pipeline.Object{a, object("b", "2")}, Full: 77},
	)
	want("a1", "b1", "b2")
	if told != "[a1 b1]" {
		t.Errorf("it was told when the log had %s", told)
	}
	if fulls := run(pipeline.Look{Objects: []pipeline.Object{a}, Unread: []service.Unread{{Reason: "made up"}}}); fulls[0] != 77 {
		t.Errorf("after a restart it is asked with %d, want 77", fulls[0])
	}
	want("a1", "b1", "b2")
	if unread, err := s.Unread(t.Context()); err != nil || len(unread) != 1 || unread[0].Source != "shelf" {
		t.Errorf("unread: got %+v, %v", unread, err)
	}
	run(pipeline.Look{Full: 78, Forget: now.Unix() + 1}, pipeline.Look{Objects: []pipeline.Object{a}})
	want("a1", "b1", "b2", "a1")
}
