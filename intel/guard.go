package intel

import (
	"net/netip"

	"github.com/gaissmai/bart"
)

// The shortest prefixes that an entry may have: more than a whole registry's block is a mistake in the list.
const (
	minBits4 = 8
	minBits6 = 19
)

// unmap returns p masked, and as an IPv4 prefix if it is one written as IPv6.
func unmap(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

// checkPrefix says why an entry of category c can't be for p; "" if it can.
func checkPrefix(p netip.Prefix, c Category, aws *bart.Table[*awsRange]) Reason {
	switch {
	case p.Addr().Is4() && p.Bits() < minBits4, p.Addr().Is6() && p.Bits() < minBits6:
		return TooBroad
	case !routable(p.Addr()):
		return NotRoutable
	case c.guarded():
		if r, ok := aws.LookupPrefix(p); ok && r.shared {
			return SharedAWS
		}
	}
	return ""
}

// checkName says which of the name itself and the names below it an entry of category c may be for, or why neither.
// Whoever lists a name by hand is refused public suffixes of ICANN only. A feed gets none at all, except that free
// sub-domains are what Abused is about; and of a host that very many customers share, only exactly the name it lists.
func checkName(name string, l *List, ind *Indicator, c Category) (exact, wildcard bool, reason Reason) {
	exact, wildcard = !ind.Wildcard, ind.Wildcard || l.Subdomains
	icann, private := suffixKind(name)
	switch {
	case icann, private && c.guarded() && c != Abused:
		return false, false, PublicSuffix
	case !c.guarded() || c == Abused && private:
		return exact, wildcard, ""
	case sharedHosts[name]:
		if !exact || ind.FromURL {
			return false, false, SharedHost
		}
		return true, false, ""
	}
	return exact, wildcard, ""
}
