package apptest

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/google/go-cmp/cmp"
)

// sight is what a side sees of a finding.
type sight struct {
	Count                    int32
	Archived                 bool
	Feedback, Seen, Modified string
}

// sights are what a side sees of an account's findings, by type.
func sights(t testing.TB, c *guardduty.Client, detector *string, account string) map[string]sight {
	t.Helper()
	all := map[string]sight{}
	ids := findings(t, c, detector, account)
	if len(ids) == 0 {
		return all
	}
	out := must(c.GetFindings(ctx, &guardduty.GetFindingsInput{DetectorId: detector, FindingIds: ids}))(t)
	if len(out.Findings) != len(ids) {
		t.Errorf("%d findings are listed, %d got", len(ids), len(out.Findings))
	}
	for _, f := range out.Findings {
		if _, twice := all[*f.Type]; twice || *f.AccountId != account {
			t.Errorf("a second %s, or one of account %s", *f.Type, *f.AccountId)
		}
		all[*f.Type] = sight{*f.Service.Count, *f.Service.Archived, aws.ToString(f.Service.UserFeedback), *f.Service.EventLastSeen, *f.UpdatedAt}
	}
	return all
}

func (p *pair) copies() map[string]sight {
	p.t.Helper()
	return sights(p.t, p.admin, p.adminDet, p.memberID)
}

func (p *pair) owns() map[string]sight {
	p.t.Helper()
	return sights(p.t, p.member, p.memberDt, p.memberID)
}

// archive archives a side's findings of the member.
func archive(t testing.TB, c *guardduty.Client, detector *string, account string) {
	t.Helper()
	must(c.ArchiveFindings(ctx, &guardduty.ArchiveFindingsInput{DetectorId: detector, FindingIds: findings(t, c, detector, account)}))(t)
}

func judge(t testing.TB, c *guardduty.Client, detector *string, account string, feedback types.Feedback) {
	t.Helper()
	must(c.UpdateFindingsFeedback(ctx, &guardduty.UpdateFindingsFeedbackInput{DetectorId: detector, FindingIds: findings(t, c, detector, account), Feedback: feedback}))(t)
}

// newcomers makes pairs of accounts that no other test of a server has.
type newcomers struct {
	s *server
	n int
}

func (n *newcomers) id() string {
	n.n++
	return fmt.Sprintf("%012d", 600000000000+n.n)
}

func (n *newcomers) pair(t testing.TB) *pair {
	t.Helper()
	return newPair(t, n.s.account(n.id()), n.s.account(n.id()), region)
}

// organization makes an administrator of an organization with one member, and how its manager dismisses it.
func (n *newcomers) organization(t testing.TB) (p *pair, dismiss func(*pair) error) {
	t.Helper()
	manager := n.s.account(n.id())
	n.s.operator("organization", "create", manager.ID)
	admin, member := n.s.account(n.id(), "--organization", manager.ID), n.s.account(n.id(), "--organization", manager.ID)
	must(manager.EnableOrganizationAdminAccount(ctx, &guardduty.EnableOrganizationAdminAccountInput{AdminAccountId: &admin.ID}))(t)
	p = newPair(t, admin, member, region)
	must(0, unprocessed(p.add()))(t)
	return p, func(*pair) error {
		_, err := manager.DisableOrganizationAdminAccount(ctx, &guardduty.DisableOrganizationAdminAccountInput{AdminAccountId: &admin.ID})
		return err
	}
}

// TestCopies follows findings of members to their administrators.
func TestCopies(t *testing.T) {
	f := func(name string, options ...option) {
		t.Run(name, func(t *testing.T) {
			n := &newcomers{s: start(t, options...)}
			t.Run("shared from acceptance on", func(t *testing.T) { sharedFromAcceptance(t, n.pair(t)) })
			t.Run("each side for itself", func(t *testing.T) { eachSideForItself(t, n.pair(t).join()) })
			t.Run("filters of each side", func(t *testing.T) { filtersOfEachSide(t, n.pair(t).join()) })
			t.Run("frozen when the member leaves", func(t *testing.T) { frozen(t, n.pair(t).join(), acts['l'], "Resigned") })
			t.Run("frozen when the member is removed", func(t *testing.T) { frozen(t, n.pair(t).join(), acts['r'], "Removed") })
			t.Run("frozen when the administrator is dismissed", func(t *testing.T) {
				p, dismiss := n.organization(t)
				frozen(t, p, dismiss, "Removed")
			})
			t.Run("frozen when the member disables the service", func(t *testing.T) { frozenByDisabling(t, n.pair(t).join()) })
			t.Run("live again when the member joins again", func(t *testing.T) { joinedAgain(t, n.pair(t).join()) })
			t.Run("never the other way", func(t *testing.T) { neverTheOtherWay(t, n) })
		})
	}
	f("SQLite")
	f("PostgreSQL", onPostgres(t))
}

func sharedFromAcceptance(t *testing.T, p *pair) {
	p.sample(ssh)
	p.sample(tor)
	p.add()
	p.invite()
	p.sample(ssh)
	want(t, "invited, the administrator sees", p.copies(), map[string]sight{})
	must(0, p.accept())(t)
	want(t, "at acceptance, the administrator sees", p.copies(), map[string]sight{})
	p.sample(ssh)
	own := p.owns()
	if own[ssh].Count != 3 || own[tor].Count != 1 {
		t.Fatalf("the member's own findings are %v", own)
	}
	want(t, "the administrator sees", p.copies(), map[string]sight{ssh: own[ssh]})
}

func eachSideForItself(t *testing.T, p *pair) {
	p.sample(ssh)
	archive(t, p.member, p.memberDt, p.memberID)
	judge(t, p.member, p.memberDt, p.memberID, types.FeedbackNotUseful)
	if c := p.copies()[ssh]; c.Archived || c.Feedback != "" {
		t.Errorf("the administrator has what the member made of a finding: %v", c)
	}
	judge(t, p.admin, p.adminDet, p.memberID, types.FeedbackUseful)
	if o := p.owns()[ssh]; !o.Archived || o.Feedback != "NOT_USEFUL" {
		t.Errorf("the administrator changed the member's finding to %v", o)
	}
	must(p.member.UnarchiveFindings(ctx, &guardduty.UnarchiveFindingsInput{DetectorId: p.memberDt, FindingIds: p.memberSees()}))(t)
	archive(t, p.admin, p.adminDet, p.memberID)
	o, c := p.owns()[ssh], p.copies()[ssh]
	if o.Archived || !c.Archived || c.Feedback != "USEFUL" {
		t.Errorf("the sides see %v and %v", o, c)
	}
}

func filtersOfEachSide(t *testing.T, p *pair) {
	for _, side := range []struct {
		c             *guardduty.Client
		detector      *string
		archives, typ string
	}{{p.admin, p.adminDet, "brute", ssh}, {p.member, p.memberDt, "tor", tor}} {
		must(side.c.CreateFilter(ctx, &guardduty.CreateFilterInput{
			DetectorId: side.detector, Name: &side.archives, Action: types.FilterActionArchive,
			FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"type": {Equals: []string{side.typ}}}},
		}))(t)
	}
	p.sample(ssh)
	p.sample(tor)
	if o := p.owns(); o[ssh].Archived || !o[tor].Archived {
		t.Errorf("the member sees %v", o)
	}
	if c := p.copies(); !c[ssh].Archived || c[tor].Archived {
		t.Errorf("the administrator sees %v", c)
	}
}

// frozen ends a relation, after which nothing that the member does reaches the copies.
func frozen(t *testing.T, p *pair, end func(*pair) error, status string) {
	p.sample(ssh)
	judge(t, p.admin, p.adminDet, p.memberID, types.FeedbackUseful)
	was := p.copies()
	must(0, end(p))(t)
	p.wantStatus(status)
	archive(t, p.member, p.memberDt, p.memberID)
	judge(t, p.member, p.memberDt, p.memberID, types.FeedbackNotUseful)
	p.sample(ssh)
	p.sample(tor)
	want(t, "the administrator keeps", p.copies(), was)
	if own := p.owns(); own[ssh].Count != 2 || own[tor].Count != 1 {
		t.Errorf("the member's own findings are %v", own)
	}
	must(p.member.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.memberDt}))(t)
	want(t, "after the member disabled the service, the administrator keeps", p.copies(), was)
	archive(t, p.admin, p.adminDet, p.memberID)
	if c := p.copies()[ssh]; !c.Archived {
		t.Error("a frozen copy can't be archived")
	}
}

func frozenByDisabling(t *testing.T, p *pair) {
	p.sample(ssh)
	was := p.copies()
	must(0, acts['D'](p))(t)
	p.wantStatus("Removed")
	p.memberDt = detectorIn(t, p.member)
	want(t, "with a new detector, the member has", p.owns(), map[string]sight{})
	p.sample(ssh)
	p.sample(tor)
	want(t, "the administrator keeps", p.copies(), was)
}

// joinedAgain leaves with one finding that occurs again as a member, and one that doesn't.
func joinedAgain(t *testing.T, p *pair) {
	p.sample(ssh)
	p.sample(tor)
	archive(t, p.admin, p.adminDet, p.memberID)
	judge(t, p.admin, p.adminDet, p.memberID, types.FeedbackUseful)
	was := p.copies()
	must(0, acts['l'](p))(t)
	p.sample(ssh)
	p.sample(tor)
	p.invite()
	must(0, p.accept())(t)
	want(t, "at the second acceptance, the administrator sees", p.copies(), was)
	archive(t, p.member, p.memberDt, p.memberID)
	p.sample(ssh)
	now := p.copies()
	want(t, "what didn't occur again is", now[tor], was[tor])
	if c := now[ssh]; c.Count != 3 || c.Feedback != "USEFUL" {
		t.Errorf("what occurred again is %v", c)
	}
	if own := p.owns(); !own[tor].Archived || own[tor].Count != 2 {
		t.Errorf("the member's own findings are %v", own)
	}
}

func neverTheOtherWay(t *testing.T, n *newcomers) {
	first := n.pair(t).join()
	second := &pair{t: t, admin: first.admin, adminID: first.adminID, adminDet: first.adminDet}
	other := n.s.account(n.id())
	second.member, second.memberID, second.memberDt = other.Client, other.ID, other.enable()
	second.join()
	must(first.admin.CreateSampleFindings(ctx, &guardduty.CreateSampleFindingsInput{DetectorId: first.adminDet, FindingTypes: []string{ssh}}))(t)
	first.sample(ssh)
	second.sample(ssh)
	all := func(c *guardduty.Client, detector *string) []string {
		return must(c.ListFindings(ctx, &guardduty.ListFindingsInput{DetectorId: detector}))(t).FindingIds
	}
	ids := all(first.admin, first.adminDet)
	if a, b, c := len(ids), len(all(first.member, first.memberDt)), len(all(second.member, second.memberDt)); a != 3 || b != 1 || c != 1 {
		t.Errorf("the administrator sees %d findings, its members %d and %d", a, b, c)
	}
	got := must(first.member.GetFindings(ctx, &guardduty.GetFindingsInput{DetectorId: first.memberDt, FindingIds: ids}))(t)
	for _, f := range got.Findings {
		if *f.AccountId != first.memberID {
			t.Errorf("a member got a finding of %s by its id", *f.AccountId)
		}
	}
}

func want[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
