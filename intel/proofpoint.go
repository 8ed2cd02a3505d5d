package intel

import (
	"strconv"
	"strings"
)

func looksProofPoint(head string) bool {
	line := strings.ReplaceAll(firstLine(head), " ", "")
	return strings.HasPrefix(line, "ip,category,score") || strings.HasPrefix(line, "domain,category,score")
}

// readProofPoint reads the reputation CSV: "ip" or "domain", category, score, first_seen, last_seen, ports. A score above 100
// counts as 100. Several ports are as good as any.
func readProofPoint(r *reading) {
	header := func(h map[string]int) bool { _, ok := h["score"]; return ok }
	for n, t := range r.rows(header) {
		value, score, port := t.get("ip", "domain"), t.get("score"), t.get("ports", "ports (optional)")
		if t.header == nil && len(t.row) > 2 {
			value, score = t.row[0], t.row[2]
		}
		ind, err := parseIndicator(value)
		if s, err := strconv.Atoi(score); err == nil {
			ind.Confidence = percent(s)
		}
		if p, err := strconv.ParseUint(port, 10, 16); err == nil {
			ind.Port = uint16(p)
		}
		r.add(n, ind, err)
	}
}
