package text_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"picket"
	"picket/export/text"
	"picket/finding"
	"picket/guardduty"
)

// TestCellsStayShort holds that what a log says doesn't make the table too wide to read.
func TestCellsStayShort(t *testing.T) {
	long := strings.Repeat("é", 5000)
	f := &finding.Result{}
	f.Finding.Finding = guardduty.Finding{
		Id: &long, Type: guardduty.Ptr("Policy:S3/BucketPublicAccessGranted"), Severity: guardduty.Ptr(8.0),
		AccountId: guardduty.Ptr("111122223333"), Region: guardduty.Ptr("us-east-1"), Title: &long, Description: &long,
		Resource: &guardduty.Resource{
			S3BucketDetails:  []guardduty.S3BucketDetail{{Name: &long}},
			AccessKeyDetails: &guardduty.AccessKeyDetails{UserName: &long},
		},
		Service: &guardduty.Service{
			Action: &guardduty.Action{}, Count: guardduty.Ptr(int32(1)),
			AdditionalInfo: &guardduty.ServiceAdditionalInfo{Value: &long},
		},
	}
	f.First, f.Last = 1767607200, 1767607200
	var b bytes.Buffer
	if err := text.Findings(&b, []*finding.Result{f}, false); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(line); n > 200 {
			t.Errorf("a line of the table has %d letters: %.80s…", n, line)
		}
	}
	if !strings.Contains(b.String(), strings.Repeat("é", 47)+"…") {
		t.Error("the cell does not begin with what the log says, or does not show that there is more")
	}
}

// TestCrossed holds that what a finding's records crossed is said where its records are, and that no log writes to the terminal.
func TestCrossed(t *testing.T) {
	e := picket.Evidence{Crossed: []picket.Crossed{
		{Signal: "Fast", Counted: picket.CountedRecords, From: 1767607200, Within: 600, Limit: 20, Reached: 80, More: true},
		{Signal: "New", Counted: picket.CountedFirstSeen, From: 1767607200, Within: 30 * 86400, Value: "m5\x1b[2J\u202e", Known: 3, LastSeen: 1760000000},
	}}
	var b bytes.Buffer
	text.Crossed(&b, e)
	want := `  crossed: Fast: 80 or more records in the 10 minutes from 2026-01-05 10:00:00 UTC; 20 are enough.
  crossed: New: "m5\x1b[2J\u202e" was seen at 2026-01-05 10:00:00 UTC and not in the 30 days before, last 88 days before; 3 others were known.
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
