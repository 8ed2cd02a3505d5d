package ec2

import (
	"math"
	"strings"

	"picket/intel"
)

const (
	// generatedLetters is how long a label must be to be judged: shorter ones are often abbreviations.
	generatedLetters = 8
	// surpriseMean is the mean of popular names, in trigrams' thirds of a bit, and surprising how far above it a label's own
	// must lie, in thirds of a bit times the root of its length: the longer a label, the less it strays by chance. Of popular
	// names that were not counted for the table, one in a thousand strays as far.
	surpriseMean = 11.0
	surprising   = 27.0
)

// generated reports whether an algorithm may have made up the registered label of name. Only the label is judged: names
// below a domain are often random.
func generated(name string) bool {
	label := registeredLabel(name)
	if len(label) < generatedLetters || strings.HasPrefix(label, "xn--") || surprise(label) < surprising || chatty(name) {
		return false
	}
	return strings.HasPrefix(intel.RegisteredDomain(name), label+".")
}

// registeredLabel guesses the label that somebody registered, without the list of public suffixes: the one before the
// last, or before the last two where the second-last is as short as in co.uk.
func registeredLabel(name string) string {
	rest := name[:max(strings.LastIndexByte(name, '.'), 0)]
	dot := strings.LastIndexByte(rest, '.')
	if len(rest)-dot-1 <= len("com") && dot > 0 {
		rest = rest[:dot]
		dot = strings.LastIndexByte(rest, '.')
	}
	return rest[dot+1:]
}

// surprise is how far a label lies above what is usual.
func surprise(label string) float64 {
	sum, a, b := 0, end, end
	for i := range len(label) {
		c := symbol(label[i])
		sum += int(trigrams[(a*symbols+b)*symbols+c] - '!')
		a, b = b, c
	}
	sum += int(trigrams[(a*symbols+b)*symbols+end] - '!')
	n := float64(len(label) + 1)
	return (float64(sum) - surpriseMean*n) / math.Sqrt(n)
}

// symbols is the size of trigrams' alphabet, and end its last: the end of a name.
const (
	symbols = 29
	end     = symbols - 1
)

func symbol(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return int(c - 'a')
	case '0' <= c && c <= '9':
		return 26
	}
	return 27
}
