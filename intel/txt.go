package intel

import "strings"

// readTXT reads one indicator a line. What follows "#" or ";" is a comment, and so is all after the first word, except in
// the form of a hosts file, "0.0.0.0 name".
func readTXT(r *reading) {
	for n, line := range r.lines {
		if i := commentStart(line); i >= 0 {
			line = line[:i]
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		word := words[0]
		if len(words) > 1 && (word == "0.0.0.0" || word == "127.0.0.1" || word == "::1" || word == "::") {
			word = words[1]
		}
		ind, err := parseIndicator(word)
		r.add(n, ind, err)
	}
}

// commentStart returns where the comment in line begins: a "#" or ";" that begins a word, since a URL may hold either. -1
// without one.
func commentStart(line string) int {
	for i := range len(line) {
		if (line[i] == '#' || line[i] == ';') && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return -1
}
