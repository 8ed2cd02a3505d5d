// Package text writes findings and the beginning and end of a scan for people at a terminal. What comes from logs is written
// without control characters: whoever attacks you writes parts of your logs.
package text

import (
	"bufio"
	"fmt"
	"io"
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
	ordered := bySeverity(findings)
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
				picket.Severity(*f.Severity).Label(), clean(*f.Type), clean(*f.AccountId), clean(*f.Region),
				shorten(clean(Subject(f)), 48), *f.Service.Count, stamp(f.First), stamp(f.Last),
			})
		}
		fmt.Fprintln(out, t.Render())
	}
	return out.Flush()
}

// Subject says what a finding is about, in a few words: the user and bucket, or the instance.
func Subject(f *finding.Result) string {
	var parts []string
	if r := f.Resource; r != nil {
		for _, b := range r.S3BucketDetails {
			parts = append(parts, value(b.Name))
		}
		if i := r.InstanceDetails; i != nil {
			id := value(i.InstanceId)
			if id == "" && len(i.NetworkInterfaces) > 0 {
				id = or(value(i.NetworkInterfaces[0].NetworkInterfaceId), value(i.NetworkInterfaces[0].PrivateIpAddress))
			}
			parts = append(parts, id)
		}
		if k := r.AccessKeyDetails; k != nil {
			parts = append(parts, value(k.UserName))
		}
	}
	if d := f.Service.Action.DnsRequestAction; d != nil {
		parts = append(parts, value(d.DomainWithSuffix))
	}
	return strings.Join(parts, " ")
}

func explain(out io.Writer, f *finding.Result) {
	fmt.Fprintf(out, "%s  %s\n", picket.Severity(*f.Severity).Label(), *f.Type)
	fmt.Fprintf(out, "  %s\n  %s\n", clean(*f.Title), clean(*f.Description))
	fmt.Fprintf(out, "  account %s, %s; count %d, first %s, last %s; id %s\n", clean(*f.AccountId), clean(*f.Region),
		*f.Service.Count, stamp(f.First), stamp(f.Last), *f.Id)
	if len(f.Signals) > 0 {
		fmt.Fprintf(out, "  signals: %s\n", strings.Join(f.Signals, ", "))
	}
	if len(f.Techniques) > 0 {
		fmt.Fprintf(out, "  ATT&CK: %s\n", strings.Join(f.Techniques, ", "))
	}
	if info := value(f.Service.AdditionalInfo.Value); info != "{}" {
		fmt.Fprintf(out, "  additional information: %s\n", shorten(clean(info), 400))
	}
	header := ""
	for _, e := range f.Evidence.Records {
		if e.Header != header {
			header = e.Header
			fmt.Fprintf(out, "    %s\n", clean(header))
		}
		fmt.Fprintf(out, "    %s  %s @%d\n      %s\n", stamp(e.Time), clean(e.Object), e.Offset, clean(e.Text))
	}
	fmt.Fprintln(out)
}

// clean replaces what a terminal may act on: control and format characters, and line breaks.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			return '\ufffd'
		}
		return r
	}, s)
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func stamp(sec int64) string { return time.Unix(sec, 0).UTC().Format("2006-01-02 15:04:05") }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
