package criteria

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
)

func TestAttributesOfADocument(t *testing.T) {
	ptr := guardduty.Ptr[string]
	f := &picket.StoredFinding{Finding: picket.Finding{
		Finding: guardduty.Finding{
			AccountId: ptr("111122223333"), Severity: guardduty.Ptr(8.5), UpdatedAt: ptr("2026-01-05T10:00:00.250Z"),
			Title: ptr("no attribute"),
			Resource: &guardduty.Resource{
				AccessKeyDetails: &guardduty.AccessKeyDetails{UserName: ptr("dana")},
				InstanceDetails: &guardduty.InstanceDetails{
					LaunchTime:         ptr("2026-01-01T00:00:00Z"),
					IamInstanceProfile: &guardduty.IamInstanceProfile{Id: ptr("AIPA1")},
					NetworkInterfaces: []guardduty.NetworkInterface{
						{Ipv6Addresses: []string{"2001:db8::1", "2001:db8::2"}, PublicIp: ptr("198.51.100.1")},
						{Ipv6Addresses: []string{"2001:db8::2"}, PublicIp: ptr("198.51.100.2")},
					},
				},
				S3BucketDetails:   []guardduty.S3BucketDetail{{CreatedAt: guardduty.NewTimestamp(time.UnixMilli(1767225600250))}},
				KubernetesDetails: &guardduty.KubernetesDetails{KubernetesWorkloadDetails: &guardduty.KubernetesWorkloadDetails{HostIPC: guardduty.Ptr(true)}},
			},
			Service: &guardduty.Service{
				Archived: guardduty.Ptr(true), UserFeedback: ptr("USEFUL"), Count: guardduty.Ptr(int32(3)),
				AdditionalInfo: &guardduty.ServiceAdditionalInfo{Type: ptr("default"), Value: ptr(`{"inBytes":"1e3"}`)},
				Action: &guardduty.Action{RdsLoginAttemptAction: &guardduty.RdsLoginAttemptAction{
					LoginAttributes: []guardduty.LoginAttribute{{User: ptr("admin\x00"), FailedLoginAttempts: guardduty.Ptr(int32(7))}},
				}},
			},
		},
		AdditionalInfo: map[string]any{"inBytes": "1e3", "threatListName": []string{"one", "two"}, "sample": true, "unknown": 1},
		UserIdentity: map[string]any{
			"type": "AssumedRole", "invokedBy": "config.amazonaws.com",
			"sessionContext": map[string]any{
				"attributes":          map[string]any{"mfaAuthenticated": "false"},
				"webIdFederationData": map[string]any{"attributes": map[string]any{"b": "2", "a": "1"}},
			},
		},
	}}
	want := map[string][]string{
		"accountid": {"111122223333"},
		"severity":  {"8.5", "8"},
		"updatedat": {"1767607200250"},

		"resource.accesskeydetails.username":                                                {"dana"},
		"resource.accesskeydetails.useridentity.type":                                       {"AssumedRole"},
		"resource.accesskeydetails.useridentity.sessioncontext.invokedby":                   {"config.amazonaws.com"},
		"resource.accesskeydetails.useridentity.sessioncontext.attributes.mfaauthenticated": {"false"},
		"resource.accesskeydetails.useridentity.sessioncontext.webidfederationdata.attributes": {
			"1", "2",
		},
		"resource.instancedetails.launchtime":                          {"1767225600000"},
		"resource.instancedetails.iaminstanceprofile.id":               {"AIPA1"},
		"resource.instancedetails.networkinterfaces.ipv6addresses":     {"2001:db8::1", "2001:db8::2"},
		"resource.instancedetails.networkinterfaces.publicip":          {"198.51.100.1", "198.51.100.2"},
		"resource.s3bucketdetails.createdat":                           {"1767225600250"},
		"resource.kubernetesdetails.kubernetesworkloaddetails.hostipc": {"true"},
		"service.count":                                                            {"3"},
		"service.additionalinfo.type":                                              {"default"},
		"service.additionalinfo.value":                                             {`{"inBytes":"1e3"}`},
		"service.additionalinfo.inbytes":                                           {"1000"},
		"service.additionalinfo.threatlistname":                                    {"one", "two"},
		"service.additionalinfo.sample":                                            {"true"},
		"service.action.rdsloginattemptaction.loginattributes.user":                {"admin\ufffd"},
		"service.action.rdsloginattemptaction.loginattributes.failedloginattempts": {"7"},
	}
	if d := cmp.Diff(want, Attributes(f)); d != "" {
		t.Error(d)
	}
}

func TestSetSide(t *testing.T) {
	attrs := map[string][]string{"id": {"x"}}
	SetSide(attrs, picket.Side{Archived: true, Feedback: guardduty.FeedbackUseful, Comments: "not asked for"})
	want := map[string][]string{"id": {"x"}, Archived: {"true"}, Feedback: {"USEFUL"}}
	if d := cmp.Diff(want, attrs); d != "" {
		t.Error(d)
	}
	SetSide(attrs, picket.Side{})
	want = map[string][]string{"id": {"x"}, Archived: {"false"}}
	if d := cmp.Diff(want, attrs); d != "" {
		t.Error(d)
	}
}

func TestCatalogue(t *testing.T) {
	c := catalogue()
	if !slices.IsSortedFunc(c.names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Error("attributes.txt is not sorted")
	}
	if len(c.kinds) != len(c.names) {
		t.Errorf("%d kinds for %d attributes", len(c.kinds), len(c.names))
	}
	for line := range strings.Lines(attributes) {
		_, kind, leaf := strings.Cut(strings.TrimSpace(line), " ")
		if _, known := kindNames[kind]; leaf && !known {
			t.Errorf("attributes.txt: %q has no kind that we know", line)
		}
	}
	f := func(path string, want Kind) {
		t.Helper()
		attribute, kind, known := Lookup(path)
		if !known || kind != want || attribute != strings.ToLower(path) {
			t.Errorf("Lookup(%q) = %q, %v, %v; want kind %v", path, attribute, kind, known, want)
		}
	}
	f("severity", Number)
	f("updatedAt", Date)
	f("SERVICE.ARCHIVED", Bool)
	f("service.action.rdsLoginAttemptAction.LoginAttributes.user", Text)
	if _, _, known := Lookup("resource"); known {
		t.Error("a step of a path is taken for an attribute")
	}
}
