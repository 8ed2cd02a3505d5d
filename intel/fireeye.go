package intel

import "strings"

func looksFireEye(head string) bool {
	return strings.HasPrefix(strings.TrimLeft(firstLine(head), `"`), "reportid")
}

// readFireEye reads the iSIGHT indicator CSV, one row a report's observation: any of the columns ip, cidr and domain may be
// filled. Rows about files, mail and the like are left out without a word.
func readFireEye(r *reading) {
	header := func(h map[string]int) bool { _, ok := h["reportid"]; return ok }
	for n, t := range r.rows(header) {
		if t.header == nil {
			r.bad(n, "no header")
			return
		}
		threat := t.get("malwarefamily", "actor", "title")
		for _, column := range []string{"ip", "cidr", "domain"} {
			value := t.get(column)
			if value == "" {
				continue
			}
			ind, err := parseIndicator(value)
			if threat != "" {
				ind.Threats = []string{threat}
			}
			r.add(n, ind, err)
		}
	}
}
