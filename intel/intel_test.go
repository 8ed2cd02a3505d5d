package intel

import (
	"fmt"
	"math/rand/v2"
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
		{Name: "twenty", Category: Malicious, Indicators: ips("8.8.16.0/20")},
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
	f(bob, "8.8.31.255", "twenty")
	f(bob, "8.8.32.0")
	f(bob, "8.8.15.255")
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

func TestDomain(t *testing.T) {
	tables, reports := Build([]List{
		{Name: "feed", Category: Phishing, Indicators: names("login.bad.example", "*.evil.example", "co.uk", "github.io", "github.com", "*.windowsupdate.com", "x.github.io", "no-dots", "1.2.3.4")},
		{Name: "urls", Category: DriveBy, Indicators: []Indicator{{Domain: "dropbox.com", FromURL: true}, {Domain: "files.bad.example", FromURL: true}}},
		{Name: "both", Category: C2, Subdomains: true, Indicators: names("Both.Example", "bücher.example", "gitlab.com")},
		{Name: "dyn", Category: Abused, Subdomains: true, Indicators: names("duckdns.org", "ddns.example")},
		{Name: "hers", Account: alice, Category: Custom, Indicators: names("*.github.com", "*.uk")},
		{Name: "fine", Account: alice, Category: Trusted, Indicators: names("*.fine.both.example", "login.bad.example")},
	}, Options{})
	f := func(account, name string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, listNames(tables.Domain(account, name))); diff != "" {
			t.Errorf("Domain(%s, %s): -want +got\n%s", account, name, diff)
		}
	}
	f(bob, "login.bad.example", "feed")
	f(bob, "LOGIN.Bad.example.", "feed")
	f(bob, "www.login.bad.example")
	f(bob, "bad.example")
	f(bob, "a.b.evil.example", "feed")
	f(bob, "evil.example")
	f(bob, "x.github.io", "feed")
	f(bob, "y.github.io")
	f(bob, "github.com", "feed")
	f(bob, "dl.windowsupdate.com")
	f(bob, "shop.co.uk")
	f(bob, "dropbox.com")
	f(bob, "files.bad.example", "urls")
	f(bob, "both.example", "both")
	f(bob, "deep.down.both.example", "both")
	f(bob, "xn--bcher-kva.example", "both")
	f(bob, "gitlab.com", "both")
	f(bob, "x.gitlab.com")
	f(bob, "me.duckdns.org", "dyn")
	f(bob, "me.ddns.example", "dyn")
	f(alice, "api.github.com", "hers")
	f(bob, "api.github.com")
	f(alice, "shop.uk")
	f(alice, "login.bad.example")
	f(bob, "is.fine.both.example", "both")
	f(alice, "is.fine.both.example")
	f(alice, "fine.both.example", "both")
	f(bob, "")
	f(bob, ".")
	f(bob, "..evil.example", "feed")
	f(bob, string(make([]byte, 300)))

	wantFeed := ListReport{Name: "feed", Entries: 4, Rejected: map[Reason]int{PublicSuffix: 2, SharedHost: 1, NotAName: 2}}
	if diff := cmp.Diff(wantFeed, reports[0]); diff != "" {
		t.Errorf("report: -want +got\n%s", diff)
	}
	if !tables.TrustedDomain(alice, "login.bad.example") || tables.TrustedDomain(bob, "login.bad.example") {
		t.Error("trust is not alice's alone")
	}
}

func TestBuildReports(t *testing.T) {
	last := at.Add(-time.Hour)
	ranges := []Indicator{
		{Prefix: netip.MustParsePrefix("13.32.0.0/15"), Service: "AMAZON", Region: "GLOBAL"},
		{Prefix: netip.MustParsePrefix("13.32.0.0/15"), Service: "CLOUDFRONT", Region: "GLOBAL"},
		{Prefix: netip.MustParsePrefix("13.33.7.0/24"), Service: "AMAZON", Region: "GLOBAL"},
		{Prefix: netip.MustParsePrefix("3.5.0.0/16"), Service: "EC2", Region: "us-east-1"},
		{Prefix: netip.MustParsePrefix("3.5.0.0/19"), Service: "AMAZON", Region: "us-east-1"},
		{Prefix: netip.MustParsePrefix("52.94.0.0/22"), Service: "AMAZON", Region: "eu-west-1"},
	}
	old := Indicator{Domain: "old.example", Expires: last}
	feed := append(ips("13.33.1.1", "13.33.7.7", "3.5.1.1", "8.8.8.8", "8.8.8.8", "0.0.0.0/0", "::/8", "192.168.1.1", "9.9.9.9"), old)
	tables, got := Build([]List{
		{Name: "feed", Category: C2, Max: 3, Indicators: feed},
		{Name: "mine", Account: alice, Category: Custom, Indicators: ips("13.33.1.1")},
		{Name: "aws", Category: AWS, Indicators: ranges},
	}, Options{Now: at})
	want := []ListReport{
		{Name: "feed", Entries: 3, Duplicates: 1, Expired: 1, Rejected: map[Reason]int{SharedAWS: 2, TooBroad: 2, NotRoutable: 1}},
		{Name: "mine", Account: alice, Entries: 1, Rejected: map[Reason]int{}},
		{Name: "aws", Entries: 6, Rejected: map[Reason]int{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if tables.Count(C2) != 3 || tables.Count(Custom) != 1 || tables.Count(Phishing) != 0 {
		t.Errorf("counts: c2 %d, custom %d, phishing %d", tables.Count(C2), tables.Count(Custom), tables.Count(Phishing))
	}
	f := func(addr, service, region string) {
		t.Helper()
		s, r, _ := tables.AWS(netip.MustParseAddr(addr))
		if s != service || r != region {
			t.Errorf("AWS(%s) = %s, %s, want %s, %s", addr, s, r, service, region)
		}
	}
	f("13.32.5.5", "CLOUDFRONT", "GLOBAL")
	f("13.33.7.7", "CLOUDFRONT", "GLOBAL")
	f("3.5.1.1", "EC2", "us-east-1")
	f("52.94.1.1", "AMAZON", "eu-west-1")
	f("8.8.8.8", "", "")

	_, got = Build([]List{{Name: "capped", Category: C2, Max: 2, Indicators: ips("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1")}}, Options{})
	if got[0].Entries != 2 || got[0].Rejected[OverLimit] != 2 {
		t.Errorf("capped: %+v", got[0])
	}
}

func TestMatches(t *testing.T) {
	tables, _ := Build([]List{
		{Name: "soon gone", Category: C2, Confidence: 90, Expires: at.Add(time.Hour), Indicators: ips("198.51.100.7")},
		{Name: "second", Category: C2, Confidence: 60, Indicators: ips("198.51.100.7")},
		{Name: "pool", Category: Crypto, Indicators: []Indicator{{Prefix: ips("198.51.100.7")[0].Prefix, Port: 3333}}},
	}, Options{})
	m := tables.IP(bob, netip.MustParseAddr("198.51.100.7"))
	f := func(when time.Time, want string) {
		t.Helper()
		if e, ok := m.First(C2, when.Unix()); !ok || e.List != want {
			t.Errorf("First at %s: %v, want %s", when, e, want)
		}
	}
	f(at, "soon gone")
	f(at.Add(time.Hour), "second")
	port := func(p uint16, c Category, want bool) {
		t.Helper()
		if _, ok := m.OnPort(c, p, at.Unix()); ok != want {
			t.Errorf("OnPort(%s, %d) = %t", c, p, ok)
		}
	}
	port(3333, Crypto, true)
	port(443, Crypto, false)
	port(443, C2, true)
	if m.Has(Phishing, at.Unix()) || !m.Has(Crypto, at.Unix()) || !m.Any() || (Matches{}).Any() {
		t.Error("Has or Any is wrong")
	}
	var zero Tables
	if zero.IP(bob, netip.MustParseAddr("198.51.100.7")).Any() || zero.Domain(bob, "a.example").Any() || zero.Count(C2) != 0 {
		t.Error("the zero tables match")
	}
}

// big builds tables of 200,000 addresses and as many names, for the benchmarks.
func big() *Tables {
	var addrs, hosts List
	addrs.Category, hosts.Category = C2, C2
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		a := netip.AddrFrom4([4]byte{byte(r.IntN(200) + 11), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
		addrs.Indicators = append(addrs.Indicators, Indicator{Prefix: netip.PrefixFrom(a, 32)})
		hosts.Indicators = append(hosts.Indicators, Indicator{Domain: fmt.Sprintf("host%d.zone%d.example", r.IntN(1e9), r.IntN(1e6)), Wildcard: r.IntN(2) == 0})
	}
	t, _ := Build([]List{addrs, hosts}, Options{})
	return t
}

func BenchmarkIPMiss(b *testing.B) {
	t := big()
	r := rand.New(rand.NewPCG(3, 4))
	addrs := make([]netip.Addr, 4096)
	for i := range addrs {
		addrs[i] = netip.AddrFrom4([4]byte{byte(r.IntN(200) + 11), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		t.IP(alice, addrs[i%len(addrs)])
	}
}

func BenchmarkDomainMiss(b *testing.B) {
	t := big()
	hosts := make([]string, 4096)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("www%d.eu-west-1.service%d.example.com", i, i%100)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		t.Domain(alice, hosts[i%len(hosts)])
	}
}

func BenchmarkMatchHas(b *testing.B) {
	tables, _ := Build([]List{{Category: C2, Indicators: ips("198.51.100.7")}}, Options{})
	addr := netip.MustParseAddr("198.51.100.7")
	b.ReportAllocs()
	for b.Loop() {
		if !tables.IP(alice, addr).Has(C2, 5) {
			b.Fatal("no match")
		}
	}
}

// TestMost: an address or name has no more entries than may be, with those of what is around it: the surest, and trust in any case.
func TestMost(t *testing.T) {
	var said []Indicator
	for _, of := range append(ips("198.51.100.0/24", "198.51.100.7"), names("*.evil.example", "a.evil.example")...) {
		for n := range 10 {
			of.Port, of.Confidence = uint16(1+n), uint8(10+n)
			if of.Prefix.IsSingleIP() || of.Domain == "a.evil.example" {
				of.Confidence += 50
			}
			said = append(said, of)
		}
	}
	tables, reports := Build([]List{{Name: "many", Category: Custom, Indicators: said}}, Options{Most: 4})
	if got := reports[0]; got.Entries != 16 || got.Rejected[SaidTooOften] != 24 {
		t.Errorf("%+v", got)
	}
	f := func(m Matches, least uint8) {
		t.Helper()
		n := 0
		for e := range m.All(at.Unix()) {
			if n++; e.Confidence < least {
				t.Errorf("an entry of confidence %d is kept", e.Confidence)
			}
		}
		if n != 4 {
			t.Errorf("%d entries, want 4", n)
		}
	}
	f(tables.IP(alice, netip.MustParseAddr("198.51.100.7")), 60)
	f(tables.IP(alice, netip.MustParseAddr("198.51.100.8")), 10)
	f(tables.Domain(alice, "a.evil.example"), 60)
	f(tables.Domain(alice, "b.evil.example"), 10)

	tables, _ = Build([]List{
		{Name: "many", Category: Custom, Indicators: said}, {Name: "ours", Category: Trusted, Indicators: ips("198.51.100.0/24")},
	}, Options{Most: 4})
	if a := netip.MustParseAddr("198.51.100.7"); !tables.Trusted(alice, a) {
		t.Errorf("%s is not trusted", a)
	}
}
