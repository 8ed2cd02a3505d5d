package access_test

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"picket"
	"picket/access"
	"picket/guardduty"
)

func TestReadOnlyIsRefusedEveryMutatingOperation(t *testing.T) {
	m, ok := access.ManagedPolicy("arn:aws:iam::aws:policy/AmazonGuardDutyReadOnlyAccess")
	if !ok {
		t.Fatal("the policy is gone")
	}
	id := caller(t, m.Text)
	full, _ := access.ManagedPolicy("AmazonGuardDutyFullAccess")
	reads := 0
	for _, op := range guardduty.Operations() {
		r := access.Request{Action: access.Action(&op), Resource: access.Resource(id.Caller, &op, labelsOf(op, id.Caller)), Time: noon}
		if may(t, caller(t), r) || !may(t, caller(t, full.Text), r) {
			t.Errorf("%s: no policy, or full access, is not what it says", op.Name)
		}
		if access.ReadOnly(&op) {
			reads++
		}
		if may(t, id, r) != access.ReadOnly(&op) {
			t.Errorf("%s: with read-only access: %v", op.Name, may(t, id, r))
		}
		// What is called by GET changes nothing, and what reads by POST is called for its noun.
		if op.Method == "GET" && !access.ReadOnly(&op) || op.Method != "GET" && op.Method != "POST" && access.ReadOnly(&op) {
			t.Errorf("%s %s: read-only is %v", op.Method, op.Name, access.ReadOnly(&op))
		}
	}
	if reads < 40 || reads > 60 {
		t.Errorf("%d operations read", reads)
	}
}

// labelsOf makes labels that fit an operation: an id each, and for tags the ARN of a detector.
func labelsOf(op guardduty.Operation, c picket.Caller) map[string]string {
	labels := map[string]string{}
	for _, l := range op.PathLabels {
		labels[l] = strings.ToLower(l)
		if l == "ResourceArn" {
			labels[l] = "arn:aws:guardduty:" + c.Region + ":" + c.Account + ":detector/d1"
		}
	}
	return labels
}

// A preset that names an operation which doesn't exist says less than it seems to.
func TestManagedPoliciesNameWhatExists(t *testing.T) {
	var actions []string
	for _, op := range guardduty.Operations() {
		actions = append(actions, access.Action(&op))
	}
	actions = append(actions, "picket:GetEvidence")
	all := access.ManagedPolicies()
	if len(all) < 9 {
		t.Errorf("%d managed policies", len(all))
	}
	for _, m := range all {
		if m.Description == "" || m.ARN != access.ManagedARN+m.Name {
			t.Errorf("%s has ARN %q and description %q", m.Name, m.ARN, m.Description)
		}
		for _, pattern := range regexp.MustCompile(`(guardduty|picket):[A-Za-z*]+`).FindAllString(m.Text, -1) {
			found := false
			for _, a := range actions {
				if ok, _ := path.Match(pattern, a); ok {
					found = true
				}
			}
			if !found {
				t.Errorf("%s names %s, which is no operation", m.Name, pattern)
			}
		}
	}
	if _, ok := access.ManagedPolicy("AmazonGuardDutyFullAcces"); ok {
		t.Error("a name that isn't there was found")
	}
}

func TestPresetsKeepApartWhoDoesWhat(t *testing.T) {
	f := func(name, action string, want bool) {
		t.Helper()
		m, ok := access.ManagedPolicy(name)
		if !ok {
			t.Fatalf("no policy %s", name)
		}
		r := request()
		r.Action = action
		if got := may(t, caller(t, m.Text), r); got != want {
			t.Errorf("%s: %s is %v, want %v", name, action, got, want)
		}
	}
	f("AmazonGuardDutyFullAccess", "picket:GetEvidence", false)
	f("AmazonGuardDutyReadOnlyAccess", "picket:GetEvidence", false)
	f("PicketFindingsAnalyst", "picket:GetEvidence", true)
	f("PicketFindingsAnalyst", "guardduty:DeleteDetector", false)
	f("PicketFullAccessWithoutFindings", "guardduty:ListFindings", false)
	f("PicketFullAccessWithoutFindings", "guardduty:InviteMembers", true)
	f("PicketAccountManager", "guardduty:InviteMembers", true)
	f("PicketAccountManager", "guardduty:GetFindings", false)
	f("PicketInvitationHandler", "guardduty:AcceptAdministratorInvitation", true)
	f("PicketInvitationHandler", "guardduty:InviteMembers", false)
	f("PicketAutomaticAcceptor", "guardduty:DisassociateFromAdministratorAccount", false)
	f("PicketListManager", "guardduty:UpdateIPSet", true)
	f("PicketListManager", "guardduty:UpdateDetector", false)
	f("PicketEnabler", "guardduty:UpdateDetector", true)
	f("PicketEnabler", "guardduty:CreateIPSet", false)
}

func TestResourcesAreTheirPaths(t *testing.T) {
	c := picket.Caller{Account: account, Region: "eu-west-1"}
	const mine = "arn:aws:guardduty:eu-west-1:111122223333:"
	f := func(method, path, want string) {
		t.Helper()
		op, labels, ok := guardduty.Match(method, path)
		if !ok {
			t.Fatalf("no operation at %s %s", method, path)
		}
		if got := access.Resource(c, op, labels); got != want {
			t.Errorf("%s: got %s, want %s", op.Name, got, want)
		}
	}
	f("GET", "/detector", "*")
	f("POST", "/detector", "*")
	f("POST", "/invitation/decline", "*")
	f("GET", "/invitation/count", "*")
	f("POST", "/admin/enable", "*")
	f("GET", "/detector/d1", mine+"detector/d1")
	f("POST", "/detector/d1/findings/get", mine+"detector/d1")
	f("POST", "/detector/d1/member/detector/update", mine+"detector/d1")
	f("GET", "/detector/d1/filter", mine+"detector/d1")
	f("GET", "/detector/d1/filter/my%20one", mine+"detector/d1/filter/my one")
	f("DELETE", "/detector/d1/ipset/i1", mine+"detector/d1/ipset/i1")
	f("POST", "/detector/d1/threatintelset/t1", mine+"detector/d1/threatintelset/t1")
	f("GET", "/detector/d1/trustedentityset/t1", mine+"detector/d1/trustedentityset/t1")
	f("GET", "/detector/d1/threatentityset/t1", mine+"detector/d1/threatentityset/t1")
	f("GET", "/detector/d1/publishingDestination/p1", mine+"detector/d1/publishingDestination/p1")
	f("PATCH", "/malware-protection-plan/m1", mine+"malware-protection-plan/m1")
	f("PUT", "/custom-detection-rule/rule/r1/association/a1", mine+"custom-detection-rule/rule/r1/association/a1")
	c.Region = "us-gov-west-1"
	f("GET", "/detector/d1", "arn:aws-us-gov:guardduty:us-gov-west-1:111122223333:detector/d1")
	f("GET", "/tags/arn%3Aaws%3Aguardduty%3Aus-east-1%3A444455556666%3Adetector%2Fd1", "arn:aws:guardduty:us-east-1:444455556666:detector/d1")
}
