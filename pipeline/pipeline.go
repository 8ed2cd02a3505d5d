// Package pipeline follows logs without end: it takes the messages of the log, runs the engine over the records that they name,
// and stores findings and position in one transaction. It decides nothing about accounts, which is the service's, and knows
// no technology that logs come from.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
	"weak"

	"picket"
	"picket/engine"
	"picket/finding"
	"picket/rule"
	"picket/service"
)

// Config says what a pipeline runs. All but Limits and Workers are required.
type Config struct {
	Service *service.Service
	Open    func(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) // the bytes of an object that isn't inline
	Rules   []rule.Any
	NewEnv  func() *rule.Env // what applies until the service has a version of what all accounts share
	Geo     rule.Locator
	Log     *slog.Logger

	Limits      engine.Limits
	MaxFindings finding.Limits
	Workers     int           // partitions at work at a time; 0: one for each core
	Wait        time.Duration // between looks at the log; 0: a fifth of a second
	Keep        time.Duration // between states that are kept; 0: a minute

	Patience time.Duration // with an object that can't be opened, before it is set aside; 0: 30 s
	Hold     time.Duration // that a message waits which may be what ends the server, before it is read once more; 0: a minute

	Observe func(Checkpoint) // is told of every one; it may be nil
}

// FindingsLimit stands for the limits of findings among those of the engine.
const FindingsLimit = "findings"

// Checkpoint is what was stored in the transaction that moved a position on.
type Checkpoint struct {
	Took   time.Duration // until it was stored, however often that was tried
	Intake []service.Intake
	Found  service.Recorded
	Limits map[string]int64 // of the engine that were reached, and how often; under FindingsLimit, hits of findings that there was no room for
}

// Pipeline owns all partitions of the log. Only one runs at a time: another takes the partitions over, one by one, and what this
// one still does fails.
type Pipeline struct {
	cfg   Config
	store picket.Store
	about *finding.About
	slots chan struct{} // workers that are free

	trying chan struct{} // holds one while a message is taken that may have ended owners

	parts map[int]*partition

	compiling sync.Mutex
	intel     map[string]weak.Pointer[service.Intel] // by version

	mu      sync.Mutex
	failing map[int]error   // why the store can't be used now, by partition; under everyPartition, why the log can't be read
	tired   map[string]bool // sources of which an object could not be opened, and none since
}

const everyPartition = -1

// note keeps why the store can't be used, or that it can.
func (p *Pipeline) note(partition int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		delete(p.failing, partition)
	} else {
		p.failing[partition] = err
	}
}

// Failing returns why logs can't be applied now; nil if they can, as far as is known.
func (p *Pipeline) Failing() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(p.failing)) {
		return p.failing[number]
	}
	return nil
}

// New returns a pipeline that Run starts.
func New(cfg Config) *Pipeline {
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Wait == 0 {
		cfg.Wait = 200 * time.Millisecond
	}
	if cfg.Keep == 0 {
		cfg.Keep = time.Minute
	}
	if cfg.Patience == 0 {
		cfg.Patience = 30 * time.Second
	}
	if cfg.Hold == 0 {
		cfg.Hold = time.Minute
	}
	return &Pipeline{
		cfg: cfg, store: cfg.Service.Store, about: &finding.About{Geo: cfg.Geo, Limits: cfg.MaxFindings},
		slots: make(chan struct{}, cfg.Workers), trying: make(chan struct{}, 1), parts: map[int]*partition{}, failing: map[int]error{},
		intel: map[string]weak.Pointer[service.Intel]{}, tired: map[string]bool{},
	}
}

// Run works until ctx ends; then it stores what it did, and returns nil. It returns an error where it can't go on.
func (p *Pipeline) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	defer all.Wait()
	look := time.NewTicker(p.cfg.Wait)
	defer look.Stop()
	for {
		list, err := p.partitions(ctx)
		if err != nil && ctx.Err() == nil {
			p.cfg.Log.Error("read the log", "error", err) // the store may come back
		}
		p.note(everyPartition, err)
		for _, at := range list {
			part := p.parts[at.Number]
			if part == nil {
				part = &partition{pipeline: p, number: at.Number, wake: make(chan struct{}, 1)}
				p.parts[at.Number] = part
				all.Go(func() {
					if err := picket.Guarded(func() error { return part.run(ctx) }); err != nil {
						cancel(fmt.Errorf("partition %d: %w", part.number, err))
					}
				})
			}
			if at.Last > part.seen {
				part.seen = at.Last
				select {
				case part.wake <- struct{}{}:
				default:
				}
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		}
	}
}

func (p *Pipeline) partitions(ctx context.Context) (all []picket.Partition, err error) {
	err = p.store.View(ctx, func(tx picket.Tx) error {
		all, err = tx.Log().Partitions()
		return err
	})
	return all, err
}
