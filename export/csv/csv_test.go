package csv

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"picket/finding"
	"picket/guardduty"
)

func TestNeutral(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := neutral(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	f("dana", "dana")
	f("8", "8")
	f("a=b", "a=b")
	f("=cmd()", "'=cmd()")
	f("+1", "'+1")
	f("-1", "'-1")
	f("@SUM(A1)", "'@SUM(A1)")
	f("|calc", "'|calc")
	f("  =1", "'  =1")
	f("\t=1", "'\ufffd=1")
	f("\u200b=1", "'\ufffd=1")
	f("＝1", "'＝1")
	f(`"=1`, `'"=1`)
	f("two\nlines", "two\ufffdlines")
}

func TestWrite(t *testing.T) {
	r := &finding.Result{}
	r.Finding.Finding = guardduty.Finding{
		Id: guardduty.Ptr("1"), Type: guardduty.Ptr("Recon:IAMUser/X"), Severity: guardduty.Ptr(5.0), Title: guardduty.Ptr("=HYPERLINK(\"x\"), \"quoted\""),
		Resource: &guardduty.Resource{AccessKeyDetails: &guardduty.AccessKeyDetails{UserName: guardduty.Ptr("=dana")}},
	}
	var b bytes.Buffer
	if err := Write(&b, []*finding.Result{r}); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(table) != 2 {
		t.Fatalf("%d lines, %v", len(table), err)
	}
	for i, name := range table[0] {
		if cell := table[1][i]; strings.HasPrefix(cell, "=") {
			t.Errorf("%s is a formula: %s", name, cell)
		}
	}
	if got, want := table[1][10], "'=HYPERLINK(\"x\"), \"quoted\""; got != want {
		t.Errorf("title: got %s, want %s", got, want)
	}
}

// FuzzNeutral holds that no cell begins as a formula or holds what a terminal acts on.
func FuzzNeutral(f *testing.F) {
	f.Add(" \u00a0=1+1")
	f.Fuzz(func(t *testing.T, in string) {
		got := neutral(in)
		if strings.IndexAny(got, "=+-@\t\r\n") == 0 {
			t.Errorf("%q became %q", in, got)
		}
	})
}
