package intel

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// errNoIndicator is what parseIndicator finds wrong with text that is no address, range, name or URL.
var errNoIndicator = errors.New("neither address, range, domain name nor URL")

// disarmed turns the spellings of dots and colons that keep people from clicking into the characters they stand for.
var disarmed = strings.NewReplacer("[.]", ".", "(.)", ".", "[:]", ":")

// parseIndicator reads an address or CIDR range (with a port, "198.51.100.7:443"), a domain name ("*.example.org" for the
// names below), or a URL. It also reads the spellings that keep people from clicking: "hxxp", "example[.]org".
func parseIndicator(s string) (Indicator, error) {
	s = strings.TrimSpace(s)
	s = disarmed.Replace(s)
	if scheme, rest, ok := strings.Cut(s, "://"); ok && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz") == "" {
		if i := strings.IndexAny(rest, "/?#\\"); i >= 0 {
			rest = rest[:i]
		}
		ind, err := parseHost(rest[strings.LastIndexByte(rest, '@')+1:])
		ind.FromURL = true
		return ind, err
	}
	return parseHost(s)
}

func parseHost(s string) (Indicator, error) {
	if p, ok := parseRange(s); ok {
		return Indicator{Prefix: p}, nil
	}
	host, port := cutPort(s)
	if p, ok := parseRange(strings.Trim(host, "[]")); ok {
		return Indicator{Prefix: p, Port: port}, nil
	}
	ind := Indicator{Domain: host, Port: port}
	if below, ok := strings.CutPrefix(host, "*."); ok {
		ind.Domain, ind.Wildcard = below, true
	}
	name, err := cleanName(ind.Domain)
	if err != nil {
		return Indicator{}, fmt.Errorf("%w: %.80s", errNoIndicator, quote(s))
	}
	ind.Domain = name
	return ind, nil
}

// quote makes foreign text safe to show.
func quote(s string) string {
	if len(s) > 60 {
		s = s[:60]
	}
	if !utf8.ValidString(s) {
		return "bytes that are no text"
	}
	return strconv.Quote(s)
}

// parseRange reads an address or a CIDR range.
func parseRange(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.WithZone("").Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return unmap(p), true
	}
	return netip.Prefix{}, false
}

// cutPort splits "host:port"; without a port, or where it is none, the port is 0.
func cutPort(s string) (host string, port uint16) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil {
		return s, 0
	}
	return s[:i], uint16(n)
}
