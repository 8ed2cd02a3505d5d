package intel

import "strings"

func looksOTX(head string) bool { return strings.HasPrefix(firstLine(head), "indicator type") }

// readOTX reads what Open Threat Exchange exports: "Indicator type, Indicator, Description". Types other than addresses,
// ranges, names and URLs (hashes, for one) are left out without a word.
func readOTX(r *reading) {
	header := func(h map[string]int) bool { _, ok := h["indicator type"]; return ok }
	for n, t := range r.rows(header) {
		kind, value, description := t.get("indicator type"), t.get("indicator"), t.get("description")
		if t.header == nil && len(t.row) > 1 {
			kind, value = t.row[0], t.row[1]
		}
		switch strings.ToLower(kind) {
		case "ipv4", "ipv6", "cidr", "domain", "hostname", "url", "uri":
		case "":
			r.bad(n, "no indicator type")
			continue
		default:
			continue
		}
		ind, err := parseIndicator(value)
		if description != "" {
			ind.Threats = []string{description}
		}
		r.add(n, ind, err)
	}
}
