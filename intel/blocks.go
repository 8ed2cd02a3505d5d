package intel

import "net/netip"

// blocks has a bit for each IPv4 /24 in which some entry lies. It answers most lookups, which are misses, with one load.
type blocks []uint64

// has reports whether an entry may hold the IPv4 address a.
func (b blocks) has(a netip.Addr) bool {
	n := number24(a)
	return b[n/64]&(1<<(n%64)) != 0
}

// add marks the blocks that p touches; IPv6 is not covered.
func (b *blocks) add(p netip.Prefix) {
	if !p.Addr().Is4() {
		return
	}
	if *b == nil {
		*b = make(blocks, 1<<24/64)
	}
	first, count := number24(p.Addr()), uint32(1)
	if p.Bits() < 24 {
		count = 1 << (24 - p.Bits())
	}
	for n := first; n < first+count; n++ {
		(*b)[n/64] |= 1 << (n % 64)
	}
}

// number24 is the number of the /24 that holds a.
func number24(a netip.Addr) uint32 {
	o := a.As4()
	return uint32(o[0])<<16 | uint32(o[1])<<8 | uint32(o[2])
}
