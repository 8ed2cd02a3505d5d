package rule

import (
	"net/netip"
	"strings"

	"picket/intel"
)

// Use has an account's own lists in a region, trusted and threatening, apply to what is asked from now on, there and for that
// account alone; nil is none. They join Intel, and whoever either trusts has no matches.
func (e *Env) Use(account, region string, own *intel.Tables) {
	if e.lists == nil {
		e.lists = map[place]*intel.Tables{}
	}
	at := place{account, region}
	e.trusting += trusting(own) - trusting(e.lists[at])
	if own == nil {
		delete(e.lists, at)
	} else {
		e.lists[at] = own
	}
	e.forget()
}

// Share has other lists and compromised keys apply to every account from now on, in place of those before.
func (e *Env) Share(tables *intel.Tables, keys map[string]bool) {
	e.trusting += trusting(tables) - trusting(e.Intel)
	e.Intel, e.Keys = tables, keys
	e.forget()
}

// forget forgets what was looked up.
func (e *Env) forget() {
	clear(e.callers)
	e.latest, e.ours = place{}, nil
	e.caller, e.remote, e.name = caller{}, remote{}, name{}
}

// trusting is 1 for lists that trust somebody.
func trusting(t *intel.Tables) int {
	if t == nil {
		return 0
	}
	return min(t.Count(intel.Trusted), 1)
}

// own returns the lists of an account in a region, nil if it has none.
func (e *Env) own(account, region string) *intel.Tables {
	if len(e.lists) == 0 {
		return nil
	}
	if at := (place{account, region}); at != e.latest {
		own, known := e.lists[at]
		if !known {
			return nil
		}
		e.latest, e.ours = place{strings.Clone(account), strings.Clone(region)}, own // a record's strings don't outlive its call
	}
	return e.ours
}

// Trusting reports whether anybody trusts any address or name.
func (e *Env) Trusting() bool { return e.trusting > 0 }

// Trusted reports whether an account trusts an address, in a region.
func (e *Env) Trusted(account, region string, a netip.Addr) bool {
	if e.Intel.Trusted(account, a) {
		return true
	}
	own := e.own(account, region)
	return own != nil && own.Trusted(account, a)
}

// TrustedDomain reports whether an account trusts a name, in a region.
func (e *Env) TrustedDomain(account, region, name string) bool {
	if e.Intel.TrustedDomain(account, name) {
		return true
	}
	own := e.own(account, region)
	return own != nil && own.TrustedDomain(account, name)
}

func (e *Env) ip(account, region string, a netip.Addr) intel.Matches {
	own := e.own(account, region)
	switch {
	case own == nil:
		return e.Intel.IP(account, a)
	case e.Trusted(account, region, a):
		return intel.Matches{}
	}
	return e.Intel.IP(account, a).With(own.IP(account, a))
}

func (e *Env) domain(account, region, name string) intel.Matches {
	own := e.own(account, region)
	switch {
	case own == nil:
		return e.Intel.Domain(account, name)
	case e.TrustedDomain(account, region, name):
		return intel.Matches{}
	}
	return e.Intel.Domain(account, name).With(own.Domain(account, name))
}
