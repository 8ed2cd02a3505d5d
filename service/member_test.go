package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
)

// The sentences that clients know, of state-machine.md.
const (
	selfMember      = "The request is rejected because an account cannot become a member of itself."
	alreadyMember   = "The request is rejected because the given account ID is already a member or associated member of the current account."
	memberCantAdd   = "The request is rejected because the current account cannot create members since it is already an associated member of another master account."
	memberCantAsk   = "The request is rejected because the current account cannot invite other accounts since it is already an associated member of another master account."
	selfInvite      = "The request is rejected because the current account cannot invite itself."
	alreadyInvited  = "The request is rejected because the current account has already invited or is already the GuardDuty master of the given member account ID."
	stillAssociated = "The request is rejected because the current account cannot delete the given member account ID since it is still associated to it."
	notAssociated   = "The request is rejected because the given account ID is not an associated member of account the current account."
	keepInvitation  = "The request is rejected because the current account cannot delete the invitation from the given master account ID since it is still associated to it or has not declined their invitation yet."
	inviterIsMember = "The request is rejected because the current account cannot accept invitation from the given account ID since the latter is an associated member of another master account."
	hasMembers      = "The request is rejected because the current account cannot accept invitations since it still has created, invited or associated members."
	hasMaster       = "The request is rejected because the current account cannot accept invitations since it is already an associated member of some master account."
	noInvitation    = "The request is rejected because the current account has no pending invitation from the given master account ID or is already an associated member of another master account."
	noMaster        = "The request is rejected because the current account is not associated to a master account."
	detectorExists  = "The request is rejected because a detector already exists for the current account."
	membersRemain   = "The request is rejected because the current account cannot delete detector while it has invited or associated members."
	notOwned        = "The request is rejected because the input detectorId is not owned by the current account."
	tooMany         = "The request is rejected because the current account cannot create anymore members since it cannot exceed the maximum number of allowed members."
)

func TestSentencesOfMembership(t *testing.T) {
	w := newWorld(t)
	admin, member, third := w.account("111122223333"), w.account("444455556666"), w.account("777788889999")
	w.enable(admin)
	w.enable(third)

	w.refused(w.add(admin, admin), selfMember)
	w.refused(w.invite(admin, admin), selfInvite)
	w.refused(w.invite(admin, member), "The request is rejected because the given account ID is not a member of the current account.")
	w.ok(w.add(admin, member))
	w.refused(w.add(admin, member), alreadyMember)
	w.ok(w.invite(admin, member))
	if err := w.invite(admin, member); err == nil || err.Error() != alreadyInvited { // the whole of it: Terraform compares
		t.Errorf("invited twice: %v", err)
	}
	w.refused(w.accept(member, admin), notOwned) // the service must be enabled first
	w.refused(w.stop(admin, member), notAssociated)
	w.refused(w.deleteInvitation(member, admin), keepInvitation)

	w.enable(member)
	_, err := w.CreateDetector(context.Background(), member, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
	w.refused(err, detectorExists)
	w.refused(w.leave(member), noMaster)
	w.refused(w.accept(member, third), noInvitation)
	w.ok(w.accept(member, admin))
	w.refused(w.accept(member, admin), hasMaster)
	w.refused(w.forget(admin, member), stillAssociated)
	w.refused(w.add(member, third), memberCantAdd)
	w.refused(w.invite(member, third), memberCantAsk)

	w.ok(w.add(third, admin))
	w.ok(w.invite(third, admin))
	w.refused(w.accept(admin, third), hasMembers)
	w.refused(w.disable(third), membersRemain)
	for _, c := range []picket.Caller{admin, third} {
		w.administers(c, true)
	}
	w.administers(member, false)
	w.ok(w.leave(member))
	w.administers(admin, false) // it may accept an invitation, as it has only a member that left
}

// administers says whether an account should be told that it can accept no invitation.
func (w *world) administers(c picket.Caller, want bool) {
	w.t.Helper()
	got, err := w.Administers(context.Background(), c)
	w.ok(err)
	if got != want {
		w.t.Errorf("account %s administers: %v, want %v", c.Account, got, want)
	}
}

// Whose member an inviter became is told to nobody, and that it is one to those alone whom it invited.
func TestInviterThatBecameAMember(t *testing.T) {
	w := newWorld(t)
	inviter, invitee, top, stranger := w.account("111122223333"), w.account("444455556666"), w.account("777788889999"), w.account("123412341234")
	for _, c := range []picket.Caller{inviter, invitee, top, stranger} {
		w.enable(c)
	}
	w.ok(w.add(inviter, invitee))
	w.ok(w.invite(inviter, invitee))
	w.ok(w.decline(invitee, inviter)) // Resigned doesn't keep the inviter from becoming a member
	w.ok(w.add(top, inviter))
	w.ok(w.invite(top, inviter))
	w.ok(w.accept(inviter, top))
	f := func(by picket.Caller, want string) {
		t.Helper()
		if err := w.accept(by, inviter); err == nil || err.Error() != want {
			t.Errorf("%s accepts: got %v, want %q", by.Account, err, want)
		}
	}
	f(invitee, inviterIsMember)
	f(stranger, noInvitation)
}

func TestAccountIDsOfMembers(t *testing.T) {
	w := newWorld(t)
	admin := w.account("111122223333")
	w.enable(admin)
	for _, id := range []string{"44445555666O", "４４４４５５５５６６６６", "44445555666", "4444555566667", "4444-5555-66", " 44445555666"} {
		w.refused(w.add(admin, as(id)), "The request is rejected because an invalid or out-of-range value")
	}
}

func TestSuspensionHasOneStatus(t *testing.T) {
	w := newWorld(t)
	admin, member := w.account("111122223333"), w.account("444455556666")
	w.enable(admin)
	w.enable(member)
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.ok(w.monitorSelf(member, false))
	w.ok(w.accept(member, admin)) // while suspended
	f := func(status, running string) {
		t.Helper()
		if s, r := w.member(admin, member), w.running(member); s != status || r != running {
			t.Errorf("status %s, detector %s; want %s, %s", s, r, status, running)
		}
	}
	f("Disabled", "DISABLED")
	w.ok(w.start(admin, member))
	f("Enabled", "ENABLED")
	w.ok(w.monitorSelf(member, false))
	f("Disabled", "DISABLED")
	w.ok(w.monitorSelf(member, true))
	f("Enabled", "ENABLED")
	w.ok(w.stop(admin, member))
	f("Disabled", "DISABLED")
	w.ok(w.monitorSelf(admin, false)) // its own only
	w.ok(w.start(admin, member))
	f("Enabled", "ENABLED")

	m, err := w.Member(context.Background(), admin, member.Account)
	w.ok(err)
	var reasons []string
	for _, h := range m.History {
		reasons = append(reasons, h.Reason)
	}
	want := "added by the administrator; invited by the administrator; invitation accepted by the member; suspended by the member; " +
		"resumed by the administrator; suspended by the member; resumed by the member; suspended by the administrator; resumed by the administrator"
	if got := strings.Join(reasons, "; "); got != want {
		t.Errorf("history is %s", got)
	}
}

// What becomes of a member's mail is in its history beside the steps, and changes no status.
func TestHistoryOfMails(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, operator := w.account("111122223333"), w.account("444455556666"), picket.Operator("111122223333", region)
	w.enable(admin)
	w.enable(member)
	resend := func(by picket.Caller, email string) {
		t.Helper()
		_, err := w.ResendInvitation(ctx, by, member.Account, email)
		w.ok(err)
	}
	w.ok(w.add(admin, member))
	resend(admin, "a@example.com")
	resend(admin, "a@example.com") // is what it was
	w.ok(w.invite(admin, member))
	resend(operator, "")
	resend(admin, "b@example.com")
	w.ok(w.accept(member, admin))
	resend(admin, "c@example.com")

	m, err := w.Member(ctx, admin, member.Account)
	w.ok(err)
	var got []string
	for _, h := range m.History {
		got = append(got, fmt.Sprintf("%s: %s by %s", h.Status, h.Reason, h.By))
	}
	want := []string{
		"Created: added by the administrator by " + admin.ARN,
		"Created: e-mail address changed by the administrator, from 444455556666@example.com to a@example.com by " + admin.ARN,
		"Invited: invited by the administrator by " + admin.ARN,
		"Invited: invitation mailed again by the administrator by " + operator.ARN,
		"Invited: e-mail address changed by the administrator, from a@example.com to b@example.com by " + admin.ARN,
		"Invited: invitation mailed again by the administrator by " + admin.ARN,
		"Enabled: invitation accepted by the member by " + member.ARN,
		"Enabled: e-mail address changed by the administrator, from b@example.com to c@example.com by " + admin.ARN,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if last := m.History[len(m.History)-1]; m.Email != "c@example.com" || m.UpdatedAt != last.At {
		t.Errorf("got %s, updated at %d", m.Email, m.UpdatedAt)
	}
}

func TestRegionsKnowNothingOfEachOther(t *testing.T) {
	w := newWorld(t)
	admin, member := w.account("111122223333"), w.account("444455556666")
	for _, r := range []string{region, "eu-west-1"} {
		w.enable(in(admin, r))
		w.enable(in(member, r))
	}
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.ok(w.accept(member, admin))
	if got := w.member(in(admin, "eu-west-1"), member); got != "" {
		t.Errorf("the member is %s in the other region", got)
	}
	if n := len(w.invitations(in(member, "eu-west-1"))); n != 0 {
		t.Errorf("%d invitations in the other region", n)
	}
	w.refused(w.leave(in(member, "eu-west-1")), noMaster)
}

func TestListMembersPages(t *testing.T) {
	w := newWorld(t)
	admin := w.account("111122223333")
	w.enable(admin)
	for i := range 7 {
		w.ok(w.add(admin, as(accountNumber(i))))
	}
	var got []string
	in := &guardduty.ListMembersRequest{DetectorId: w.detector(admin), MaxResults: guardduty.Ptr(int32(3)), OnlyAssociated: guardduty.Ptr("FALSE")}
	for {
		out, err := w.ListMembers(context.Background(), admin, in)
		w.ok(err)
		for _, m := range out.Members {
			got = append(got, *m.AccountId)
			if m.InvitedAt != nil || *m.RelationshipStatus != "Created" || *m.Email == "" || *m.MasterId != admin.Account {
				t.Errorf("%s is listed as %s, %v", *m.AccountId, *m.RelationshipStatus, m.InvitedAt)
			}
		}
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
		_, err = w.ListMembers(context.Background(), as("444455556666"), in)
		w.refused(err, "The request is rejected because an invalid or out-of-range value")
	}
	if len(got) != 7 || got[0] != accountNumber(0) || got[6] != accountNumber(6) {
		t.Errorf("got %v", got)
	}
	in = &guardduty.ListMembersRequest{DetectorId: w.detector(admin)}
	if out, err := w.ListMembers(context.Background(), admin, in); err != nil || len(out.Members) != 0 {
		t.Errorf("associated by default: got %d members, %v", len(out.Members), err)
	}
}

func TestMembersAreLimited(t *testing.T) {
	w := newWorld(t)
	w.Settings.Members = 2
	admin := w.account("111122223333")
	w.enable(admin)
	w.ok(w.add(admin, as(accountNumber(1))))
	w.ok(w.add(admin, as(accountNumber(2))))
	w.refused(w.add(admin, as(accountNumber(3))), tooMany)
}

// Both sides read of each change from the invitation on, in audit logs that hold nothing of others.
func TestBothSidesAreTold(t *testing.T) {
	w := newWorld(t)
	admin, member, third := w.account("111122223333"), w.account("444455556666"), w.account("777788889999")
	w.enable(admin)
	w.enable(member)
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	w.ok(w.accept(member, admin))
	w.ok(w.leave(member))
	w.ok(w.forget(admin, member))
	f := func(c picket.Caller, want int) {
		t.Helper()
		records, err := w.Audit(context.Background(), c.Account, 0, 100)
		w.ok(err)
		if len(records) != want {
			t.Errorf("%s reads %d records, want %d", c.Account, len(records), want)
		}
		for _, r := range records {
			if !strings.Contains(string(r.Event), fmt.Sprintf("%q:%q", "recipientAccountId", c.Account)) {
				t.Errorf("%s reads %s", c.Account, r.Event)
			}
		}
	}
	f(admin, 5)
	f(member, 4)
	f(third, 0)
}

func TestDeletedInvitationsAreNotAccepted(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	w.ok(w.add(admin, member))
	w.ok(w.invite(admin, member))
	id := w.invitations(member)[0].InvitationId
	w.ok(w.decline(member, admin))
	w.ok(w.deleteInvitation(member, admin))
	_, err := w.AcceptAdministratorInvitation(context.Background(), member, &guardduty.AcceptAdministratorInvitationRequest{
		DetectorId: w.detector(member), AdministratorId: &admin.Account, InvitationId: id,
	})
	w.refused(err, noInvitation)
	w.ok(w.invite(admin, member))
	w.ok(w.accept(member, admin))
}

// A message is kept with every member, so it has an end, and a mail has all of it.
func TestLongMessages(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.ok(w.add(admin, member))
	invite := func(message string) error {
		out, err := w.InviteMembers(ctx, admin, &guardduty.InviteMembersRequest{
			DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}, Message: &message,
		})
		if err != nil {
			return err
		}
		return one(out.UnprocessedAccounts, nil)
	}
	w.refused(invite(strings.Repeat("é", 5001)), outOfRange)
	w.ok(invite(strings.Repeat("é", 5000)))
}

// A member's detector is told while the relation lasts, and no longer.
func TestDetectorOfAMember(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	f := func(want string) {
		t.Helper()
		out, err := w.GetMembers(context.Background(), admin, &guardduty.GetMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
		w.ok(err)
		if got := out.Members[0].DetectorId; (got == nil) != (want == "") || got != nil && *got != want {
			t.Errorf("got %v, want %q", got, want)
		}
	}
	w.ok(w.add(admin, member))
	f("")
	w.ok(w.invite(admin, member))
	f("")
	w.ok(w.accept(member, admin))
	f(*w.detector(member))
	w.ok(w.leave(member))
	f("")
}

// The first row of an account counts, and the second is told what the first was.
func TestAccountNamedTwice(t *testing.T) {
	w := newWorld(t)
	admin := w.account("111122223333")
	w.enable(admin)
	id := accountNumber(1)
	out, err := w.CreateMembers(context.Background(), admin, &guardduty.CreateMembersRequest{
		DetectorId: w.detector(admin),
		AccountDetails: guardduty.List[guardduty.AccountDetail]{
			{AccountId: &id, Email: guardduty.Ptr("first@example.com")}, {AccountId: &id, Email: guardduty.Ptr("second@example.com")},
		},
	})
	w.refused(one(out.UnprocessedAccounts, err), alreadyMember)
	if m, err := w.Member(context.Background(), admin, id); err != nil || m.Email != "first@example.com" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// Members by invitation that an organization takes over lose rights: their history and both audit logs say so.
func TestTakenOverMembersAreTold(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, management := w.family()
	w.join(admin, member)
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, member.Account))
	w.appoint(management, admin)
	m, err := w.Member(ctx, admin, member.Account)
	w.ok(err)
	if last := m.History[len(m.History)-1]; m.Mode != picket.Organization || m.Status != picket.Enabled || !strings.Contains(last.Reason, "organization") {
		t.Errorf("got %s, %s, %+v", m.Mode, m.Status, last)
	}
	for _, c := range []picket.Caller{admin, member} {
		records, err := w.Audit(ctx, c.Account, 0, 100)
		w.ok(err)
		if last := string(records[len(records)-1].Event); !strings.Contains(last, "managed by the organization") {
			t.Errorf("%s reads %s", c.Account, last)
		}
	}
}

func TestFeaturesThatAreRefused(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, member, management := w.family()
	update := func(names ...string) error {
		in := &guardduty.UpdateDetectorRequest{DetectorId: w.detector(member)}
		for _, name := range names {
			in.Features = append(in.Features, guardduty.DetectorFeatureConfiguration{Name: guardduty.DetectorFeature(name), Status: guardduty.FeatureStatusEnabled})
		}
		_, err := w.UpdateDetector(ctx, member, in)
		return err
	}
	const invalid = "The request is rejected because an invalid or out-of-range value"
	w.refused(update("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"), invalid)
	w.ok(update("RUNTIME_MONITORING"))
	w.refused(update("EKS_RUNTIME_MONITORING"), invalid)
	w.ok(w.monitorSelf(member, false))
	w.refused(update("RDS_LOGIN_EVENTS"), "The request failed because you cannot enable a data source while the detector is disabled.")
	w.ok(update("RUNTIME_MONITORING")) // it is on already

	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, member.Account))
	w.appoint(management, member)
	configure := func(features ...guardduty.OrganizationFeatureConfiguration) error {
		_, err := w.UpdateOrganizationConfiguration(ctx, member, &guardduty.UpdateOrganizationConfigurationRequest{DetectorId: w.detector(member), Features: features})
		return err
	}
	on := func(name guardduty.OrgFeature, additional ...guardduty.OrganizationAdditionalConfiguration) guardduty.OrganizationFeatureConfiguration {
		return guardduty.OrganizationFeatureConfiguration{Name: name, AutoEnable: guardduty.OrgFeatureStatusAll, AdditionalConfiguration: additional}
	}
	w.refused(configure(on(guardduty.OrgFeatureRuntimeMonitoring), on(guardduty.OrgFeatureEksRuntimeMonitoring)), invalid)
	w.refused(configure(on(guardduty.OrgFeatureS3DataEvents, guardduty.OrganizationAdditionalConfiguration{
		Name: guardduty.OrgFeatureAdditionalConfigurationEksAddonManagement, AutoEnable: guardduty.OrgFeatureStatusAll,
	})), invalid)
}

func (w *world) feature(c picket.Caller, name string) bool {
	w.t.Helper()
	out, err := w.GetDetector(context.Background(), c, &guardduty.GetDetectorRequest{DetectorId: w.detector(c)})
	w.ok(err)
	for _, f := range out.Features {
		if string(f.Name) == name {
			return f.Status == guardduty.FeatureStatusEnabled
		}
	}
	w.t.Fatalf("no feature %s", name)
	return false
}
