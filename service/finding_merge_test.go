package service

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
)

// occurrence is a finding as the pipeline hands it in.
func occurrence(first, last int64, count int32, severity float64, title string) picket.Finding {
	f := picket.Finding{
		Key: "key", First: first, Last: last, Signals: []string{"S " + title}, Techniques: []string{"T " + title},
		AdditionalInfo: map[string]any{"says": title}, UserIdentity: map[string]any{"userName": title},
		Evidence: picket.Evidence{Records: []picket.EvidenceRecord{{Object: "o " + title, Time: last, Text: title}}},
	}
	f.Finding = guardduty.Finding{
		Id: ptr("id " + title), Arn: ptr("arn " + title), AccountId: ptr("111122223333"), Region: ptr("us-east-1"), Type: ptr("A:EC2/B"),
		Title: &title, Severity: &severity, CreatedAt: ptr("created " + title), UpdatedAt: ptr("updated " + title),
		Resource: &guardduty.Resource{ResourceType: ptr("Instance")},
		Service: &guardduty.Service{
			Count: &count, DetectorId: ptr("detector " + title), EventFirstSeen: ptr(timeText(first * 1000)), EventLastSeen: ptr(timeText(last * 1000)),
			Detection: &guardduty.Detection{Sequence: &guardduty.Sequence{Signals: []guardduty.Signal{{
				Name: ptr("both"), Count: &count, FirstSeenAt: guardduty.NewTimestamp(time.Unix(first, 0)), LastSeenAt: guardduty.NewTimestamp(time.Unix(last, 0)),
			}, {Name: ptr("only " + title), Count: &count}}}},
		},
	}
	return f
}

func TestMergedKeepsTheIdentityAndTheLatestDetails(t *testing.T) {
	f := func(old, later picket.Finding, details string) {
		t.Helper()
		m := merged(old, later, 5000)
		got := []any{
			*m.Id, *m.Arn, *m.CreatedAt, *m.UpdatedAt, *m.Service.DetectorId, *m.Title, m.AdditionalInfo["says"], m.UserIdentity["userName"],
			*m.Severity, *m.Service.Count, m.First, m.Last, *m.Service.EventFirstSeen, *m.Service.EventLastSeen, m.Signals, m.Techniques,
		}
		want := []any{
			"id old", "arn old", "created old", "1970-01-01T00:00:05.000Z", "detector old", details, details, details,
			8.0, int32(7), int64(10), int64(40), "1970-01-01T00:00:10.000Z", "1970-01-01T00:00:40.000Z",
			[]string{"S new", "S old"},
			[]string{"T new", "T old"},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		s := m.Service.Detection.Sequence.Signals
		if len(s) != 3 || *s[0].Name != "both" || *s[0].Count != 7 || s[0].FirstSeenAt.Unix() != 10 || s[0].LastSeenAt.Unix() != 40 ||
			*s[1].Name != "only new" || *s[2].Name != "only old" {
			t.Errorf("signals: %+v", s)
		}
	}
	f(occurrence(20, 30, 3, 8, "old"), occurrence(10, 40, 4, 5, "new"), "new")
	f(occurrence(10, 40, 3, 8, "old"), occurrence(20, 30, 4, 5, "new"), "old") // a log that came late
	f(occurrence(20, 40, 3, 5, "old"), occurrence(10, 40, 4, 8, "new"), "new")
}

func TestMergedLeavesItsArgumentsAlone(t *testing.T) {
	old, later := occurrence(20, 30, 3, 8, "old"), occurrence(10, 40, 4, 5, "new")
	merged(old, later, 5000)
	merged(later, old, 5000)
	if d := cmp.Diff(occurrence(20, 30, 3, 8, "old"), old); d != "" {
		t.Errorf("the stored finding changed: %s", d)
	}
	if d := cmp.Diff(occurrence(10, 40, 4, 5, "new"), later); d != "" {
		t.Errorf("the occurrence changed: %s", d)
	}
}

func TestCountStopsAtTheLargest(t *testing.T) {
	m := merged(occurrence(1, 2, 2_000_000_000, 8, "old"), occurrence(3, 4, 2_000_000_000, 8, "new"), 0)
	if *m.Service.Count != 2_147_483_647 {
		t.Errorf("got %d", *m.Service.Count)
	}
}

func TestMergedRecordsAreTheEnds(t *testing.T) {
	record := func(sec int64, text string) picket.EvidenceRecord {
		return picket.EvidenceRecord{Object: "log", Offset: sec, Time: sec, Text: text}
	}
	var a, b []picket.EvidenceRecord
	for i := range int64(30) {
		a = append(a, record(2*i, "even"))
		b = append(b, record(2*i+1, "odd"), record(2*i, "even"))
	}
	got := mergedRecords(a, b)
	if len(got) != 20 {
		t.Fatalf("%d records", len(got))
	}
	for i, r := range got {
		want := int64(i)
		if i >= 10 {
			want = int64(40 + i)
		}
		if r.Time != want {
			t.Errorf("record %d is of %d, want %d", i, r.Time, want)
		}
	}
	big := strings.Repeat("x", 100<<10)
	got = mergedRecords([]picket.EvidenceRecord{record(1, big), record(2, big)}, []picket.EvidenceRecord{record(3, big)})
	if len(got) != 2 || got[0].Time != 1 {
		t.Errorf("%d records of 100 KiB", len(got))
	}
}

func TestMergedKeepsWhatEachSignalCrossedLast(t *testing.T) {
	crossed := func(signal string, from int64, reached uint64) picket.Crossed {
		return picket.Crossed{Signal: signal, Counted: picket.CountedRecords, From: from, Reached: reached}
	}
	with := func(first, last int64, c ...picket.Crossed) picket.Finding {
		f := occurrence(first, last, 1, 8, "")
		f.Evidence.Crossed = c
		return f
	}
	old := with(1, 9, crossed("logins", 3600, 5), crossed("scans", 7200, 9))
	for _, last := range []int64{5, 20} {
		got := merged(old, with(2, last, crossed("calls", 0, 2), crossed("logins", 3600, 7), crossed("scans", 0, 99)), 0).Evidence.Crossed
		want := []picket.Crossed{crossed("calls", 0, 2), crossed("logins", 3600, 7), crossed("scans", 7200, 9)}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("last seen at %d (-want +got):\n%s", last, d)
		}
	}
}

// TestOrderOfOccurrencesMattersNot merges the same occurrences in two orders.
func TestOrderOfOccurrencesMattersNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.Permutation([]int64{1, 2, 3, 4, 5, 6}).Draw(t, "last events")
		build := func(order []int64) picket.Finding {
			m := occurrence(100, 0, 0, 1, "")
			for _, last := range order {
				m = merged(m, occurrence(last-1, last, int32(last), float64(last%4+1), string(rune('a'+last))), 0)
			}
			return m
		}
		if d := cmp.Diff(build([]int64{1, 2, 3, 4, 5, 6}), build(times)); d != "" {
			t.Fatalf("in the order %v: %s", times, d)
		}
	})
}
