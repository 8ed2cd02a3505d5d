package html

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// visible writes characters that hide or reorder text as their code points, \u202e, which in JSON mean the same. It stands
// behind the template, so that no field can be forgotten; whoever attacks you writes parts of your logs.
type visible struct{ w io.Writer }

// Write implements io.Writer. Each call holds whole characters: the template writes whole values.
func (v visible) Write(p []byte) (int, error) {
	if _, err := v.w.Write(reveal(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func reveal(p []byte) []byte {
	if !bytes.ContainsFunc(p, hides) {
		return p
	}
	var out bytes.Buffer
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		switch {
		case r == utf8.RuneError:
			out.WriteRune(r)
		case !hides(r):
			out.Write(p[:n])
		case r > 0xffff:
			// JSON writes such a character as two.
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		p = p[n:]
	}
	return out.Bytes()
}

// hides reports whether r is no text that people can see: control and format characters but tabs and line feeds, separators
// of lines, what only looks like a space, and bytes that are no UTF-8.
func hides(r rune) bool {
	switch r {
	case '\n', '\t':
		return false
	case 0x115f, 0x1160, 0x2800, 0x3164, 0xffa0, utf8.RuneError:
		return true
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || unicode.IsSpace(r) && r != ' '
}
