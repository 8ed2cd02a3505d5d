// Package jsonl writes findings as JSON lines, each as GuardDuty exports it to S3. It adds nothing to that form, but for
// the evidence when it is asked for. What a terminal may act on, or hides, is escaped: whoever attacks you writes parts of
// your logs.
package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"picket/finding"
)

// Write writes one line a finding. With evidence, each line is {"finding": …, "evidence": …} instead.
func Write(w io.Writer, findings []*finding.Result, evidence bool) error {
	out := bufio.NewWriter(w)
	for _, f := range findings {
		line, err := finding.Export(&f.Finding)
		if err != nil {
			return err
		}
		if evidence {
			line, err = json.Marshal(struct {
				Finding  json.RawMessage `json:"finding"`
				Evidence any             `json:"evidence"`
			}{line, f.Evidence})
			if err != nil {
				return err
			}
		}
		out.Write(Escape(line))
		out.WriteByte('\n')
	}
	return out.Flush()
}

// Escape writes the control and format characters that encoding/json leaves in texts in JSON's other spelling of them.
func Escape(doc []byte) []byte {
	if !bytes.ContainsFunc(doc, hides) {
		return doc
	}
	var out []byte
	for _, r := range string(doc) {
		switch {
		case !hides(r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

func hides(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
