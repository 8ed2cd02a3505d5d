// Package text writes findings for people at a terminal. What comes from logs is written
// without control characters: whoever attacks you writes parts of your logs.
package text

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"

	"picket"
	"picket/finding"
)

// Findings writes a table of findings, most severe first; with evidence, each with its description and records instead.
func Findings(w io.Writer, findings []*finding.Result, evidence bool) error {
	out := bufio.NewWriter(w)
	ordered := BySeverity(findings)
	if evidence {
		for _, f := range ordered {
			explain(out, f)
		}
		return out.Flush()
	}
	if len(ordered) > 0 {
		t := table.NewWriter()
		t.SetStyle(table.StyleLight)
		t.Style().Options.DrawBorder = false
		t.Style().Options.SeparateColumns = false
		t.AppendHeader(table.Row{"severity", "type", "account", "region", "what", "count", "first", "last"})
		for _, f := range ordered {
			t.AppendRow(table.Row{
				picket.Severity(*f.Severity).Label(), Clean(*f.Type), Clean(*f.AccountId), Clean(*f.Region),
				Shorten(Clean(finding.Subject(&f.Finding.Finding)), 48), *f.Service.Count, Stamp(f.First), Stamp(f.Last),
			})
		}
		fmt.Fprintln(out, t.Render())
	}
	return out.Flush()
}

// BySeverity orders findings for people: the worst first, then the latest.
func BySeverity(findings []*finding.Result) []*finding.Result {
	ordered := slices.Clone(findings)
	slices.SortStableFunc(ordered, func(a, b *finding.Result) int {
		return cmp.Or(cmp.Compare(*b.Severity, *a.Severity), cmp.Compare(b.Last, a.Last), cmp.Compare(*a.Id, *b.Id))
	})
	return ordered
}

func explain(out io.Writer, f *finding.Result) {
	fmt.Fprintf(out, "%s  %s\n", picket.Severity(*f.Severity).Label(), *f.Type)
	fmt.Fprintf(out, "  %s\n  %s\n", Clean(*f.Title), Clean(*f.Description))
	fmt.Fprintf(out, "  account %s, %s; count %d, first %s, last %s; id %s\n", Clean(*f.AccountId), Clean(*f.Region),
		*f.Service.Count, Stamp(f.First), Stamp(f.Last), *f.Id)
	if len(f.Signals) > 0 {
		fmt.Fprintf(out, "  signals: %s\n", strings.Join(f.Signals, ", "))
	}
	if len(f.Techniques) > 0 {
		fmt.Fprintf(out, "  ATT&CK: %s\n", strings.Join(f.Techniques, ", "))
	}
	if info := value(f.Service.AdditionalInfo.Value); info != "{}" {
		fmt.Fprintf(out, "  additional information: %s\n", Shorten(Clean(info), 400))
	}
	Crossed(out, f.Evidence)
	Evidence(out, f.Evidence)
	fmt.Fprintln(out)
}

// Crossed writes what a finding's records crossed.
func Crossed(out io.Writer, e picket.Evidence) {
	for _, c := range e.Crossed {
		fmt.Fprintf(out, "  crossed: %s\n", Clean(c.String()))
	}
}

// Evidence writes the records that a finding rests on, each with where it was read; flow records after their columns' names.
func Evidence(out io.Writer, e picket.Evidence) {
	header := ""
	for _, r := range e.Records {
		if r.Header != header {
			header = r.Header
			fmt.Fprintf(out, "    %s\n", Clean(header))
		}
		fmt.Fprintf(out, "    %s  %s @%d\n      %s\n", Stamp(r.Time), Clean(r.Object), r.Offset, Clean(r.Text))
	}
}

// Clean replaces what a terminal may act on: control and format characters, and line breaks.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			return '\ufffd'
		}
		return r
	}, s)
}

// Shorten cuts a text to n characters.
func Shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Stamp writes seconds since the epoch as people read a time, in UTC.
func Stamp(sec int64) string { return time.Unix(sec, 0).UTC().Format("2006-01-02 15:04:05") }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
