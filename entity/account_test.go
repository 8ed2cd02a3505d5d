package entity

import (
	"fmt"
	"testing"

	"picket/event"
)

// call is a record of a CloudTrail call, at a second, with further members.
func call(t *testing.T, sec int64, source, name, members string) *event.CloudTrail {
	t.Helper()
	e, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventSource":%q,"eventName":%q,"eventTime":"2026-01-05T10:00:00Z","awsRegion":"us-east-1","recipientAccountId":"111122223333",%s}`, source, name, members))
	if err != nil {
		t.Fatal(err)
	}
	e.Time += sec
	return e
}

func TestTrailKey(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		e := call(t, 0, "cloudtrail.amazonaws.com", "StopLogging", fmt.Sprintf(`"requestParameters":{"name":%q}`, name))
		if got := TrailKey(e); got != want {
			t.Errorf("TrailKey(%q) = %q, want %q", name, got, want)
		}
	}
	f("main", "us-east-1/main")
	f("arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "us-east-1/main")
	f("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main", "eu-west-1/main")
}

func TestTrails(t *testing.T) {
	a := NewAccount()
	const ct, request = "cloudtrail.amazonaws.com", `"requestParameters":{"name":"main"}`
	const answer = request + `,"responseElements":{"name":"main","s3BucketName":"logs","isMultiRegionTrail":true,"includeGlobalServiceEvents":true,"logFileValidationEnabled":true,"trailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}`
	named := call(t, 0, ct, "StopLogging", request)
	a.Observe(call(t, 0, ct, "CreateTrail", `"errorCode":"AccessDenied",`+answer))
	a.Observe(call(t, 0, ct, "UpdateTrail", request))
	a.Observe(call(t, 0, ct, "GetTrail", answer))
	if got, ok := a.Trail(named); ok {
		t.Fatalf("learned %v from calls that changed nothing", got)
	}
	a.Observe(call(t, 1, ct, "CreateTrail", answer))
	want := Trail{ARN: "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", Bucket: "logs", MultiRegion: true, GlobalEvents: true, Validated: true}
	if got, ok := a.Trail(named); !ok || got != want {
		t.Errorf("after CreateTrail: %v, %v; want %v", got, ok, want)
	}
	if _, ok := a.Trail(call(t, 0, ct, "StopLogging", `"requestParameters":{"name":"other"}`)); ok {
		t.Error("another trail is known")
	}
	a.Observe(call(t, 2, ct, "UpdateTrail", request+`,"responseElements":{"s3BucketName":"elsewhere"}`))
	if got, _ := a.Trail(named); got != (Trail{Bucket: "elsewhere"}) {
		t.Errorf("after UpdateTrail: %v", got)
	}
	a.Observe(call(t, 3, ct, "DeleteTrail", request))
	if got, ok := a.Trail(named); ok {
		t.Errorf("after DeleteTrail: %v", got)
	}
	for _, bucket := range []string{"logs", "elsewhere"} {
		if _, ok := a.LogBucket(bucket); !ok {
			t.Errorf("bucket %s, which holds logs, was forgotten", bucket)
		}
	}
}

func TestLogBucket(t *testing.T) {
	f := func(name, members string, want bool) {
		t.Helper()
		a := NewAccount()
		a.Observe(call(t, 0, "s3.amazonaws.com", name, `"requestParameters":{"bucketName":"logs"},`+members))
		if _, ok := a.LogBucket("logs"); ok != want {
			t.Errorf("%s %s: known = %v", name, members, ok)
		}
	}
	const service = `"userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"},"sourceIPAddress":"cloudtrail.amazonaws.com"`
	f("GetBucketAcl", service, true)
	f("GetBucketAcl", `"sourceIPAddress":"cloudtrail.amazonaws.com"`, true)
	f("GetBucketAcl", `"userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"}`, true)
	f("GetBucketAcl", `"sourceIPAddress":"config.amazonaws.com"`, false)
	f("GetBucketAcl", `"errorCode":"AccessDenied",`+service, false)
	f("GetBucketPolicy", service, false)
}

func TestPasswordPolicy(t *testing.T) {
	a := NewAccount()
	const iam = "iam.amazonaws.com"
	a.Observe(call(t, 0, iam, "UpdateAccountPasswordPolicy", `"errorCode":"AccessDenied","requestParameters":{}`))
	a.Observe(call(t, 0, iam, "CreateUser", `"requestParameters":{}`))
	if p, ok := a.PasswordPolicy(); ok {
		t.Errorf("learned %v from calls that changed nothing", p)
	}
	f := func(name, parameters string, want PasswordPolicy) {
		t.Helper()
		a.Observe(call(t, 0, iam, name, `"requestParameters":`+parameters))
		if p, ok := a.PasswordPolicy(); !ok || p != want {
			t.Errorf("%s %s: %v, %v; want %v", name, parameters, p, ok, want)
		}
	}
	f("UpdateAccountPasswordPolicy", `{"minimumPasswordLength":14,"requireSymbols":true,"requireNumbers":true,"requireUppercaseCharacters":true,"requireLowercaseCharacters":true,"allowUsersToChangePassword":true,"hardExpiry":true,"maxPasswordAge":90,"passwordReusePrevention":24}`,
		PasswordPolicy{14, true, true, true, true, true, true, 90, 24})
	f("UpdateAccountPasswordPolicy", `{"requireNumbers":true}`, PasswordPolicy{MinimumLength: 6, Numbers: true})
	f("DeleteAccountPasswordPolicy", `null`, PasswordPolicy{MinimumLength: 8})
}

func TestSignIns(t *testing.T) {
	a := NewAccount()
	const dana = `"userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE1"},"sourceIPAddress":"198.51.100.7",`
	f := func(sec int64, name, members string, want int) {
		t.Helper()
		e := call(t, sec, "signin.amazonaws.com", name, members)
		a.Observe(e)
		if got := a.SignIns(call(t, 0, "signin.amazonaws.com", "ConsoleLogin", dana+`"readOnly":false`)); len(got) != want {
			t.Errorf("%s %s: %d sign-ins, want %d", name, members, len(got), want)
		}
	}
	f(0, "ConsoleLogin", dana+`"responseElements":{"ConsoleLogin":"Failure"}`, 0)
	f(0, "ConsoleLogin", dana+`"errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Success"}`, 0)
	f(0, "CheckMfa", dana+`"responseElements":{"ConsoleLogin":"Success"}`, 0)
	f(0, "ConsoleLogin", `"userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE2"},"sourceIPAddress":"198.51.100.7","responseElements":{"ConsoleLogin":"Success"}`, 0)
	f(0, "ConsoleLogin", `"userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE1"},"sourceIPAddress":"AWS Internal","responseElements":{"ConsoleLogin":"Success"}`, 0)
	for i := range int64(12) {
		f(i, "ConsoleLogin", dana+`"responseElements":{"ConsoleLogin":"Success"}`, int(min(i+1, 10)))
	}
	got := a.SignIns(call(t, 0, "signin.amazonaws.com", "ConsoleLogin", dana+`"readOnly":false`))
	if got[9].Time-got[0].Time != 9 || got[9].Time%60 != 11 {
		t.Errorf("not the latest ten, oldest first: %v", got)
	}
}

const instanceCall = `"userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-0123456789abcdef0","accessKeyId":"ASIAEXAMPLE1","sessionContext":{"sessionIssuer":{"principalId":"AROAEXAMPLE1"}}},"sourceIPAddress":"198.51.100.7"`

func TestUsual(t *testing.T) {
	f := func(want bool, then int64, days ...int64) {
		t.Helper()
		a := NewAccount()
		for _, d := range days {
			a.Observe(call(t, d*daySeconds, "sts.amazonaws.com", "GetCallerIdentity", instanceCall+`,"errorCode":"AccessDenied"`))
		}
		e := call(t, then*daySeconds, "ec2.amazonaws.com", "DescribeInstances", instanceCall)
		if got := a.Usual(e); got != want {
			t.Errorf("day %d after calls on %v: usual = %v", then, days, got)
		}
		e.VPCEndpointAccountID = "444455556666"
		if a.Usual(e) {
			t.Errorf("day %d after calls on %v: usual from another place", then, days)
		}
	}
	f(false, 0)
	f(false, 2, 0, 1)
	f(false, 2, 0, 0, 0, 1)
	f(true, 2, 0, 1, 2)
	f(true, 14, 0, 1, 13)
	f(false, 14, 0, 1, 14)
	f(false, 15, 0, 1, 14, 2, 15) // day 2, read late, teaches nothing
	f(true, 16, 0, 1, 14, 15, 16)
}

func TestUsualLapses(t *testing.T) {
	f := func(want bool, then int64, days ...int64) {
		t.Helper()
		a := NewAccount()
		for _, d := range days {
			a.Observe(call(t, d*daySeconds, "sts.amazonaws.com", "GetCallerIdentity", instanceCall))
		}
		if got := a.Usual(call(t, then*daySeconds, "ec2.amazonaws.com", "DescribeInstances", instanceCall)); got != want {
			t.Errorf("day %d after calls on %v: usual = %v", then, days, got)
		}
	}
	f(true, 32, 0, 1, 2)
	f(false, 33, 0, 1, 2)
	f(true, 60, 0, 1, 2, 32)
	f(false, 33, 0, 1, 2, 33)
}

func TestWorkloadOf(t *testing.T) {
	f := func(identity, typ, id string) {
		t.Helper()
		w, ok := WorkloadOf(call(t, 0, "sts.amazonaws.com", "GetCallerIdentity", `"userIdentity":`+identity))
		if ok != (typ != "") || ok && (w != Workload{typ, id}) {
			t.Errorf("%s: %v, %v", identity, w, ok)
		}
	}
	const lambda = "arn:aws:lambda:us-east-1:111122223333:function:resize"
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:resize","accessKeyId":"ASIAEXAMPLE1","inScopeOf":{"issuerType":"AWS::Lambda::Function","credentialsIssuedTo":"`+lambda+`"}}`, "AWS::Lambda::Function", lambda)
	f(`{"type":"AssumedRole","inScopeOf":{"issuerType":"AWS::ECS::Task","credentialsIssuedTo":"arn:task"}}`, "AWS::ECS::Task", "arn:task")
	f(`{"type":"AssumedRole","inScopeOf":{"issuerType":"AWS::Lambda::Function"}}`, "", "")
	f(`{"type":"AssumedRole","inScopeOf":{"issuerType":"AWS::Other::Thing","credentialsIssuedTo":"x"}}`, "", "")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-0123456789abcdef0","accessKeyId":"ASIAEXAMPLE1","inScopeOf":{}}`, "AWS::EC2::Instance", "i-0123456789abcdef0")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-01234567","accessKeyId":"ASIAEXAMPLE1"}`, "AWS::EC2::Instance", "i-01234567")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-01234567"}`, "AWS::EC2::Instance", "i-01234567")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-01234567","accessKeyId":"AKIAEXAMPLE1"}`, "", "")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-0123456","accessKeyId":"ASIAEXAMPLE1"}`, "", "")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:i-teapots1","accessKeyId":"ASIAEXAMPLE1"}`, "", "")
	f(`{"type":"IAMUser","principalId":"AIDAEXAMPLE1:i-01234567"}`, "", "")
	f(`{"type":"AssumedRole","principalId":"AROAEXAMPLE1:dana","accessKeyId":"ASIAEXAMPLE1"}`, "", "")
}

func TestBounded(t *testing.T) {
	b := bounded[int]{max: 16}
	for i := range 17 {
		b.put(fmt.Sprint(i), int64(100-i/2), i)
	}
	// Of 17 the 16 less an eighth stay: without the three of lowest time, ties by key.
	if len(b.m) != 14 || b.dropped != 3 {
		t.Fatalf("%d entries, %d dropped; want 14 and 3", len(b.m), b.dropped)
	}
	for _, gone := range []string{"16", "15", "14"} {
		if _, ok := b.get(gone); ok {
			t.Errorf("%s was put at the earliest time and is still there", gone)
		}
	}
	b.put("13", 200, 13)
	b.put("17", 201, 17)
	b.put("18", 202, 18)
	b.put("19", 203, 19)
	if _, ok := b.get("13"); !ok {
		t.Error("13 was put again lately and is gone")
	}
	if _, ok := b.get("12"); ok {
		t.Error("12 was put longest ago and is still there")
	}
}
