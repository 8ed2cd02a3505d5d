package pipeline_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/service"
	"picket/sqlstore"
)

// overtaken is a source during whose first look another server's term begins.
type overtaken struct {
	shelf
	begin func()
}

// Look implements pipeline.Source.
func (o *overtaken) Look(ctx context.Context, full int64) (pipeline.Look, error) {
	o.begin()
	return o.shelf.Look(ctx, full)
}

// TestFollowerOfAnEarlierTerm holds that nothing comes to the log from a follower whose term is over, and that it ends.
func TestFollowerOfAnEarlierTerm(t *testing.T) {
	store, err := sqlstore.Open(t.Context(), memory(t))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := &service.Service{Store: store, Now: time.Now}
	begin := func() int64 {
		term, err := s.BeginTerm(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return term
	}
	const account = "111122223333"
	told := false
	from := &overtaken{begin: func() { begin() }, shelf: shelf{end: func() {}, looks: []pipeline.Look{{
		Objects: []pipeline.Object{{Whole: true, LogObject: picket.LogObject{Name: "a", Version: "1", To: 1, Account: account, Delivered: 1}}},
		Full:    1, Through: time.Now().Unix(), Done: func(context.Context) error { told = true; return nil },
	}}}}
	f := &pipeline.Follower{
		Service: s, Now: time.Now, Wait: time.Millisecond, Log: slog.New(slog.DiscardHandler), Term: begin(),
		Sources: func(context.Context) (map[string]pipeline.Source, error) {
			return map[string]pipeline.Source{"shelf": from}, nil
		},
	}
	if err := f.Run(t.Context()); picket.ErrorCode(err) != picket.CodeConflict {
		t.Errorf("it ended with %v", err)
	}
	if told {
		t.Error("the source was told that what it showed is in the log")
	}
	if err := store.View(t.Context(), func(tx picket.Tx) error {
		all, err := tx.Log().Partitions()
		if len(all) > 0 {
			t.Errorf("in the log: %+v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
