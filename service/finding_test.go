package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// hit is what a rule found: type and key tell findings apart.
func hit(account, typ, key string, sec int64) picket.Finding {
	f := picket.Finding{Key: key, First: sec, Last: sec, AdditionalInfo: map[string]any{"inBytes": 10}}
	f.Finding = guardduty.Finding{
		Type: &typ, SchemaVersion: guardduty.Ptr("2.0"), AccountId: &account, Region: guardduty.Ptr(region), Severity: guardduty.Ptr(5.0), Title: guardduty.Ptr("title " + key),
		Resource: &guardduty.Resource{
			ResourceType: guardduty.Ptr("Instance"), InstanceDetails: &guardduty.InstanceDetails{InstanceId: guardduty.Ptr("i-" + key)},
		},
		Service: &guardduty.Service{Count: guardduty.Ptr(int32(1))},
	}
	return f
}

// records has findings of an account taken in.
func (w *world) records(c picket.Caller, found ...picket.Finding) {
	w.t.Helper()
	w.ok(w.Record(context.Background(), c.Account, c.Region, found))
}

// list returns the ids that an account sees, in pages.
func (w *world) list(c picket.Caller, criteria string, sort *guardduty.SortCriteria, page int32) []string {
	w.t.Helper()
	ids := []string{}
	in := &guardduty.ListFindingsRequest{DetectorId: w.detector(c), FindingCriteria: criterion(criteria), SortCriteria: sort, MaxResults: &page}
	for {
		out, err := w.ListFindings(context.Background(), c, in)
		w.ok(err)
		if len(out.FindingIds) > int(page) {
			w.t.Fatalf("a page of %d has %d ids", page, len(out.FindingIds))
		}
		ids = append(ids, out.FindingIds...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return ids
		}
		if len(ids) > 5000 {
			w.t.Fatal("the pages never end")
		}
	}
}

// sees returns the findings that an account sees, by title.
func (w *world) sees(c picket.Caller, criteria string) map[string]guardduty.Finding {
	w.t.Helper()
	found := map[string]guardduty.Finding{}
	for ids := range slices.Chunk(w.list(c, criteria, nil, 50), 50) {
		out, err := w.GetFindings(context.Background(), c, &guardduty.GetFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
		w.ok(err)
		for _, f := range out.Findings {
			found[*f.Title] = f
		}
	}
	return found
}

func titles(found map[string]guardduty.Finding) string {
	var all []string
	for t := range found {
		all = append(all, strings.TrimPrefix(t, "title "))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func (w *world) archive(c picket.Caller, ids ...string) error {
	_, err := w.ArchiveFindings(context.Background(), c, &guardduty.ArchiveFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
	return err
}

func (w *world) unarchive(c picket.Caller, ids ...string) error {
	_, err := w.UnarchiveFindings(context.Background(), c, &guardduty.UnarchiveFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
	return err
}

// join makes a member of an administrator's.
func (w *world) join(admin, member picket.Caller) {
	w.t.Helper()
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.ok(w.accept(member, admin))
}

const ssh, scan = "UnauthorizedAccess:EC2/SSHBruteForce", "Recon:EC2/Portscan"

func TestOccurrencesAreOneFinding(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	d := w.enable(a)
	w.records(a, hit(a.Account, ssh, "x", 100))
	first := w.sees(a, `{}`)["title x"]
	w.records(a, hit(a.Account, ssh, "x", 90), hit(a.Account, scan, "x", 95), hit(a.Account, scan, "x", 96), hit(a.Account, ssh, "x", 120))
	if n := len(w.list(a, `{}`, nil, 50)); n != 2 {
		t.Errorf("%d findings, want one of each type", n)
	}
	all := w.sees(a, `{"type":{"equals":["`+ssh+`"]}}`)
	second := all["title x"]
	if len(all) != 1 || *second.Id != *first.Id || *second.Service.Count != 3 {
		t.Errorf("got %d findings, %s counts %d", len(all), *second.Id, *second.Service.Count)
	}
	if *second.CreatedAt != *first.CreatedAt || *second.UpdatedAt <= *first.UpdatedAt {
		t.Errorf("created %s then %s, updated %s then %s", *first.CreatedAt, *second.CreatedAt, *first.UpdatedAt, *second.UpdatedAt)
	}
	if got := *second.Service.EventFirstSeen + *second.Service.EventLastSeen; got != "1970-01-01T00:01:30.000Z1970-01-01T00:02:00.000Z" {
		t.Errorf("seen %s", got)
	}
	if want := "arn:aws:guardduty:us-east-1:111122223333:detector/" + *d + "/finding/" + *second.Id; *second.Arn != want || *second.Service.DetectorId != *d {
		t.Errorf("arn %s, want %s", *second.Arn, want)
	}
}

func TestOnlyAnEnabledDetectorRecords(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.records(a, hit(a.Account, ssh, "off", 100))
	w.enable(a)
	w.ok(w.monitorSelf(a, false))
	w.records(a, hit(a.Account, ssh, "suspended", 100))
	w.ok(w.monitorSelf(a, true))
	w.records(a, hit(a.Account, ssh, "on", 100))
	if got := titles(w.sees(a, `{}`)); got != "on" {
		t.Errorf("recorded %q", got)
	}
}

func TestBatchesOfAnySize(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	var batch []picket.Finding
	for i := range 1201 {
		batch = append(batch, hit(a.Account, ssh, fmt.Sprintf("%04d", i%601), int64(i)))
	}
	w.records(a, batch...)
	w.records(a)
	found := w.sees(a, `{}`)
	if len(found) != 601 {
		t.Errorf("%d findings", len(found))
	}
	if one, two := *found["title 0600"].Service.Count, *found["title 0000"].Service.Count; one != 1 || two != 2 {
		t.Errorf("counts %d and %d", one, two)
	}
}

func TestListFindings(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	ids := map[string]string{}
	for i, key := range []string{"c", "a", "e", "b", "d"} {
		f := hit(a.Account, ssh, key, int64(100+i))
		f.Severity = guardduty.Ptr(float64(i + 2))
		w.records(a, f)
	}
	for title, f := range w.sees(a, `{}`) {
		ids[*f.Id] = strings.TrimPrefix(title, "title ")
	}
	f := func(criteria string, sort *guardduty.SortCriteria, want string) {
		t.Helper()
		for _, page := range []int32{50, 2, 1} {
			var got []string
			for _, id := range w.list(a, criteria, sort, page) {
				got = append(got, ids[id])
			}
			if strings.Join(got, "") != want {
				t.Errorf("%s in pages of %d: got %q, want %q", criteria, page, got, want)
			}
		}
	}
	by := func(attribute string, order guardduty.OrderBy) *guardduty.SortCriteria {
		return &guardduty.SortCriteria{AttributeName: &attribute, OrderBy: order}
	}
	f(`{}`, nil, "dbeac")
	f(`{}`, &guardduty.SortCriteria{OrderBy: guardduty.OrderByAsc}, "caebd")
	f(`{}`, by("severity", ""), "caebd")
	f(`{}`, by("Resource.InstanceDetails.instanceId", guardduty.OrderByDesc), "edcba")
	f(`{}`, by("service.eventLastSeen", guardduty.OrderByAsc), "caebd")
	f(`{"severity":{"gte":3,"lt":6}}`, by("severity", guardduty.OrderByDesc), "bea")
	f(`{"resource.instanceDetails.instanceId":{"notEquals":["i-a","i-b"]}}`, nil, "dec")
	f(`{"severity":{"equals":["99"]}}`, nil, "")

	out, err := w.ListFindings(context.Background(), a, &guardduty.ListFindingsRequest{DetectorId: w.detector(a), MaxResults: guardduty.Ptr(int32(2))})
	w.ok(err)
	refused := func(in *guardduty.ListFindingsRequest, detail string) {
		t.Helper()
		in.DetectorId = w.detector(a)
		_, err := w.ListFindings(context.Background(), a, in)
		w.refused(err, outOfRange)
		if !strings.Contains(err.Error(), detail) {
			t.Errorf("%v does not say %q", err, detail)
		}
	}
	refused(&guardduty.ListFindingsRequest{NextToken: out.NextToken, SortCriteria: by("severity", "")}, "nextToken")
	refused(&guardduty.ListFindingsRequest{NextToken: out.NextToken, FindingCriteria: criterion(`{"type":{"equals":["x"]}}`)}, "nextToken")
	refused(&guardduty.ListFindingsRequest{NextToken: guardduty.Ptr("forged")}, "nextToken")
	refused(&guardduty.ListFindingsRequest{SortCriteria: by("titel", "")}, `sortCriteria has the attribute "titel"`)
	refused(&guardduty.ListFindingsRequest{FindingCriteria: criterion(`{"type":{"matches":["*"]}}`)}, "only filters")
}

func TestPagesAreStableUnderInserts(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	for i := range 6 {
		w.records(a, hit(a.Account, ssh, fmt.Sprint(i), 100))
	}
	want := w.list(a, `{}`, nil, 50)
	in := &guardduty.ListFindingsRequest{DetectorId: w.detector(a), MaxResults: guardduty.Ptr(int32(2))}
	var got []string
	for i := 0; ; i++ {
		out, err := w.ListFindings(context.Background(), a, in)
		w.ok(err)
		got = append(got, out.FindingIds...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
		w.records(a, hit(a.Account, ssh, fmt.Sprint("later", i), 100))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGetFindings(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	for i, key := range []string{"c", "a", "b"} {
		w.records(a, hit(a.Account, ssh, key, int64(100+i)))
	}
	all := w.sees(a, `{}`)
	id := func(key string) string { return *all["title "+key].Id }
	f := func(sort *guardduty.SortCriteria, want string, ids ...string) {
		t.Helper()
		out, err := w.GetFindings(context.Background(), a, &guardduty.GetFindingsRequest{DetectorId: w.detector(a), FindingIds: ids, SortCriteria: sort})
		w.ok(err)
		got := ""
		for _, f := range out.Findings {
			got += strings.TrimPrefix(*f.Title, "title ")
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(nil, "bac", id("b"), id("a"), "unknown", id("c"), id("b"))
	f(&guardduty.SortCriteria{AttributeName: guardduty.Ptr("resource.instanceDetails.instanceId")}, "abc", id("b"), id("a"), id("c"))
	f(&guardduty.SortCriteria{AttributeName: guardduty.Ptr("updatedAt"), OrderBy: guardduty.OrderByDesc}, "bac", id("a"), id("b"), id("c"))
	w.ok(w.archive(a, id("a")))
	f(&guardduty.SortCriteria{AttributeName: guardduty.Ptr("service.archived"), OrderBy: guardduty.OrderByDesc}, "abc", id("b"), id("a"), id("c"))
	f(nil, "", "unknown")
	_, err := w.GetFindings(context.Background(), a, &guardduty.GetFindingsRequest{
		DetectorId: w.detector(a), FindingIds: []string{id("a")}, SortCriteria: &guardduty.SortCriteria{AttributeName: guardduty.Ptr("x")},
	})
	w.refused(err, outOfRange)
}

func TestArchiveAndFeedback(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	w.records(a, hit(a.Account, ssh, "x", 100), hit(a.Account, ssh, "y", 100))
	all := w.sees(a, `{}`)
	x, y := *all["title x"].Id, *all["title y"].Id
	archived := func(want string) {
		t.Helper()
		if got := titles(w.sees(a, `{"service.archived":{"equals":["true"]}}`)); got != want {
			t.Errorf("archived are %q, want %q", got, want)
		}
		for title, f := range w.sees(a, `{}`) {
			if *f.Service.Archived != strings.Contains(want, strings.TrimPrefix(title, "title ")) {
				t.Errorf("%s says archived: %v", title, *f.Service.Archived)
			}
		}
	}
	archived("")
	err := w.archive(a, x, "unknown", y)
	w.refused(err, outOfRange)
	if !strings.Contains(err.Error(), `"unknown"`) {
		t.Errorf("%v does not name the finding", err)
	}
	archived("")
	w.ok(w.archive(a, x, x))
	archived("x")
	w.ok(w.archive(a, y))
	w.ok(w.unarchive(a, x))
	archived("y")

	feedback := func(feedback guardduty.Feedback, comments *string, want string) {
		t.Helper()
		_, err := w.UpdateFindingsFeedback(context.Background(), a, &guardduty.UpdateFindingsFeedbackRequest{
			DetectorId: w.detector(a), FindingIds: []string{x}, Feedback: feedback, Comments: comments,
		})
		w.ok(err)
		found, err := w.FindingsByID(context.Background(), a, x)
		w.ok(err)
		if got := found[0].Comments; got != want {
			t.Errorf("comments are %q, want %q", got, want)
		}
	}
	feedback(guardduty.FeedbackUseful, nil, "")
	feedback(guardduty.FeedbackUseful, guardduty.Ptr("our scanner"), "our scanner")
	feedback(guardduty.FeedbackUseful, guardduty.Ptr(""), "")
	feedback(guardduty.FeedbackUseful, guardduty.Ptr("a scanner"), "a scanner")
	feedback(guardduty.FeedbackNotUseful, nil, "a scanner")
	_, err = w.UpdateFindingsFeedback(context.Background(), a, &guardduty.UpdateFindingsFeedbackRequest{
		DetectorId: w.detector(a), FindingIds: []string{x}, Feedback: guardduty.FeedbackUseful, Comments: guardduty.Ptr(strings.Repeat("é", 5001)),
	})
	w.refused(err, outOfRange)
	feedback(guardduty.FeedbackNotUseful, guardduty.Ptr(strings.Repeat("é", 5000)), strings.Repeat("é", 5000))
	if got := titles(w.sees(a, `{"service.userFeedback":{"equals":["NOT_USEFUL"]}}`)); got != "x" {
		t.Errorf("not useful are %q", got)
	}
	if got := *w.sees(a, `{}`)["title x"].Service.UserFeedback; got != "NOT_USEFUL" {
		t.Errorf("feedback is %q", got)
	}
}
