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

// ownKey is an address seen at an interface.
type ownKey struct {
	iface uint32
	addr  [16]byte
}

// ownAddresses finds each interface's own address in the conversations without a logged direction: the one that all
// but 5 % of them have at one end. Where two do, the private one; where both are, none.
func (t *FlowTable) ownAddresses() map[uint32][16]byte {
	counts, totals := map[ownKey]uint32{}, map[uint32]uint32{}
	for n := range t.slots {
		s := &t.slots[n]
		if s.bits&(localIsA|localIsB) == 0 {
			totals[s.iface]++
			counts[ownKey{s.iface, s.a}]++
			counts[ownKey{s.iface, s.b}]++
		}
	}
	own, rivals := map[uint32][16]byte{}, map[uint32]bool{}
	for k, n := range counts {
		if uint64(n)*100 < uint64(totals[k.iface])*95 {
			continue
		}
		other, found := own[k.iface]
		switch {
		case !found:
			own[k.iface] = k.addr
		case private(k.addr) == private(other):
			rivals[k.iface] = true
		case private(k.addr):
			own[k.iface] = k.addr
		}
	}
	for iface := range rivals {
		delete(own, iface)
	}
	return own
}

func private(a [16]byte) bool { return !Public(netip.AddrFrom16(a)) }

// localEnd tells which end is the interface's: as logged, else as learned, else the private end of a conversation with
// the internet, else the end that began.
func (s *slot) localEnd(own map[uint32][16]byte, first end) end {
	switch {
	case s.bits&localIsA != 0:
		return endA
	case s.bits&localIsB != 0:
		return endB
	}
	if o, ok := own[s.iface]; ok && (o == s.a) != (o == s.b) {
		if o == s.a {
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
