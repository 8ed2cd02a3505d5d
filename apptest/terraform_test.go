//lint:file-ignore SA1019 Terraform calls what is deprecated, and so must the test.

package apptest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// The tests of this file call as Terraform's provider does, in its order, with its rules of when to wait and what to make
// of an error.

// The texts that the provider looks for.
const (
	tfGone          = "The request is rejected because the input detectorId is not owned by the current account."
	tfMembersRemain = "cannot delete detector while it has invited or associated members"
	tfNoResource    = "The request is rejected since no such resource found."
	tfNoDestination = "The request is rejected because the one or more input parameters have invalid values."
	tfNoOrg         = "organization is not in use"
)

var errNotFound = errors.New("not found")

// tfWait is the provider's state waiter: it reads until a target, through pending states only. A resource that isn't found
// has the state "".
func tfWait(t testing.TB, read func() (string, error), pending, target []string) string {
	t.Helper()
	again := time.NewTicker(100 * time.Millisecond) // it is throttled as others are
	defer again.Stop()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-again.C {
		state, err := read()
		if err != nil && !errors.Is(err, errNotFound) {
			t.Fatal(err)
		}
		if slices.Contains(target, state) {
			return state
		}
		if !slices.Contains(pending, state) {
			t.Fatalf("unexpected state %q, wanted target %v", state, target)
		}
	}
	t.Fatalf("no state of %v within a minute", target)
	return ""
}

// tfNoDiff reads twice, as a plan does after an apply, and wants the same.
func tfNoDiff[T any](t testing.TB, read func() T) T {
	t.Helper()
	first := read()
	want(t, "read again", text(t, read()), text(t, first))
	return first
}

func badRequest(t testing.TB, err error, substring string) {
	t.Helper()
	var bad *types.BadRequestException
	if !errors.As(err, &bad) || !strings.Contains(bad.ErrorMessage(), substring) {
		t.Errorf("got %v, want BadRequestException with %q", err, substring)
	}
}

func readDetector(t testing.TB, c *guardduty.Client, id *string) *guardduty.GetDetectorOutput {
	t.Helper()
	return tfNoDiff(t, func() *guardduty.GetDetectorOutput {
		out := must(c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: id}))(t)
		out.ResultMetadata = noMetadata
		return out
	})
}

func TestTerraformDetector(t *testing.T) {
	c := start(t).account("111122223333")
	id := must(c.CreateDetector(ctx, &guardduty.CreateDetectorInput{
		Enable: aws.Bool(true), ClientToken: aws.String("t"), FindingPublishingFrequency: types.FindingPublishingFrequencyFifteenMinutes,
		DataSources: &types.DataSourceConfigurations{S3Logs: &types.S3LogsConfiguration{Enable: aws.Bool(false)}},
		Tags:        map[string]string{"Name": "x"},
	}))(t).DetectorId
	d := readDetector(t, c.Client, id)
	if d.Status != "ENABLED" || d.FindingPublishingFrequency != "FIFTEEN_MINUTES" || d.Tags["Name"] != "x" || d.DataSources.S3Logs.Status != "DISABLED" {
		t.Errorf("created, the detector is %s", text(t, d))
	}
	names := func(d *guardduty.GetDetectorOutput) (all []string) {
		for _, f := range d.Features {
			all = append(all, string(f.Name))
		}
		return all
	}
	order := names(d)
	for _, status := range []types.FeatureStatus{"ENABLED", "DISABLED", "ENABLED"} { // aws_guardduty_detector_feature
		must(c.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: id, Features: []types.DetectorFeatureConfiguration{
			{Name: "RUNTIME_MONITORING", Status: status, AdditionalConfiguration: []types.DetectorAdditionalConfiguration{
				{Name: "EC2_AGENT_MANAGEMENT", Status: status}, {Name: "EKS_ADDON_MANAGEMENT", Status: "ENABLED"},
			}},
		}}))(t)
		must(c.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: id, Features: []types.DetectorFeatureConfiguration{
			{Name: "RDS_LOGIN_EVENTS", Status: status},
		}}))(t)
		d = readDetector(t, c.Client, id)
		want(t, "the features' order after an update", names(d), order)
		if f := d.Features[slices.Index(order, "RDS_LOGIN_EVENTS")]; f.Status != status || len(f.AdditionalConfiguration) > 0 {
			t.Errorf("updated to %s, the feature is %s", status, text(t, f))
		}
		f := d.Features[slices.Index(order, "RUNTIME_MONITORING")]
		additional := map[types.FeatureAdditionalConfiguration]types.FeatureStatus{}
		for _, a := range f.AdditionalConfiguration {
			additional[a.Name] = a.Status
		}
		if f.Status != status || additional["EC2_AGENT_MANAGEMENT"] != status || additional["EKS_ADDON_MANAGEMENT"] != "ENABLED" {
			t.Errorf("updated to %s, the feature is %s", status, text(t, f))
		}
	}
	must(c.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: id, Enable: aws.Bool(false), FindingPublishingFrequency: "SIX_HOURS"}))(t)
	if d = readDetector(t, c.Client, id); d.Status != "DISABLED" || d.FindingPublishingFrequency != "SIX_HOURS" {
		t.Errorf("updated, the detector is %s", text(t, d))
	}
	must(c.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: id}))(t)
	_, err := c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: id})
	badRequest(t, err, tfGone)
}

// readMember is the provider's read of aws_guardduty_member: what it keeps as email, relationship_status and invite.
func (p *pair) readMember() (email, status string, invite bool, err error) {
	out, err := p.admin.GetMembers(ctx, &guardduty.GetMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()})
	if err != nil {
		return "", "", false, err
	}
	if len(out.Members) == 0 {
		return "", "", false, errNotFound
	}
	m := out.Members[0]
	status = *m.RelationshipStatus
	return *m.Email, status, slices.Contains([]string{"Disabled", "Enabled", "Invited", "EmailVerificationInProgress"}, status), nil
}

func (p *pair) waitInvited(t testing.TB) string {
	t.Helper()
	return tfWait(t, func() (string, error) {
		_, status, _, err := p.readMember()
		return status, err
	}, []string{"", "Created", "EmailVerificationInProgress"}, []string{"Disabled", "Enabled", "Invited"})
}

func (p *pair) tfInvite() []types.UnprocessedAccount {
	p.t.Helper()
	return must(p.admin.InviteMembers(ctx, &guardduty.InviteMembersInput{
		DetectorId: p.adminDet, AccountIds: p.ids(), DisableEmailNotification: aws.Bool(true), Message: aws.String(""),
	}))(p.t).UnprocessedAccounts
}

func (p *pair) wantMember(wantStatus string, wantInvite bool) {
	p.t.Helper()
	email, status, invite, err := p.readMember()
	if err != nil || email != p.memberID+"@example.com" || status != wantStatus || invite != wantInvite {
		p.t.Errorf("the member reads %s, %s, invite %v, %v; want %s, %v", email, status, invite, err, wantStatus, wantInvite)
	}
}

func (p *pair) tfDestroyMember() {
	p.t.Helper()
	must(p.admin.DeleteMembers(ctx, &guardduty.DeleteMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(p.t)
	if _, status, _, err := p.readMember(); !errors.Is(err, errNotFound) {
		p.t.Errorf("destroyed, the member is %q, %v", status, err)
	}
}

func TestTerraformMember(t *testing.T) {
	n := &newcomers{s: start(t)}
	p := n.pair(t)
	if _, _, _, err := p.readMember(); !errors.Is(err, errNotFound) {
		t.Errorf("an account that is no member: %v", err)
	}
	p.add()
	p.wantMember("Created", false)
	p.tfDestroyMember()

	p.add()
	p.tfInvite()
	want(t, "invited, the member is", p.waitInvited(t), "Invited")
	p.wantMember("Invited", true)
	_, err := p.admin.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.adminDet})
	badRequest(t, err, tfMembersRemain)
	p.tfDestroyMember()

	p.add()
	p.tfInvite()
	p.waitInvited(t)
	must(p.admin.DisassociateMembers(ctx, &guardduty.DisassociateMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t)
	p.wantMember("Removed", false)
	want(t, "invited again after invite = false", len(p.tfInvite()), 0)
	p.waitInvited(t)
	must(0, p.accept())(t)
	p.wantMember("Enabled", true)
	if u := p.tfInvite(); len(u) != 1 || !strings.HasPrefix(*u[0].Result, "The request is rejected because the current account has already invited or is already the GuardDuty master of the given member account ID.") {
		t.Errorf("inviting a member: %s", text(t, u))
	}
	must(0, acts['s'](p))(t)
	want(t, "suspended, the member is", p.waitInvited(t), "Disabled")
	p.wantMember("Disabled", true)
	must(p.admin.DisassociateMembers(ctx, &guardduty.DisassociateMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()}))(t)
	p.wantMember("Removed", false)
	p.tfDestroyMember()
	must(p.admin.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.adminDet}))(t)
	_, _, _, err = p.readMember()
	badRequest(t, err, tfGone)
}

// tfInvitation pages through the invitations until one is of the master.
func (p *pair) tfInvitation() *string {
	p.t.Helper()
	pages := guardduty.NewListInvitationsPaginator(p.member, &guardduty.ListInvitationsInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		for _, i := range must(pages.NextPage(ctx))(p.t).Invitations {
			if *i.AccountId == p.adminID {
				return i.InvitationId
			}
		}
	}
	p.t.Fatalf("no invitation of %s", p.adminID)
	return nil
}

func TestTerraformInviteAccepter(t *testing.T) {
	n := &newcomers{s: start(t)}
	others := []*account{n.s.account(n.id()), n.s.account(n.id())}
	p := n.pair(t)
	for _, o := range others {
		other := &pair{t: t, admin: o.Client, adminID: o.ID, adminDet: o.enable(), member: p.member, memberID: p.memberID}
		other.add()
		other.invite()
	}
	p.add()
	p.tfInvite()
	master := func() *types.Master {
		t.Helper()
		return must(p.member.GetMasterAccount(ctx, &guardduty.GetMasterAccountInput{DetectorId: p.memberDt}))(t).Master
	}
	for range 2 {
		if m := master(); m != nil {
			t.Errorf("without one, the master is %s", text(t, m))
		}
		must(p.member.AcceptInvitation(ctx, &guardduty.AcceptInvitationInput{DetectorId: p.memberDt, InvitationId: p.tfInvitation(), MasterId: &p.adminID}))(t)
		if m := tfNoDiff(t, master); m == nil || *m.AccountId != p.adminID || *m.RelationshipStatus != "Enabled" {
			t.Errorf("the master is %s", text(t, m))
		}
		must(p.member.DisassociateFromMasterAccount(ctx, &guardduty.DisassociateFromMasterAccountInput{DetectorId: p.memberDt}))(t)
	}
	must(p.member.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.memberDt}))(t)
	_, err := p.member.GetMasterAccount(ctx, &guardduty.GetMasterAccountInput{DetectorId: p.memberDt})
	badRequest(t, err, tfGone)
}
