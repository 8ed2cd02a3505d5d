package intel

import (
	"errors"
	"strconv"
	"strings"
)

var (
	errPattern     = errors.New("not a STIX pattern")
	errUnsupported = errors.New("pattern says more than addresses, names and ports")
)

// parsePattern reads a STIX 2 pattern that is a disjunction of addresses, ranges, names and URLs, each perhaps together with
// a port. What asks for more can't be a list entry, which would match too much. Of more than most indicators it reads one more.
func parsePattern(s string, most int) ([]Indicator, error) {
	p := pattern{rest: s, left: most}
	var all []Indicator
	for {
		found, err := p.observation()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if p.left < 0 || p.done() {
			return all, nil
		}
		if !p.take("OR") {
			return nil, errUnsupported
		}
	}
}

// pattern is a pattern being read. Strings are tokens that begin with a quote.
type pattern struct {
	rest string
	left int // indicators that it may have still
}

func (p *pattern) done() bool { return strings.Trim(p.rest, patternSpace) == "" }

func (p *pattern) take(word string) bool {
	token, rest := cutToken(p.rest)
	if !strings.EqualFold(token, word) {
		return false
	}
	p.rest = rest
	return true
}

// next is the next token, or "" where there is none.
func (p *pattern) next() (token string) {
	token, p.rest = cutToken(p.rest)
	return token
}

// observation reads "[ term OR term ]".
func (p *pattern) observation() ([]Indicator, error) {
	if !p.take("[") {
		return nil, errUnsupported
	}
	var all []Indicator
	for {
		found, err := p.term()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		switch {
		case p.left < 0 || p.take("]"):
			return all, nil
		case !p.take("OR"):
			return nil, errUnsupported
		}
	}
}

// term reads "comparison AND comparison": values of one kind, and perhaps the port they are about.
func (p *pattern) term() ([]Indicator, error) {
	var found []Indicator
	var port uint16
	for {
		path, op := p.next(), strings.ToUpper(p.next())
		values, err := p.values(op)
		if err != nil {
			return nil, err
		}
		switch {
		case isPort(path) && op == "=":
			n, err := strconv.ParseUint(values[0], 10, 16)
			if err != nil || port != 0 {
				return nil, errPattern
			}
			port = uint16(n)
		case strings.HasSuffix(path, "_ref.type") && op == "=":
		case isValue(path) && found == nil:
			if found, err = patternValues(op, values); err != nil {
				return nil, err
			}
		default:
			return nil, errUnsupported
		}
		if !p.take("AND") {
			break
		}
	}
	if found == nil {
		return nil, errUnsupported
	}
	p.left -= len(found)
	for i := range found {
		if port != 0 {
			found[i].Port = port
		}
	}
	return found, nil
}

func isPort(path string) bool { return path == "network-traffic:dst_port" }

func isValue(path string) bool {
	switch path {
	case "ipv4-addr:value", "ipv6-addr:value", "domain-name:value", "url:value", "network-traffic:dst_ref.value":
		return true
	}
	return false
}

// values reads the right side of a comparison: one value, or for IN a set.
func (p *pattern) values(op string) ([]string, error) {
	switch op {
	case "=", "ISSUBSET", "LIKE":
		v := p.next()
		if v == "" {
			return nil, errPattern
		}
		return []string{strings.TrimPrefix(v, "'")}, nil
	case "IN":
		return p.set()
	}
	return nil, errUnsupported
}

func (p *pattern) set() ([]string, error) {
	if !p.take("(") {
		return nil, errPattern
	}
	var set []string
	for {
		v := p.next()
		if v == "" {
			return nil, errPattern
		}
		set = append(set, strings.TrimPrefix(v, "'"))
		switch {
		case len(set) > p.left || p.take(")"):
			return set, nil
		case !p.take(","):
			return nil, errPattern
		}
	}
}

// patternValues reads the values of a comparison. LIKE is understood for the names below a domain, "%.example.org".
func patternValues(op string, values []string) ([]Indicator, error) {
	var found []Indicator
	for _, v := range values {
		if op == "LIKE" {
			below, ok := strings.CutPrefix(v, "%.")
			if !ok || strings.ContainsAny(below, "%_") {
				return nil, errUnsupported
			}
			v = "*." + below
		}
		ind, err := parseIndicator(v)
		if err != nil {
			return nil, err
		}
		found = append(found, ind)
	}
	return found, nil
}

// patternSpace separates tokens.
const patternSpace = " \t\r\n"

// cutToken returns the token that s begins with, "" if it begins with none, and what follows. Single quotes around a string go, but
// for the first, which tells it from a word.
func cutToken(s string) (token, rest string) {
	s = strings.TrimLeft(s, patternSpace)
	switch {
	case s == "":
		return "", ""
	case strings.IndexByte("[](),=", s[0]) >= 0:
		return s[:1], s[1:]
	case s[0] == '\'':
		text, n, ok := quoted(s)
		if !ok {
			return "", s
		}
		return "'" + text, s[n:]
	}
	n := strings.IndexAny(s, patternSpace+"[](),='")
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:]
}

// quoted reads the string literal that s begins with, and its length in s.
func quoted(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
			if i < len(s) {
				b.WriteByte(s[i])
			}
		case '\'':
			return b.String(), i + 1, true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}
