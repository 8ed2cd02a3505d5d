package rule_test

import (
	"net/netip"
	"testing"

	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

const (
	alice = "111122223333"
	bob   = "444455556666"
)

func own(trusted, threat intel.Indicator) *intel.Tables {
	tables, _ := intel.Build([]intel.List{
		{Name: "ours", Category: intel.Trusted, Indicators: []intel.Indicator{trusted}},
		{Name: "theirs", Category: intel.Custom, Indicators: []intel.Indicator{threat}},
	}, intel.Options{Compact: true})
	return tables
}

// An account's own lists apply to it alone, in their region alone, and what it trusts has no matches at all.
func TestUse(t *testing.T) {
	feed, _ := intel.Build([]intel.List{{Name: "feed", Category: intel.C2, Confidence: 90, Indicators: []intel.Indicator{
		{Prefix: netip.MustParsePrefix("203.0.113.0/24")}, {Domain: "bad.example", Wildcard: true},
	}}}, intel.Options{})
	env := rule.NewEnv(feed, nil, nil, nil)
	call := func(account, region, ip string) (matches intel.Matches, trusted bool) {
		c := env.Caller(&event.CloudTrail{Account: account, Region: region, SourceIPAddress: ip})
		conversation := &entity.Conversation{Interface: &entity.Interface{Account: account, Region: region}, Remote: c.Addr}
		if m := env.Remote(conversation); m != c.Matches {
			t.Errorf("%s calls as %v and talks as %v", ip, c.Matches, m)
		}
		return c.Matches, c.Trusted
	}
	f := func(account, region, ip string, c2, custom, trusted bool) {
		t.Helper()
		m, silent := call(account, region, ip)
		if m.Has(intel.C2, 0) != c2 || m.Has(intel.Custom, 0) != custom || silent != trusted || env.Trusted(account, region, netip.MustParseAddr(ip)) != trusted {
			t.Errorf("%s for %s in %s: C2 %v, custom %v, trusted %v", ip, account, region, m.Has(intel.C2, 0), m.Has(intel.Custom, 0), silent)
		}
	}
	n := func(account, region, name string, c2, custom, trusted bool) {
		t.Helper()
		m := env.Name(&event.DNS{Account: account, Region: region, Name: name})
		if m.Has(intel.C2, 0) != c2 || m.Has(intel.Custom, 0) != custom || env.TrustedDomain(account, region, name) != trusted {
			t.Errorf("%s for %s in %s: C2 %v, custom %v", name, account, region, m.Has(intel.C2, 0), m.Has(intel.Custom, 0))
		}
	}
	f(alice, "r1", "203.0.113.9", true, false, false)
	n(alice, "r1", "a.bad.example", true, false, false)
	env.Use(alice, "r1", own(intel.Indicator{Prefix: netip.MustParsePrefix("203.0.113.9/32")}, intel.Indicator{Prefix: netip.MustParsePrefix("203.0.113.0/28")}))
	f(alice, "r1", "203.0.113.9", false, false, true)
	f(alice, "r1", "203.0.113.8", true, true, false)
	f(alice, "r1", "203.0.113.77", true, false, false)
	for m := range first(call(alice, "r1", "203.0.113.8")).All(0) {
		if m.List != "feed" {
			t.Errorf("the first of the entries is of %s, which says less surely", m.List)
		}
		break
	}
	for _, at := range [][2]string{{alice, "r2"}, {bob, "r1"}} {
		f(at[0], at[1], "203.0.113.9", true, false, false)
		f(at[0], at[1], "203.0.113.8", true, false, false)
	}
	env.Use(bob, "r1", own(intel.Indicator{Domain: "good.bad.example"}, intel.Indicator{Domain: "worse.bad.example"}))
	n(bob, "r1", "good.bad.example", false, false, true)
	n(bob, "r1", "worse.bad.example", true, true, false)
	n(alice, "r1", "worse.bad.example", true, false, false)
	n(bob, "r2", "good.bad.example", true, false, false)
	f(alice, "r1", "203.0.113.9", false, false, true)
	env.Use(alice, "r1", nil)
	f(alice, "r1", "203.0.113.9", true, false, false)
	if !env.Trusting() {
		t.Error("nobody trusts anybody any more")
	}
	env.Use(bob, "r1", nil)
	if env.Trusting() {
		t.Error("somebody trusts somebody still")
	}
}

func first(m intel.Matches, _ bool) intel.Matches { return m }
