// Package html writes the report of a scan as one page for browsers. The page needs nothing but itself: it names no
// address that a browser would ask, and its policy forbids every script and style but the two it carries. What comes from
// logs is text to it, never markup, and characters that hide or reorder text are written as their code points.
package html

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"

	"picket/finding"
)

// Report is what the page tells.
type Report struct {
	Inputs      []string // what was scanned, as people named it
	Facts       []Fact   // on what was scanned and how, in the order shown
	Warnings    []string // what went wrong, the worst first
	First, Last int64    // event times of the records, seconds since the epoch; 0 without records
	Findings    []*finding.Result
	Page        func(typ string) string // the page on a finding type, in Markdown; "" if there is none
}

// Fact is a name, what it is, and what more there is to say.
type Fact struct {
	Name, Value string
	More        []string
}

// What a page holds at most, so that a browser still opens it.
const (
	maxFindings      = 10_000
	maxWarnings      = 500
	maxEvidence      = 24 << 20 // bytes of evidence on the page
	minEvidenceShare = 2 << 10  // of one finding
	maxEvidenceShare = 64 << 10
)

//go:embed report.tmpl
var markup string

//go:embed report.css
var style string

//go:embed report.js
var script string

// Write writes the page.
func Write(w io.Writer, r *Report) error {
	page, err := template.New("report").Parse(markup)
	if err != nil {
		return fmt.Errorf("parse the template of the report: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := page.Execute(visible{out}, newView(r)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return out.Flush()
}

// view is what the template reads.
type view struct {
	*Report
	Style          template.CSS
	Script         template.JS
	Policy         string
	Shown          []*row // the worst findings
	Severities     []severityCount
	Timeline       *timeline
	Charts         []chart
	Accounts       []string // that have findings, for the filter
	HiddenWarnings int
}

type severityCount struct {
	Label string
	Count int
}

func newView(r *Report) *view {
	v := &view{
		Report: r, Style: template.CSS(style), Script: template.JS(script), Policy: policy(),
		Timeline: newTimeline(r), Charts: charts(r.Findings),
	}
	counts := countSeverities(r.Findings)
	for i, label := range severities {
		v.Severities = append(v.Severities, severityCount{label, counts[i]})
	}
	v.HiddenWarnings = max(0, len(r.Warnings)-maxWarnings)
	worst := bySeverity(r.Findings)
	worst = worst[:min(len(worst), maxFindings)]
	share := min(max(maxEvidence/max(len(worst), 1), minEvidenceShare), maxEvidenceShare)
	pages := map[string][]block{}
	for _, f := range worst {
		explanation, ok := pages[*f.Type]
		if !ok && r.Page != nil {
			explanation = explain(r.Page(*f.Type))
			pages[*f.Type] = explanation
		}
		v.Shown = append(v.Shown, &row{Result: f, Explanation: explanation, share: share})
		v.Accounts = append(v.Accounts, *f.AccountId)
	}
	slices.Sort(v.Accounts)
	v.Accounts = slices.Compact(v.Accounts)
	return v
}

// ShownWarnings are the warnings that the page holds.
func (v *view) ShownWarnings() []string { return v.Warnings[:len(v.Warnings)-v.HiddenWarnings] }

// Omitted is how many findings the page leaves out.
func (v *view) Omitted() int { return len(v.Findings) - len(v.Shown) }

// policy is the Content-Security-Policy of the page.
func policy() string {
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// bySeverity orders findings for people: the worst first, then the latest.
func bySeverity(findings []*finding.Result) []*finding.Result {
	return slices.SortedStableFunc(slices.Values(findings), func(a, b *finding.Result) int {
		return cmp.Or(cmp.Compare(*b.Severity, *a.Severity), cmp.Compare(b.Last, a.Last), cmp.Compare(*a.Id, *b.Id))
	})
}
