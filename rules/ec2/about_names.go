package ec2

import (
	"strings"

	"picket/event"
	"picket/intel"
	"picket/rule"
)

// ranks is what lists say of names, gravest first.
func ranks() [11]intel.Category {
	return [...]intel.Category{
		intel.C2, intel.DGA, intel.Phishing, intel.DriveBy, intel.Crypto, intel.DropPoint, intel.Blackhole,
		intel.RepMalicious, intel.RepBitcoin, intel.Abused, intel.RepSuspicious,
	}
}

// asksFor accepts queries for names of which lists say category and nothing graver: a name raises one finding, except
// that an account's own lists speak for themselves.
func asksFor(category intel.Category) func(*event.DNS, *rule.Env) bool {
	return func(r *event.DNS, env *rule.Env) bool {
		m := env.Name(r)
		if m == (intel.Matches{}) { // most names: no need to ask for each category
			return false
		}
		for _, c := range ranks() {
			if m.Has(c, r.Time) {
				return c == category
			}
		}
		return false
	}
}

// noteName notes the list entry of category, which the record has.
func noteName(category intel.Category) func(*rule.Note, *event.DNS, *rule.Env) {
	return func(n *rule.Note, r *event.DNS, env *rule.Env) {
		e, _ := env.Name(r).First(category, r.Time)
		n.Threat(e)
	}
}

// registered is the registered domain of a query's name: findings about names are told apart by it.
func registered(r *event.DNS) string { return intel.RegisteredDomain(r.Name) }

// chatty reports whether name lies in a zone where machines ask for long or random names as a matter of course: reverse
// and local names, what clouds and content networks call their machines, and services that are asked by DNS: block lists
// and the clouds of virus scanners and mail filters.
func chatty(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "arpa", "local", "internal", "lan", "home", "localdomain":
		return true
	}
	for _, zone := range [...]string{
		"amazonaws.com", "amazonaws.com.cn", "api.aws", "awswaf.com", "cloudfront.net", "windows.net", "trafficmanager.net",
		"googlevideo.com", "googlesyndication.com", "akamai.net", "akamaiedge.net", "akamaihd.net", "akadns.net", "edgekey.net",
		"spamhaus.org", "spamhaus.net", "surbl.org", "uribl.com", "spamcop.net", "sorbs.net", "dnswl.org", "msbl.org",
		"mailspike.net", "barracudacentral.org", "barracudabrts.com", "senderscore.com", "cymru.com", "sophosxl.net",
		"mcafee.com", "e5.sk", "trendmicro.com",
	} {
		if below, ok := strings.CutSuffix(name, zone); ok && (below == "" || below[len(below)-1] == '.') {
			return true
		}
	}
	return false
}
