// Package intel answers what threat lists, trusted lists and public registers say about an address or a domain name. It
// compiles lists into immutable tables, reads the list formats that GuardDuty and public feeds use, and locates addresses by
// country and network. It does no I/O of its own: it is handed readers and bytes, and package fetch brings them.
package intel

import (
	"iter"
	"math"
	"net/netip"
	"time"

	"github.com/gaissmai/bart"
)

// Category says what an entry of a list is about.
type Category string

// The categories that rules ask for. A list may have any other category too; then only its own users find it.
const (
	C2            Category = "c2"
	Crypto        Category = "crypto"
	Blackhole     Category = "blackhole"
	DropPoint     Category = "droppoint"
	Scanner       Category = "scanner"
	Malicious     Category = "malicious"
	TorExit       Category = "tor_exit"
	TorGuard      Category = "tor_guard"
	TorAuthority  Category = "tor_authority"
	TorRelay      Category = "tor_relay"
	PublicDNS     Category = "public_dns"
	DoH           Category = "doh"
	DoT           Category = "dot"
	DriveBy       Category = "drive_by"
	Phishing      Category = "phishing"
	DGA           Category = "dga"
	Abused        Category = "abused" // free sub-domains and dynamic DNS
	RepMalicious  Category = "reputation_malicious"
	RepBitcoin    Category = "reputation_bitcoin"
	RepSuspicious Category = "reputation_suspicious"
	Trusted       Category = "trusted" // silences every other entry for the same address or name
	Custom        Category = "custom"  // a threat list that an account brought
	AWS           Category = "aws"     // the ranges of AWS itself; no match, see Tables.AWS
)

// Categories lists the categories that rules ask for.
func Categories() []Category {
	return []Category{
		C2, Crypto, Blackhole, DropPoint, Scanner, Malicious, TorExit, TorGuard, TorAuthority, TorRelay, PublicDNS, DoH, DoT,
		DriveBy, Phishing, DGA, Abused, RepMalicious, RepBitcoin, RepSuspicious, Trusted, Custom, AWS,
	}
}

// guarded reports whether entries of c come from feeds that err about shared infrastructure, so that Build must check them.
// What an account lists by hand is taken at its word, and registers (Tor, resolvers) list facts.
func (c Category) guarded() bool {
	switch c {
	case Trusted, Custom, AWS, TorExit, TorGuard, TorAuthority, TorRelay, PublicDNS, DoH, DoT:
		return false
	}
	return true
}

// Entry is what one list says about an address or name. Entries are shared by all addresses and names of a list that have
// the same particulars; never change one.
type Entry struct {
	List       string
	Category   Category
	Threats    []string
	Confidence uint8     // 0 to 100; 0 where the list does not say
	Expires    time.Time // zero: never
	Port       uint16    // 0: any; else the entry is about this port only
	SHA256     string    // of the list's file, hex
	Account    string    // "": every account

	until int64 // Expires in seconds since the epoch, or the end of time
	order int   // of its first indicator among all that Build was given
}

// valid reports whether e applies to account at a time.
func (e *Entry) valid(account string, at int64) bool {
	return at < e.until && (e.Account == "" || e.Account == account)
}

// group is the entries of one address range or name, those of its parents included.
type group struct {
	entries []*Entry
	trusted bool // some entry is of category Trusted
}

// trusts reports whether the group is trusted for account. Trusted entries never expire.
func (g *group) trusts(account string) bool {
	if g == nil || !g.trusted {
		return false
	}
	for _, e := range g.entries {
		if e.Category == Trusted && (e.Account == "" || e.Account == account) {
			return true
		}
	}
	return false
}

// Matches is what the lists say about one address or name, for one account. The zero value is no match. It is a small
// handle to be passed by value. Its methods take the time at which an entry must be unexpired, in seconds since the epoch: the
// record's own. None allocates.
type Matches struct {
	group   *group
	own     *group // of the account's own tables
	account string
}

// With returns what both say: m of the tables that all accounts share, own of an account's own.
func (m Matches) With(own Matches) Matches {
	m.own = own.group
	return m
}

// Any reports whether there is an entry of any category, of any time.
func (m Matches) Any() bool {
	for range m.All(math.MinInt64) {
		return true
	}
	return false
}

// Has reports whether an entry of category c applies at that time, whatever its port.
func (m Matches) Has(c Category, at int64) bool {
	_, ok := m.First(c, at)
	return ok
}

// First returns the entry of category c with the highest confidence that applies at that time, whatever its port; among equals, the
// one whose list was given to Build first.
func (m Matches) First(c Category, at int64) (*Entry, bool) {
	for e := range m.All(at) {
		if e.Category == c {
			return e, true
		}
	}
	return nil, false
}

// OnPort is First among the entries for port and those for any port.
func (m Matches) OnPort(c Category, port uint16, at int64) (*Entry, bool) {
	for e := range m.All(at) {
		if e.Category == c && (e.Port == 0 || e.Port == port) {
			return e, true
		}
	}
	return nil, false
}

// All yields the entries that apply at that time, highest confidence first.
func (m Matches) All(at int64) iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		var shared, own []*Entry
		if m.group != nil {
			shared = m.group.entries
		}
		if m.own != nil {
			own = m.own.entries
		}
		for len(shared)+len(own) > 0 {
			next := &shared
			if len(shared) == 0 || len(own) > 0 && own[0].Confidence > shared[0].Confidence {
				next = &own
			}
			e := (*next)[0]
			if *next = (*next)[1:]; e.valid(m.account, at) && !yield(e) {
				return
			}
		}
	}
}

// Tables is what Build makes of lists: immutable, safe for concurrent use. The zero value has no entries.
type Tables struct {
	ips     bart.Table[*group]
	blocks  blocks
	domains domains
	aws     bart.Table[*awsRange]
	counts  map[Category]int
}

// Count returns the number of addresses, ranges and names with an entry of category c, for any account.
func (t *Tables) Count(c Category) int { return t.counts[c] }

// IP returns what the lists that apply to account say about a. Addresses that are not publicly routable, and those that
// account trusts, have no matches.
func (t *Tables) IP(account string, a netip.Addr) Matches {
	g := t.ip(a)
	if g == nil || g.trusts(account) {
		return Matches{}
	}
	return Matches{group: g, account: account}
}

// Trusted reports whether account trusts a.
func (t *Tables) Trusted(account string, a netip.Addr) bool { return t.ip(a).trusts(account) }

// TrustedBy returns the name of a list by which account trusts a, "" if there is none.
func (t *Tables) TrustedBy(account string, a netip.Addr) string {
	if g := t.ip(a); g.trusts(account) {
		for _, e := range g.entries {
			if e.Category == Trusted && (e.Account == "" || e.Account == account) {
				return e.List
			}
		}
	}
	return ""
}

func (t *Tables) ip(a netip.Addr) *group {
	a = a.Unmap()
	if t.blocks != nil && a.Is4() && !t.blocks.has(a) || !routable(a) {
		return nil
	}
	g, _ := t.ips.Lookup(a)
	return g
}

// sharedAddressSpace is the carrier-grade NAT range of RFC 6598.
var sharedAddressSpace = netip.MustParsePrefix("100.64.0.0/10")

// routable reports whether a list may speak of a. Addresses kept for documentation count as routable: examples use them.
func routable(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedAddressSpace.Contains(a)
}

// Domain returns what the lists that apply to account say about name: an entry for exactly this name, or a wildcard entry
// for one of its parents. Names that account trusts have no matches. Case and a final dot don't matter; names beyond ASCII
// must come as A-labels, as DNS logs write them.
func (t *Tables) Domain(account, name string) Matches {
	g := t.domains.lookup(name)
	if g == nil || g.trusts(account) {
		return Matches{}
	}
	return Matches{group: g, account: account}
}

// TrustedDomain reports whether account trusts name.
func (t *Tables) TrustedDomain(account, name string) bool {
	return t.domains.lookup(name).trusts(account)
}
