package scan_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"picket/event"
	"picket/rule"
	"picket/scan"
)

// callBy is a call as CloudTrail logs it.
func callBy(user string) string {
	return `{"eventVersion":"1.08","eventTime":"2026-01-05T10:00:00Z","eventSource":"s.amazonaws.com","eventName":"Get","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","principalId":"` + user + `"}}`
}

func object(name string, open func() io.Reader) scan.Object {
	return scan.Object{Name: name, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(open()), nil }}
}

// TestPanic holds that a mistake of ours, or of a rule, costs the record or the rest of the object that it is met with, and is
// told with its place.
func TestPanic(t *testing.T) {
	broken := func(e *event.CloudTrail, _ *rule.Env) bool {
		if strings.Contains(e.Raw, "BAD") {
			panic("oops")
		}
		return true
	}
	text := callBy("A") + "\n" + callBy("BAD1") + "\n" + callBy("BAD2") + "\n" + callBy("C") + "\n"
	f := func(r *rule.CloudTrail) {
		t.Helper()
		r.Type, r.On = "Test:IAMUser/Broken", rule.Calls("s.amazonaws.com", "Get")
		report := scan.Run(t.Context(), scan.Config{Rules: []rule.Any{r}, Objects: []scan.Object{
			object("first", func() io.Reader { return strings.NewReader(callBy("X")) }),
			object("second", func() io.Reader { return strings.NewReader(text) }),
		}}, &scan.Progress{})
		if len(report.Findings) != 3 || report.Total() != 5 || report.Bugs != 2 || len(report.Problems) != 1 {
			t.Fatalf("got %d findings, %d records, %d bugs, problems %+v; want 3, 5, 2 and one", len(report.Findings), report.Total(), report.Bugs, report.Problems)
		}
		if p := report.Problems[0]; p.Object != "second" || p.Count != 2 || p.At != int64(len(callBy("A"))+1) || !strings.HasPrefix(p.Reason, "BUG: oops, at scan_test.TestPanic") {
			t.Errorf("got %+v", p)
		}
	}
	f(&rule.CloudTrail{Where: broken})
	f(&rule.CloudTrail{Given: broken})
}

// TestPanicOfAnObject holds that an object whose reading panics ends there, and the others are read.
func TestPanicOfAnObject(t *testing.T) {
	objects := []scan.Object{
		object("a", func() io.Reader { panic("oops") }),
		object("b", func() io.Reader {
			return io.MultiReader(strings.NewReader(callBy("A")+callBy("B")+strings.Repeat(" ", 1<<20)), broken{})
		}),
		object("c", func() io.Reader { return strings.NewReader(callBy("C")) }),
	}
	r := scan.Run(t.Context(), scan.Config{Objects: objects, Workers: 1}, &scan.Progress{})
	if r.Objects != 3 || r.Total() != 3 || r.Bugs != 2 || len(r.Problems) != 2 {
		t.Fatalf("got %d objects, %d records, %d bugs, problems %+v", r.Objects, r.Total(), r.Bugs, r.Problems)
	}
	for i, want := range []string{"a: given up after offset 0: BUG: oops, at ", fmt.Sprintf("b: given up after offset %d: BUG: oops, at ", len(callBy("A")))} {
		if p := r.Problems[i]; !strings.HasPrefix(p.Object+": "+p.Reason, want) {
			t.Errorf("got %+v, want %s", p, want)
		}
	}
}

// broken is a reader that panics.
type broken struct{}

// Read implements io.Reader.
func (broken) Read([]byte) (int, error) { panic("oops") }
