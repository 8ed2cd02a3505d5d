package apptest

import (
	"fmt"
	"strings"
	"testing"
)

// Test89Lecture is the flow of two accounts with the AWS CLI: add, invite with a message, the mail, enable, accept, monitored,
// and a finding of the member that both see.
func Test89Lecture(t *testing.T) {
	box := openMailbox(t)
	s := start(t, box.option())
	admin, member := s.account("111122223333"), s.account("444455556666")
	detector := admin.aws("guardduty", "create-detector", "--enable")["DetectorId"].(string)

	added := admin.aws("guardduty", "create-members", "--detector-id", detector, "--account-details", "AccountId=444455556666,Email=owner@example.com")
	if n := len(added["UnprocessedAccounts"].([]any)); n != 0 {
		t.Fatalf("%d accounts were not added", n)
	}
	if got := statusOf(admin, detector, "444455556666"); got != "Created" {
		t.Errorf("added, the status is %s", got)
	}
	admin.aws("guardduty", "invite-members", "--detector-id", detector, "--account-ids", "444455556666", "--message", "Please accept.")
	if got := statusOf(admin, detector, "444455556666"); got != "Invited" {
		t.Errorf("invited, the status is %s", got)
	}

	mail := box.next()
	if mail.to != "owner@example.com" || !strings.Contains(strings.ToLower(mail.subject), "action") {
		t.Errorf("mail to %s: %q", mail.to, mail.subject)
	}
	for _, part := range []string{mail.text, mail.html} {
		for _, want := range []string{"111122223333", "444455556666", "administrator", "The following notes were provided with this invitation", "Please accept."} {
			if !strings.Contains(part, want) {
				t.Errorf("the mail lacks %q:\n%s", want, part)
			}
		}
	}
	link := mail.link()
	if q := link.Query(); q.Get("region") != region || q.Get("inviter") != "111122223333" || !strings.HasPrefix(link.Path, "/console/") {
		t.Errorf("the mail links to %s", link)
	}

	invitations := member.aws("guardduty", "list-invitations")["Invitations"].([]any)
	if len(invitations) != 1 {
		t.Fatalf("%d invitations", len(invitations))
	}
	invitation := invitations[0].(map[string]any)["InvitationId"].(string)
	accept := func(detector string) ([]byte, error) {
		return member.tryAWS("guardduty", "accept-administrator-invitation", "--detector-id", detector, "--administrator-id", "111122223333", "--invitation-id", invitation)
	}
	if out, err := accept(detector); err == nil || !strings.Contains(string(out), "The request is rejected because the input detectorId is not owned by the current account.") {
		t.Errorf("accepting without the service: %v, %s", err, out)
	}
	own := member.aws("guardduty", "create-detector", "--enable")["DetectorId"]
	if own == nil {
		own = member.aws("guardduty", "list-detectors")["DetectorIds"].([]any)[0]
	}
	if out, err := accept(own.(string)); err != nil {
		t.Fatalf("accept: %v, %s", err, out)
	}
	master := member.aws("guardduty", "get-master-account", "--detector-id", own.(string))["Master"].(map[string]any)
	if master["AccountId"] != "111122223333" || master["RelationshipStatus"] != "Enabled" {
		t.Errorf("the member's administrator is %v", master)
	}
	if got := statusOf(admin, detector, "444455556666"); got != "Enabled" {
		t.Errorf("accepted, the status is %s", got)
	}

	member.aws("guardduty", "create-sample-findings", "--detector-id", own.(string), "--finding-types", "UnauthorizedAccess:EC2/SSHBruteForce")
	for _, side := range []struct {
		a        *account
		detector string
	}{{member, own.(string)}, {admin, detector}} {
		ids := side.a.aws("guardduty", "list-findings", "--detector-id", side.detector)["FindingIds"].([]any)
		if len(ids) != 1 {
			t.Fatalf("%s sees %d findings", side.a.ID, len(ids))
		}
		findings := side.a.aws("guardduty", "get-findings", "--detector-id", side.detector, "--finding-ids", ids[0].(string))["Findings"].([]any)
		f := findings[0].(map[string]any)
		if f["AccountId"] != "444455556666" || f["Type"] != "UnauthorizedAccess:EC2/SSHBruteForce" {
			t.Errorf("%s sees %v of %v", side.a.ID, f["Type"], f["AccountId"])
		}
	}
}

func statusOf(admin *account, detector, id string) string {
	members := admin.aws("guardduty", "list-members", "--detector-id", detector, "--only-associated", "false")["Members"].([]any)
	for _, m := range members {
		if m := m.(map[string]any); m["AccountId"] == id {
			return fmt.Sprint(m["RelationshipStatus"])
		}
	}
	return ""
}
