package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"picket/event"
)

// Label says which finding an attack deserves.
type Label struct {
	Type     string    `json:"type"`
	Account  string    `json:"account"`
	Region   string    `json:"region"`
	Resource string    `json:"resource"` // name of the user or role, instance, or bucket
	Start    time.Time `json:"start"`    // of the first record of the attack
	End      time.Time `json:"end"`      // of the last
	Attack   string    `json:"attack"`
}

// scenario is one attack. Its run plays it on a stage, where it names the resource.
type scenario struct {
	finding string
	attack  string
	kind    event.Kind
	run     func(*stage)
}

// scenarios is every attack there is.
func scenarios() []scenario {
	return slices.Concat(iamAttacks(), s3Attacks(), signalAttacks(), flowAttacks(), dnsAttacks())
}

// plan is the attacks' records, by where and when they are written.
type plan struct {
	labels []Label
	lines  map[place][][]byte
	keys   []string // access keys that leaked
}

type place struct {
	kind    event.Kind
	account string
	region  string
	from    int64 // of the slot
}

// records returns what a unit's slot has of attacks.
func (p *plan) records(u unit, from int64) [][]byte {
	return p.lines[place{u.kind, u.acct.id, u.reg.name, from}]
}

// Attacks begin at least leadIn after the logs do, and leadOut before they end.
const (
	leadIn  = 2 * 3600
	leadOut = 3 * 3600
)

// attacks plays every scenario of the kinds that are written, in an order of the seed's, evenly over time.
func (w *world) attacks() plan {
	p := plan{lines: map[place][][]byte{}}
	all := slices.DeleteFunc(scenarios(), func(s scenario) bool { return !w.want[s.kind] })
	r := newRNG(w.opts.Seed, "attacks")
	for i := len(all) - 1; i > 0; i-- {
		j := r.n(i + 1)
		all[i], all[j] = all[j], all[i]
	}
	span := int64(w.opts.Days)*86400 - leadIn - leadOut
	cast := map[string]int{}
	for i, sc := range all {
		acct := w.accounts[i%len(w.accounts)]
		at := w.opts.Start.Unix() + leadIn + span*int64(i)/int64(len(all))
		rng := newRNG(w.opts.Seed, "attack", sc.finding, sc.attack)
		s := &stage{rng: &rng, w: w, acct: acct, reg: pick(&rng, acct.regions), plan: &p, cast: cast}
		s.now = at - at%600 + int64(rng.in(2, 30)) // within the first minute of a window of ten
		s.label = Label{Type: sc.finding, Account: acct.id, Attack: sc.attack}
		sc.run(s)
		s.label.Region = s.reg.name
		p.labels = append(p.labels, s.label)
	}
	slices.SortFunc(p.labels, func(a, b Label) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Type+a.Attack, b.Type+b.Attack)
	})
	return p
}

// write writes what stands beside the logs.
func (p plan) write(out string, w *world) error {
	if err := w.intel.write(filepath.Join(out, "intel"), w); err != nil {
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(p.labels); err != nil {
		return fmt.Errorf("encode labels: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "labels.json"), b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write labels: %w", err)
	}
	if len(p.keys) == 0 {
		return nil
	}
	if err := os.WriteFile(filepath.Join(out, "compromised-keys.txt"), []byte(strings.Join(p.keys, "\n")+"\n"), 0o644); err != nil {
		return fmt.Errorf("write leaked keys: %w", err)
	}
	return nil
}

// stage is where one scenario plays: an account, a region and a time, which moves on as the scenario acts.
type stage struct {
	*rng
	w     *world
	acct  *account
	reg   *region
	now   int64
	plan  *plan
	label Label
	cast  map[string]int // how often a kind of host was chosen, so that the next attack takes another
	flow  flowWriter
	setup bool // what happens is no part of the attack
}

// mark extends the label to t.
func (s *stage) mark(t int64) {
	if s.setup {
		return
	}
	at := time.Unix(t, 0).UTC()
	if s.label.Start.IsZero() || at.Before(s.label.Start) {
		s.label.Start = at
	}
	if at.After(s.label.End) {
		s.label.End = at
	}
}

func (s *stage) add(kind event.Kind, at int64, line []byte) {
	k := place{kind, s.acct.id, s.reg.name, at - at%slot}
	s.plan.lines[k] = append(s.plan.lines[k], line)
	s.mark(at)
}

// wait lets time pass.
func (s *stage) wait(seconds int) { s.now += int64(seconds) }

// host chooses an instance of a role, or of any of the roles.
func (s *stage) host(roles ...string) *host {
	role := pick(s.rng, roles)
	hs := s.reg.byRole[role]
	k := s.acct.id + s.reg.name + role
	s.cast[k]++
	return hs[s.cast[k]%len(hs)]
}

// victim chooses an instance and names it in the label.
func (s *stage) victim(roles ...string) *host {
	h := s.host(roles...)
	s.label.Resource = h.instance
	return h
}

// threat returns an address of a list.
func (s *stage) threat(list string) uint32 { return pick(s.rng, s.w.intel.addresses[list]) }

// unknown returns an attacker's address that is on no list.
func (s *stage) unknown() uint32 {
	for {
		ip := address(s.rng, attackerOctets[:])
		if !s.w.intel.has(ip) {
			return ip
		}
	}
}

func (in intelligence) has(ip uint32) bool {
	for _, ips := range in.addresses {
		if slices.Contains(ips, ip) {
			return true
		}
	}
	return false
}

// call logs one call, a few seconds after the one before.
func (s *stage) call(who *actor, ip, agent string, sp spec, failed fault) {
	s.do(who, ip, agent, *sp.compile(), s.thing(sp), failed)
}

// thing chooses the resource that a call's holes name: the bucket of the label, where there is one.
func (s *stage) thing(sp spec) uint64 {
	x := s.next()
	for i, b := range s.acct.buckets {
		if b == s.label.Resource {
			n := uint64(len(s.acct.buckets))
			return x - x%n + uint64(i)
		}
	}
	return x
}

func (s *stage) do(who *actor, ip, agent string, c call, thing uint64, failed fault) {
	if c.global {
		s.reg = s.acct.regions[0]
	}
	s.wait(s.in(1, 9))
	sc := scene{rng: s.rng, acct: s.acct, reg: s.reg, who: who, now: s.now, thing: thing, call: &c}
	s.add(event.KindCloudTrail, s.now, sc.appendRecord(nil, who.appendIdentity(nil, s.now), ip, agent, failed))
}

// talk logs a conversation that ends now.
func (s *stage) talk(c conversation) {
	if c.at == 0 {
		c.at = s.now
	}
	s.flow = flowWriter{format: flowFormat(s.w.opts.FlowVersion), acct: s.acct, reg: s.reg}
	s.flow.talk(&c)
	for _, line := range bytes.SplitAfter(s.flow.out, []byte("\n")) {
		if len(line) > 0 {
			s.add(event.KindFlow, c.at, line)
		}
	}
}

// lookup logs a lookup that happens now.
func (s *stage) lookup(h *host, name, kind, rcode string, answers ...answer) {
	q := query{at: s.now, host: h, name: name + ".", kind: kind, rcode: rcode, answers: answers}
	s.add(event.KindDNS, s.now, q.append(nil, s.rng, s.acct, s.reg))
}
