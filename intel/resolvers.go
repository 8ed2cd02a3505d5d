package intel

import "net/netip"

// resolver is a public DNS service.
type resolver struct {
	name  string // of its service by HTTPS; "" without one
	addrs []string
}

// resolvers are the public DNS services that most people who leave their network's own resolver turn to.
var resolvers = []resolver{
	{"dns.google", []string{"8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844"}},
	{"cloudflare-dns.com", []string{"1.1.1.1", "1.0.0.1", "2606:4700:4700::1111", "2606:4700:4700::1001"}},
	{"security.cloudflare-dns.com", []string{"1.1.1.2", "1.0.0.2"}},
	{"family.cloudflare-dns.com", []string{"1.1.1.3", "1.0.0.3"}},
	{"one.one.one.one", nil},
	{"mozilla.cloudflare-dns.com", nil},
	{"chrome.cloudflare-dns.com", nil},
	{"dns.quad9.net", []string{"9.9.9.9", "149.112.112.112", "2620:fe::fe", "2620:fe::9"}},
	{"dns10.quad9.net", []string{"9.9.9.10", "149.112.112.10"}},
	{"dns11.quad9.net", []string{"9.9.9.11", "149.112.112.11"}},
	{"doh.opendns.com", []string{"208.67.222.222", "208.67.220.220"}},
	{"doh.familyshield.opendns.com", []string{"208.67.222.123", "208.67.220.123"}},
	{"dns.adguard-dns.com", []string{"94.140.14.14", "94.140.15.15"}},
	{"family.adguard-dns.com", []string{"94.140.14.15", "94.140.15.16"}},
	{"unfiltered.adguard-dns.com", []string{"94.140.14.140", "94.140.14.141"}},
	{"doh.cleanbrowsing.org", []string{"185.228.168.9", "185.228.169.9", "185.228.168.168", "185.228.169.168"}},
	{"dns.nextdns.io", []string{"45.90.28.0", "45.90.30.0"}},
	{"dns.alidns.com", []string{"223.5.5.5", "223.6.6.6"}},
	{"doh.pub", []string{"1.12.12.12", "120.53.53.53"}},
	{"dns.mullvad.net", []string{"194.242.2.2"}},
	{"dns.controld.com", []string{"76.76.2.0", "76.76.10.0"}},
	{"dns.switch.ch", []string{"130.59.31.248", "130.59.31.251"}},
	{"common.dot.dns.yandex.net", []string{"77.88.8.8", "77.88.8.1"}},
	{"doh.dns.sb", []string{"185.222.222.222", "45.11.45.11"}},
	{"", []string{"119.29.29.29", "114.114.114.114", "114.114.115.115", "180.76.76.76"}},
	{"", []string{"64.6.64.6", "64.6.65.6", "156.154.70.1", "156.154.71.1"}},
	{"", []string{"4.2.2.1", "4.2.2.2", "4.2.2.3", "4.2.2.4", "4.2.2.5", "4.2.2.6"}},
	{"", []string{"8.26.56.26", "8.20.247.20", "84.200.69.80", "84.200.70.40", "74.82.42.42"}},
}

// Resolvers returns lists of well-known public DNS services that need no download: addresses that answer DNS, those that
// answer it by TLS and HTTPS on the usual ports, and the names that clients of the latter look up. They are no threats.
func Resolvers() []List {
	dns := List{Name: "Public DNS services", Category: PublicDNS, Confidence: 90}
	dot := List{Name: "Public DNS services by TLS", Category: DoT, Confidence: 90}
	doh := List{Name: "Public DNS services by HTTPS", Category: DoH, Confidence: 90}
	for _, r := range resolvers {
		for _, s := range r.addrs {
			a := netip.MustParseAddr(s)
			ind := Indicator{Prefix: netip.PrefixFrom(a, a.BitLen())}
			dns.Indicators = append(dns.Indicators, ind)
			if r.name == "" {
				continue
			}
			ind.Port = 853
			dot.Indicators = append(dot.Indicators, ind)
			ind.Port = 443
			doh.Indicators = append(doh.Indicators, ind)
		}
		if r.name != "" {
			doh.Indicators = append(doh.Indicators, Indicator{Domain: r.name})
		}
	}
	return []List{dns, dot, doh}
}
