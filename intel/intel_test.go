package intel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	alice = "111111111111"
	bob   = "222222222222"
)

// at is the time of the records in these tests.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func ips(prefixes ...string) []Indicator {
	var all []Indicator
	for _, s := range prefixes {
		p, err := parsePrefix(s)
		if err != nil {
			panic("BUG: " + s)
		}
		all = append(all, Indicator{Prefix: p})
	}
	return all
}

func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

func names(list ...string) []Indicator {
	var all []Indicator
	for _, s := range list {
		ind := Indicator{Domain: s}
		if len(s) > 2 && s[:2] == "*." {
			ind = Indicator{Domain: s[2:], Wildcard: true}
		}
		all = append(all, ind)
	}
	return all
}

// listNames returns the names of the lists that match, in order.
func listNames(m Matches) []string {
	var got []string
	for e := range m.All(at.Unix()) {
		got = append(got, e.List)
	}
	return got
}

func TestIP(t *testing.T) {
	tables, _ := Build([]List{
		{Name: "wide", Category: Malicious, Confidence: 50, Indicators: ips("198.51.100.0/24")},
		{Name: "narrow", Category: C2, Confidence: 90, Indicators: ips("198.51.100.7", "2001:db8:1::/48")},
		{Name: "alice's", Account: alice, Category: Custom, Indicators: ips("198.51.100.8", "203.0.113.9")},
		{Name: "alice trusts", Account: alice, Category: Trusted, Indicators: ips("198.51.100.16/30")},
		{Name: "local", Category: C2, Indicators: ips("10.0.0.0/8", "127.0.0.1", "169.254.169.254", "100.64.1.1", "224.0.0.5")},
	}, Options{})
	f := func(account, addr string, want ...string) {
		t.Helper()
		got := listNames(tables.IP(account, netip.MustParseAddr(addr)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("IP(%s, %s): -want +got\n%s", account, addr, diff)
		}
	}
	f(alice, "198.51.100.1", "wide")
	f(alice, "198.51.100.7", "narrow", "wide")
	f(alice, "::ffff:198.51.100.7", "narrow", "wide")
	f(alice, "198.51.100.8", "wide", "alice's")
	f(bob, "198.51.100.8", "wide")
	f(alice, "203.0.113.9", "alice's")
	f(bob, "203.0.113.9")
	f(alice, "198.51.100.17")
	f(bob, "198.51.100.17", "wide")
	f(bob, "2001:db8:1::5", "narrow")
	f(bob, "2001:db8:2::5")
	f(bob, "10.1.1.1")
	f(bob, "127.0.0.1")
	f(bob, "169.254.169.254")
	f(bob, "100.64.1.1")
	f(bob, "224.0.0.5")

	if a := netip.MustParseAddr("198.51.100.18"); !tables.Trusted(alice, a) || tables.Trusted(bob, a) {
		t.Error("trust is not alice's alone")
	}
	if tables.Trusted(alice, netip.MustParseAddr("198.51.100.7")) {
		t.Error("a threat is trusted")
	}
}
