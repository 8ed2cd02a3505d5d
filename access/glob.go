package access

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A glob's wildcards are written as bytes that no text of it may hold, so that a * which comes from a variable is only a *.
const (
	anyText = '\x00' // *
	oneChar = '\x01' // ?
)

var wildcards = strings.NewReplacer("*", string(anyText), "?", string(oneChar))

// glob is a pattern in which * stands for any text and ? for one character, with variables such as ${aws:username}.
type glob []globPart

type globPart struct {
	text     string // with wildcards written as above
	variable string // a condition key that stands here, or ""
}

func parseGlob(text string, variables bool) (glob, error) {
	if strings.ContainsAny(text, "\x00\x01") {
		return nil, errors.New("must not have control characters")
	}
	if !variables {
		return glob{{text: wildcards.Replace(text)}}, nil
	}
	var g glob
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		g = append(g, globPart{text: wildcards.Replace(before)})
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, errors.New(`has a variable without its "}"`)
		}
		switch name {
		case "*", "?", "$":
			g = append(g, globPart{text: name})
		default:
			key, err := parseKey(name)
			if err != nil {
				return nil, fmt.Errorf("has the variable ${%s}, which %w", clip(name), err)
			}
			g = append(g, globPart{variable: key})
		}
		text = after
	}
	return g, nil
}

// match reports whether the whole subject fits. A variable that the request has no value for, or several, fits nothing.
func (g glob) match(subject string, keys lookup) (bool, error) {
	if len(g) == 1 && g[0].variable == "" {
		return fits(g[0].text, subject), nil
	}
	var pattern strings.Builder
	for _, part := range g {
		pattern.WriteString(part.text)
		if part.variable == "" {
			continue
		}
		values, err := keys(part.variable)
		if err != nil || len(values) != 1 || strings.ContainsAny(values[0], "\x00\x01") {
			return false, err
		}
		pattern.WriteString(values[0])
	}
	return fits(pattern.String(), subject), nil
}

// fits matches in time that grows with the product of both lengths at most: on a mismatch only the last * is tried again.
func fits(pattern, s string) bool {
	p, i := 0, 0
	star, retry := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == anyText:
			star, retry = p, i
			p++
		case p < len(pattern) && pattern[p] == oneChar:
			p, i = p+1, i+width(s[i:])
		case p < len(pattern) && pattern[p] == s[i]:
			p, i = p+1, i+1
		case star >= 0:
			retry += width(s[retry:])
			p, i = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == anyText {
		p++
	}
	return p == len(pattern)
}

func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// resourceGlob is a pattern of ARNs: each of the six parts matches by itself, so that a * does not reach over a colon but
// in the last. A nil one is the lone *.
type resourceGlob []glob

const arnParts = 6

func parseResourceGlob(text string, variables bool) (resourceGlob, error) {
	if text == "*" {
		return nil, nil
	}
	parts := splitARN(text)
	if len(parts) != arnParts || parts[0] != "arn" {
		return nil, fmt.Errorf("must be * or a whole ARN, as in arn:aws:guardduty:*:*:detector/*, not %q", clip(text))
	}
	var r resourceGlob
	for _, part := range parts {
		g, err := parseGlob(part, variables)
		if err != nil {
			return nil, err
		}
		r = append(r, g)
	}
	return r, nil
}

// splitARN cuts at the first five colons that aren't in a variable.
func splitARN(text string) []string {
	var parts []string
	start, depth := 0, 0
	for i := range len(text) {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == ':' && depth == 0 && len(parts) < arnParts-1:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// match reports whether an ARN fits; "*", the resource of what is about none in particular, fits only the lone *.
func (r resourceGlob) match(arn string, keys lookup) (bool, error) {
	if r == nil {
		return true, nil
	}
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) != arnParts {
		return false, nil
	}
	for i, g := range r {
		if i == 1 && (parts[2] == "iam" || parts[2] == "sts") {
			continue // see InPartition
		}
		if ok, err := g.match(parts[i], keys); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

var (
	accountID    = regexp.MustCompile(`^[0-9]{12}$`)
	principalARN = regexp.MustCompile(`^arn:aws[a-z-]*:(iam::[0-9]{12}:(root|(user|role)/[\x21-\x7e]+)|sts::[0-9]{12}:assumed-role/[\x21-\x7e]+/[\x21-\x7e]+)$`)
)

// InPartition returns an ARN as it is called in a partition of AWS. It is for those of IAM and STS: principals call in all regions
// of this server, so that the name in any partition is theirs. Inside of the server they have that in aws.
func InPartition(arn, partition string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) == 3 {
		parts[1] = partition
	}
	return strings.Join(parts, ":")
}

func isAccount(s string) bool { return accountID.MatchString(s) }

func rootOf(account string) string { return "arn:aws:iam::" + account + ":root" }
