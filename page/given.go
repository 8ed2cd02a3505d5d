package page

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"picket/intel"
	"picket/rule"
)

// world is what a given block sets.
type world struct {
	lists    []intel.List
	geo      places
	keys     map[string]bool
	accounts []string
}

// places is a Locator over the addresses that a given block names.
type places map[netip.Addr]intel.Location

// Lookup implements rule.Locator.
func (p places) Lookup(a netip.Addr) intel.Location { return p[a.Unmap()] }

func (w *world) env() *rule.Env {
	tables, _ := intel.Build(w.lists, intel.Options{})
	return rule.NewEnv(tables, w.locator(), w.keys, w.accounts)
}

// locator knows the places that the block names; where it names none there is no location data.
func (w *world) locator() rule.Locator {
	if len(w.geo) == 0 {
		return nil
	}
	return w.geo
}

// parseGiven reads the lines of a given block:
//
//	ip CATEGORY LIST PREFIX[:PORT] [THREAT …]     an address or range on a list; [2001:db8::1]:443
//	domain CATEGORY LIST NAME [THREAT …]          a name on a list; *.NAME for the names below it
//	geo ADDRESS COUNTRY-CODE LAT LON [ASN ORG …]  where an address is, and in whose network
//	aws PREFIX SERVICE REGION                     a range of AWS's own
//	key ACCESS-KEY-ID                             a key known to be compromised
//	account ID                                    an account of the organization
func parseGiven(text string) (*world, error) {
	w := &world{keys: map[string]bool{}, geo: places{}}
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := w.line(words); err != nil {
			return nil, fmt.Errorf("given, line %d: %q: %w", n+1, line, err)
		}
	}
	return w, nil
}

func (w *world) line(words []string) error {
	wants := map[string]int{"ip": 4, "domain": 4, "geo": 5, "aws": 4, "key": 2, "account": 2}
	want, ok := wants[words[0]]
	switch {
	case !ok:
		return fmt.Errorf("unknown word %q", words[0])
	case len(words) < want:
		return fmt.Errorf("want at least %d words", want)
	}
	switch words[0] {
	case "ip":
		return w.ip(words)
	case "domain":
		name, wildcard := strings.CutPrefix(words[3], "*.")
		w.list(words, intel.Indicator{Domain: name, Wildcard: wildcard})
	case "aws":
		p, err := prefix(words[1])
		if err != nil {
			return err
		}
		w.lists = append(w.lists, intel.List{Name: "aws", Category: intel.AWS, Indicators: []intel.Indicator{{Prefix: p, Service: words[2], Region: words[3]}}})
	case "geo":
		return w.place(words)
	case "key":
		w.keys[words[1]] = true
	case "account":
		w.accounts = append(w.accounts, words[1])
	}
	return nil
}

func (w *world) ip(words []string) error {
	p, port, err := prefixAndPort(words[3])
	if err == nil {
		w.list(words, intel.Indicator{Prefix: p, Port: port})
	}
	return err
}

func prefixAndPort(s string) (netip.Prefix, uint16, error) {
	p, err := prefix(s)
	i := strings.LastIndexByte(s, ':')
	if err == nil || i < 0 {
		return p, 0, err
	}
	port, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil {
		return p, 0, err
	}
	p, err = prefix(strings.Trim(s[:i], "[]"))
	return p, uint16(port), err
}

func (w *world) list(words []string, i intel.Indicator) {
	w.lists = append(w.lists, intel.List{
		Name: words[2], Category: intel.Category(words[1]), Threats: words[4:], Confidence: 90, Indicators: []intel.Indicator{i},
	})
}

func prefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.Prefix(a.BitLen())
}

func (w *world) place(words []string) error {
	a, err := netip.ParseAddr(words[1])
	if err != nil {
		return err
	}
	l := intel.Location{CountryCode: words[2], CountryName: words[2]}
	if len(words) > 5 {
		l.ASN, l.Org = words[5], strings.Join(words[6:], " ")
	}
	if l.Lat, err = strconv.ParseFloat(words[3], 64); err != nil {
		return err
	}
	if l.Lon, err = strconv.ParseFloat(words[4], 64); err != nil {
		return err
	}
	if !(math.Abs(l.Lat) <= 90 && math.Abs(l.Lon) <= 180) {
		return fmt.Errorf("%s %s is no place on earth", words[3], words[4])
	}
	w.geo[a] = l
	return nil
}
