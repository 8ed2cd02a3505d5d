package pipeline_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
)

// TestPatience: what can't be opened is tried again, unless that is in vain or the source failed before: it must not hold up all
// that comes after.
func TestPatience(t *testing.T) {
	w := newWorld(t, memory(t))
	fails := map[string]error{
		"refused": fs.ErrPermission, "gone": fs.ErrNotExist, "slow": errors.New("slow"), "slower": errors.New("slow"),
		"slow anew": errors.New("slow"), "before": errors.New("slow"),
	}
	var asked []string
	done := make(chan bool)
	p := pipeline.New(pipeline.Config{
		Service: w.service, Log: slog.New(slog.DiscardHandler), Wait: time.Millisecond, Patience: 1,
		NewEnv: func() *rule.Env { return rule.NewEnv(w.tables, nil, nil, nil) },
		Open: func(_ context.Context, o *picket.LogObject) (io.ReadCloser, error) {
			if o.Name == "end" {
				close(done)
			} else {
				asked = append(asked, o.Name)
			}
			return io.NopCloser(strings.NewReader("")), fails[o.Name]
		},
	})
	var messages []picket.Message
	for _, o := range []picket.LogObject{
		{Name: "refused"},
		{Name: "gone"},
		{Name: "before", Tries: 1},
		{Name: "fine"},
		{Name: "slow"},
		{Name: "slower"},
		{Name: "refused"},
		{Name: "fine"},
		{Name: "slow anew"},
		{Name: "end"},
	} {
		o.Source = "s"
		messages = append(messages, picket.Message{Object: &o})
	}
	err := w.service.Store.Update(t.Context(), func(tx picket.Tx) error { return tx.Log().Append(0, messages...) })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	want := []string{"refused", "gone", "before", "fine", "slow", "slow", "slower", "refused", "fine", "slow anew", "slow anew"}
	if !slices.Equal(asked, want) {
		t.Errorf("got %q\nwant %q", asked, want)
	}
}
