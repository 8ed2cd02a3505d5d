package intel

import (
	"bytes"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// database writes a database in MaxMind's format.
func database(t *testing.T, records map[string]mmdbtype.Map) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "test", IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for cidr, record := range records {
		_, n, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(n, record); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGeo(t *testing.T) {
	country := database(t, map[string]mmdbtype.Map{
		"198.51.100.0/25":   {"country_code": mmdbtype.String("NL")},
		"198.51.100.128/25": {"country_code": mmdbtype.String("ZZ")},
		"2001:db8::/32":     {"country_code": mmdbtype.String("JP")},
		"203.0.113.0/24": {
			"country":  mmdbtype.Map{"iso_code": mmdbtype.String("BR"), "names": mmdbtype.Map{"en": mmdbtype.String("Brazil")}},
			"city":     mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String("Recife")}},
			"location": mmdbtype.Map{"latitude": mmdbtype.Float64(-8.1), "longitude": mmdbtype.Float64(-34.9)},
		},
	})
	asn := database(t, map[string]mmdbtype.Map{
		"198.51.100.0/24": {"autonomous_system_number": mmdbtype.Uint32(64500), "autonomous_system_organization": mmdbtype.String("Example Net")},
	})
	g, err := NewGeo(country, asn)
	if err != nil {
		t.Fatal(err)
	}
	f := func(addr string, want Location) {
		t.Helper()
		if diff := cmp.Diff(want, g.Lookup(netip.MustParseAddr(addr))); diff != "" {
			t.Errorf("Lookup(%s): -want +got\n%s", addr, diff)
		}
	}
	nl := Location{CountryCode: "NL", CountryName: "Netherlands", Lat: 52.1, Lon: 5.3, ASN: "64500", Org: "Example Net"}
	f("198.51.100.7", nl)
	f("::ffff:198.51.100.7", nl)
	f("198.51.100.200", Location{CountryCode: "ZZ", ASN: "64500", Org: "Example Net"})
	f("2001:db8::1", Location{CountryCode: "JP", CountryName: "Japan", Lat: 37.6, Lon: 138})
	f("203.0.113.1", Location{CountryCode: "BR", CountryName: "Brazil", City: "Recife", Lat: -8.1, Lon: -34.9})
	f("10.0.0.1", Location{})
	f("8.8.8.8", Location{})

	g, err = NewGeo(nil, asn)
	if err != nil {
		t.Fatal(err)
	}
	f("198.51.100.7", Location{ASN: "64500", Org: "Example Net"})
	if c, a := g.Has(); c || !a {
		t.Errorf("Has() = %t, %t", c, a)
	}
	if _, err := NewGeo([]byte("rubbish"), nil); err == nil {
		t.Error("rubbish opens")
	}
	if _, err := NewGeo(country[:len(country)/2], nil); err == nil {
		t.Error("half a database opens")
	}
}
