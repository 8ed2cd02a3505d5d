package apptest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

var ctx = context.Background()

// must wants no error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused wants an error with a sentence in it.
func refused(t testing.TB, err error, sentence string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), sentence) {
		t.Errorf("got %v, want %q", err, sentence)
	}
}

// pair is an administrator and an account, both with the service on in a region.
type pair struct {
	t                  testing.TB
	admin, member      *guardduty.Client
	adminID, memberID  string
	adminDet, memberDt *string
}

func newPair(t testing.TB, admin, member *account, region string) *pair {
	t.Helper()
	p := &pair{t: t, admin: admin.in(region), member: member.in(region), adminID: admin.ID, memberID: member.ID}
	p.adminDet, p.memberDt = detectorIn(t, p.admin), detectorIn(t, p.member)
	return p
}

// detectorIn returns the detector of a client, made if there is none.
func detectorIn(t testing.TB, c *guardduty.Client) *string {
	t.Helper()
	list := must(c.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(t)
	if len(list.DetectorIds) > 0 {
		return &list.DetectorIds[0]
	}
	return must(c.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)}))(t).DetectorId
}

func (p *pair) add() []types.UnprocessedAccount {
	p.t.Helper()
	return must(p.admin.CreateMembers(ctx, &guardduty.CreateMembersInput{
		DetectorId: p.adminDet, AccountDetails: []types.AccountDetail{{AccountId: &p.memberID, Email: aws.String(p.memberID + "@example.com")}},
	}))(p.t).UnprocessedAccounts
}

func (p *pair) invite() []types.UnprocessedAccount {
	p.t.Helper()
	return must(p.admin.InviteMembers(ctx, &guardduty.InviteMembersInput{
		DetectorId: p.adminDet, AccountIds: []string{p.memberID}, Message: aws.String("Please accept."),
	}))(p.t).UnprocessedAccounts
}

// invitation is the id of the invitation that the member got from the administrator, "none" if it got none.
func (p *pair) invitation() string {
	p.t.Helper()
	for _, i := range must(p.member.ListInvitations(ctx, &guardduty.ListInvitationsInput{}))(p.t).Invitations {
		if *i.AccountId == p.adminID {
			return *i.InvitationId
		}
	}
	return "none"
}

func (p *pair) accept() error {
	p.t.Helper()
	_, err := p.member.AcceptAdministratorInvitation(ctx, &guardduty.AcceptAdministratorInvitationInput{
		DetectorId: p.memberDt, AdministratorId: &p.adminID, InvitationId: aws.String(p.invitation()),
	})
	return err
}

// join makes the account a member.
func (p *pair) join() *pair {
	p.t.Helper()
	p.add()
	p.invite()
	must(0, p.accept())(p.t)
	return p
}

func (p *pair) ids() []string { return []string{p.memberID} }

// status is that of the member at the administrator, "" if it is none.
func (p *pair) status() string {
	p.t.Helper()
	out := must(p.admin.GetMembers(ctx, &guardduty.GetMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(p.t)
	if len(out.Members) == 0 {
		return ""
	}
	return *out.Members[0].RelationshipStatus
}

func (p *pair) wantStatus(want string) {
	p.t.Helper()
	if got := p.status(); got != want {
		p.t.Errorf("status is %q, want %q", got, want)
	}
}

func (p *pair) sample(typ string) {
	p.t.Helper()
	must(p.member.CreateSampleFindings(ctx, &guardduty.CreateSampleFindingsInput{DetectorId: p.memberDt, FindingTypes: []string{typ}}))(p.t)
}

// findings counts what a side sees of the member's account.
func findings(t testing.TB, c *guardduty.Client, detector *string, account string) []string {
	t.Helper()
	return must(c.ListFindings(ctx, &guardduty.ListFindingsInput{
		DetectorId: detector, FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"accountId": {Equals: []string{account}}}},
	}))(t).FindingIds
}

func (p *pair) adminSees() []string  { return findings(p.t, p.admin, p.adminDet, p.memberID) }
func (p *pair) memberSees() []string { return findings(p.t, p.member, p.memberDt, p.memberID) }

const ssh, tor = "UnauthorizedAccess:EC2/SSHBruteForce", "UnauthorizedAccess:EC2/TorClient"

func Test90ThirtyRowsWithOneMalformed(t *testing.T) {
	s := start(t)
	admin := s.account("111122223333")
	detector := admin.enable()
	var csv strings.Builder
	csv.WriteString("Account ID,Email\r\n")
	for i := range 30 {
		if i == 17 {
			csv.WriteString("12345,broken\r\n")
			continue
		}
		fmt.Fprintf(&csv, "%012d,owner%d@example.com\r\n", 500000000000+i, i)
	}
	file := filepath.Join(t.TempDir(), "accounts.csv")
	must(0, os.WriteFile(file, []byte(csv.String()), 0o600))(t)
	out, errs, err := s.try("member", "import", file, "--account", admin.ID)
	if err == nil || !strings.Contains(errs, "line 19") || strings.Count(errs, "\n") != 1 {
		t.Errorf("import: %v, %q, %q", err, out, errs)
	}
	members := must(admin.ListMembers(ctx, &guardduty.ListMembersInput{DetectorId: detector, OnlyAssociated: aws.String("false")}))(t).Members
	if len(members) != 29 {
		t.Errorf("%d members, want 29", len(members))
	}
	out, errs, err = s.try("member", "import", file, "--account", admin.ID)
	if err == nil || out != "us-east-1: added 0 of 29, members already: 29\n" || strings.Count(errs, "\n") != 1 {
		t.Errorf("imported again: %v, %q, %q", err, out, errs)
	}
}

// TestResend: the CLI says of a mail that it is on its way only if it is, and why none was sent, and the history has it.
func TestResend(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region)
	p.add()
	p.invite()
	resend := func(want string) {
		t.Helper()
		out, errs, err := s.try("member", "resend", "444455556666", "--account", "111122223333", "--email", "right@example.com")
		if err != nil || out != want || errs != "" {
			t.Errorf("got %q, %q, %v", out, errs, err)
		}
	}
	resend("us-east-1: the invitation of 444455556666 is on its way to right@example.com.\n")
	must(0, p.accept())(t)
	resend("us-east-1: the address of 444455556666 is right@example.com now; no invitation waits for an answer, so none was mailed.\n")
	shown := s.operator("member", "show", "444455556666", "--account", "111122223333")
	for _, want := range []string{"e-mail address changed by the administrator, from ", " to right@example.com, by ", "invitation mailed again by the administrator, by "} {
		if strings.Count(shown, want) != 1 {
			t.Errorf("%q isn't there once: %s", want, shown)
		}
	}
}

// TestEveryRegionWhereTheServiceIsOn: the CLI passes over a region where it is off, and says so.
func TestEveryRegionWhereTheServiceIsOn(t *testing.T) {
	s := start(t, withRegions(region, "eu-west-1", "ap-south-1"))
	admin := s.account("111122223333")
	admin.enable()
	must(admin.in("ap-south-1").CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)}))(t)
	out, errs, err := s.try("member", "add", "444455556666", "b@example.com", "--account", admin.ID, "--regions", "all")
	if err != nil || out != "us-east-1: added 1 of 1\nap-south-1: added 1 of 1\n" || errs != "not enabled in eu-west-1\n" {
		t.Errorf("got %q, %q, %v", out, errs, err)
	}
	out, _, err = s.try("member", "list", "--account", admin.ID, "--regions", "all", "--json")
	if err != nil || strings.Count(out, "444455556666") != 2 {
		t.Errorf("listed %q, %v", out, err)
	}
}

func Test91ThirdAccountInvitesTheSameMember(t *testing.T) {
	s := start(t)
	member := s.account("444455556666")
	first := newPair(t, s.account("111122223333"), member, region).join()
	second := newPair(t, s.account("777788889999"), member, region)
	second.add()
	second.invite()
	second.wantStatus("Invited")
	refused(t, second.accept(), "The request is rejected because the current account cannot accept invitations since it is already an associated member of some master account.")
	first.wantStatus("Enabled")
	count := must(second.member.GetInvitationsCount(ctx, &guardduty.GetInvitationsCountInput{}))(t)
	if *count.InvitationsCount != 1 {
		t.Errorf("%d pending invitations, want 1", *count.InvitationsCount)
	}
	must(first.member.DisassociateFromAdministratorAccount(ctx, &guardduty.DisassociateFromAdministratorAccountInput{DetectorId: first.memberDt}))(t)
	must(0, second.accept())(t)
	first.wantStatus("Resigned")
	second.wantStatus("Enabled")
}

func Test92ListsAreEachAccountsOwn(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region).join()
	for _, side := range []struct {
		c        *guardduty.Client
		detector *string
	}{{p.admin, p.adminDet}, {p.member, p.memberDt}} {
		must(side.c.CreateIPSet(ctx, &guardduty.CreateIPSetInput{
			DetectorId: side.detector, Name: aws.String("trusted"), Format: types.IpSetFormatTxt, Location: aws.String("s3://lists/trusted.txt"), Activate: aws.Bool(true),
		}))(t)
	}
	for _, side := range []struct {
		c            *guardduty.Client
		own, foreign *string
	}{{p.admin, p.adminDet, p.memberDt}, {p.member, p.memberDt, p.adminDet}} {
		ids := must(side.c.ListIPSets(ctx, &guardduty.ListIPSetsInput{DetectorId: side.own}))(t).IpSetIds
		if len(ids) != 1 {
			t.Errorf("a side has %d lists, want its own", len(ids))
		}
		_, err := side.c.ListIPSets(ctx, &guardduty.ListIPSetsInput{DetectorId: side.foreign})
		refused(t, err, "detectorId is not owned by the current account")
	}
	p.sample(ssh)
	if a, m := len(p.adminSees()), len(p.memberSees()); a != 1 || m != 1 {
		t.Errorf("%d and %d findings, want 1 each: no side's list hides the other's", a, m)
	}
}

func Test93AdministratorSuspendsAndResumes(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region).join()
	p.sample(ssh)
	must(p.admin.StopMonitoringMembers(ctx, &guardduty.StopMonitoringMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t)
	p.wantStatus("Disabled")
	if d := must(p.member.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: p.memberDt}))(t); d.Status != types.DetectorStatusDisabled {
		t.Errorf("the member's detector is %s", d.Status)
	}
	if n := len(p.adminSees()); n != 1 {
		t.Errorf("the administrator sees %d findings while the member is suspended, want the old one", n)
	}
	must(p.admin.StartMonitoringMembers(ctx, &guardduty.StartMonitoringMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t)
	p.wantStatus("Enabled")
	p.sample(tor)
	if n := len(p.adminSees()); n != 2 {
		t.Errorf("resumed, the administrator sees %d findings, want 2", n)
	}
}

func Test94DisableNeedsTheMembersRemoved(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region).join()
	_, err := p.admin.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.adminDet})
	refused(t, err, "cannot delete detector while it has invited or associated members")
	refused(t, err, "444455556666")
	must(p.admin.DisassociateMembers(ctx, &guardduty.DisassociateMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t)
	must(p.admin.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.adminDet}))(t)
	if d := must(p.member.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: p.memberDt}))(t); d.Status != types.DetectorStatusEnabled {
		t.Errorf("the member's service is %s", d.Status)
	}
}

func Test95AdministratorSuspendsItself(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region).join()
	must(p.admin.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: p.adminDet, Enable: aws.Bool(false)}))(t)
	p.wantStatus("Enabled")
	if d := must(p.member.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: p.memberDt}))(t); d.Status != types.DetectorStatusEnabled {
		t.Errorf("the member's service is %s", d.Status)
	}
	p.sample(ssh)
	if n := len(p.adminSees()); n != 1 {
		t.Errorf("the suspended administrator sees %d findings of its member, want 1", n)
	}
}

func Test96MemberSuspendsAndDisablesItself(t *testing.T) {
	s := start(t)
	p := newPair(t, s.account("111122223333"), s.account("444455556666"), region).join()
	must(p.member.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: p.memberDt, Enable: aws.Bool(false)}))(t)
	p.wantStatus("Disabled")
	must(p.member.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: p.memberDt, Enable: aws.Bool(true)}))(t)
	p.wantStatus("Enabled")
	p.sample(ssh)
	must(p.member.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.memberDt}))(t)
	p.wantStatus("Removed")
	if n := len(p.adminSees()); n != 1 {
		t.Errorf("the administrator keeps %d copies, want 1", n)
	}
}

func Test97RegionsAreApart(t *testing.T) {
	s := start(t, withRegions(region, "eu-west-1"))
	admin, member := s.account("111122223333"), s.account("444455556666")
	here, there := newPair(t, admin, member, region).join(), newPair(t, admin, member, "eu-west-1")
	there.wantStatus("")
	here.sample(ssh)
	if a, m := len(there.adminSees()), len(there.memberSees()); a != 0 || m != 0 {
		t.Errorf("%d and %d findings in the other region", a, m)
	}
	_, err := there.admin.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: here.adminDet})
	refused(t, err, "detectorId is not owned by the current account")
}

func Test98AddNowInviteLater(t *testing.T) {
	box := openMailbox(t)
	s := start(t, box.option())
	admin, member := s.account("111122223333"), s.account("444455556666")
	p := newPair(t, admin, member, region)
	p.add()
	s.restart() // whatever waited to be sent would go now
	p = newPair(t, admin, member, region)
	p.wantStatus("Created")
	if id := p.invitation(); id != "none" {
		t.Errorf("the member has invitation %s before it is invited", id)
	}
	box.empty()
	p.invite()
	if l := box.next(); l.to != "444455556666@example.com" {
		t.Errorf("the mail went to %s", l.to)
	}
	box.empty()
	must(0, p.accept())(t)
	p.wantStatus("Enabled")
}
