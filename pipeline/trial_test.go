package pipeline

import (
	"context"
	"errors"
	"testing"
)

// TestTurn: of messages that were being read when owners ended, one is taken at a time, and others don't wait for it.
func TestTurn(t *testing.T) {
	shared := &Pipeline{trying: make(chan struct{}, 1)}
	tried := func(seq int64) *partition {
		return &partition{pipeline: shared, trial: trial{until: 64, seq: seq, times: 1}}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	done, err := tried(1).turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 10 { // one that didn't wait would have a choice each time
		if _, err := tried(1).turn(gone); !errors.Is(err, context.Canceled) {
			t.Fatalf("a second one doesn't wait: %v", err)
		}
	}
	other, err := tried(2).turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other()
	done()
	if _, err := tried(1).turn(t.Context()); err != nil {
		t.Errorf("the second one waits for ever: %v", err)
	}
}
