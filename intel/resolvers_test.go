package intel

import (
	"net/netip"
	"testing"
)

func TestResolvers(t *testing.T) {
	tables, reports := Build(Resolvers(), Options{})
	for _, r := range reports {
		if r.Entries == 0 || r.Duplicates != 0 || len(r.Rejected) != 0 {
			t.Errorf("%+v", r)
		}
	}
	f := func(addr string, c Category, port uint16, want bool) {
		t.Helper()
		if _, ok := tables.IP("", netip.MustParseAddr(addr)).OnPort(c, port, at.Unix()); ok != want {
			t.Errorf("%s %s %d: %t", addr, c, port, ok)
		}
	}
	f("8.8.8.8", PublicDNS, 53, true)
	f("8.8.8.8", DoT, 853, true)
	f("8.8.8.8", DoT, 443, false)
	f("8.8.8.8", DoH, 443, true)
	f("4.2.2.2", PublicDNS, 53, true)
	f("4.2.2.2", DoH, 443, false)
	f("2606:4700:4700::1111", DoH, 443, true)
	if !tables.Domain("", "dns.google").Has(DoH, at.Unix()) || tables.Domain("", "www.dns.google").Any() {
		t.Error("dns.google is wrong")
	}
}
