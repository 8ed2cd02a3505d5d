package intel

import (
	"encoding/json"
	"net/netip"
	"strings"
)

func looksAWS(head string) bool {
	return strings.HasPrefix(strings.TrimSpace(head), "{") && strings.Contains(head, `"ip_prefix"`)
}

// readAWS reads AWS's ip-ranges.json.
func readAWS(r *reading) {
	type item struct {
		IPv4    string `json:"ip_prefix"`
		IPv6    string `json:"ipv6_prefix"`
		Region  string
		Service string
	}
	var file struct {
		Prefixes     []item
		IPv6Prefixes []item `json:"ipv6_prefixes"`
	}
	if err := json.Unmarshal(r.data, &file); err != nil {
		r.bad(1, "not JSON: "+err.Error())
		return
	}
	for _, it := range append(file.Prefixes, file.IPv6Prefixes...) {
		p, err := netip.ParsePrefix(it.IPv4 + it.IPv6)
		if err != nil {
			r.bad(1, "not a range: "+quote(it.IPv4+it.IPv6))
			continue
		}
		r.indicators = append(r.indicators, Indicator{Prefix: unmap(p), Category: AWS, Service: it.Service, Region: it.Region})
	}
}
