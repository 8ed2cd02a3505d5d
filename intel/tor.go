package intel

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

func looksTor(head string) bool {
	return strings.HasPrefix(head, "network-status-version") || strings.HasPrefix(head, "@type network-status")
}

// torRelay is one relay of a consensus.
type torRelay struct {
	addr            netip.Addr
	orPort, dirPort uint16
	more            []netip.AddrPort // from "a" lines
}

// readTor reads a Tor network status, with or without microdescriptors. Each relay yields TorRelay entries for its ORPorts,
// and by its flags TorGuard for the same ports, TorAuthority for these and the DirPort, and TorExit for any port.
func readTor(r *reading) {
	var relay torRelay
	for n, line := range r.lines {
		words := strings.Fields(line)
		switch words[0] {
		case "r":
			var ok bool
			if relay, ok = parseRelay(words); !ok {
				r.bad(n, "not a relay")
			}
		case "a":
			if len(words) > 1 && relay.addr.IsValid() {
				if ap, err := netip.ParseAddrPort(words[1]); err == nil {
					relay.more = append(relay.more, ap)
				}
			}
		case "s":
			if relay.addr.IsValid() {
				r.indicators = append(r.indicators, relay.indicators(words[1:])...)
			}
			relay = torRelay{}
		}
	}
}

// parseRelay reads "r nickname identity [digest] date time address ORPort DirPort".
func parseRelay(words []string) (torRelay, bool) {
	if len(words) < 8 {
		return torRelay{}, false
	}
	words = words[len(words)-3:]
	addr, err := netip.ParseAddr(words[0])
	orPort, err2 := strconv.ParseUint(words[1], 10, 16)
	dirPort, err3 := strconv.ParseUint(words[2], 10, 16)
	if err != nil || err2 != nil || err3 != nil {
		return torRelay{}, false
	}
	return torRelay{addr: addr, orPort: uint16(orPort), dirPort: uint16(dirPort)}, true
}

func (t *torRelay) indicators(flags []string) []Indicator {
	var out []Indicator
	put := func(c Category, a netip.Addr, port uint16) {
		out = append(out, Indicator{Prefix: netip.PrefixFrom(a, a.BitLen()), Category: c, Port: port})
	}
	ports := append([]netip.AddrPort{netip.AddrPortFrom(t.addr, t.orPort)}, t.more...)
	for _, p := range ports {
		put(TorRelay, p.Addr(), p.Port())
		if slices.Contains(flags, "Guard") {
			put(TorGuard, p.Addr(), p.Port())
		}
		if slices.Contains(flags, "Authority") {
			put(TorAuthority, p.Addr(), p.Port())
		}
		if slices.Contains(flags, "Exit") {
			put(TorExit, p.Addr(), 0)
		}
	}
	if slices.Contains(flags, "Authority") && t.dirPort != 0 {
		put(TorAuthority, t.addr, t.dirPort)
	}
	return out
}
