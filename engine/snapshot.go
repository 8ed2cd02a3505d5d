package engine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"picket/entity"
	"picket/event"
	"picket/state"
)

// version is of what a snapshot holds, in which order and form. Whatever changes these raises it.
const version = 1

// header begins a snapshot; what follows is compressed.
const header = "picket engine state %d\n"

// Snapshot writes all that the engine knows. It must be synced, with nothing in its feeds, and nothing else may run until
// Snapshot returns; it goes on as an engine would that is restored from what was written. Equal states are written as equal
// bytes, whatever the number of shards, which may be another one at Restore.
func (e *Engine) Snapshot(w io.Writer) error {
	e.forgetInterfaces()
	if _, err := fmt.Fprintf(w, header, version); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if err := errors.Join(state.Write(z, e.state), z.Close()); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

// Restore starts an engine that goes on where the snapshot in r was made, under whatever configuration. What the snapshot
// holds of rules that cfg lacks, or whose kind of records or windows are others now, is dropped, and counted in Stats.Gone. A snapshot
// that is damaged, or that a newer Picket wrote, is an error.
func Restore(cfg Config, sink func() Sink, r io.Reader) (*Engine, error) {
	e := build(cfg, sink)
	if err := e.read(r); err != nil {
		return nil, fmt.Errorf("read snapshot of an engine: %w", err)
	}
	e.start()
	return e, nil
}

func (e *Engine) read(r io.Reader) error {
	in := bufio.NewReader(r)
	line, err := in.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	var v int
	switch _, err := fmt.Fscanf(bytes.NewReader(line), header, &v); {
	case err != nil || v < 1:
		return errors.New("it does not begin as one")
	case v > version:
		return fmt.Errorf("it is of version %d, and this Picket knows versions up to %d: a newer one wrote it", v, version)
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	return state.Read(z, e.state)
}

// state writes or reads all that the engine knows.
func (e *Engine) state(c *state.Codec) {
	s := &saved{Codec: c, engine: e}
	s.ruleNames()
	s.counts()
	s.interfaces()
	s.flows()
	windows(s, e.rules.trailByIndex, func(s *shard) *groups[*event.CloudTrail] { return &s.trail })
	windows(s, e.rules.flowByIndex, func(s *shard) *groups[*entity.Conversation] { return &s.flow })
	windows(s, e.rules.dnsByIndex, func(s *shard) *groups[*event.DNS] { return &s.dns })
	s.times(func(s *shard) *map[string]int64 { return &s.seen.at })
	if c.Reading() {
		for _, shard := range e.shards {
			shard.seen.count()
		}
	}
	s.accounts()
}

// saved is a snapshot that is written or read.
type saved struct {
	*state.Codec
	engine *Engine
	rules  []int    // writing: the engine's rules → the snapshot's; reading: the other way round, -1 for those that are gone
	number []uint32 // writing: the engine's interfaces → the snapshot's
}

// ruleNames writes the names of the rules, sorted, so that the rest can number them, or reads them.
func (s *saved) ruleNames() {
	own := s.engine.rules.names
	sorted := make([]int, len(own))
	for i := range own {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(x, y int) int { return own[x].compare(own[y]) })
	names := make([]ruleName, len(own))
	s.rules = make([]int, len(own))
	for place, i := range sorted {
		names[place], s.rules[i] = own[i], place
	}
	if state.Plain(s.Codec, &names); s.Reading() {
		s.rules = s.rules[:0]
		for _, n := range names {
			s.rules = append(s.rules, slices.Index(own, n))
		}
	}
}

// rule writes the number of a rule, or reads it: -1 for one that is gone.
func (s *saved) rule(index int) int {
	if !s.Reading() {
		state.Int(s.Codec, &s.rules[index])
		return index
	}
	n := 0
	if state.Int(s.Codec, &n); n < 0 || n >= len(s.rules) {
		s.Fail(errors.New("a rule without a name"))
		return -1
	}
	return s.rules[n]
}

// gone counts what is dropped.
func (s *saved) gone() { s.engine.shards[0].stats.Gone++ }

func (s *saved) counts() {
	total := s.engine.counted()
	if state.Plain(s.Codec, &total); s.Reading() {
		s.engine.interfaces.refused.Store(total.Unnamed)
		total.Unnamed = 0
		s.engine.shards[0].stats = total
	}
	for _, kind := range [...]event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		mark := s.engine.shards[0].marks[kind]
		state.Int(s.Codec, &mark)
		for _, shard := range s.engine.shards {
			shard.marks[kind] = mark
		}
	}
}

// owner is the shard of a key, which follows the rule's number.
func (s *saved) owner(key string) *shard {
	account, subject, ok := keyOwner(key)
	if !ok {
		s.Fail(errors.New("a key that names no account"))
		return s.engine.shards[0]
	}
	return s.engine.shards[s.engine.shardOf(account, subject)]
}
