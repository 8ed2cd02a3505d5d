package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/event"
	"picket/export/text"
	"picket/finding"
	"picket/scan"
)

// off is a rule that can't fire, and the data it lacks.
type off struct {
	typ   string
	needs []string
}

// begin says what a scan is about to do, so that nobody wonders during it.
func begin(w io.Writer, cfg *scan.Config, notes []string, unarmed []off) {
	var size int64
	for _, o := range cfg.Objects {
		size += o.Size
	}
	fmt.Fprintf(w, "%s, %s; %s\n", plural(len(cfg.Objects), "file"), bytes(size), plural(len(cfg.Rules), "rule"))
	for _, n := range notes {
		fmt.Fprintf(w, "%s\n", text.Clean(n))
	}
	if len(unarmed) == 0 {
		return
	}
	wants := map[string]bool{}
	for _, o := range unarmed {
		for _, need := range o.needs {
			wants[need] = true
		}
	}
	fmt.Fprintf(w, "%s off for want of lists (--intel, --threat): %s\n", plural(len(unarmed), "rule"), strings.Join(slices.Sorted(maps.Keys(wants)), ", "))
}

// end answers "so what": what was read, what was found, what was not readable, what to do next.
func end(w io.Writer, cfg *scan.Config, r *scan.Report) {
	fmt.Fprintln(w)
	seconds := max(r.Duration.Seconds(), 0.001)
	fmt.Fprintf(w, "read      %s, %s (%s unpacked), %s in %s: %s records/s\n", plural(r.Objects, "file"), bytes(r.Stored),
		bytes(r.Bytes), plural(int(r.Total()), "record"), duration(r.Duration), number(int64(float64(r.Total())/seconds)))
	var kinds []string
	for _, k := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		if r.Records[k] > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %s", number(r.Records[k]), k))
		}
	}
	if len(kinds) > 0 {
		fmt.Fprintf(w, "          %s\n", strings.Join(kinds, ", "))
		fmt.Fprintf(w, "          from %s to %s UTC, %s\n", text.Stamp(r.First), text.Stamp(r.Last), manyOf(len(r.Accounts), "account", r.MoreAccounts))
	}
	skipped(w, r)
	found(w, r.Findings)
	trouble(w, r)
	next(w, cfg, r)
}

func skipped(w io.Writer, r *scan.Report) {
	if r.Filtered > 0 {
		fmt.Fprintf(w, "          %s outside --since, --until, --account or --region\n", plural(int(r.Filtered), "record"))
	}
	why := map[string]int{}
	for _, s := range r.Skipped {
		why[s.Reason]++
	}
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintf(w, "          %s skipped: %s\n", plural(why[reason], "file"), text.Clean(reason))
	}
}

func found(w io.Writer, findings []*finding.Result) {
	if len(findings) == 0 {
		fmt.Fprintln(w, "found     nothing")
		return
	}
	counts, days, techniques := map[string]int{}, map[string]int{}, map[string]int{}
	for _, f := range findings {
		counts[picket.Severity(*f.Severity).Label()]++
		days[time.Unix(f.First, 0).UTC().Format(time.DateOnly)]++
		for _, t := range f.Techniques {
			techniques[t]++
		}
	}
	var parts []string
	for _, s := range []string{"Critical", "High", "Medium", "Low"} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	fmt.Fprintf(w, "found     %s: %s\n", plural(len(findings), "finding"), strings.Join(parts, ", "))
	fmt.Fprintf(w, "          busiest days: %s\n", strings.Join(top(days, 3), ", "))
	fmt.Fprintf(w, "          ATT&CK: %s\n", strings.Join(top(techniques, 8), ", "))
}

// top lists the n names counted most, as "name (count)".
func top(counts map[string]int, n int) []string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var out []string
	for _, name := range names[:min(n, len(names))] {
		out = append(out, fmt.Sprintf("%s (%d)", name, counts[name]))
	}
	return out
}

// maxProblems is how many problems are told one by one.
const maxProblems = 20

func trouble(w io.Writer, r *scan.Report) {
	if r.Interrupted {
		fmt.Fprintln(w, "warning   the scan was interrupted; what it had read is reported")
	}
	for i, p := range r.Problems {
		if i == maxProblems {
			fmt.Fprintf(w, "warning   and %d more problems\n", len(r.Problems)-i)
			break
		}
		fmt.Fprintf(w, "warning   %s: %s\n", text.Clean(cmp.Or(p.Object, "scan")), text.Clean(told(p)))
	}
	unnamed(w, "account", r.NoAccount)
	unnamed(w, "region", r.NoRegion)
	for _, l := range limits(r) {
		fmt.Fprintf(w, "warning   %s\n", l)
	}
}

// told says what is wrong with an object: how many records, where, why.
func told(p scan.Problem) string {
	switch p.Count {
	case 0:
		return p.Reason
	case 1:
		return fmt.Sprintf("1 record skipped, at offset %s: %s", number(p.At), p.Reason)
	}
	return fmt.Sprintf("%s skipped, the first at offset %s: %s", plural(int(p.Count), "record"), number(p.At), p.Reason)
}

// limits says what the bounds of memory cost, if anything.
func limits(r *scan.Report) []string {
	var lines []string
	tell := func(n int64, what, cost string) {
		if n > 0 {
			lines = append(lines, plural(int(n), what)+" "+cost)
		}
	}
	tell(r.Bugs, "panic", "of a rule or of Picket itself, each a bug that cost a record or the rest of a file: please report them")
	tell(r.Engine.Late, "record", "came after their window was closed and were not counted")
	lines = append(lines, limitTexts(r.Engine.Limits())...)
	for _, typ := range slices.Sorted(maps.Keys(r.Lost)) {
		tell(r.Lost[typ], "hit", fmt.Sprintf("of %s in further findings, which are not kept: narrow the scan to see them", typ))
	}
	if len(r.Lost) > 0 {
		lines = append(lines, fmt.Sprintf("at most %s findings of a type in an account and region are kept, %s in all",
			number(finding.DefaultKind), number(finding.DefaultTotal)))
	}
	return lines
}

// limitTexts says what engine limits cost that were reached.
func limitTexts(reached map[string]int64) (lines []string) {
	for _, l := range []struct{ name, what, cost string }{
		{"interfaces", "flow record", "not judged: more network interfaces than there is room for"},
		{"conversations", "conversation", "judged early for want of room: counts may be too low"},
		{"windows", "count", "closed early for want of room: they may be too low"},
		{"pending", "record", "judged early for want of room: earlier ones may have come after them"},
		{"seen", "thing", "seen before forgotten for want of room: what is called new may not be"},
		{"facts", "fact", "about accounts forgotten for want of room"},
	} {
		if n := reached[l.name]; n > 0 {
			lines = append(lines, plural(int(n), l.what)+" "+l.cost)
		}
	}
	return lines
}

func unnamed(w io.Writer, what string, n int64) {
	if n > 0 {
		fmt.Fprintf(w, "warning   no %s in %s: their findings say %q; --default-%s names one\n", what, plural(int(n), "record"), scan.Unknown, what)
	}
}

func next(w io.Writer, cfg *scan.Config, r *scan.Report) {
	switch worst := text.BySeverity(r.Findings); {
	case len(r.Findings) == 0:
	case cfg.Evidence:
		fmt.Fprintf(w, "next      picket rules explain '%s'\n", *worst[0].Type)
	default:
		fmt.Fprintf(w, "next      see the records behind a finding: add --type '%s' --explain\n", *worst[0].Type)
	}
}

// manyOf is plural, with more than n where that is so.
func manyOf(n int, noun string, more bool) string {
	if more {
		return "more than " + plural(n, noun)
	}
	return plural(n, noun)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok && !strings.HasSuffix(stem, "a") { // days
		return number(int64(n)) + " " + stem + "ies"
	}
	return number(int64(n)) + " " + noun + "s"
}

// number writes n with commas between thousands.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func bytes(n int64) string {
	f, units := float64(n), []string{"B", "kB", "MB", "GB", "TB"}
	i := 0
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

func duration(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
