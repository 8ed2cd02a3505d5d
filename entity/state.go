package entity

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"picket/state"
)

// State writes what is known of the account, or reads it.
func (a *Account) State(c *state.Codec) {
	a.trails.state(c)
	a.buckets.state(c)
	state.Pointer(c, &a.passwords, func(p *PasswordPolicy) { state.Plain(c, p) })
	a.signIns.state(c)
	a.habits.state(c)
	a.instances.state(c)
	a.reaches.state(c)
}

func (b *bounded[V]) state(c *state.Codec) {
	state.Int(c, &b.dropped)
	state.Map(c, &b.m, func(k *string) { state.Text(c, k) }, func(d *dated[V]) {
		state.Int(c, &d.at)
		state.Plain(c, &d.v)
	})
}

// State implements state.Stater.
func (h *habit) State(c *state.Codec) {
	state.Plain(c, &h.days)
	c.Bool(&h.usual)
}

// MarkInterfaces marks the numbers of the interfaces that t has conversations of.
func (t *FlowTable) MarkInterfaces(used []bool) {
	for n := range t.slots {
		used[t.slots[n].iface] = true
	}
}

// WriteFlows writes the conversations of one Window that tables hold between them. number is the interfaces' numbers in
// what is written.
func WriteFlows(c *state.Codec, tables []*FlowTable, number []uint32) {
	var all []*slot
	for _, t := range tables {
		for n := range t.slots {
			all = append(all, &t.slots[n])
		}
	}
	slices.SortFunc(all, func(x, y *slot) int {
		return cmp.Or(cmp.Compare(number[x.iface], number[y.iface]), x.compare(y))
	})
	c.Len(len(all))
	for _, s := range all {
		numbered := *s
		numbered.iface = number[s.iface]
		numbered.state(c)
	}
}

// ReadFlows reads what WriteFlows wrote, each conversation into the table of its interface: of tells it, or nil for a number
// that no interface has.
func ReadFlows(c *state.Codec, of func(iface uint32) *FlowTable) {
	for n := c.Len(0); n > 0 && c.Err() == nil; n-- {
		var s slot
		if s.state(c); s.bits&(seenA|seenB) == 0 {
			c.Fail(errors.New("a conversation without a record"))
		}
		t := of(s.iface)
		if t == nil {
			c.Fail(errors.New("a conversation of no interface"))
		}
		if c.Err() != nil {
			return
		}
		t.reserve()
		*t.find(&s) = s
	}
}

func (s *slot) compare(o *slot) int {
	return cmp.Or(bytes.Compare(s.a[:], o.a[:]), bytes.Compare(s.b[:], o.b[:]),
		cmp.Compare(s.aPort, o.aPort), cmp.Compare(s.bPort, o.bPort), cmp.Compare(s.protocol, o.protocol))
}

func (s *slot) state(c *state.Codec) {
	state.Int(c, &s.iface)
	c.Raw(s.a[:])
	c.Raw(s.b[:])
	for _, port := range [...]*uint16{&s.aPort, &s.bPort} {
		state.Int(c, port)
	}
	for _, bits := range [...]*uint8{&s.protocol, &s.aFlags, &s.bFlags, &s.bits} {
		state.Int(c, bits)
	}
	for _, sum := range [...]*uint64{&s.aPackets, &s.aBytes, &s.bPackets, &s.bBytes} {
		state.Int(c, sum)
	}
	for _, sec := range [...]*uint32{&s.aFirst, &s.bFirst, &s.last} {
		state.Int(c, sec)
	}
	for _, at := range [...]*At{&s.aAt, &s.bAt} {
		state.Int(c, &at.Object)
		state.Int(c, &at.Offset)
	}
}
