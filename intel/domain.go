package intel

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxName is the length of the longest domain name in text, without the final dot.
const maxName = 253

// domains finds what the lists say about a name. The key is the name in lower case, without a final dot.
type domains map[string]*nameGroups

// nameGroups is what the lists say about a name itself and about the names below it, both with what wildcards of its
// parents say; nil where they say nothing.
type nameGroups struct {
	self, below *group
}

// lookup returns the group for name: its own, else that of the nearest parent that has one for the names below it. No key
// is a suffix like "com" or "co.uk", so that the walk over the parents needs no list of public suffixes.
func (d domains) lookup(name string) *group {
	if len(d) == 0 || len(name) > maxName+1 {
		return nil
	}
	var buf [maxName + 1]byte
	key := buf[:lower(buf[:], name)]
	key = bytes.TrimSuffix(key, []byte{'.'})
	if g, ok := d[string(key)]; ok {
		return g.self
	}
	for i := bytes.IndexByte(key, '.'); i >= 0; i = bytes.IndexByte(key, '.') {
		key = key[i+1:]
		if g, ok := d[string(key)]; ok {
			return g.below
		}
	}
	return nil
}

// lower writes the lower case of ASCII s to dst and returns its length.
func lower(dst []byte, s string) int {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst[i] = c
	}
	return len(s)
}

// cleanName returns the form of a listed name that lookup knows: lower case, A-labels, no final dot. It refuses what is
// no domain name of at least two labels.
func cleanName(name string) (string, error) {
	name = strings.TrimSuffix(name, ".")
	ascii := strings.ToLower(name)
	if strings.ContainsFunc(ascii, func(r rune) bool { return r >= utf8.RuneSelf }) {
		var err error
		if ascii, err = idna.Punycode.ToASCII(ascii); err != nil {
			return "", errNotAName
		}
	}
	if len(ascii) > maxName || !strings.Contains(ascii, ".") {
		return "", errNotAName
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if len(label) == 0 || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return "", errNotAName
		}
	}
	if last := ascii[strings.LastIndexByte(ascii, '.')+1:]; strings.Trim(last, "0123456789") == "" {
		return "", errNotAName // a mistyped address
	}
	return ascii, nil
}

// errNotAName is what cleanName finds wrong with most names.
var errNotAName = errors.New("not a domain name")

func notInName(r rune) bool {
	return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}

// suffixKind says whether name is a public suffix, and whether one of ICANN's ("co.uk") or of a company that gives
// sub-domains to its customers ("github.io").
func suffixKind(name string) (icann, private bool) {
	suffix, official := publicsuffix.PublicSuffix(name)
	if suffix != name {
		return false, false
	}
	return official, !official && strings.Contains(name, ".")
}
