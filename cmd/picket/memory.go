package main

import (
	"context"
	"runtime/debug"
	measured "runtime/metrics"
	"time"
)

// A scan lives on short-lived records beside tables that live as long as it does, and the server on short-lived calls. Collecting
// late saves a fifth of their time; the limit, which a scan of any size stays below, makes collection eager again before memory
// matters.
const (
	collectAt   = 400       // percent of growth
	memoryLimit = 400 << 20 // bytes
)

func tuneMemory() {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryLimit)
}

// watchMemory keeps the limit above what a server has to know of many accounts: near it, memory would be collected all the time.
func watchMemory(ctx context.Context) error {
	live := []measured.Sample{{Name: "/gc/heap/live:bytes"}}
	look := time.NewTicker(5 * time.Second)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			measured.Read(live)
			debug.SetMemoryLimit(max(memoryLimit, 2*int64(live[0].Value.Uint64())))
		case <-ctx.Done():
			return nil
		}
	}
}
