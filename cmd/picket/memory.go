package main

import "runtime/debug"

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
