package rule_test

import (
	"net/netip"
	"strings"
	"testing"
	"unsafe"

	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

type owners map[netip.Addr]string

func (o owners) Lookup(a netip.Addr) intel.Location { return intel.Location{Org: o[a]} }

type networks map[string]string

func (n networks) Lookup(a netip.Addr) intel.Location { return intel.Location{ASN: n[a.String()]} }

func TestRemote(t *testing.T) {
	list := func(name string, c intel.Category, account, addr string) intel.List {
		return intel.List{Name: name, Category: c, Account: account, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix(addr)}}}
	}
	tables, _ := intel.Build([]intel.List{
		list("bad", intel.C2, "", "203.0.113.0/24"),
		list("good", intel.Trusted, "111122223333", "203.0.113.9/32"),
	}, intel.Options{})
	env := rule.NewEnv(tables, nil, nil, nil)
	ours, theirs := &entity.Interface{Account: "111122223333"}, &entity.Interface{Account: "444455556666"}
	f := func(iface *entity.Interface, addr string, want bool) {
		t.Helper()
		c := &entity.Conversation{Interface: iface, Remote: netip.MustParseAddr(addr)}
		for range 2 {
			if got := env.Remote(c).Has(intel.C2, 0); got != want {
				t.Errorf("Remote of %s for %s is listed = %v, want %v", addr, iface.Account, got, want)
			}
		}
	}
	f(ours, "203.0.113.8", true)
	f(ours, "203.0.113.9", false)
	f(theirs, "203.0.113.9", true)
	f(ours, "198.51.100.9", false)
}

func TestName(t *testing.T) {
	list := func(name string, c intel.Category, account, domain string) intel.List {
		return intel.List{Name: name, Category: c, Account: account, Indicators: []intel.Indicator{{Domain: domain}}}
	}
	tables, _ := intel.Build([]intel.List{
		list("bad", intel.C2, "", "c2.example"),
		list("bad", intel.C2, "", "2c2.example"),
		list("good", intel.Trusted, "111122223333", "c2.example"),
	}, intel.Options{})
	env := rule.NewEnv(tables, nil, nil, nil)
	r := &event.DNS{}
	f := func(account, name string, want bool) {
		t.Helper()
		r.Account, r.Name = account, name
		for range 2 {
			if got := env.Name(r).Has(intel.C2, 0); got != want {
				t.Errorf("Name of %s for %s is listed = %v, want %v", name, account, got, want)
			}
		}
	}
	f("", "", false)
	f("111122223333", "c2.example", false)
	f("11112222333", "3c2.example", false)
	f("444455556666", "c2.example", true)
	f("44445555666", "6c2.example", false)
	f("444455556666", "other.example", false)
	f("44445555666", "2c2.example", true)
	f("111122223333", "2c2.example", true)

	if n := testing.AllocsPerRun(100, func() { env.Name(r) }); n != 0 {
		t.Errorf("got %v allocations for a name looked up already, want 0", n)
	}
}

func TestOrganization(t *testing.T) {
	f := func(geo rule.Locator, want string) {
		t.Helper()
		if got := rule.NewEnv(&intel.Tables{}, geo, nil, nil).Organization(netip.MustParseAddr("192.0.2.1")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(nil, "192.0.2.1")
	f(owners{}, "192.0.2.1")
	f(owners{netip.MustParseAddr("192.0.2.1"): "Example"}, "Example")
}

func TestCallerNetwork(t *testing.T) {
	tables, _ := intel.Build([]intel.List{{Category: intel.AWS, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("203.0.113.0/24")}}}}, intel.Options{})
	env := rule.NewEnv(tables, networks{"203.0.113.9": "64500", "198.51.100.9": "64501"}, nil, nil)
	f := func(ip string, aws bool, asn string) {
		t.Helper()
		if c := env.Caller(&event.CloudTrail{SourceIPAddress: ip}); c.AWS != aws || c.ASN != asn {
			t.Errorf("%s: AWS = %v, network %q; want %v, %q", ip, c.AWS, c.ASN, aws, asn)
		}
	}
	f("203.0.113.9", true, "64500")
	f("198.51.100.9", false, "64501")
	f("198.51.100.8", false, "")
	f("10.0.0.1", false, "")
	f("ec2.amazonaws.com", false, "")
}

// TestCaller asks about records whose strings lie in a buffer that is used again, as the reader's do.
func TestCaller(t *testing.T) {
	tables, _ := intel.Build([]intel.List{
		{Name: "bad", Category: intel.Malicious, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("203.0.113.9/32")}}},
		{Name: "good", Category: intel.Trusted, Account: "444455556666", Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix("203.0.113.9/32")}}},
	}, intel.Options{})
	env := rule.NewEnv(tables, nil, nil, nil)
	buf := make([]byte, 64)
	f := func(account, ip string, public, listed, trusted bool) {
		t.Helper()
		n := copy(buf, ip)
		r := &event.CloudTrail{Account: account, SourceIPAddress: unsafe.String(&buf[0], n)}
		for range 2 {
			if c := env.Caller(r); c.Public != public || c.Matches.Has(intel.Malicious, 0) != listed || c.Trusted != trusted {
				t.Errorf("%s from %s: %+v", account, ip, c)
			}
		}
	}
	for range 2 {
		f("111122223333", "203.0.113.9", true, true, false)
		f("111122223333", "203.0.113.8", true, false, false)
		f("444455556666", "203.0.113.9", true, false, true)
		f("111122223333", "10.11.12.130", false, false, false)
		f("111122223333", "AWS Internal", false, false, false)
	}
}

func TestPenTestSystem(t *testing.T) {
	env := rule.NewEnv(&intel.Tables{}, nil, nil, nil)
	long := strings.Repeat("a", 1000)
	buf := make([]byte, 2000)
	f := func(agent, want string) {
		t.Helper()
		n := copy(buf, agent)
		r := &event.CloudTrail{UserAgent: unsafe.String(&buf[0], n)}
		for range 2 {
			if got := env.PenTestSystem(r); got != want {
				t.Errorf("PenTestSystem of %q is %q, want %q", agent, got, want)
			}
		}
	}
	for range 2 {
		f("", "")
		f("md/distrib#kali", "kali")
		f("md/distrib#rhel", "")
		f("md/distrib#pentoo", "pentoo")
		f(long+" kali", "kali")
		f(long, "")
	}
	r := &event.CloudTrail{UserAgent: unsafe.String(&buf[0], len(long))}
	if n := testing.AllocsPerRun(100, func() { buf[0]++; env.PenTestSystem(r) }); n != 0 {
		t.Errorf("got %v allocations for a user agent too long to keep, want 0", n)
	}
}
