package service_test

import (
	"context"
	"slices"
	"testing"

	"picket"
	"picket/guardduty"
)

// family is an administrator, its member and a stranger with detectors.
func (w *world) family() (admin, member, stranger picket.Caller) {
	w.t.Helper()
	admin, member, stranger = w.account("111111111111"), w.account("222222222222"), w.account("333333333333")
	for _, c := range []picket.Caller{admin, member, stranger} {
		w.enable(c)
	}
	return admin, member, stranger
}

func TestFindingsAreSharedFromAcceptanceOn(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	f := func(c picket.Caller, want string) {
		t.Helper()
		if got := titles(w.sees(c, `{}`)); got != want {
			t.Errorf("account %s sees %q, want %q", c.Account, got, want)
		}
	}
	w.records(member, hit(member.Account, ssh, "before", 100), hit(member.Account, ssh, "again", 100))
	w.records(admin, hit(admin.Account, ssh, "own", 100))
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.records(member, hit(member.Account, ssh, "again", 101))
	f(admin, "own")
	w.ok(w.accept(member, admin))
	f(admin, "own")
	w.records(member, hit(member.Account, ssh, "again", 102), hit(member.Account, ssh, "after", 102))
	f(admin, "after again own")
	f(member, "after again before")
	f(stranger, "")
	copied := w.sees(admin, `{}`)["title again"]
	if *copied.AccountId != member.Account || *copied.Service.Count != 3 || *copied.Service.EventFirstSeen != "1970-01-01T00:01:40.000Z" {
		t.Errorf("the copy is of %s, counts %d, first seen %s", *copied.AccountId, *copied.Service.Count, *copied.Service.EventFirstSeen)
	}
	if got := titles(w.sees(admin, `{"accountId":{"equals":["222222222222"]}}`)); got != "after again" {
		t.Errorf("by account: %q", got)
	}
}

func TestEachSideArchivesForItself(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, ssh, "y", 100))
	all := w.sees(member, `{}`)
	x, y := *all["title x"].Id, *all["title y"].Id
	f := func(c picket.Caller, want string) {
		t.Helper()
		if got := titles(w.sees(c, `{"service.archived":{"equals":["true"]}}`)); got != want {
			t.Errorf("account %s archived %q, want %q", c.Account, got, want)
		}
	}
	w.ok(w.archive(member, x))
	f(member, "x")
	f(admin, "")
	w.ok(w.archive(admin, y))
	f(member, "x")
	f(admin, "y")
	feedback := func(c picket.Caller, v guardduty.Feedback) {
		_, err := w.UpdateFindingsFeedback(context.Background(), c, &guardduty.UpdateFindingsFeedbackRequest{DetectorId: w.detector(c), FindingIds: []string{x}, Feedback: v})
		w.ok(err)
	}
	feedback(admin, guardduty.FeedbackUseful)
	if w.sees(member, `{}`)["title x"].Service.UserFeedback != nil {
		t.Error("the member has its administrator's feedback")
	}
	feedback(member, guardduty.FeedbackNotUseful)
	if got := *w.sees(admin, `{}`)["title x"].Service.UserFeedback; got != "USEFUL" {
		t.Errorf("the administrator's feedback is %q", got)
	}
	w.records(member, hit(member.Account, ssh, "x", 101), hit(member.Account, ssh, "y", 101))
	f(member, "")
	f(admin, "")
	if got := *w.sees(admin, `{}`)["title x"].Service.UserFeedback; got != "USEFUL" {
		t.Errorf("a new occurrence made the administrator's feedback %q", got)
	}
}

func TestCopiesOutliveTheRelation(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, ssh, "y", 100))
	w.ok(w.archive(admin, *w.sees(admin, `{}`)["title y"].Id))
	_, err := w.UpdateFindingsFeedback(context.Background(), admin, &guardduty.UpdateFindingsFeedbackRequest{
		DetectorId: w.detector(admin), FindingIds: w.list(admin, `{}`, nil, 50), Feedback: guardduty.FeedbackUseful,
	})
	w.ok(err)
	w.ok(w.leave(member))
	w.records(member, hit(member.Account, ssh, "x", 101), hit(member.Account, ssh, "new", 101))
	seen := w.sees(admin, `{}`)
	if titles(seen) != "x y" || *seen["title x"].Service.Count != 1 || *seen["title x"].Service.EventLastSeen != "1970-01-01T00:01:40.000Z" {
		t.Errorf("the administrator sees %q, x counts %d", titles(seen), *seen["title x"].Service.Count)
	}
	if own := w.sees(member, `{}`); *own["title x"].Service.Count != 2 {
		t.Errorf("the member's own x counts %d", *own["title x"].Service.Count)
	}
	w.ok(w.archive(admin, *seen["title x"].Id))
	if got := titles(w.sees(member, `{"service.archived":{"equals":["true"]}}`)); got != "" {
		t.Errorf("the former administrator archived %q of the member", got)
	}

	w.join(stranger, member)
	w.records(member, hit(member.Account, ssh, "x", 102), hit(member.Account, ssh, "y", 102)) // y for the first time since
	seen = w.sees(stranger, `{}`)
	if titles(seen) != "x y" {
		t.Errorf("the next administrator sees %q", titles(seen))
	}
	for title, f := range seen {
		if *f.Service.Archived || f.Service.UserFeedback != nil {
			t.Errorf("the next administrator inherits what the last one made of %s", title)
		}
	}
	for title, f := range w.sees(admin, `{}`) {
		if *f.Service.Count != 1 || !*f.Service.Archived || *f.Service.UserFeedback != "USEFUL" {
			t.Errorf("the frozen copy of %s counts %d, archived %v", title, *f.Service.Count, *f.Service.Archived)
		}
	}
	w.ok(w.disable(member))
	if got := titles(w.sees(admin, `{}`)); got != "x y" {
		t.Errorf("after the member disabled the service, the administrator sees %q", got)
	}
}

func TestRejoiningKeepsTheAdministratorsSide(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "x", 100))
	_, err := w.UpdateFindingsFeedback(context.Background(), admin, &guardduty.UpdateFindingsFeedbackRequest{
		DetectorId: w.detector(admin), FindingIds: []string{*w.sees(admin, `{}`)["title x"].Id}, Feedback: guardduty.FeedbackUseful,
	})
	w.ok(err)
	w.ok(w.leave(member))
	w.records(member, hit(member.Account, ssh, "x", 101))
	w.ok(w.invite(admin, member))
	w.ok(w.accept(member, admin))
	w.records(member, hit(member.Account, ssh, "x", 102))
	all := w.list(admin, `{}`, nil, 50)
	x := w.sees(admin, `{}`)["title x"]
	if len(all) != 1 || *x.Service.Count != 3 || x.Service.UserFeedback == nil || *x.Service.UserFeedback != "USEFUL" {
		t.Errorf("the administrator sees %d findings, x counts %d with feedback %v", len(all), *x.Service.Count, x.Service.UserFeedback)
	}
}

func TestFiltersJudgeEachSide(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	w.join(admin, member)
	archive := func(in *guardduty.CreateFilterRequest) { in.Action = guardduty.FilterActionArchive }
	f := func(c picket.Caller, want string) {
		t.Helper()
		if got := titles(w.sees(c, `{"service.archived":{"equals":["true"]}}`)); got != want {
			t.Errorf("account %s archived %q, want %q", c.Account, got, want)
		}
	}
	all := func() {
		w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, scan, "y", 100), hit(member.Account, scan, "z", 100))
	}
	all()
	w.ok(w.createFilter(member, "ssh", `{"type":{"equals":["`+ssh+`"]},"service.archived":{"equals":["false"]}}`, archive))
	w.ok(w.createFilter(admin, "scans", `{"type":{"matches":["Recon:*"]}}`, archive))
	w.ok(w.createFilter(admin, "noop", `{"type":{"equals":["`+ssh+`"]}}`, nil))
	f(member, "") // what is there stays as it is
	all()
	f(member, "x")
	f(admin, "y z")
	ids := w.sees(admin, `{}`)
	w.ok(w.unarchive(admin, *ids["title y"].Id))
	w.ok(w.archive(admin, *ids["title x"].Id))
	f(admin, "x z")
	all()
	f(member, "x")
	f(admin, "y z") // x is current again: it fits no filter
	_, err := w.DeleteFilter(context.Background(), admin, &guardduty.DeleteFilterRequest{DetectorId: w.detector(admin), FilterName: guardduty.Ptr("scans")})
	w.ok(err)
	f(admin, "y z")
	all()
	f(admin, "")
}

func TestPreviewFilter(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, scan, "y", 100))
	grave := hit(admin.Account, ssh, "own", 100)
	grave.Severity = guardduty.Ptr(8.0)
	w.records(admin, grave, hit(admin.Account, ssh, "old", 100))
	w.records(stranger, hit(stranger.Account, ssh, "theirs", 100))
	w.ok(w.archive(admin, *w.sees(admin, `{}`)["title old"].Id))
	got, err := w.PreviewFilter(context.Background(), admin, criterion(`{"type":{"matches":["*/SSH*"]}}`))
	w.ok(err)
	if got.Matching != 2 || got.Current != 3 || got.Severities["Medium"] != 1 || got.Severities["High"] != 1 {
		t.Errorf("would archive %+v", got)
	}
	w.ok(w.createFilter(admin, "scans", `{"type":{"matches":["Recon:*"]}}`, nil))
	named, err := w.PreviewFilterNamed(context.Background(), admin, "scans")
	w.ok(err)
	if named.Matching != 1 || named.Current != 3 {
		t.Errorf("would archive %+v", named)
	}
	_, err = w.PreviewFilterNamed(context.Background(), member, "scans")
	w.refused(err, noResource)
	_, err = w.PreviewFilter(context.Background(), admin, criterion(`{}`))
	w.refused(err, outOfRange)
}

// Another account, and another region of the same one, reach nothing of a finding.
func TestFindingsAreTheirAccounts(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	elsewhere := in(member, "eu-west-1")
	w.enable(elsewhere)
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "secret", 100))
	w.records(admin, hit(admin.Account, ssh, "top secret", 100))
	theirs := w.list(admin, `{}`, nil, 50)
	if len(theirs) != 2 {
		t.Fatalf("the administrator sees %d findings", len(theirs))
	}
	secret := *w.sees(admin, `{}`)["title top secret"].Id
	token, err := w.ListFindings(context.Background(), admin, &guardduty.ListFindingsRequest{DetectorId: w.detector(admin), MaxResults: guardduty.Ptr(int32(1))})
	w.ok(err)
	for _, other := range []picket.Caller{stranger, elsewhere, member} {
		ids := theirs
		if other == member {
			ids = []string{secret}
		}
		for _, id := range ids {
			for _, err := range []error{
				w.archive(other, id), w.unarchive(other, id),
				errOf(w.UpdateFindingsFeedback(context.Background(), other, &guardduty.UpdateFindingsFeedbackRequest{
					DetectorId: w.detector(other), FindingIds: []string{id}, Feedback: guardduty.FeedbackUseful,
				})),
			} {
				w.refused(err, outOfRange)
			}
		}
		out, err := w.GetFindings(context.Background(), other, &guardduty.GetFindingsRequest{DetectorId: w.detector(other), FindingIds: ids})
		w.ok(err)
		if len(out.Findings) != 0 || slices.Contains(w.list(other, `{}`, nil, 50), secret) {
			t.Errorf("%s in %s sees a finding of another account", other.Account, other.Region)
		}
		w.refused(errOf(w.ListFindings(context.Background(), other, &guardduty.ListFindingsRequest{DetectorId: w.detector(other), NextToken: token.NextToken})), outOfRange)
		foreign := w.detector(admin)
		for _, err := range []error{
			errOf(w.ListFindings(context.Background(), other, &guardduty.ListFindingsRequest{DetectorId: foreign})),
			errOf(w.GetFindings(context.Background(), other, &guardduty.GetFindingsRequest{DetectorId: foreign, FindingIds: ids})),
			errOf(w.ArchiveFindings(context.Background(), other, &guardduty.ArchiveFindingsRequest{DetectorId: foreign, FindingIds: ids})),
			errOf(w.UnarchiveFindings(context.Background(), other, &guardduty.UnarchiveFindingsRequest{DetectorId: foreign, FindingIds: ids})),
			errOf(w.UpdateFindingsFeedback(context.Background(), other, &guardduty.UpdateFindingsFeedbackRequest{DetectorId: foreign, FindingIds: ids, Feedback: guardduty.FeedbackUseful})),
			errOf(w.GetFindingsStatistics(context.Background(), other, &guardduty.GetFindingsStatisticsRequest{DetectorId: foreign, GroupBy: guardduty.GroupByTypeAccount})),
			errOf(w.CreateSampleFindings(context.Background(), other, &guardduty.CreateSampleFindingsRequest{DetectorId: foreign})),
		} {
			w.refused(err, notOwned)
		}
	}
	if f := w.sees(admin, `{}`)["title top secret"]; *f.Service.Archived || f.Service.UserFeedback != nil {
		t.Error("another account changed a finding")
	}
}
