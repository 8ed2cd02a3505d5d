package mail

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestNotes is how many characters of notes a mail shows: mail programs cut long mails, and the links must not go with
// what they cut. The invitation page shows all.
const longestNotes = 20_000

// noteLines returns notes as they were written, line by line, in characters that can do nothing to what stands around them.
func noteLines(notes string) []string {
	if strings.TrimSpace(notes) == "" {
		return nil
	}
	notes, cut := shorten(notes, longestNotes)
	lines := strings.Split(lineEnds.Replace(notes), "\n")
	for i, line := range lines {
		lines[i] = visible(line)
	}
	if cut {
		lines = append(lines, "[…]")
	}
	return lines
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// oneLine makes a name of what somebody typed as one.
func oneLine(name string) string { return oneLineOf(name, 100) }

func oneLineOf(name string, most int) string {
	name, cut := shorten(strings.Join(strings.Fields(name), " "), most)
	if cut {
		name += "…"
	}
	return visible(name)
}

// shorten cuts a text after a number of characters.
func shorten(text string, most int) (short string, cut bool) {
	for i := range text {
		if most == 0 {
			return text[:i], true
		}
		most--
	}
	return text, false
}

// visible writes the characters of a line that hide, control or reorder text as their code points. Joiners and marks of
// direction stay: scripts and emoji are written with them.
func visible(line string) string {
	line = strings.ToValidUTF8(line, string(utf8.RuneError))
	var out strings.Builder
	flag := false
	for _, r := range line {
		flag = r == blackFlag || flag && isTag(r)
		switch {
		case flag || !hides(r):
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// blackFlag begins the flags of regions, which go on in tags.
const blackFlag = '\U0001f3f4'

func isTag(r rune) bool { return r >= 0xe0000 && r <= 0xe007f }

// hides reports whether r is nothing that people see and changes what they see: a control character but a tab, an embedding,
// override or isolate of direction, a byte order mark, an annotation, a tag.
func hides(r rune) bool {
	switch {
	case r == '\t':
		return false
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x206f, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb:
		return true
	}
	return unicode.IsControl(r) || isTag(r)
}

// segments cuts a line where an address would be one: mail programs make links of https://example.com and of
// dana@example.com, but not across elements. Together the segments are the line.
func segments(line string) []string {
	var parts []string
	start := 0
	for i := 1; i < len(line)-1; i++ {
		if strings.IndexByte(".:@", line[i]) >= 0 && line[i-1] > ' ' && line[i+1] > ' ' {
			parts = append(parts, line[start:i+1])
			start = i + 1
		}
	}
	return append(parts, line[start:])
}
