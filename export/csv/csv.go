// Package csv writes findings as a table for spreadsheets. A cell in which a spreadsheet would see a formula begins with an
// apostrophe, because whoever attacks you writes parts of your logs; control and format characters are shown as U+FFFD.
package csv

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"picket"
	"picket/finding"
)

var columns = []string{
	"severity", "label", "type", "account", "region", "what", "count", "first seen", "last seen", "remote address", "title",
	"description", "techniques", "id", "arn",
}

// Write writes a line with the names of the columns, and one for each finding.
func Write(w io.Writer, findings []*finding.Result) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for _, f := range findings {
		cells := row(&f.Finding)
		for i, c := range cells {
			cells[i] = neutral(c)
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func row(f *picket.Finding) []string {
	severity := value(f.Severity)
	count := int32(0)
	if f.Service != nil {
		count = value(f.Service.Count)
	}
	return []string{
		fmt.Sprint(severity), picket.Severity(severity).Label(), value(f.Type), value(f.AccountId), value(f.Region), finding.Subject(&f.Finding),
		fmt.Sprint(count), clock(f.First), clock(f.Last), remote(f), value(f.Title), value(f.Description), strings.Join(f.Techniques, " "), value(f.Id), value(f.Arn),
	}
}

// remote is the other side's address, if there is one.
func remote(f *picket.Finding) string {
	if f.Service == nil || f.Service.Action == nil {
		return ""
	}
	a := f.Service.Action
	switch {
	case a.AwsApiCallAction != nil && a.AwsApiCallAction.RemoteIpDetails != nil:
		return cmp.Or(value(a.AwsApiCallAction.RemoteIpDetails.IpAddressV4), value(a.AwsApiCallAction.RemoteIpDetails.IpAddressV6))
	case a.NetworkConnectionAction != nil && a.NetworkConnectionAction.RemoteIpDetails != nil:
		return cmp.Or(value(a.NetworkConnectionAction.RemoteIpDetails.IpAddressV4), value(a.NetworkConnectionAction.RemoteIpDetails.IpAddressV6))
	}
	return ""
}

// neutral makes of a cell one that is text to every spreadsheet. Some look behind spaces, quotes or separators for what
// begins a formula.
func neutral(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return unicode.ReplacementChar
		}
		return r
	}, cell)
	if first := strings.TrimLeft(cell, " \u00a0\u3000\ufffd\"',;"); first != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(first)[0]) {
		return "'" + cell
	}
	return cell
}

func clock(sec int64) string { return time.Unix(sec, 0).UTC().Format("2006-01-02 15:04:05") }

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
