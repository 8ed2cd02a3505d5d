package page

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// epoch is when examples happen: {iso 0}.
var epoch = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

// What an example may have at most, so that a slip of the pen fills neither the memory nor the day.
const (
	maxLines    = 20_000
	maxExpanded = 8 << 20 // bytes
	maxText     = 1 << 10 // letters of a {text N}
)

// Expand writes out the lines that begin with "repeat N: ", N times, with i counting from 0. In such lines, and in others
// with i = 0, these stand for values:
//
//	{i}, {i+1000}, {i%250+1}, {i/250*10}   whole numbers, evaluated from left to right
//	{iso i*60}                             the time so many seconds after 2026-01-05T10:00:00Z
//	{sec i*60}                             the same in seconds since the epoch
//	{text 50}                              50 letters and digits that differ for each i
//
// More than 20,000 lines or 8 MiB in all is an error.
func Expand(text string) (string, error) {
	var out strings.Builder
	lines := 0
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		times := 1
		if rest, ok := strings.CutPrefix(line, "repeat "); ok {
			count, body, ok := strings.Cut(rest, ": ")
			v, err := strconv.Atoi(count)
			if !ok || err != nil {
				return "", fmt.Errorf("line %d of the block: want \"repeat N: LINE\"", n+1)
			}
			times, line = v, body
		}
		for i := range times {
			s, err := substitute(line, int64(i))
			if err != nil {
				return "", fmt.Errorf("line %d of the block: %w", n+1, err)
			}
			out.WriteString(s + "\n")
			if lines++; lines > maxLines || out.Len() > maxExpanded {
				return "", fmt.Errorf("line %d of the block: more than %d lines or %d bytes in all", n+1, maxLines, maxExpanded)
			}
		}
	}
	return out.String(), nil
}

var placeholder = regexp.MustCompile(`\{((iso|sec|text) )?(i|\d+)([-+*/%]\d+)*\}`)

func substitute(line string, i int64) (string, error) {
	var failed error
	s := placeholder.ReplaceAllStringFunc(line, func(p string) string {
		word, expr, found := strings.Cut(p[1:len(p)-1], " ")
		if !found {
			word, expr = "", word
		}
		v, err := evaluate(expr, i)
		if err != nil {
			failed = err
		}
		switch word {
		case "iso":
			return epoch.Add(time.Duration(v) * time.Second).Format(time.RFC3339)
		case "sec":
			return strconv.FormatInt(epoch.Unix()+v, 10)
		case "text":
			if v < 0 || v > maxText {
				failed = fmt.Errorf("%s: want a text of 0 to %d letters", p, maxText)
				return ""
			}
			return letters(v, i)
		}
		return strconv.FormatInt(v, 10)
	})
	return s, failed
}

var operation = regexp.MustCompile(`[-+*/%]?(i|\d+)`)

func evaluate(expr string, i int64) (int64, error) {
	var v int64
	for n, part := range operation.FindAllString(expr, -1) {
		op := byte('+')
		if n > 0 {
			op, part = part[0], part[1:]
		}
		x, err := i, error(nil)
		if part != "i" {
			x, err = strconv.ParseInt(part, 10, 64)
		}
		switch {
		case err != nil:
			return 0, fmt.Errorf("{%s}: %w", expr, err)
		case op == '+':
			v += x
		case op == '-':
			v -= x
		case op == '*':
			v *= x
		case x == 0:
			return 0, fmt.Errorf("{%s} divides by zero", expr)
		case op == '/':
			v /= x
		default:
			v %= x
		}
	}
	return v, nil
}

// letters returns n letters and digits that look random and depend on i.
func letters(n, i int64) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	x := uint64(i)*0x9e3779b97f4a7c15 + 0x1234567
	b := make([]byte, n)
	for k := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[k] = alphabet[x%36]
	}
	return string(b)
}
