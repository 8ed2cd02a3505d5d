package entity

import (
	"net/netip"

	"picket/event"
)

// Flow is a flow record as the table takes it: the interface by number, everything else without pointers.
type Flow struct {
	Interface        uint32
	Src, Dst         [16]byte
	SrcPort, DstPort uint16
	Protocol         uint8
	Flags            uint8
	HasFlags         bool
	Reject           bool
	Direction        event.Direction
	Packets, Bytes   uint64
	Start, End       uint32
	At               At
}

// At is where a record is. With its start, it is an event.Ref.
type At struct {
	Object uint64
	Offset int64
}

// before orders places.
func (p At) before(o At) bool {
	return p.Object < o.Object || p.Object == o.Object && p.Offset < o.Offset
}

func (p At) ref(sec uint32) event.Ref { return event.Ref{Sec: sec, Object: p.Object, Offset: p.Offset} }

// Set takes from r what the table needs. The packet-level addresses win over the interface's where both are known: they
// are the ends that people mean (pods, NAT gateways).
func (f *Flow) Set(r *event.Flow, iface uint32) {
	src, dst := &r.Src, &r.Dst
	if r.PktSrc.IsValid() {
		src = &r.PktSrc
	}
	if r.PktDst.IsValid() {
		dst = &r.PktDst
	}
	f.Interface, f.Src, f.Dst, f.SrcPort, f.DstPort = iface, src.As16(), dst.As16(), r.SrcPort, r.DstPort
	f.Protocol, f.Flags, f.HasFlags, f.Reject, f.Direction = r.Protocol, r.Flags, r.HasFlags, r.Reject, r.Direction
	f.Packets, f.Bytes, f.Start, f.End = r.Packets, r.Bytes, uint32(r.Start), uint32(r.End)
	f.At = At{r.Object, r.Offset}
}

// slot is a conversation under way. a is the lower end.
type slot struct {
	iface            uint32
	a, b             [16]byte
	aPort, bPort     uint16
	protocol         uint8
	aFlags, bFlags   uint8 // sent by a, by b
	bits             uint8
	aPackets, aBytes uint64
	bPackets, bBytes uint64
	aFirst, bFirst   uint32 // start of the first record sent by a, by b
	last             uint32
	aAt, bAt         At // of these records
}

const (
	hasFlags = 1 << iota
	accepted
	rejected
	localIsA // from flow-direction
	localIsB
	seenA
	seenB
)

// FlowTable joins the flow records of one Window to conversations. Its result depends on the set of records, not on
// their order. The zero value is empty and ready.
type FlowTable struct {
	index []uint32 // open addressing: slot number + 1
	slots []slot
}

// Len is the number of conversations.
func (t *FlowTable) Len() int { return len(t.slots) }

// Add joins f to its conversation.
func (t *FlowTable) Add(f *Flow) {
	t.reserve()
	forward := less(f.Src, f.SrcPort, f.Dst, f.DstPort)
	key := slot{iface: f.Interface, a: f.Src, b: f.Dst, aPort: f.SrcPort, bPort: f.DstPort, protocol: f.Protocol}
	if !forward {
		key.a, key.b, key.aPort, key.bPort = f.Dst, f.Src, f.DstPort, f.SrcPort
	}
	s := t.find(&key)
	if forward {
		s.aPackets += f.Packets
		s.aBytes += f.Bytes
		s.aFlags |= f.Flags
		s.aFirst, s.aAt = earlier(s.bits&seenA != 0, s.aFirst, s.aAt, f)
		s.bits |= seenA
	} else {
		s.bPackets += f.Packets
		s.bBytes += f.Bytes
		s.bFlags |= f.Flags
		s.bFirst, s.bAt = earlier(s.bits&seenB != 0, s.bFirst, s.bAt, f)
		s.bits |= seenB
	}
	s.last = max(s.last, f.End)
	if f.HasFlags {
		s.bits |= hasFlags
	}
	if f.Reject {
		s.bits |= rejected
	} else {
		s.bits |= accepted
	}
	switch {
	case f.Direction == event.DirectionUnknown:
	case (f.Direction == event.Egress) == forward:
		s.bits |= localIsA
	default:
		s.bits |= localIsB
	}
}

// reserve makes room for one more conversation.
func (t *FlowTable) reserve() {
	if 4*(len(t.slots)+1) > 3*len(t.index) {
		t.grow()
	}
}

func less(a [16]byte, aPort uint16, b [16]byte, bPort uint16) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return aPort <= bPort
}

// earlier keeps the start and the place of the record that starts first.
func earlier(seen bool, first uint32, at At, f *Flow) (uint32, At) {
	if !seen || f.Start < first || f.Start == first && f.At.before(at) {
		return f.Start, f.At
	}
	return first, at
}

func (t *FlowTable) find(key *slot) *slot {
	mask := uint32(len(t.index) - 1)
	for i := uint32(key.hash()) & mask; ; i = (i + 1) & mask {
		n := t.index[i]
		if n == 0 {
			t.slots = append(t.slots, *key)
			t.index[i] = uint32(len(t.slots))
			return &t.slots[len(t.slots)-1]
		}
		if s := &t.slots[n-1]; s.same(key) {
			return s
		}
	}
}

func (s *slot) same(o *slot) bool {
	return s.aPort == o.aPort && s.bPort == o.bPort && s.iface == o.iface && s.protocol == o.protocol && s.a == o.a && s.b == o.b
}

func (t *FlowTable) grow() {
	t.index = make([]uint32, max(64, 2*len(t.index)))
	mask := uint32(len(t.index) - 1)
	for n := range t.slots {
		i := uint32(t.slots[n].hash()) & mask
		for t.index[i] != 0 {
			i = (i + 1) & mask
		}
		t.index[i] = uint32(n + 1)
	}
}

func (s *slot) hash() uint64 {
	h := mix(uint64(s.iface)<<40 ^ uint64(s.aPort)<<24 ^ uint64(s.bPort)<<8 ^ uint64(s.protocol))
	h = mix(h ^ word(s.a[:8]))
	h = mix(h ^ word(s.a[8:]))
	h = mix(h ^ word(s.b[:8]))
	return mix(h ^ word(s.b[8:]))
}

func word(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// mix is the finalizer of splitmix64 (Vigna, public domain), which spreads every input bit.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Conversations calls yield for each conversation, which it may not keep. window is the number of the Window, counted
// from the epoch; interfaces tells the interface of a number.
func (t *FlowTable) Conversations(window int64, interfaces func(uint32) *Interface, yield func(*Conversation)) {
	owns := t.ownAddresses()
	var c Conversation
	var refs [2]event.Ref
	for n := range t.slots {
		s := &t.slots[n]
		c = Conversation{Interface: interfaces(s.iface), Protocol: s.protocol, Last: int64(s.last)}
		c.HasFlags, c.Accepted, c.Rejected = s.bits&hasFlags != 0, s.bits&accepted != 0, s.bits&rejected != 0
		first := s.initiator()
		s.orient(&c, s.localEnd(owns, first), first)
		c.Refs = s.refs(refs[:0])
		c.First = int64(s.aFirst)
		if s.bits&seenA == 0 || s.bits&seenB != 0 && s.bFirst < s.aFirst {
			c.First = int64(s.bFirst)
		}
		c.ID = c.id(window)
		yield(&c)
	}
}

func (s *slot) refs(refs []event.Ref) []event.Ref {
	if s.bits&seenA != 0 {
		refs = append(refs, s.aAt.ref(s.aFirst))
	}
	if s.bits&seenB != 0 {
		refs = append(refs, s.bAt.ref(s.bFirst))
	}
	return refs
}

func (s *slot) orient(c *Conversation, local, first end) {
	a, b := netip.AddrFrom16(s.a).Unmap(), netip.AddrFrom16(s.b).Unmap()
	ta := Traffic{s.aPackets, s.aBytes, s.aFlags, s.bits&seenA != 0}
	tb := Traffic{s.bPackets, s.bBytes, s.bFlags, s.bits&seenB != 0}
	if local == endB {
		c.Local, c.LocalPort, c.Out, c.Remote, c.RemotePort, c.In = b, s.bPort, tb, a, s.aPort, ta
	} else {
		c.Local, c.LocalPort, c.Out, c.Remote, c.RemotePort, c.In = a, s.aPort, ta, b, s.bPort, tb
	}
	switch first {
	case noEnd:
	case local:
		c.Initiator = Local
	default:
		c.Initiator = Remote
	}
}

// id hashes what makes c the conversation it is.
func (c *Conversation) id(window int64) uint64 {
	h := uint64(window)
	for _, s := range [...]string{c.Interface.Account, c.Interface.ID} {
		for i := range len(s) {
			h = h*31 + uint64(s[i])
		}
		h = mix(h)
	}
	l, r := c.Local.As16(), c.Remote.As16()
	h = mix(h ^ word(l[8:]) ^ uint64(c.LocalPort)<<48)
	h = mix(h ^ word(l[:8]) ^ uint64(c.RemotePort)<<48)
	h = mix(h ^ word(r[8:]) ^ uint64(c.Protocol)<<56)
	return mix(h ^ word(r[:8]))
}
