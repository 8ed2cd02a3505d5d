package pipeline_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/service"
)

// full is a store that can't be written while its disk is full.
type full struct {
	picket.Store
	full atomic.Bool
}

var errFull = errors.New("the disk is full")

func (s *full) Update(ctx context.Context, f func(picket.Tx) error) error {
	if s.full.Load() {
		return errFull
	}
	return s.Store.Update(ctx, f)
}

// TestFailingIsTold: while the store can't be written the pipeline says why, and afterwards it goes on and says nothing.
func TestFailingIsTold(t *testing.T) {
	w := newWorld(t, memory(t))
	store := &full{Store: w.service.Store}
	s := &service.Service{Store: store, Master: w.service.Master, Now: time.Now}
	stored := make(chan pipeline.Checkpoint, 1)
	p := pipeline.New(pipeline.Config{
		Service: s, Log: slog.New(slog.DiscardHandler), Wait: time.Millisecond,
		NewEnv:  func() *rule.Env { return rule.NewEnv(w.tables, nil, nil, nil) },
		Observe: func(c pipeline.Checkpoint) { stored <- c },
		Open: func(context.Context, *picket.LogObject) (io.ReadCloser, error) {
			store.full.Store(true)
			return io.NopCloser(strings.NewReader(`{"eventVersion":"1.08","eventID":"a","eventTime":"2026-01-01T00:00:00Z","eventSource":"iam.amazonaws.com",` +
				`"eventName":"ListUsers","awsRegion":"us-east-1","recipientAccountId":"111122223333"}` + "\n")), nil
		},
	})
	message := picket.Message{Object: &picket.LogObject{Source: "s", Name: "a", Account: "111122223333", Region: "us-east-1"}}
	err := s.Store.Update(t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(picket.PartitionOf("111122223333"), message)
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	until := func(want error) {
		t.Helper()
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		for !errors.Is(p.Failing(), want) || (want == nil) != (p.Failing() == nil) {
			select {
			case <-look.C:
			case err := <-ended:
				t.Fatalf("ended: %v", err)
			case <-ctx.Done():
				t.Fatalf("Failing is %v, want %v", p.Failing(), want)
			}
		}
	}
	until(errFull)
	store.full.Store(false)
	c := <-stored
	until(nil)
	if len(c.Intake) != 1 || c.Intake[0].Skipped["of an account without an enabled detector"] != 1 || c.Took < 100*time.Millisecond {
		t.Errorf("observed %+v", c)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
