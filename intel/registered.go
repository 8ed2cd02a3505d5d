package intel

import "golang.org/x/net/publicsuffix"

// RegisteredDomain returns the part of name that somebody registered: one label and its public suffix, "example.co.uk" for
// "a.b.example.co.uk". It is name itself where name is a public suffix or has no dots. name is lower case without a
// trailing dot. Source: the public suffix list.
func RegisteredDomain(name string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return name
	}
	return d
}
