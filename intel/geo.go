package intel

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Location is where an address is, as far as the data says; unknown fields are zero.
type Location struct {
	CountryCode string // ISO 3166, two letters
	CountryName string
	City        string
	Lat, Lon    float64 // the country's middle where the data has no coordinates
	ASN         string  // the number in digits, "64500"
	Org         string  // the holder of ASN
}

// Geo locates addresses by country and network. It is immutable and safe for concurrent use.
type Geo struct {
	country, asn *maxminddb.Reader
}

// NewGeo returns a Geo over two databases in MaxMind's format, either of which may be nil. The first has "country_code", or
// the nested records of GeoIP2 and GeoLite2 Country or City; the second "autonomous_system_number" and
// "autonomous_system_organization". The bytes must not change afterwards.
func NewGeo(country, asn []byte) (*Geo, error) {
	var g Geo
	var err error
	if country != nil {
		if g.country, err = maxminddb.OpenBytes(country); err != nil {
			return nil, fmt.Errorf("open country database: %w", err)
		}
	}
	if asn != nil {
		if g.asn, err = maxminddb.OpenBytes(asn); err != nil {
			return nil, fmt.Errorf("open network database: %w", err)
		}
	}
	return &g, nil
}

// Has reports which of the two databases there are.
func (g *Geo) Has() (country, asn bool) { return g.country != nil, g.asn != nil }

// Lookup returns what is known of a. A record that can't be read is unknown.
func (g *Geo) Lookup(a netip.Addr) Location {
	a = a.Unmap()
	var l Location
	if !routable(a) {
		return l
	}
	if g.country != nil {
		g.locate(a, &l)
	}
	if g.asn != nil {
		var r struct {
			Number uint32 `maxminddb:"autonomous_system_number"`
			Org    string `maxminddb:"autonomous_system_organization"`
		}
		if err := g.asn.Lookup(a).Decode(&r); err == nil && r.Number != 0 {
			l.ASN, l.Org = strconv.FormatUint(uint64(r.Number), 10), r.Org
		}
	}
	return l
}

func (g *Geo) locate(a netip.Addr, l *Location) {
	type names struct {
		Names struct {
			English string `maxminddb:"en"`
		} `maxminddb:"names"`
		Code string `maxminddb:"iso_code"`
	}
	var r struct {
		Code     string `maxminddb:"country_code"`
		Country  names  `maxminddb:"country"`
		City     names  `maxminddb:"city"`
		Location struct {
			Lat *float64 `maxminddb:"latitude"`
			Lon *float64 `maxminddb:"longitude"`
		} `maxminddb:"location"`
	}
	if err := g.country.Lookup(a).Decode(&r); err != nil {
		return
	}
	l.CountryCode, l.City = r.Code, r.City.Names.English
	if l.CountryCode == "" {
		l.CountryCode = r.Country.Code
	}
	c := countries[l.CountryCode]
	l.CountryName, l.Lat, l.Lon = c.name, c.lat, c.lon
	if r.Location.Lat != nil && r.Location.Lon != nil {
		l.Lat, l.Lon = *r.Location.Lat, *r.Location.Lon
	}
}
