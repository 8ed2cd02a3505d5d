package mail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket"
)

// Report is what an account is told in one mail: of findings, and of what no finding says. Every text may be an attacker's.
type Report struct {
	ID       string // the same for the same report
	Account  string // that is told
	To       string
	Date     time.Time
	Findings []Finding
	Notices  []Notice
}

// Finding is a finding as a report tells of it.
type Finding struct {
	ID, Account, Region        string
	Type, Title, Text, Subject string
	Severity                   picket.Severity
	Count                      int32
	First, Last                string // times of events
	Sample                     bool   // nothing of it happened
}

// Notice is what no finding says.
type Notice struct {
	Title, Region string
	Lines         []string
}

// mostTold is how many findings, and how many notices, a report tells of one by one: mail programs cut what is over 100 KiB.
const mostTold = 25

// sampleMark says that nothing happened.
const sampleMark = "[SAMPLE] "

// report is what the templates show.
type report struct {
	Report
	Subject, Heading string
	Counts           []count // the worst first
	More             []count // of findings that are not told of one by one
	MoreNotices      int
}

type count struct {
	Label string
	N     int
}

// Write makes the mail of a report, which has a finding or a notice.
func (r Report) Write() (Message, error) {
	shown := newReport(r)
	return reportPage.write(Message{ID: r.ID, Date: r.Date, To: r.To, Subject: shown.Subject}, shown)
}

func newReport(r Report) report {
	r.Findings = slices.Clone(r.Findings)
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, s := range []*string{&f.ID, &f.Account, &f.Region, &f.Type, &f.Subject, &f.First, &f.Last} {
			*s = oneLineOf(*s, 200)
		}
		if f.Sample {
			f.Title = sampleMark + f.Title
		}
		f.Title, f.Text = oneLineOf(f.Title, 300), oneLineOf(f.Text, 1000)
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	r.Notices = slices.Clone(r.Notices)
	for i := range r.Notices {
		n := &r.Notices[i]
		n.Title, n.Region, n.Lines = oneLine(n.Title), oneLine(n.Region), slices.Clone(n.Lines)
		for j := range n.Lines {
			n.Lines[j] = oneLineOf(n.Lines[j], 1000)
		}
	}
	out := report{Counts: countsOf(r.Findings)}
	if len(r.Findings) > mostTold {
		out.More = countsOf(r.Findings[mostTold:])
		r.Findings = r.Findings[:mostTold]
	}
	notices := len(r.Notices)
	out.MoreNotices = max(0, notices-mostTold)
	r.Notices = r.Notices[:notices-out.MoreNotices]
	out.Report = r
	out.Heading = out.heading(notices)
	out.Subject = out.Heading + " in account " + r.Account
	if len(out.Counts) == 1 && out.Counts[0].N == 1 && notices == 0 {
		f := r.Findings[0]
		out.Subject = f.Label() + ": " + f.Type + " in account " + f.Account + ", " + f.Region
		if f.Sample {
			out.Subject = sampleMark + out.Subject
		}
	}
	return out
}

// countsOf counts findings, which are sorted, by severity.
func countsOf(all []Finding) (out []count) {
	for _, f := range all {
		if n := len(out); n > 0 && out[n-1].Label == f.Label() {
			out[n-1].N++
		} else {
			out = append(out, count{f.Label(), 1})
		}
	}
	return out
}

// Label is the severity in a word.
func (f Finding) Label() string { return f.Severity.Label() }

// Color is that of the severity, dark enough for white letters.
func (f Finding) Color() string {
	return map[string]string{"Critical": "#7d1f3f", "High": "#b3261e", "Medium": "#8a5a00", "Low": "#3d5a80"}[f.Label()]
}

// heading sums up.
func (r report) heading(notices int) string {
	var parts []string
	total := 0
	for _, c := range r.Counts {
		total += c.N
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Label))
	}
	text := ""
	switch {
	case total > 1:
		text = fmt.Sprintf("%d findings (%s)", total, strings.Join(parts, ", "))
	case total == 1:
		text = "1 " + r.Counts[0].Label + " finding"
	}
	switch {
	case notices == 0:
		return text
	case notices == 1 && text == "":
		return "A notice"
	case text == "":
		return fmt.Sprintf("%d notices", notices)
	case notices == 1:
		return text + " and a notice"
	}
	return fmt.Sprintf("%s and %d notices", text, notices)
}

// Rest says how many findings are not told of one by one.
func (r report) Rest() string {
	var parts []string
	for _, c := range r.More {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Label))
	}
	return strings.Join(parts, ", ")
}

var reportPage = pageOf("report")

// wrap breaks a line at spaces, before it is wider than people read easily; further lines are indented.
func wrap(indent int, line string) string {
	const width = 76
	var b strings.Builder
	at := indent
	for i, word := range strings.Fields(line) {
		switch n := len([]rune(word)); {
		case i > 0 && at+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent + n
		case i > 0:
			b.WriteByte(' ')
			at += 1 + n
		default:
			at += n
		}
		b.WriteString(word)
	}
	return b.String()
}
