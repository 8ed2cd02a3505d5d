package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/entity"
	"picket/finding"
	"picket/guardduty"
	"picket/rule"
)

// ofType is a finding of a type.
func ofType(typ string) *finding.Result {
	return &finding.Result{Finding: picket.Finding{Finding: guardduty.Finding{Type: &typ}}}
}

func TestJudge(t *testing.T) {
	e := &eval{}
	fair := func(f *finding.Result) string {
		if *f.Type == "Fair" {
			return "because"
		}
		return ""
	}
	e.judge(verdict{
		suite: "s", name: "mixed", found: []*finding.Result{ofType("A"), ofType("A"), ofType("B2"), ofType("Fair"), ofType("False")},
		want: []label{{"A"}, {"B1", "B2"}, {"C1", "C2"}}, fair: fair, short: func(label) string { return "1 of 10" },
	})
	e.judge(verdict{suite: "s", name: "quiet"})
	e.judge(verdict{suite: "s", name: "loud", found: []*finding.Result{ofType("A"), ofType("Fair")}})
	want := map[place]*outcomes{
		{"A", "s"}: {right: 1, wrong: 1}, {"B2", "s"}: {right: 1}, {"C1", "s"}: {missed: 1}, {"Fair", "s"}: {fair: 1, wrong: 1}, {"False", "s"}: {wrong: 1},
	}
	if diff := cmp.Diff(want, e.judged, cmp.AllowUnexported(outcomes{}, place{})); diff != "" {
		t.Errorf("outcomes (-want +got): %s", diff)
	}
	remarks := []remark{
		{remarkFair, "Fair", "s", "mixed", "because"},
		{remarkFalse, "False", "s", "mixed", ""},
		{remarkMissed, "C1 or C2", "s", "mixed", "1 of 10"},
		{remarkFalse, "A", "s", "loud", ""},
		{remarkFalse, "Fair", "s", "loud", ""},
	}
	if diff := cmp.Diff(remarks, e.remarks, cmp.AllowUnexported(remark{})); diff != "" {
		t.Errorf("remarks (-want +got): %s", diff)
	}
}

// TestNearest holds that the fullest group is told, and how many values more of the same would have made the rule fire.
func TestNearest(t *testing.T) {
	f := func(decide func(*rule.Tally) bool, want string) {
		t.Helper()
		w := &watch{groups: map[string]*group{}, when: rule.Distinct[*entity.Conversation]{
			Per: func(c *entity.Conversation) string { return c.Remote.String() },
			Of:  func(c *entity.Conversation) uint64 { return uint64(c.RemotePort) },
			N:   7, Within: 600e9, Decide: decide,
			Add: func(c *entity.Conversation, t *rule.Tally) { t.Sum[0] += uint64(c.RemotePort) },
		}}
		if got := w.best(); got != "nothing that counts" {
			t.Errorf("before any: %s", got)
		}
		for _, at := range []int64{0, 600, 601, 602} {
			for _, port := range []uint16{0, uint16(at), 7} {
				w.note(&entity.Conversation{Interface: &entity.Interface{ID: "eni-1"}, RemotePort: port, First: at})
			}
		}
		if got := w.best(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	f(nil, "5 of 7")
	f(func(t *rule.Tally) bool { return t.Sum[0] >= 1824+4*7 && t.Records >= 9+4 }, "4 of 8")
	f(func(t *rule.Tally) bool { return false }, "4 of any number")
}

func TestPantherTimes(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string((&pantherTest{Event: []byte(in)}).record()); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
	f(`{"eventTime": "2025-01-21 17:49:47.000000000", "a": "2025-01-21 17:49:47"}`, `{"eventTime": "2025-01-21T17:49:47Z", "a": "2025-01-21 17:49:47"}`)
	f(`{"eventTime":"2025-01-21T17:49:47Z"}`, `{"eventTime":"2025-01-21T17:49:47Z"}`)
	f(`{"eventTime":"redacted"}`, `{"eventTime":"redacted"}`)
}

// TestFair holds that only what a type says makes a finding a fair one.
func TestFair(t *testing.T) {
	f := func(typ, event string, want bool) {
		t.Helper()
		if got := (&pantherTest{Event: []byte(event)}).fair(ofType(typ)); (got != "") != want {
			t.Errorf("%s on %s: %q", typ, event, got)
		}
	}
	const ami = "Exfiltration:EC2/TransferDataToCloudAccount"
	f(ami, `{"recipientAccountId":"1","requestParameters":{"launchPermission":{"add":{"items":[{"userId":"2"}]}}}}`, true)
	f(ami, `{"recipientAccountId":"1","requestParameters":{"launchPermission":{"add":{"items":[{"userId":"1"}]}}}}`, false)
	f(ami, `{"recipientAccountId":"1","requestParameters":{"launchPermission":{"add":{"items":[{"group":"all"}]}}}}`, true)
	f("InitialAccess:IAM/ValidAccounts", `{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"}}`, true)
	f("InitialAccess:IAM/ValidAccounts", `{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}`, false)
	f("InitialAccess:IAM/ValidAccounts", `{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"No"}}`, false)
	f("Persistence:IAM/AccountManipulation", `{"eventName":"CreateAccessKey"}`, true)
	f("Persistence:IAM/AccountManipulation", `{"eventName":"CreateAccessKey","errorCode":"AccessDenied"}`, false)
	f("Persistence:IAM/AccountManipulation", `{"eventName":"ListAccessKeys"}`, false)
	f("Policy:IAMUser/RootCredentialUsage", `{"userIdentity":{"type":"Root"}}`, true)
	f("Policy:IAMUser/RootCredentialUsage", `{"userIdentity":{"type":"IAMUser"}}`, false)
	f("Policy:IAMUser/RootCredentialUsage", `{"userIdentity":{"type":"Root","invokedBy":"x.amazonaws.com"}}`, false)
	f("Stealth:IAMUser/CloudTrailLoggingDisabled", `{"eventName":"StopLogging"}`, false)
}
