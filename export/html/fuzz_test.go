package html

import (
	"strings"
	"testing"

	"picket"
)

// FuzzWrite holds that whatever logs hold, and whatever stands on a behaviour's page, the report is made of nothing but what
// its template writes, and shows all that it was given.
func FuzzWrite(f *testing.F) {
	f.Add(hostile, "version srcaddr", "2 10.0.0.1", "# x\n\n- **a** `b`\n* c\n\n## d\n\n```flow fires T\n```\n")
	f.Add("dana", "", `{"eventName":"StopLogging","userAgent":"\u202e","a":[1,{"b":null}]}`, "**a `b** c`\n\n-\n\n#")
	f.Add("\xff\xf0\x9f", "a", "\xe2\x80", "")
	f.Fuzz(func(t *testing.T, text, header, record, page string) {
		r := &Report{Inputs: []string{text}, Warnings: []string{text}, Findings: samples(1), Page: func(string) string { return page }}
		found := r.Findings[0]
		found.Title, found.Service.Action.AwsApiCallAction.UserAgent = &text, &text
		found.AdditionalInfo = map[string]any{text: record}
		found.Evidence.Records = append(found.Evidence.Records, picket.EvidenceRecord{Object: text, Header: header, Text: record})
		root := checkMarkup(t, write(t, r))
		if n := len(elements(root, "details")); n == 0 {
			t.Error("the finding is gone")
		}
		if word := strings.Map(letter, text); word == text && !strings.Contains(content(root), word) {
			t.Errorf("%q is gone", text)
		}
	})
}

// letter drops what is no plain letter.
func letter(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r
	}
	return -1
}
