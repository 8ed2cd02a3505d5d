package html

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/finding"
)

func TestExplain(t *testing.T) {
	f := func(page string, want ...block) {
		t.Helper()
		if diff := cmp.Diff(want, explain(page)); diff != "" {
			t.Errorf("%q:\n%s", page, diff)
		}
	}
	text := func(s ...span) block { return block{Items: [][]span{s}} }
	f("")
	f("# Title")
	f("# T\n\nTwo\nlines.", text(span{Text: "Two lines."}))
	f("a **b** `c` d", text(span{Text: "a "}, span{Text: "b", Strong: true}, span{Text: " "}, span{Text: "c", Code: true}, span{Text: " d"}))
	f("`**` **`**", text(span{Text: "**", Code: true}, span{Text: " "}, span{Text: "`", Strong: true}))
	f("an open ` mark", text(span{Text: "an open ` mark"}))
	f("- one\n  more\n- two", block{List: true, Items: [][]span{{{Text: "one more"}}, {{Text: "two"}}}})
	f("## Head\n\nThis:\n\nThat:\n\n```dns fires X\n{}\n```\n\nMore.", block{Heading: true, Items: [][]span{{{Text: "Head"}}}}, text(span{Text: "This:"}))
	f("It ends:", text(span{Text: "It ends:"}))
	f("```\nx\n```")
}

func TestReveal(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string(reveal([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	f("plain, ünïcode, 漢字 🙂\n\t", "plain, ünïcode, 漢字 🙂\n\t")
	f("a\u202eb", `a\u202eb`)
	f("\r\x00\x1b", `\u000d\u0000\u001b`)
	f("\u00a0\u3000\u2028\u3164", `\u00a0\u3000\u2028\u3164`)
	f("\xff\xfe", "\ufffd\ufffd")
	const tag = "\U000e0041"
	var back string
	if err := json.Unmarshal([]byte(`"`+string(reveal([]byte(tag)))+`"`), &back); err != nil || back != tag {
		t.Errorf("%q as JSON: %q, %v", tag, back, err)
	}
}

func TestWords(t *testing.T) {
	f := func(typ string, want ...string) {
		t.Helper()
		if got := words(typ); !cmp.Equal(got, want) {
			t.Errorf("%q: %q", typ, got)
		}
	}
	f("Trojan:EC2/DGADomainRequest.C!DNS", "Trojan:EC2/", "DGADomain", "Request.", "C!", "DNS")
	f("Ünder", "Ünder")
	f("", "")
}

func TestTimeline(t *testing.T) {
	f := func(first, last int64, at []int64, unit string, columns, most int) {
		t.Helper()
		r := &Report{First: first, Last: last}
		for i, sec := range at {
			x := sample(i)
			x.First = sec
			r.Findings = append(r.Findings, x)
		}
		line := newTimeline(r)
		if line.Unit != unit || line.Width != 10*columns || line.Most != most {
			t.Errorf("%d to %d: %d columns of %s, most %d; want %d of %s, %d", first, last, line.Width/10, line.Unit, line.Most, columns, unit, most)
		}
	}
	const day = 86400
	f(0, 0, []int64{100}, "hour", 1, 1)
	f(1, day-1, []int64{100, 200, 4000}, "hour", 24, 2)
	f(1, 10*day-1, []int64{100, 200}, "6 hours", 40, 2)
	f(1, 90*day-1, []int64{100}, "day", 90, 1)
	f(1, 700*day-1, []int64{100}, "week", 100, 1)
	f(1, 3000*day-1, []int64{100}, "30 days", 100, 1)
	f(1, 253402300799, []int64{-62135596800}, "609 × 30 days", 200, 1)
	if newTimeline(&Report{First: 1, Last: 2}) != nil {
		t.Error("a timeline without findings")
	}
}

func TestSegments(t *testing.T) {
	n := tally{1, 0, 3, 0}
	want := []segment{{"Medium", 0, 30}, {"Critical", 30, 10}}
	if diff := cmp.Diff(want, n.segments(10)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]segment{{"Medium", 70, 30}, {"Critical", 60, 10}}, upwards(n.segments(10))); diff != "" {
		t.Error(diff)
	}
	if got := n.String(); got != "1 Critical, 3 Medium" {
		t.Error(got)
	}
}

func TestCharts(t *testing.T) {
	all := samples(30)
	for i, f := range all {
		account := string(rune('a' + i%15))
		f.AccountId = &account
	}
	c := charts(append(all, sample(0)))[1]
	if c.Title != "Accounts" || len(c.Bars) != maxBars || c.More != 4 || c.Bars[0].Count != 2 || c.Bars[0].Name != "a" {
		t.Errorf("%d bars, %d more, first %+v", len(c.Bars), c.More, c.Bars[0])
	}
	none := charts([]*finding.Result{})
	if len(none[0].Bars) != 0 {
		t.Errorf("bars of nothing: %v", none)
	}
}

func TestRecords(t *testing.T) {
	header := "version srcaddr"
	all := []picket.EvidenceRecord{
		{Object: "f", Header: header, Text: "2 10.0.0.1"},
		{Object: "f", Header: header, Text: "2 10.0.0.2", Offset: 11},
		{Object: "f", Header: header, Text: "too many fields"},
		{Object: "d", Text: `{"query_name":"x.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.9"}`},
	}
	r := newRecords(all, 1000)
	if r.Shown != 4 || r.Kept != 4 || r.Cut || len(r.Groups) != 3 {
		t.Fatalf("%+v", r)
	}
	if diff := cmp.Diff([]flowRow{{"1970-01-01 00:00:00", "f @0", []string{"2", "10.0.0.1"}}, {"1970-01-01 00:00:00", "f @11", []string{"2", "10.0.0.2"}}}, r.Groups[0].Rows); diff != "" {
		t.Error(diff)
	}
	if got := r.Groups[1].JSON; got == nil || got.Text != "too many fields" {
		t.Errorf("a record that does not fit its header: %+v", got)
	}
	if got := r.Groups[2].JSON; got.Summary != "x.example. A NOERROR 10.0.0.9" || !strings.Contains(got.Text, "\n  \"query_type\": \"A\"") {
		t.Errorf("%+v", got)
	}
	if r := newRecords(all, 12); r.Shown != 1 {
		t.Errorf("%d records in 12 bytes", r.Shown)
	}
	if r := newRecords(all, 4); r.Shown != 1 || !r.Cut || r.Groups[0].JSON.Text != "2 10" {
		t.Errorf("the first record in 4 bytes: %+v", r)
	}
}
