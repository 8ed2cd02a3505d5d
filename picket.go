// Package picket holds the nouns of the service that the GuardDuty contract lacks: finding types and severities, findings
// at rest with their evidence, and errors with codes. It imports the contract (guardduty) and the standard library only;
// it does no I/O and knows no rule.
package picket

import (
	"strings"
	"unicode"
)

// FindingType names what was detected: Purpose:Family/Behavior[.Variant][!Artifact],
// for example "Trojan:EC2/DGADomainRequest.C!DNS".
type FindingType string

// Purpose is the part of t before the colon: the primary purpose of the threat, "Trojan".
func (t FindingType) Purpose() string {
	p, _, _ := strings.Cut(string(t), ":")
	return p
}

// Family is the part of t between colon and slash: the resource under attack, "EC2".
func (t FindingType) Family() string {
	_, rest, _ := strings.Cut(string(t), ":")
	f, _, _ := strings.Cut(rest, "/")
	return f
}

// Behavior is the part of t that names what was seen, without variant or artifact: "DGADomainRequest".
func (t FindingType) Behavior() string {
	_, name, _ := strings.Cut(string(t), "/")
	if i := strings.IndexAny(name, ".!"); i >= 0 {
		name = name[:i]
	}
	return name
}

// Stem is the name, without extension, of the files that hold the rules for t: "dga_domain_request".
func (t FindingType) Stem() string {
	var letters []rune // letters and digits only: C&CActivity is cc_activity
	for _, r := range t.Behavior() {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, r)
		}
	}
	var b strings.Builder
	for i, r := range letters {
		if i > 0 && unicode.IsUpper(r) && wordStarts(letters, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// wordStarts reports whether the upper-case letter i begins a word: after a small letter, or before one ("DNSData").
func wordStarts(letters []rune, i int) bool {
	return !unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])
}

// Severity is the 1.0 to 10.0 scale of findings.
type Severity float64

// The severities that rules give.
const (
	Low      Severity = 2
	Medium   Severity = 5
	High     Severity = 8
	Critical Severity = 9
)

// Label is the band that people see: Low below 4, Medium below 7, High below 9, else Critical.
func (s Severity) Label() string {
	switch {
	case s < 4:
		return "Low"
	case s < 7:
		return "Medium"
	case s < 9:
		return "High"
	}
	return "Critical"
}
