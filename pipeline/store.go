package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"picket"
	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
	"picket/service"
)

// forever is after every message.
const forever = 1 << 62

// came is what came of messages, to be stored in one transaction with their being applied.
type came struct {
	found  map[place][]*finding.Aggregate
	texts  texts
	hits   []service.ListHit
	dry    []service.RuleHit
	strays map[int][]picket.Message
	unread map[int64]unread
	strain service.Strain
	intake []service.Intake
	state  []byte // nil if it isn't to be kept
}

// store stores what came of the messages up to p.at, and that they are applied, in one transaction. While the store can't be
// written it tries again; it gives up when another owns the partition, or ctx ends.
func (p *partition) store(ctx context.Context) (err error) {
	if p.at == p.applied {
		return nil
	}
	c := came{found: byPlace(p.settle()), unread: p.batch.unread}
	p.count()
	c.hits, c.dry = p.batch.hits, p.batch.dry
	if c.texts, err = p.evidence(ctx, c.found); err != nil {
		return err
	}
	if c.strays, err = p.batch.messages(); err != nil {
		return err
	}
	if p.fresh >= keepNow {
		if c.state, err = p.state(); err != nil {
			return err
		}
	}
	limits := p.reached()
	c.strain = p.strain(limits)
	for _, in := range p.batch.intake {
		c.intake = append(c.intake, *in)
	}
	var recorded service.Recorded
	began := time.Now()
	err = p.insist(ctx, func(tx picket.Tx) (err error) {
		recorded, err = p.put(tx, &c)
		return err
	})
	if err != nil {
		return err
	}
	if observe := p.pipeline.cfg.Observe; observe != nil {
		observe(Checkpoint{time.Since(began), c.intake, recorded, c.strain.Limits})
	}
	p.limits = limits
	p.applied, p.fresh, p.batch = p.at, p.fresh+p.batch.bytes, batch{}
	if c.state != nil {
		p.kept, p.fresh = time.Now(), 0
	}
	return nil
}

func (p *partition) put(tx picket.Tx, c *came) (service.Recorded, error) {
	to := p.pipeline.cfg.Service
	recorded := service.Recorded{}
	if err := tx.Log().Apply(p.number, p.epoch, p.at); err != nil {
		return nil, err
	}
	for at, some := range c.found {
		counted, err := to.RecordFound(tx, p.pipeline.about, at.account, at.region, some, c.texts.of)
		if err != nil {
			return nil, err
		}
		for as, n := range counted {
			recorded[as] += n
		}
	}
	for part, messages := range c.strays {
		if err := tx.Log().Append(part, messages...); err != nil {
			return nil, err
		}
	}
	for seq, u := range c.unread {
		if err := to.PutUnreadOf(tx, p.number, seq, *u.of, u.all); err != nil {
			return nil, err
		}
	}
	if c.state != nil {
		if err := p.putState(tx, p.at, c.state); err != nil {
			return nil, err
		}
	}
	if err := to.AddListHits(tx, c.hits); err != nil {
		return nil, err
	}
	if err := to.AddRuleHits(tx, c.dry); err != nil {
		return nil, err
	}
	if err := to.AddStrain(tx, p.number, c.strain); err != nil {
		return nil, err
	}
	return recorded, to.AddIntake(tx, c.intake)
}

// reached are the limits that were reached since the engine was started, and how often.
func (p *partition) reached() map[string]int64 {
	all := p.engine.Stats().Limits()
	for _, c := range p.collectors {
		all[FindingsLimit] += c.Lost()
	}
	return all
}

// strain is what of the messages that aren't applied yet was late or beyond limits.
func (p *partition) strain(limits map[string]int64) service.Strain {
	s := service.Strain{Accounts: p.batch.accounts, Regions: p.batch.regions}
	for _, in := range p.batch.intake {
		s.Late = s.Late.Plus(in.Late)
	}
	for name, n := range limits {
		if n -= p.limits[name]; n > 0 {
			if s.Limits == nil {
				s.Limits = map[string]int64{}
			}
			s.Limits[name] = n
		}
	}
	return s
}

// insist updates the store, again and again while it can't be written.
func (p *partition) insist(ctx context.Context, f func(picket.Tx) error) error {
	return p.tryAgain(ctx, func() error { return p.pipeline.store.Update(ctx, f) })
}

// view reads from the store, again and again while it can't be read.
func (p *partition) view(ctx context.Context, f func(picket.Tx) error) error {
	return p.tryAgain(ctx, func() error { return p.pipeline.store.View(ctx, f) })
}

// tryAgain uses the store, again and again while it can't be used: it may be away for long, and nothing is lost meanwhile.
func (p *partition) tryAgain(ctx context.Context, use func() error) error {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := use()
		p.pipeline.note(p.number, err)
		if err == nil || picket.ErrorCode(err) != "" || ctx.Err() != nil {
			return err
		}
		p.pipeline.cfg.Log.Error("the store can't be used; trying again", "partition", p.number, "error", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// place is where findings are.
type place struct{ account, region string }

func byPlace(found []*finding.Aggregate) map[place][]*finding.Aggregate {
	out := map[place][]*finding.Aggregate{}
	for _, a := range found {
		at := place{a.Account, a.Region}
		out[at] = append(out[at], a)
	}
	return out
}

// header is what a kept state begins with, in a line of JSON.
type header struct {
	Routes  map[string]map[string]picket.Route `json:"routes"`
	Pauses  map[string]map[string][]pause      `json:"pauses,omitempty"`
	Lists   []picket.List                      `json:"lists,omitempty"`
	Intel   string                             `json:"intel,omitempty"`
	Marks   map[event.Kind]int64               `json:"marks"`
	Decided map[event.Kind]int64               `json:"decided,omitempty"`
}

// keepState keeps what is in mind after p.applied, which must be p.at.
func (p *partition) keepState(ctx context.Context) error {
	began := time.Now()
	state, err := p.state()
	if err != nil {
		return err
	}
	err = p.insist(ctx, func(tx picket.Tx) error { return p.putState(tx, p.applied, state) })
	if err == nil {
		p.kept, p.fresh = time.Now(), 0
		p.keeping = p.kept.Sub(began)
	}
	return err
}

// state is what is in mind after p.at. The engine must be synced.
func (p *partition) state() ([]byte, error) {
	var state bytes.Buffer
	h := header{Routes: p.routes.on, Pauses: p.routes.off, Lists: p.lists.all(), Marks: p.marks, Decided: p.decided}
	if p.intel != nil {
		h.Intel = p.intel.Version
	}
	if err := json.NewEncoder(&state).Encode(h); err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	if err := p.engine.Snapshot(&state); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return state.Bytes(), nil
}

func (p *partition) putState(tx picket.Tx, at int64, state []byte) error {
	return tx.Log().KeepState(p.number, p.epoch, at, state, at-keepMessages)
}

// keepMessages is how many messages are kept that are applied and in the state: findings to come may name records of theirs.
const keepMessages = 20_000

// withRules gives routes in a state of an earlier release, which know no rules, those that are live, so that they raise findings of what
// waits in the log too. It is kept like that before anything is read: whoever reads the log again finds the same.
func (p *partition) withRules(ctx context.Context, state []byte) ([]byte, error) {
	if len(state) == 0 {
		return state, nil
	}
	line, rest, _ := bytes.Cut(state, []byte("\n"))
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, fmt.Errorf("decode state: %w", err)
	}
	var old []picket.Route
	for _, of := range h.Routes {
		for _, r := range of {
			if r.Rules == nil {
				old = append(old, r)
			}
		}
	}
	if len(old) == 0 {
		return state, nil
	}
	err := p.insist(ctx, func(tx picket.Tx) (err error) {
		for _, r := range old {
			if r.Rules, err = service.RulesTold(tx, r.Account, r.Region); err != nil && !errors.Is(err, picket.ErrUnreadable) {
				return err
			}
			h.Routes[r.Account][r.Region] = r
		}
		if line, err = json.Marshal(h); err != nil {
			return fmt.Errorf("encode state: %w", err)
		}
		state = slices.Concat(line, []byte("\n"), rest)
		return p.putState(tx, p.at, state)
	})
	return state, err
}

// restore starts the engine from a kept state; there may be none.
func (p *partition) restore(ctx context.Context, state []byte) error {
	cfg := engine.Config{Rules: p.pipeline.cfg.Rules, NewEnv: p.pipeline.cfg.NewEnv, Limits: p.pipeline.cfg.Limits, Bug: p.bug, Silenced: p.tally.silenced}
	sink := func() engine.Sink {
		c := finding.NewCollector(p.pipeline.about)
		p.collectors = append(p.collectors, c)
		return counting{c, &p.tally, &p.routes}
	}
	h := header{Marks: map[event.Kind]int64{}}
	if len(state) == 0 {
		p.engine = engine.New(cfg, sink)
	} else {
		line, rest, _ := bytes.Cut(state, []byte("\n"))
		if err := json.Unmarshal(line, &h); err != nil {
			return fmt.Errorf("decode state: %w", err)
		}
		e, err := engine.Restore(cfg, sink, bytes.NewReader(rest))
		if err != nil {
			return err
		}
		p.engine = e
	}
	p.routes, p.marks, p.decided = newRoutes(h.Routes, h.Pauses), h.Marks, h.Decided
	if p.decided == nil { // as in states of earlier releases
		p.decided = maps.Clone(h.Marks)
	}
	p.feed = p.engine.NewFeed()
	p.lists, p.own = lists{}, map[place]*intel.Tables{}
	for _, l := range h.Lists {
		p.lists.set(l)
	}
	for at := range p.lists {
		if err := p.use(ctx, at); err != nil {
			return err
		}
	}
	if h.Intel == "" {
		return nil
	}
	return p.share(ctx, h.Intel)
}

// bug tells of a rule's panic in a shard.
func (p *partition) bug(at event.Ref, err error) {
	p.pipeline.cfg.Log.Error("a rule failed", "partition", p.number, "message", at.Object, "offset", at.Offset, "error", err)
}

// texts are records behind findings, by their places.
type texts map[texted]picket.EvidenceRecord

type texted struct {
	object uint64
	offset int64
}

func (t texts) of(e rule.Evidence) (picket.EvidenceRecord, bool) {
	r, ok := t[texted{e.Object, e.Offset}]
	return r, ok
}

// evidence reads the records behind findings again. What can't be read any more is left out.
func (p *partition) evidence(ctx context.Context, found map[place][]*finding.Aggregate) (texts, error) {
	wanted := map[uint64][]int64{}
	for _, some := range found {
		for _, a := range some {
			for _, e := range a.Evidence() {
				wanted[e.Object] = append(wanted[e.Object], e.Offset)
			}
		}
	}
	out := texts{}
	for _, object := range slices.Sorted(maps.Keys(wanted)) {
		offsets := wanted[object]
		slices.Sort(offsets)
		if err := p.extract(ctx, int64(object), slices.Compact(offsets), out); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			p.pipeline.cfg.Log.Warn("evidence can't be read again", "partition", p.number, "message", object, "error", err)
		}
	}
	return out, nil
}

func (p *partition) extract(ctx context.Context, seq int64, offsets []int64, into texts) error {
	var messages []picket.Message
	err := p.view(ctx, func(tx picket.Tx) (err error) {
		messages, err = tx.Log().Read(p.number, seq-1, 1)
		return err
	})
	if err != nil {
		return err
	}
	if len(messages) == 0 || messages[0].Seq != seq || messages[0].Object == nil {
		return fmt.Errorf("message %d is gone", seq)
	}
	o := messages[0].Object
	in, err := p.pipeline.insistOn(ctx, o)
	if err != nil {
		return err
	}
	defer in.Close()
	raws, err := options(seq, o).Extract(in, offsets)
	for _, raw := range raws {
		into[texted{uint64(seq), raw.Offset}] = picket.EvidenceRecord{
			Object: o.Name, Offset: raw.Offset, Kind: raw.Kind.String(), Header: raw.Header, Text: raw.Text,
		}
	}
	return err
}
