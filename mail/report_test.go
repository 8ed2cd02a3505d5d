package mail

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dom "golang.org/x/net/html"

	"picket"
)

var reported = Report{
	ID: "report", Account: "111122223333", To: "dana@example.com", Date: time.UnixMilli(since).UTC(),
	Findings: []Finding{
		{
			ID: "f1", Account: "444455556666", Region: "us-east-1", Type: "Recon:EC2/Portscan", Title: "Instance i-1 scans ports.",
			Text:    "Instance i-1 asked 198.51.100.7 for 120 ports within ten minutes, which few programs have a reason to do, and attackers have.",
			Subject: "i-1", Severity: picket.Medium, Count: 3, First: "2026-01-05T10:00:00Z", Last: "2026-01-05T11:00:00Z",
		},
		{ID: "f2", Account: "111122223333", Region: "eu-west-1", Type: "Stealth:IAMUser/CloudTrailLoggingDisabled", Title: "CloudTrail was stopped.", Severity: picket.High, Count: 1, First: "2026-01-05T10:30:00Z"},
	},
	Notices: []Notice{{Title: "Picket Logs Stopped", Region: "us-east-1", Lines: []string{"accountId: 444455556666", "logs: DNS"}}},
}

func written(t testing.TB, r Report) Message {
	t.Helper()
	m, err := r.Write()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReport(t *testing.T) {
	m := written(t, reported)
	if want := "2 findings (1 High, 1 Medium) and a notice in account 111122223333"; m.Subject != want {
		t.Errorf("the subject is %q, want %q", m.Subject, want)
	}
	want := `2 findings (1 High, 1 Medium) and a notice, as account 111122223333 sees them.

High (8)  Stealth:IAMUser/CloudTrailLoggingDisabled
  CloudTrail was stopped.

  Account:  111122223333, eu-west-1
  Seen:     2026-01-05T10:30:00Z
  Finding:  f2

Medium (5)  Recon:EC2/Portscan
  Instance i-1 scans ports.

  Instance i-1 asked 198.51.100.7 for 120 ports within ten minutes, which
  few programs have a reason to do, and attackers have.

  Account:  444455556666, us-east-1
  About:    i-1
  Seen:     3 times, from 2026-01-05T10:00:00Z
            to 2026-01-05T11:00:00Z
  Finding:  f1

Picket Logs Stopped, us-east-1
  accountId: 444455556666
  logs: DNS

Names and texts come from logs, and so from whoever did what they tell of.

-- 
Sent by Picket because its operator wants account 111122223333 to be told at
this address. Replies are not read.
`
	if diff := cmp.Diff(want, m.Text); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	page := parse(t, m.HTML)
	shown := content(page)
	for _, want := range []string{
		"2 findings (1 High, 1 Medium) and a notice", "High 8", "CloudTrail was stopped.", "Medium 5", "few programs", "444455556666, us-east-1", "i-1",
		"3 times, from 2026-01-05T10:00:00Z to 2026-01-05T11:00:00Z", "f1", "Picket Logs Stopped", "logs: DNS",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the HTML part does not say %q:\n%s", want, shown)
		}
	}
	if len(links(page)) > 0 {
		t.Errorf("links to %q", links(page))
	}

	one := reported
	one.Findings, one.Notices = reported.Findings[:1], nil
	if got, want := written(t, one).Subject, "Medium: Recon:EC2/Portscan in account 444455556666, us-east-1"; got != want {
		t.Errorf("the subject is %q, want %q", got, want)
	}
	one.Findings = slices.Clone(one.Findings)
	one.Findings[0].Sample = true
	if m := written(t, one); !strings.HasPrefix(m.Subject, "[SAMPLE] Medium: Recon") || !strings.Contains(m.Text, "  [SAMPLE] Instance i-1 scans") {
		t.Errorf("a sample: %s\n%s", m.Subject, m.Text)
	}
	one.Findings, one.Notices = nil, reported.Notices
	if got, want := written(t, one).Subject, "A notice in account 111122223333"; got != want {
		t.Errorf("the subject is %q, want %q", got, want)
	}
}

// Many findings are counted, the worst are told of.
func TestReportOfMany(t *testing.T) {
	r := Report{Account: "111122223333"}
	for i := range 200 {
		f := Finding{ID: fmt.Sprintf("low-%d", i), Title: strings.Repeat("a.b ", 40), Text: strings.Repeat("words of a description ", 15), Severity: picket.Low}
		if i%4 == 3 {
			f.ID, f.Severity = fmt.Sprintf("high-%d", i), picket.High
		}
		r.Findings = append(r.Findings, f)
	}
	r.Findings[199].Severity = picket.Critical
	for range 40 {
		r.Notices = append(r.Notices, Notice{Title: "Picket Logs Stopped", Lines: []string{"one: 1", "two: 2", "three: 3"}})
	}
	m := written(t, r)
	if m.Subject != "200 findings (1 Critical, 49 High, 150 Low) and 40 notices in account 111122223333" || !strings.Contains(m.Text, "And 25 High, 150 Low more") ||
		!strings.Contains(content(parse(t, m.HTML)), "25 High, 150 Low more") || strings.Contains(m.Text, "low-") || !strings.Contains(m.Text, "And 15 more notices") || strings.Count(m.Text, "high-") != 25 {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	if size := len(m.HTML); size > 100<<10 {
		t.Errorf("%d bytes: mail programs cut after 100 KiB", size)
	}
}

// What logs say can do nothing to a mail: it has its lines, its headers, its elements and no links, whatever is in it.
func TestHostileReport(t *testing.T) {
	plain := parse(t, written(t, hostileReport("x")).HTML)
	for _, text := range hostileNotes {
		m := written(t, hostileReport(text))
		page := parse(t, m.HTML)
		if len(links(page)) > 0 {
			t.Errorf("%q: links to %q", text, links(page))
		}
		if got, want := elements(page), elements(plain); strings.TrimSpace(text) != "" && got != want {
			t.Errorf("%q: %d elements, want %d", text, got, want)
		}
		msg, err := compose(m, &netmail.Address{Name: "Picket", Address: "picket@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if _, err := msg.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		got := read(t, raw.Bytes())
		if keys := sortedKeys(got.header); !slices.Equal(keys, []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}) {
			t.Errorf("%q: the headers are %q", text, keys)
		}
		if lines := strings.Count(got.text, "\nHigh (8)  "); lines != 1 {
			t.Errorf("%q: %d findings in the text", text, lines)
		}
		for _, not := range []string{"<script", "<img", "\x1b", "\u202e"} {
			if strings.Contains(m.HTML, not) || strings.Contains(m.Subject, not) || not[0] != '<' && strings.Contains(m.Text, not) {
				t.Errorf("%q: the mail holds %q", text, not)
			}
		}
	}
}

// hostileReport has a text wherever logs, or who writes them, may put one.
func hostileReport(text string) Report {
	return Report{
		ID: "report", Account: "111122223333", To: "dana@example.com", Date: time.UnixMilli(since).UTC(),
		Findings: []Finding{{ID: text, Account: text, Region: text, Type: text, Title: text, Text: text, Subject: text, Severity: picket.High, Count: 2, First: text, Last: text}},
		Notices:  []Notice{{Title: text, Region: text, Lines: []string{text}}},
	}
}

// elements counts those of a page but spans, of which there are as many as a text has segments.
func elements(page *dom.Node) (n int) {
	for e := range page.Descendants() {
		if e.Type == dom.ElementNode && e.Data != "span" {
			n++
		}
	}
	return n
}
