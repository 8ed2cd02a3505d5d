package intel

import "strings"

func looksSTIX(head string) bool {
	head = strings.TrimSpace(head)
	return strings.HasPrefix(head, "<") || strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[{") || strings.HasPrefix(head, "[\n")
}

// readSTIX reads STIX 1.x (XML) or 2.x (JSON).
func readSTIX(r *reading) {
	if strings.HasPrefix(strings.TrimSpace(string(r.data[:min(len(r.data), detectionBytes)])), "<") {
		readSTIX1(r)
		return
	}
	readSTIX2(r)
}
