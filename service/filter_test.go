package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
)

const (
	outOfRange = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
	noResource = "The request is rejected since no such resource found."
)

// criterion reads findingCriteria as they travel.
func criterion(text string) *guardduty.FindingCriteria {
	var c guardduty.FindingCriteria
	if err := json.Unmarshal([]byte(`{"criterion":`+text+`}`), &c); err != nil {
		panic(err)
	}
	return &c
}

func (w *world) createFilter(c picket.Caller, name, criteria string, change func(*guardduty.CreateFilterRequest)) error {
	in := &guardduty.CreateFilterRequest{DetectorId: w.detector(c), Name: &name, FindingCriteria: criterion(criteria)}
	if change != nil {
		change(in)
	}
	_, err := w.CreateFilter(context.Background(), c, in)
	return err
}

func (w *world) filter(c picket.Caller, name string) (*guardduty.GetFilterResponse, error) {
	return w.GetFilter(context.Background(), c, &guardduty.GetFilterRequest{DetectorId: w.detector(c), FilterName: &name})
}

func (w *world) filterNames(c picket.Caller, page int32) []string {
	w.t.Helper()
	names := []string{}
	in := &guardduty.ListFiltersRequest{DetectorId: w.detector(c), MaxResults: &page}
	for {
		out, err := w.ListFilters(context.Background(), c, in)
		w.ok(err)
		if len(out.FilterNames) > int(page) {
			w.t.Fatalf("a page of %d has %d names", page, len(out.FilterNames))
		}
		names = append(names, out.FilterNames...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return names
		}
		if len(names) > 5000 {
			w.t.Fatal("the pages never end")
		}
	}
}

func ranked(rank int32) func(*guardduty.CreateFilterRequest) {
	return func(in *guardduty.CreateFilterRequest) { in.Rank = &rank }
}

func TestFilterComesBackAsSent(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	sent := `{"Service.Archived":{"eq":["false"]},"severity":{"gte":4,"equals":["5.0"]},"type":{"matches":["*SSH*"]}}`
	w.ok(w.createFilter(a, "ssh", sent, func(in *guardduty.CreateFilterRequest) {
		in.Action, in.Description, in.Rank = guardduty.FilterActionArchive, guardduty.Ptr("scanners"), guardduty.Ptr(int32(7))
		in.Tags = map[string]string{"team": "blue"}
	}))
	first, err := w.filter(a, "ssh")
	w.ok(err)
	if d := cmp.Diff(criterion(sent), first.FindingCriteria); d != "" {
		t.Error(d)
	}
	if *first.Name != "ssh" || first.Action != "ARCHIVE" || *first.Description != "scanners" || *first.Rank != 7 || *first.Version != 1 ||
		first.Tags["team"] != "blue" || !first.CreatedAt.Equal(first.UpdatedAt.Time) {
		t.Errorf("got %+v", first)
	}
	_, err = w.UpdateFilter(context.Background(), a, &guardduty.UpdateFilterRequest{DetectorId: w.detector(a), FilterName: first.Name, Rank: guardduty.Ptr(int32(3))})
	w.ok(err)
	second, err := w.filter(a, "ssh")
	w.ok(err)
	if *second.Version != 2 || *second.Rank != 3 || !second.UpdatedAt.After(first.UpdatedAt.Time) || !second.CreatedAt.Equal(first.CreatedAt.Time) {
		t.Errorf("got %+v", second)
	}
	if d := cmp.Diff(first.FindingCriteria, second.FindingCriteria); d != "" || second.Action != "ARCHIVE" || *second.Description != "scanners" {
		t.Errorf("an update changed what it did not name: %+v", second)
	}
	_, err = w.UpdateFilter(context.Background(), a, &guardduty.UpdateFilterRequest{
		DetectorId: w.detector(a), FilterName: first.Name, Description: guardduty.Ptr(""), Action: guardduty.FilterActionNoop, FindingCriteria: criterion(`{"id":{"equals":["x"]}}`),
	})
	w.ok(err)
	third, err := w.filter(a, "ssh")
	w.ok(err)
	if *third.Description != "" || third.Action != "NOOP" || third.FindingCriteria.Criterion["id"].Equals[0] != "x" {
		t.Errorf("got %+v", third)
	}
}

func TestFilterDefaults(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	w.ok(w.createFilter(a, "all-ssh", `{"type":{"equals":["x"]}}`, nil))
	f, err := w.filter(a, "all-ssh")
	w.ok(err)
	if f.Action != "NOOP" || *f.Rank != 1 || *f.Description != "" || f.Tags != nil {
		t.Errorf("got %+v", f)
	}
}

func TestFiltersAreListedByRank(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	for _, f := range []struct {
		name string
		rank int32
	}{{"last", 100}, {"second-b", 9}, {"second-a", 9}, {"first", 1}, {"third", 10}} {
		w.ok(w.createFilter(a, f.name, `{"type":{"equals":["x"]}}`, ranked(f.rank)))
	}
	want := []string{"first", "second-a", "second-b", "third", "last"}
	for _, page := range []int32{50, 2, 1} {
		if got := w.filterNames(a, page); !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", page, got, want)
		}
	}
	_, err := w.DeleteFilter(context.Background(), a, &guardduty.DeleteFilterRequest{DetectorId: w.detector(a), FilterName: guardduty.Ptr("second-a")})
	w.ok(err)
	if got := w.filterNames(a, 50); !slices.Equal(got, []string{"first", "second-b", "third", "last"}) {
		t.Errorf("after a delete: got %q", got)
	}
}

func TestFilterRefusals(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	w.ok(w.createFilter(a, "one", `{"type":{"equals":["x"]}}`, nil))
	says := func(err error, sentence, detail string) {
		t.Helper()
		w.refused(err, sentence)
		if !strings.Contains(err.Error(), detail) {
			t.Errorf("%v does not say %q", err, detail)
		}
	}
	says(w.createFilter(a, "one", `{"type":{"equals":["y"]}}`, nil), outOfRange, `named "one" already`)
	says(w.createFilter(a, "two", `{}`, nil), outOfRange, "would match every finding")
	says(w.createFilter(a, "two", `{"typ":{"equals":["x"]}}`, nil), outOfRange, `did you mean "type"?`)
	_, err := w.UpdateFilter(context.Background(), a, &guardduty.UpdateFilterRequest{
		DetectorId: w.detector(a), FilterName: guardduty.Ptr("one"), FindingCriteria: criterion(`{"severity":{"equals":["x"]}}`),
	})
	says(err, outOfRange, "severity")
	for _, err := range []error{
		errOf(w.filter(a, "two")),
		errOf(w.UpdateFilter(context.Background(), a, &guardduty.UpdateFilterRequest{DetectorId: w.detector(a), FilterName: guardduty.Ptr("two")})),
		errOf(w.DeleteFilter(context.Background(), a, &guardduty.DeleteFilterRequest{DetectorId: w.detector(a), FilterName: guardduty.Ptr("two")})),
	} {
		says(err, noResource, `no filter "two"`)
	}
	if got := w.filterNames(a, 50); !slices.Equal(got, []string{"one"}) {
		t.Errorf("got %q", got)
	}
}

// errOf is the error of a call whose output does not matter.
func errOf[T any](_ T, err error) error { return err }

func TestFilterQuota(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	for i := range 100 {
		w.ok(w.createFilter(a, fmt.Sprintf("filter-%d", i), `{"type":{"equals":["x"]}}`, nil))
	}
	err := w.createFilter(a, "one-more", `{"type":{"equals":["x"]}}`, nil)
	w.refused(err, "The request is rejected because the number of filters exceeds the limit.")
	if !strings.Contains(err.Error(), `"quotas: open"`) || !strings.Contains(err.Error(), "100") {
		t.Errorf("%v does not name the switch", err)
	}
	w.Settings.OpenQuotas = true
	w.ok(w.createFilter(a, "one-more", `{"type":{"equals":["x"]}}`, nil))
	if n := len(w.filterNames(a, 50)); n != 101 {
		t.Errorf("%d filters", n)
	}
}

func TestFilterIsCreatedOnce(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	token := func(in *guardduty.CreateFilterRequest) { in.ClientToken = guardduty.Ptr("token-1") }
	w.ok(w.createFilter(a, "one", `{"type":{"equals":["x"]}}`, token))
	w.ok(w.createFilter(a, "one", `{"type":{"equals":["x"]}}`, token))
	w.refused(w.createFilter(a, "two", `{"type":{"equals":["x"]}}`, token), outOfRange)
	if got := w.filterNames(a, 50); !slices.Equal(got, []string{"one"}) {
		t.Errorf("got %q", got)
	}
}

// Another account, and another region of the same one, reach nothing of a filter.
func TestFiltersAreTheirAccounts(t *testing.T) {
	w := newWorld(t)
	a, b := w.account("111122223333"), w.account("444455556666")
	elsewhere := in(a, "eu-west-1")
	theirs := w.enable(a)
	w.enable(b)
	w.enable(elsewhere)
	for i := range 3 {
		w.ok(w.createFilter(a, fmt.Sprintf("secret-%d", i), `{"type":{"equals":["x"]}}`, ranked(int32(i+1))))
	}
	page, err := w.ListFilters(context.Background(), a, &guardduty.ListFiltersRequest{DetectorId: theirs, MaxResults: guardduty.Ptr(int32(1))})
	w.ok(err)
	name := guardduty.Ptr("secret-0")
	for _, other := range []picket.Caller{b, elsewhere} {
		for _, d := range []*string{theirs, w.detector(other)} {
			sentence := noResource
			if d == theirs {
				sentence = notOwned
				w.refused(errOf(w.ListFilters(context.Background(), other, &guardduty.ListFiltersRequest{DetectorId: d})), notOwned)
				w.refused(errOf(w.CreateFilter(context.Background(), other, &guardduty.CreateFilterRequest{DetectorId: d, Name: name, FindingCriteria: criterion(`{"type":{"equals":["x"]}}`)})), notOwned)
			}
			w.refused(errOf(w.GetFilter(context.Background(), other, &guardduty.GetFilterRequest{DetectorId: d, FilterName: name})), sentence)
			w.refused(errOf(w.UpdateFilter(context.Background(), other, &guardduty.UpdateFilterRequest{DetectorId: d, FilterName: name, Rank: guardduty.Ptr(int32(9))})), sentence)
			w.refused(errOf(w.DeleteFilter(context.Background(), other, &guardduty.DeleteFilterRequest{DetectorId: d, FilterName: name})), sentence)
		}
		w.refused(errOf(w.ListFilters(context.Background(), other, &guardduty.ListFiltersRequest{DetectorId: w.detector(other), NextToken: page.NextToken})), outOfRange)
		if got := w.filterNames(other, 50); len(got) != 0 {
			t.Errorf("%s in %s sees %q", other.Account, other.Region, got)
		}
	}
	if got := w.filterNames(a, 50); len(got) != 3 {
		t.Errorf("the owner has %q left", got)
	}
}

func TestFiltersGoWithTheDetector(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	w.ok(w.createFilter(a, "one", `{"type":{"equals":["x"]}}`, func(in *guardduty.CreateFilterRequest) { in.Tags = map[string]string{"team": "blue"} }))
	w.ok(w.disable(a))
	w.enable(a)
	if got := w.filterNames(a, 50); len(got) != 0 {
		t.Errorf("a new detector has %q", got)
	}
	w.ok(w.createFilter(a, "one", `{"type":{"equals":["x"]}}`, nil))
	f, err := w.filter(a, "one")
	w.ok(err)
	if len(f.Tags) != 0 {
		t.Errorf("a new filter has the tags %v", f.Tags)
	}
}

// A filter's name ends its ARN, and the ARN names the filter's own detector.
func TestFiltersHaveARNs(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	d := w.enable(a)
	for _, name := range []string{"a b c", "a/b/c", "näme", "a\nb"} {
		w.refused(w.createFilter(a, name, `{"type":{"equals":["x"]}}`, nil), outOfRange)
	}
	w.ok(w.createFilter(a, "a.b-c_1", `{"type":{"equals":["x"]}}`, nil))
	tag := func(detector string) error {
		_, err := w.TagResource(context.Background(), a, &guardduty.TagResourceRequest{
			ResourceArn: guardduty.Ptr("arn:aws:guardduty:us-east-1:111122223333:detector/" + detector + "/filter/a.b-c_1"), Tags: map[string]string{"k": "v"},
		})
		return err
	}
	w.ok(tag(*d))
	w.refused(tag("00000000000000000000000000000000"), notOwned)
}
