package intel

import (
	"cmp"
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Indicator is one line of a list: an address range or a domain name, and what the list says of this one alone. A reader
// fills what its format knows.
type Indicator struct {
	Prefix     netip.Prefix // valid: the indicator is a range or a single address
	Domain     string       // else a domain name
	Wildcard   bool         // the names below Domain are listed, not Domain itself
	FromURL    bool         // Domain is the host of a listed URL; nobody said that all of the host is bad
	Port       uint16       // 0: any
	Category   Category     // "": the list's
	Threats    []string     // nil: the list's
	Confidence uint8        // 0: the list's
	Expires    time.Time    // zero: the list's
	Service    string       // of an AWS range
	Region     string       // of an AWS range
}

// List is what Build compiles: indicators and what holds for all of them.
type List struct {
	Name       string
	Account    string // "": a feed for every account
	Category   Category
	Threats    []string
	Confidence uint8
	Expires    time.Time // zero: never
	SHA256     string    // of the file, hex
	Subdomains bool      // each listed name stands for the names below it too
	Max        int       // the most entries that are taken; 0: all
	Indicators []Indicator
}

// Options are the settings of Build. The zero value compiles everything.
type Options struct {
	Now     time.Time // entries that expired before are left out; zero: none is
	Compact bool      // without the 2 MB that make misses faster: for the lists of one account among many
	Most    int       // entries of one address or name, with those of the ranges and names around it; 0: all. Trust stays
}

// ListReport counts what became of a list's indicators.
type ListReport struct {
	Name       string
	Account    string
	Entries    int            // in the tables
	Duplicates int            // the list said so already
	Expired    int            // left out by Options.Now
	Rejected   map[Reason]int // left out by the guards
}

// Reason says why Build left out an indicator.
type Reason string

// The reasons.
const (
	NotRoutable  Reason = "not publicly routable"
	TooBroad     Reason = "covers too much of the internet"
	SharedAWS    Reason = "in an AWS range shared by many customers"
	SharedHost   Reason = "a host shared by many customers"
	PublicSuffix Reason = "a public suffix"
	NotAName     Reason = "not a domain name"
	OverLimit    Reason = "over the list's limit"
	SaidTooOften Reason = "an address or name of too many entries"
)

// Build compiles lists. Lists of category AWS fill Tables.AWS and, through it, the guard against shared ranges; their place
// among the lists does not matter. It never fails: what it leaves out is counted in the reports, one a list in the same order.
func Build(lists []List, opts Options) (*Tables, []ListReport) {
	b := builder{
		opts:    opts,
		entries: map[string]*Entry{},
		ips:     map[netip.Prefix]*group{},
		self:    map[string]*group{},
		below:   map[string]*group{},
	}
	t := &Tables{counts: map[Category]int{}}
	for i := range lists {
		if lists[i].Category == AWS {
			addAWS(&t.aws, lists[i].Indicators)
		}
	}
	b.tables = t
	reports := make([]ListReport, len(lists))
	for i := range lists {
		reports[i] = b.add(&lists[i])
	}
	b.compileIPs()
	b.compileDomains()
	return t, reports
}

// builder holds the groups while lists are added. Each group has the entries for exactly one range or name.
type builder struct {
	opts        Options
	tables      *Tables
	entries     map[string]*Entry // by particulars
	ips         map[netip.Prefix]*group
	self, below map[string]*group
}

func (b *builder) add(l *List) ListReport {
	r := ListReport{Name: l.Name, Account: l.Account, Rejected: map[Reason]int{}}
	if l.Category == AWS {
		r.Entries = len(l.Indicators)
		b.tables.counts[AWS] += r.Entries
		return r
	}
	for i := range l.Indicators {
		ind := &l.Indicators[i]
		e := b.entry(l, ind)
		if !b.opts.Now.IsZero() && e.until <= b.opts.Now.Unix() {
			r.Expired++
			continue
		}
		if l.Max > 0 && r.Entries >= l.Max {
			r.Rejected[OverLimit]++
			continue
		}
		added, reason := b.indicator(l, ind, e)
		switch {
		case reason != "":
			r.Rejected[reason]++
		case !added:
			r.Duplicates++
		default:
			r.Entries++
			b.tables.counts[e.Category]++
		}
	}
	return r
}

// indicator adds e for what ind names, and reports whether it was not there yet, or why it can't be added.
func (b *builder) indicator(l *List, ind *Indicator, e *Entry) (added bool, reason Reason) {
	if ind.Prefix.IsValid() {
		p := unmap(ind.Prefix)
		if reason := checkPrefix(p, e.Category, &b.tables.aws); reason != "" {
			return false, reason
		}
		return put(b.ips, p, e, b.opts.Most)
	}
	name, err := cleanName(ind.Domain)
	if err != nil {
		return false, NotAName
	}
	exact, wildcard, reason := checkName(name, l, ind, e.Category)
	if reason != "" {
		return false, reason
	}
	if exact {
		added, reason = put(b.self, name, e, b.opts.Most)
	}
	if wildcard {
		below, full := put(b.below, name, e, b.opts.Most)
		added, reason = added || below, cmp.Or(reason, full)
	}
	return added, reason
}

// put adds e to the group of key and reports whether it was not there yet, or that the group has most entries.
func put[K comparable](groups map[K]*group, key K, e *Entry, most int) (added bool, reason Reason) {
	g := groups[key]
	if g == nil {
		g = &group{}
		groups[key] = g
	}
	switch {
	case slices.Contains(g.entries, e):
		return false, ""
	case most > 0 && len(g.entries) >= most && (g.trusted || e.Category != Trusted):
		return false, SaidTooOften
	}
	g.entries = append(g.entries, e)
	g.trusted = g.trusted || e.Category == Trusted
	return true, ""
}

// entry returns the one Entry with the particulars that l and ind give.
func (b *builder) entry(l *List, ind *Indicator) *Entry {
	e := Entry{
		List: l.Name, Account: l.Account, SHA256: l.SHA256, Port: ind.Port,
		Category:   cmp.Or(ind.Category, l.Category, Custom),
		Confidence: cmp.Or(ind.Confidence, l.Confidence),
		Expires:    ind.Expires,
		Threats:    ind.Threats,
		until:      math.MaxInt64,
	}
	if e.Expires.IsZero() {
		e.Expires = l.Expires
	}
	if len(e.Threats) == 0 {
		e.Threats = l.Threats
	}
	if e.Category == Trusted {
		e.Expires = time.Time{}
	}
	if !e.Expires.IsZero() {
		e.until = e.Expires.Unix()
	}
	key := strings.Join([]string{
		e.List, e.Account, e.SHA256, string(e.Category), strconv.Itoa(int(e.Port)),
		strconv.Itoa(int(e.Confidence)), strconv.FormatInt(e.until, 10), strings.Join(e.Threats, "\x01"),
	}, "\x00")
	if old := b.entries[key]; old != nil {
		return old
	}
	e.order = len(b.entries)
	b.entries[key] = &e
	return &e
}

// compileIPs fills the address table. Each range gets the entries of the ranges that cover it too, so that one lookup of the
// longest prefix finds all there is to say.
func (b *builder) compileIPs() {
	prefixes := make([]netip.Prefix, 0, len(b.ips))
	for p := range b.ips {
		prefixes = append(prefixes, p)
	}
	slices.SortFunc(prefixes, func(p, q netip.Prefix) int { return cmp.Compare(p.Bits(), q.Bits()) })
	intern := interner{}
	for _, p := range prefixes {
		cover, _ := b.tables.ips.LookupPrefix(p)
		b.tables.ips.Insert(p, intern.union(b.ips[p], cover, b.opts.Most))
		if !b.opts.Compact {
			b.tables.blocks.add(p)
		}
	}
}

// compileDomains fills the name table in the same way, parents first.
func (b *builder) compileDomains() {
	names := make([]string, 0, len(b.self)+len(b.below))
	for n := range b.self {
		names = append(names, n)
	}
	for n := range b.below {
		if b.self[n] == nil {
			names = append(names, n)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")) })
	intern := interner{}
	d := make(domains, len(names))
	for _, n := range names {
		cover := d.lookup(n) // n is not there yet: what a parent says of the names below it
		d[n] = &nameGroups{self: intern.union(b.self[n], cover, b.opts.Most), below: intern.union(b.below[n], cover, b.opts.Most)}
	}
	b.tables.domains = d
}

// interner makes groups, one for each set of entries.
type interner map[string]*group

// union returns the group of the entries of g and cover, either of which may be nil; nil if both are. Of more than most entries,
// those of trust stay and then those of the highest confidence: else a range with many would have as many for each address in it.
func (in interner) union(g, cover *group, most int) *group {
	if g == nil {
		return cover
	}
	entries := slices.Clone(g.entries)
	if cover != nil {
		for _, e := range cover.entries {
			if !slices.Contains(entries, e) {
				entries = append(entries, e)
			}
		}
	}
	slices.SortFunc(entries, func(a, b *Entry) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.order, b.order))
	})
	if most > 0 && len(entries) > most {
		slices.SortStableFunc(entries, trustedFirst)
		entries = slices.Clone(entries[:most])
	}
	var key []byte
	for _, e := range entries {
		key = binary.AppendUvarint(key, uint64(e.order))
	}
	if old := in[string(key)]; old != nil {
		return old
	}
	u := &group{entries: entries, trusted: g.trusted || cover != nil && cover.trusted}
	in[string(key)] = u
	return u
}

func trustedFirst(a, b *Entry) int {
	switch trusted := a.Category == Trusted; {
	case trusted == (b.Category == Trusted):
		return 0
	case trusted:
		return -1
	}
	return 1
}
