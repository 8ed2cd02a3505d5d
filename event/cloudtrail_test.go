package event

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// with returns a record with members added.
func with(members string) string {
	return `{"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"X","awsRegion":"us-east-1"` + members + `}`
}

func parse(t *testing.T, in string) *CloudTrail {
	t.Helper()
	e, err := ParseCloudTrail([]byte(in))
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	return e
}

func TestCloudTrailFields(t *testing.T) {
	in := `{"eventVersion":"1.11","userIdentity":{"type":"Root","accountId":"444455556666"},"eventTime":"2026-01-02T03:04:05Z",
		"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-west-1","sourceIPAddress":"2001:db8::1",
		"userAgent":"a \"b\" \u00e9\ud83d\ude00\n","errorCode":"Client.X","errorMessage":"Failed","requestParameters":null,
		"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"},"requestID":"r","eventID":"id",
		"readOnly":"True","resources":[{"ARN":"arn:aws:iam::1:role/x","arn":"no"}],"eventType":"AwsConsoleSignIn",
		"recipientAccountId":"111122223333","sharedEventID":"s","vpcEndpointId":"vpce-1","vpcEndpointAccountId":"2",
		"eventCategory":"Management","addendum":{"reason":"UPDATED_DATA","originalEventID":"o"},"someday":{"new":[1,2,{}]}}`
	got := parse(t, in)
	want := &CloudTrail{
		Ref: Ref{Sec: 1767323045}, Raw: in, Time: 1767323045, Account: "111122223333", Region: "eu-west-1", EventID: "id", EventVersion: "1.11",
		EventSource: "signin.amazonaws.com", EventName: "ConsoleLogin", Call: "ConsoleLogin", EventType: "AwsConsoleSignIn",
		EventCategory: "Management", SourceIPAddress: "2001:db8::1", UserAgent: "a \"b\" é😀\n", ErrorCode: "Client.X", ErrorMessage: "Failed",
		VPCEndpointID: "vpce-1", VPCEndpointAccountID: "2", SharedEventID: "s", ReadOnly: true,
		UserIdentity: `{"type":"Root","accountId":"444455556666"}`, RequestParameters: "null", ResponseElements: `{"ConsoleLogin":"Success"}`,
		AdditionalEventData: `{"MFAUsed":"No"}`, Resources: `[{"ARN":"arn:aws:iam::1:role/x","arn":"no"}]`,
		Addendum: `{"reason":"UPDATED_DATA","originalEventID":"o"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for r := range got.Resources.Items() {
		if r.Get("ARN").Str() != "arn:aws:iam::1:role/x" || r.Get("arn").Str() != "no" {
			t.Errorf("keys are not compared by exact case: %s", r)
		}
	}
}

func TestCloudTrailAccount(t *testing.T) {
	f := func(members, want string) {
		t.Helper()
		c, _, err := read(t, with(members), Options{Account: "999900001111"})
		if err != nil || len(c.records) != 1 || c.records[0].(*CloudTrail).Account != want {
			t.Errorf("%s: got %+v, %v, want account %s", members, c.records, err, want)
		}
	}
	f(`,"recipientAccountId":"111122223333","userIdentity":{"accountId":"444455556666"}`, "111122223333")
	f(`,"recipientAccountId":111122223333`, "111122223333")
	f(`,"userIdentity":{"accountId":"444455556666"}`, "444455556666")
	f(`,"userIdentity":{"invokedBy":"ec2.amazonaws.com"}`, "999900001111")
	f(`,"userIdentity":{}`, "999900001111")
	f(`,"userIdentity":null`, "999900001111")
	f(``, "999900001111")
}

func TestCloudTrailEnvelopeNamesTheAccount(t *testing.T) {
	in := `{"messageType":"DATA_MESSAGE","owner":"777788889999","logEvents":[{"message":` + quoted(with("")) + `}]}` + with("")
	c, _, _ := read(t, in, Options{Account: "999900001111"})
	if len(c.records) != 2 || c.records[0].(*CloudTrail).Account != "777788889999" || c.records[1].(*CloudTrail).Account != "999900001111" {
		t.Errorf("got %+v", c.records)
	}
}

func TestCall(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		if got := parse(t, strings.Replace(with(""), `"X"`, `"`+name+`"`, 1)); got.Call != want || got.EventName != name {
			t.Errorf("%s: got %s and %s, want %s", name, got.Call, got.EventName, want)
		}
	}
	f("AddPermission20150331v2", "AddPermission")
	f("CreateDistribution2020_05_31", "CreateDistribution")
	f("GetFunction_2015_03_31v12", "GetFunction")
	f("ListFunctions20150331", "ListFunctions")
	f("RunInstances", "RunInstances")
	f("ListObjectsV2", "ListObjectsV2")
	f("GetBucketV20150331", "GetBucketV")
	f("Get2020v2", "Get2020v2")
	f("20150331", "20150331")
	f("v2", "v2")
}

func TestCloudTrailVersions(t *testing.T) {
	f := func(version string, ok bool) {
		t.Helper()
		c, stats, err := read(t, with(`,"eventVersion":`+version), Options{})
		if (len(c.records) == 1) != ok || (stats.Bad == 0) != ok || err != nil {
			t.Errorf("eventVersion %s: got %+v, %v", version, stats, err)
		}
		if !ok && !strings.Contains(c.reasons(), "eventVersion") {
			t.Errorf("eventVersion %s: got reason %s", version, c.reasons())
		}
	}
	for minor := range 13 {
		f(fmt.Sprintf(`"1.%02d"`, minor), true)
	}
	f("1.08", true)
	f("null", true)
	f(`"2.0"`, false)
	f(`"2.1"`, false)
	f(`"10.0"`, false)
	f(`"garbage"`, false)
}

func TestCloudTrailQuirks(t *testing.T) {
	e := parse(t, with(`,"sourceIPAddress":"lambda.amazonaws.com","requestParameters":null,"readOnly":false`))
	if _, ok := e.IP(); ok || e.RequestParameters.Exists() || e.RequestParameters.Get("a", "b").Exists() || e.ReadOnly || !e.OK() {
		t.Errorf("got %+v", e)
	}
	ip := func(source, want string) {
		t.Helper()
		got, ok := parse(t, with(`,"sourceIPAddress":"`+source+`"`)).IP()
		if ok != (want != "") || ok && got != netip.MustParseAddr(want) {
			t.Errorf("%s: got %v, %v", source, got, ok)
		}
	}
	ip("192.0.2.1", "192.0.2.1")
	ip("0.0.0.0", "0.0.0.0")
	ip("2001:db8::1", "2001:db8::1")
	ip("::ffff:192.0.2.1", "192.0.2.1")
	ip("00ff::1", "ff::1")
	ip("AWS Internal", "")
	ip("192.0.2.256", "")
	ip("192.0.2.01", "")
	ip("192.0.2", "")
	ip("192.0.2.1.1", "")
	ip("192.0.2.1:443", "")
	ip("fe80::1%eth0", "")
	ip("", "")

	if e := parse(t, with(`,"eventID":"first","eventID":"second"`)); e.EventID != "first" {
		t.Errorf("of members with one key got %s, want the first", e.EventID)
	}
	if e := parse(t, with(`,"eventID":"fir\u0073t","eventID":"a\\b"`)); e.EventID != "first" {
		t.Errorf("of members with one key got %s, want the first", e.EventID)
	}
	if e := parse(t, with(`,"userAgent":{"a":1},"errorCode":403,"errorMessage":["x"],"eventid":"no"`)); e.UserAgent != "" || e.ErrorCode != "403" ||
		e.ErrorMessage != "" || e.EventID != "" {
		t.Errorf("values of other types: got %+v", e)
	}
}

func TestCloudTrailTimes(t *testing.T) {
	f := func(in string, want int64, sec uint32) {
		t.Helper()
		e, err := ParseCloudTrail([]byte(strings.Replace(with(""), "2026-01-02T03:04:05Z", in, 1)))
		if err != nil || e.Time != want || e.Sec != sec {
			t.Errorf("%s: got %+v, %v, want %d", in, e, err, want)
		}
	}
	bad := func(in string) {
		t.Helper()
		if _, err := ParseCloudTrail([]byte(strings.Replace(with(""), "2026-01-02T03:04:05Z", in, 1))); err == nil {
			t.Errorf("%s: got no error", in)
		}
	}
	f("1970-01-01T00:00:00Z", 0, 0)
	f("2024-02-29T23:59:59Z", 1709251199, 1709251199)
	f("2024-03-01T00:00:00Z", 1709251200, 1709251200)
	f("2026-01-02T03:04:05.123456Z", 1767323045, 1767323045)
	f("2026-01-02T04:04:05+01:00", 1767323045, 1767323045)
	f("2026-01-01T22:04:05-0500", 1767323045, 1767323045)
	f("9999-12-31T23:59:59Z", 253402300799, 1<<32-1)
	f("1960-01-01T00:00:00Z", -315619200, 0)
	bad("")
	bad("2026-13-02T03:04:05Z")
	bad("2026-01-02")
	bad("2026-01-02T03:04:05")
	bad("2026-01-02T03:04:05+1")
	bad("yesterday, at half past")
}

func TestIdentity(t *testing.T) {
	f := func(in string, want Identity) {
		t.Helper()
		if diff := cmp.Diff(want, parse(t, with(`,"userIdentity":`+in)).Identity()); diff != "" {
			t.Errorf("%s:\n%s", in, diff)
		}
	}
	f(`{"type":"AssumedRole","principalId":"AROAX:s","arn":"arn:aws:sts::1:assumed-role/r/s","accountId":"1","accessKeyId":"ASIAX",
		"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAX","arn":"arn:aws:iam::1:role/r","accountId":"1","userName":"r"},
		"webIdFederationData":{},"attributes":{"creationDate":"2026-01-02T03:00:00Z","mfaAuthenticated":"true"},"sourceIdentity":"ann",
		"assumedRoot":"true","ec2RoleDelivery":"2.0"},"invokedBy":"x.amazonaws.com",
		"inScopeOf":{"issuerType":"AWS::Lambda::Function","credentialsIssuedTo":"arn:f"},"onBehalfOf":{"userId":"u","identityStoreArn":"a"}}`,
		Identity{
			Type: "AssumedRole", PrincipalID: "AROAX:s", ARN: "arn:aws:sts::1:assumed-role/r/s", AccountID: "1", AccessKeyID: "ASIAX",
			InvokedBy: "x.amazonaws.com", IssuerType: "Role", IssuerUserName: "r", IssuerPrincipalID: "AROAX", IssuerARN: "arn:aws:iam::1:role/r",
			MFA: true, AssumedRoot: true, SourceIdentity: "ann", EC2RoleDelivery: "2.0", ScopeIssuerType: "AWS::Lambda::Function",
			ScopeCredentialsTo: "arn:f", OnBehalfOfUserID: "u",
		})
	f(`{"type":"IAMUser","userName":"HIDDEN_DUE_TO_SECURITY_REASONS","accountId":"1","sessionContext":{"attributes":{"mfaAuthenticated":"false"}}}`,
		Identity{Type: "IAMUser", UserName: "HIDDEN_DUE_TO_SECURITY_REASONS", AccountID: "1"})
	f(`{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`, Identity{Type: "AWSService", InvokedBy: "ec2.amazonaws.com"})
	f(`{"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"}`, Identity{Type: "AWSAccount", AccountID: "ANONYMOUS_PRINCIPAL"})
	f(`{"type":"Root","type":"IAMUser"}`, Identity{Type: "Root"})
	f(`{"accountId":"1","invokedBy":"x","ARN":"no"}`, Identity{AccountID: "1", InvokedBy: "x"})
	f(`{"type":"SAMLUser","userName":"a\u0062c","identityProvider":"p"}`, Identity{Type: "SAMLUser", UserName: "abc"})
	f(`{"sessionContext":null,"inScopeOf":"x","onBehalfOf":[]}`, Identity{})
	f(`{}`, Identity{})
	f(`null`, Identity{})
	f(`"x"`, Identity{})
}

func TestIdentityDoesNotAllocate(t *testing.T) {
	e := parse(t, string(sampleCloudTrail(1)[len(`{"Records":[`):len(sampleCloudTrail(1))-2]))
	if n := testing.AllocsPerRun(10, func() { _ = e.Identity() }); n != 0 {
		t.Errorf("Identity allocates %v times", n)
	}
}

func TestCloudTrailErrors(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if _, err := ParseCloudTrail([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", in, err, want)
		}
	}
	f(``, "not a JSON object")
	f(`[]`, "not a JSON object")
	f(`{`, "not one JSON object")
	f(`{} {}`, "not one JSON object")
	f(`{"eventName":"X","eventSource":"s"}`, "eventTime")
	f(`{"eventName":"X","eventTime":"2026-01-02T03:04:05Z"}`, "eventSource")
	f(`{"eventSource":"s","eventTime":"2026-01-02T03:04:05Z","eventName":null}`, "eventName")
}
