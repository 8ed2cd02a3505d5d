package entity

import "net/netip"

// end is an end of a slot.
type end uint8

const (
	noEnd end = iota
	endA
	endB
)

// initiator tells which end began: by the TCP handshake where flags are logged, else by ports and order.
//
// Source: detection notes §3.0 step 5. A SYN-ACK is logged as 18, a lone ACK not at all.
func (s *slot) initiator() end {
	if s.protocol == 6 && s.bits&hasFlags != 0 {
		switch {
		case s.aFlags&FlagSYNACK == FlagSYNACK:
			return endB
		case s.bFlags&FlagSYNACK == FlagSYNACK:
			return endA
		case s.aFlags&FlagSYN != 0 && s.bFlags&FlagSYN == 0:
			return endA
		case s.bFlags&FlagSYN != 0 && s.aFlags&FlagSYN == 0:
			return endB
		}
	}
	aServes, bServes := ServicePort(s.aPort), ServicePort(s.bPort)
	oneWay := s.bits&(seenA|seenB) != seenA|seenB
	switch {
	case s.protocol == 17 && !oneWay && s.aFirst != s.bFirst:
		return s.earlierEnd()
	case aServes != bServes && bServes:
		return endA
	case aServes != bServes:
		return endB
	case oneWay && s.bits&seenA != 0:
		return endA
	case oneWay:
		return endB
	case s.aFirst != s.bFirst:
		return s.earlierEnd()
	case s.aPort > s.bPort:
		return endA
	case s.bPort > s.aPort:
		return endB
	}
	return noEnd
}

func (s *slot) earlierEnd() end {
	if s.aFirst < s.bFirst {
		return endA
	}
	return endB
}

// ServicePort reports whether servers usually listen on port.
func ServicePort(port uint16) bool {
	if port < 1024 {
		return port != 0
	}
	switch port {
	case 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3000, 3128, 3260, 3306, 3333, 3389, 4444, 4789, 5000,
		5060, 5061, 5201, 5432, 5439, 5555, 5601, 5671, 5672, 5900, 5985, 5986, 6379, 6443, 6667, 7001, 8000, 8008, 8080,
		8081, 8086, 8088, 8090, 8125, 8333, 8443, 8545, 8888, 9000, 9001, 9042, 9090, 9092, 9100, 9200, 9300, 9418, 9443,
		10250, 11211, 15672, 27017, 30303, 50070:
		return true
	}
	return false
}

// own is what is known of an interface's own address.
type own struct {
	conversations uint32
	candidates    [ownCandidates]candidate
	addr          [16]byte // where known
	known         bool
}

// candidate is an address that may be an interface's own, and how often it was seen.
type candidate struct {
	addr [16]byte
	n    uint32
}

// ownCandidates is enough for every address at an end of most conversations to be among them: it has nearly half of all
// ends, and what k candidates lose sight of has less than one part in k+1.
const ownCandidates = 3

// note counts addr as Misra and Gries do: where there is no room, every candidate loses one.
func (o *own) note(addr [16]byte) {
	free := -1
	for i := range o.candidates {
		switch c := &o.candidates[i]; {
		case c.addr == addr:
			c.n++
			return
		case c.n == 0:
			free = i
		}
	}
	if free >= 0 {
		o.candidates[free] = candidate{addr, 1}
		return
	}
	for i := range o.candidates {
		o.candidates[i].n--
	}
}

// recount counts the conversations that have a candidate at one end.
func (o *own) recount(s *slot) {
	for i := range o.candidates {
		if c := &o.candidates[i]; c.addr == s.a || c.addr == s.b {
			c.n++
		}
	}
}

// decide takes the address that all but 5 % of the conversations have at one end. Where two do, the private one; where
// both are or neither is, none.
func (o *own) decide() {
	var winners []candidate
	for _, c := range o.candidates {
		if c.n > 0 && uint64(c.n)*100 >= uint64(o.conversations)*95 {
			winners = append(winners, c)
		}
	}
	switch {
	case len(winners) == 1, len(winners) == 2 && private(winners[0].addr) && !private(winners[1].addr):
		o.addr, o.known = winners[0].addr, true
	case len(winners) == 2 && private(winners[1].addr) && !private(winners[0].addr):
		o.addr, o.known = winners[1].addr, true
	}
}

// ownAddresses finds the interfaces' own addresses in the conversations without a logged direction.
func (t *FlowTable) ownAddresses() map[uint32]*own {
	var all map[uint32]*own
	each := func(f func(*own, *slot)) {
		for n := range t.slots {
			s := &t.slots[n]
			if s.bits&(localIsA|localIsB) != 0 || s.a == s.b {
				continue
			}
			o := all[s.iface]
			if o == nil {
				if all == nil {
					all = map[uint32]*own{}
				}
				o = &own{}
				all[s.iface] = o
			}
			f(o, s)
		}
	}
	each(func(o *own, s *slot) {
		o.conversations++
		o.note(s.a)
		o.note(s.b)
	})
	for _, o := range all {
		for i := range o.candidates {
			o.candidates[i].n = 0
		}
	}
	each((*own).recount)
	for _, o := range all {
		o.decide()
	}
	return all
}

func private(a [16]byte) bool { return !Public(netip.AddrFrom16(a)) }

// localEnd tells which end is the interface's: as logged, else as learned, else the private end of a conversation with
// the internet, else the end that began.
func (s *slot) localEnd(owns map[uint32]*own, first end) end {
	switch {
	case s.bits&localIsA != 0:
		return endA
	case s.bits&localIsB != 0:
		return endB
	}
	if o := owns[s.iface]; o != nil && o.known && (o.addr == s.a) != (o.addr == s.b) {
		if o.addr == s.a {
			return endA
		}
		return endB
	}
	if pa, pb := private(s.a), private(s.b); pa != pb {
		if pa {
			return endA
		}
		return endB
	}
	return first
}
