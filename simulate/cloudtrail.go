package simulate

import (
	"fmt"
	"time"
)

const (
	cloudTrailADay = 20_000 // records a day of an account
	lateShare      = 0.02   // of records that arrive in a later file
	twiceOneIn     = 2_000  // records that arrive twice
)

// cloudTrail writes an hour of CloudTrail.
func (wr *writer) cloudTrail(u unit) error {
	r := wr.rng(u)
	g := newCaller(wr.w, u, &r)
	for k := range slotsAnHour {
		from := u.hour + int64(k)*slot
		n := r.round(g.expected(from))
		attacks := wr.plan.records(u, from)
		for left := n; left > 0 || len(attacks) > 0; left-- {
			for len(attacks) > 0 && r.n(max(left, 1)) < len(attacks) {
				wr.deliver(&r, k, attacks[0])
				attacks = attacks[1:]
			}
			if left > 0 {
				wr.record = g.next(wr.record[:0], from)
				wr.deliver(&r, k, wr.record)
			}
		}
		if err := wr.records(u, &r, k); err != nil {
			return err
		}
	}
	for k := slotsAnHour; k < len(wr.slots); k++ {
		if err := wr.records(u, &r, k); err != nil {
			return err
		}
	}
	return nil
}

// deliver puts a record into the file of its slot or, sometimes, of a later one, and sometimes twice.
func (wr *writer) deliver(r *rng, k int, record []byte) {
	wr.slots[k+late(r)].add(record)
	if r.n(twiceOneIn) == 0 {
		wr.slots[k+r.n(maxLate+1)].add(record)
	}
}

func late(r *rng) int {
	if r.chance(lateShare) {
		return r.in(1, maxLate)
	}
	return 0
}

func (d *delivery) add(record []byte) {
	d.buf = append(append(d.buf, record...), ',')
	d.records++
}

// records writes what arrives in slot k, a few minutes after it ends.
func (wr *writer) records(u unit, r *rng, k int) error {
	d := &wr.slots[k]
	if d.records == 0 {
		return nil
	}
	at := u.hour + int64(k+1)*slot
	for rest := d.buf; len(rest) > 0; {
		end := len(rest)
		if end > maxCloudTrailFile {
			end = lastRecord(rest[:maxCloudTrailFile])
		}
		name := fmt.Sprintf("%s_CloudTrail_%s_%s_%s.json.gz", u.acct.id, u.reg.name, stamp(at), r.fileID())
		if err := wr.compress(u, "CloudTrail", u.reg.name, name, at, `{"Records":[`, rest[:end-1], `]}`); err != nil {
			return err
		}
		rest = rest[end:]
	}
	wr.volumes[u.kind].Records += d.records
	*d = delivery{buf: d.buf[:0]}
	return nil
}

// lastRecord returns where the last whole record of b ends, after its comma.
func lastRecord(b []byte) int {
	const start = `},{"eventVersion":`
	for i := len(b) - len(start); i > 0; i-- {
		if string(b[i:i+len(start)]) == start {
			return i + 2
		}
	}
	panic("BUG: a record longer than a file")
}

// caller makes the calls of an hour in a region.
type caller struct {
	scene
	w        *world
	actors   []*actor
	busy     weights
	load     float64
	identity map[*actor][]byte
	burst    *actor // who goes on calling
	left     int
	at       int64
}

func newCaller(w *world, u unit, r *rng) *caller {
	c := &caller{scene: scene{rng: r, acct: u.acct, reg: u.reg}, w: w, identity: map[*actor][]byte{}}
	var ws []float64
	for _, a := range u.acct.actors {
		if a.home != "" && a.home != u.reg.name {
			continue
		}
		load := a.weight * a.habit.load(u.hour+1800)
		c.actors = append(c.actors, a)
		ws = append(ws, load)
		c.load += load
	}
	c.busy = newWeights(ws)
	return c
}

// expected is how many records the slot that begins at from has on average.
func (c *caller) expected(from int64) float64 {
	const usual = 91 // mean load of an account, by measurement
	return cloudTrailADay * c.w.opts.Scale * c.reg.share * slot / 86400 * c.load / usual
}

// next appends one record. A person's calls come in bursts, as pages and scripts make them.
func (c *caller) next(b []byte, from int64) []byte {
	if c.left > 0 && c.at >= from && c.at < from+slot-4 {
		c.left--
		c.at += int64(c.n(3))
	} else {
		c.burst = c.actors[c.busy.pick(c.rng)]
		c.at = from + int64(c.rng.n(slot))
		c.left = 0
		if c.burst.habit.person {
			c.left = c.rng.n(8)
		}
	}
	c.who, c.now, c.thing = c.burst, c.at, c.rng.next()
	if c.who.habit.person && c.rng.n(60) == 0 {
		return c.signIn(b)
	}
	c.choose()
	failed := fine
	if c.rng.chance(c.who.errors) {
		failed = denied
	} else if c.rng.chance(c.who.slow) {
		failed = throttled
	}
	ip, agent := c.place()
	return c.appendRecord(b, c.identityOf(c.who), ip, agent, failed)
}

// choose sets what the actor calls: in a region without global services, one that is not global.
func (c *caller) choose() {
	for range 20 {
		c.call = &c.w.book.calls[c.who.calls[c.who.picks.pick(c.rng)]]
		if !c.call.global || c.reg.name == regionNames[0] {
			return
		}
	}
}

// place returns the address and the client of a call. People change both seldom, machines as they like.
func (c *caller) place() (ip, agent string) {
	if !c.who.habit.person {
		return pick(c.rng, c.who.ips), pick(c.rng, c.who.agents)
	}
	day := time.Unix(c.now+int64(c.who.habit.zone)*3600, 0).UTC().YearDay()
	ip = c.who.ips[0]
	if (day+len(c.who.name))%3 == 0 {
		ip = c.who.ips[1]
	}
	return ip, c.who.agents[c.thing>>50%uint64(len(c.who.agents))]
}

func (c *caller) identityOf(a *actor) []byte {
	id, ok := c.identity[a]
	if !ok {
		id = a.appendIdentity(nil, c.now)
		c.identity[a] = id
	}
	return id
}

// signIn appends a person's console sign-in, with MFA; now and then the password is wrong.
func (c *caller) signIn(b []byte) []byte {
	c.call = &c.w.book.signIn
	if c.rng.n(12) == 0 {
		c.call = &c.w.book.signInFailed
	}
	who := *c.who
	who.key = ""
	ip, _ := c.place()
	return c.appendRecord(b, who.appendIdentity(nil, c.now), ip, userAgents["console"][len(who.name)%3], fine)
}
