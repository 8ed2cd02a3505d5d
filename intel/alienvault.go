package intel

import (
	"strconv"
	"strings"
)

func looksAlienVault(head string) bool {
	address, rest, _ := strings.Cut(firstLine(head), "#")
	_, ok := parseRange(address)
	return ok && strings.Count(rest, "#") >= 2
}

// readAlienVault reads the reputation feed: address, reliability (1 to 10), risk, activities, country, city, coordinates
// and an id, separated by "#".
func readAlienVault(r *reading) {
	for n, line := range r.lines {
		if line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "#")
		if len(fields) < 4 {
			r.bad(n, "fewer than four fields")
			continue
		}
		ind, err := parseIndicator(fields[0])
		if reliability, err := strconv.Atoi(fields[1]); err == nil {
			ind.Confidence = percent(reliability * 10)
		}
		for activity := range strings.SplitSeq(fields[3], ";") {
			if activity = strings.TrimSpace(activity); activity != "" && len(ind.Threats) < maxThreats {
				ind.Threats = append(ind.Threats, activity)
			}
		}
		r.add(n, ind, err)
	}
}
