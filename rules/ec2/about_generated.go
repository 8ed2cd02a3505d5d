package ec2

import (
	"math"
	"strings"

	"picket/intel"
)

const (
	// generatedLetters is how long a label must be to be judged: shorter ones are often abbreviations.
	generatedLetters = 7
	// surpriseMean is the mean of popular names, in trigrams' thirds of a bit. How far above it a label's own must lie is in
	// thirds of a bit times the root of its length: the longer a label, the less it strays by chance. People leave out vowels
	// to shorten words, so that a label with few of them must stray farther.
	surpriseMean   = 11.0
	surprising     = 23.0 // where every third letter is a vowel, or more
	surprisingBare = 42.0 // where fewer are
)

// generated reports whether an algorithm may have made up the registered label of name. Only the label is judged: names
// below a domain are often random, but for those below the suffixes of dynamic DNS and the like, which people register too.
func generated(name string) bool {
	label, below := registeredLabel(name)
	if !strange(label) {
		if label = below[strings.LastIndexByte(below, '.')+1:]; !strange(label) {
			return false
		}
	}
	return !chatty(name) && strings.HasPrefix(intel.RegisteredDomain(name), label+".")
}

func strange(label string) bool {
	if len(label) < generatedLetters || strings.HasPrefix(label, "xn--") {
		return false
	}
	s := surprise(label)
	return s >= surprisingBare || s >= surprising && 3*vowels(label) >= len(label)
}

func vowels(label string) (n int) {
	for i := range len(label) {
		switch label[i] {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			n++
		}
	}
	return n
}

// registeredLabel guesses the label that somebody registered, without the list of public suffixes: the one before the
// last, or before the last two where the second-last is as short as in co.uk. below is what stands before it.
func registeredLabel(name string) (label, below string) {
	rest := name[:max(strings.LastIndexByte(name, '.'), 0)]
	dot := strings.LastIndexByte(rest, '.')
	if len(rest)-dot-1 <= len("com") && dot > 0 {
		rest = rest[:dot]
		dot = strings.LastIndexByte(rest, '.')
	}
	return rest[dot+1:], rest[:max(dot, 0)]
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
