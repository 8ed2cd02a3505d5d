package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/finding"
	"picket/rule"
)

// severities are the bands, the worst first.
var severities = [...]string{"Critical", "High", "Medium", "Low"}

// tally counts findings by severity, in the order of severities.
type tally [len(severities)]int

func (t *tally) add(f *finding.Result) {
	t[slices.Index(severities[:], picket.Severity(*f.Severity).Label())]++
}

func (t *tally) total() int {
	n := 0
	for _, k := range t {
		n += k
	}
	return n
}

// String says the counts: "2 High, 1 Low".
func (t *tally) String() string {
	var parts []string
	for i, n := range t {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severities[i]))
		}
	}
	return strings.Join(parts, ", ")
}

func countSeverities(findings []*finding.Result) *tally {
	t := &tally{}
	for _, f := range findings {
		t.add(f)
	}
	return t
}

// segment is a part of a bar, in units of its picture.
type segment struct {
	Severity   string
	At, Length float64
}

// segments lays the parts of t end to end, scale units a finding; what is there is seen, however small.
func (t *tally) segments(scale float64) []segment {
	var out []segment
	at := 0.0
	for i := len(t) - 1; i >= 0; i-- {
		if t[i] > 0 {
			length := max(float64(t[i])*scale, 0.6)
			out = append(out, segment{severities[i], at, length})
			at += length
		}
	}
	return out
}

// timeline is the findings by the time of their first record.
type timeline struct {
	Unit              string // what a bar spans: "hour"
	Most              int    // findings in the highest bar
	Columns           []column
	Width             int
	From, Middle, End string
}

// column is one bar of the timeline. Its picture is 100 high, and each column 10 wide.
type column struct {
	X        int
	Title    string
	Segments []segment
}

// units are what a bar may stand for; the first that gives a readable number of bars does.
var units = [...]struct {
	name    string
	seconds int64
	layout  string
}{
	{"hour", 3600, "2006-01-02 15:04"},
	{"6 hours", 6 * 3600, "2006-01-02 15:04"},
	{"day", 86400, time.DateOnly},
	{"week", 7 * 86400, time.DateOnly},
	{"30 days", 30 * 86400, time.DateOnly},
}

const maxColumns = 100

// newTimeline returns nil where there is nothing to draw.
func newTimeline(r *Report) *timeline {
	if len(r.Findings) == 0 {
		return nil
	}
	first, last := r.Findings[0].First, r.Findings[0].First
	for _, f := range r.Findings {
		first, last = min(first, f.First), max(last, f.First)
	}
	if r.First != 0 {
		first, last = min(first, r.First), max(last, r.Last)
	}
	unit := units[len(units)-1]
	for _, u := range units {
		if (last-first)/u.seconds < maxColumns {
			unit = u
			break
		}
	}
	start := first / unit.seconds
	n := last/unit.seconds - start + 1
	// A log with one time far off still gets a picture of at most twice as many bars.
	width := (n + 2*maxColumns - 1) / (2 * maxColumns)
	columns := make([]tally, (n+width-1)/width)
	for _, f := range r.Findings {
		columns[(f.First/unit.seconds-start)/width].add(f)
	}
	t := &timeline{Unit: unit.name, Width: 10 * len(columns)}
	if width > 1 {
		t.Unit = fmt.Sprintf("%d × %s", width, unit.name)
	}
	for i := range columns {
		t.Most = max(t.Most, columns[i].total())
	}
	label := func(i int) string {
		return time.Unix((start+int64(i)*width)*unit.seconds, 0).UTC().Format(unit.layout)
	}
	for i := range columns {
		if n := &columns[i]; n.total() > 0 {
			t.Columns = append(t.Columns, column{10 * i, label(i) + ": " + n.String(), upwards(n.segments(100 / float64(t.Most)))})
		}
	}
	t.From, t.Middle, t.End = label(0), label(len(columns)/2), label(len(columns)-1)
	return t
}

// upwards turns lengths from the left into heights from the ground of a picture 100 high.
func upwards(segments []segment) []segment {
	for i := range segments {
		segments[i].At = 100 - segments[i].At - segments[i].Length
	}
	return segments
}

// chart is a list of bars.
type chart struct {
	Title string
	Bars  []bar
	More  int // names without a bar
}

// bar is a name and its findings. Its picture is 100 wide.
type bar struct {
	Name, Note string // the filter looks for Name
	Count      int
	Title      string
	Segments   []segment
}

// Words are the parts of the name between which it may be broken over lines.
func (b bar) Words() []string { return words(b.Name) }

const maxBars = 12

func charts(findings []*finding.Result) []chart {
	types, accounts, techniques := map[string]*tally{}, map[string]*tally{}, map[string]*tally{}
	count := func(m map[string]*tally, name string, f *finding.Result) {
		if m[name] == nil {
			m[name] = &tally{}
		}
		m[name].add(f)
	}
	for _, f := range findings {
		count(types, *f.Type, f)
		count(accounts, *f.AccountId, f)
		for _, t := range f.Techniques {
			count(techniques, t, f)
		}
	}
	return []chart{newChart("Finding types", types), newChart("Accounts", accounts), newChart("ATT&CK techniques", techniques)}
}

func newChart(title string, counts map[string]*tally) chart {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b].total(), counts[a].total()), slices.Compare(counts[b][:], counts[a][:]), cmp.Compare(a, b))
	})
	c := chart{Title: title, More: max(0, len(names)-maxBars)}
	for _, name := range names[:min(len(names), maxBars)] {
		n := counts[name]
		scale := 100 / float64(counts[names[0]].total())
		c.Bars = append(c.Bars, bar{name, rule.TechniqueName(name), n.total(), n.String(), n.segments(scale)})
	}
	return c
}
