package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"picket/api"
	"picket/service"
)

func whoami(t *testing.T, w *world, c aws.Credentials) string {
	t.Helper()
	out, err := w.sts(c).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Error(err)
		return ""
	}
	return *out.Account + " " + *out.UserId + " " + *out.Arn
}

func temporary(c *ststypes.Credentials) aws.Credentials {
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}
}

func TestGetCallerIdentity(t *testing.T) {
	w := newWorld(t)
	if got := whoami(t, w, w.account(one)); got != "111122223333 111122223333 arn:aws:iam::111122223333:root" {
		t.Errorf("root: %s", got)
	}
	dana := w.user(one, "dana", `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	got := whoami(t, w, dana)
	if !strings.HasPrefix(got, "111122223333 AIDA") || !strings.HasSuffix(got, " arn:aws:iam::111122223333:user/dana") {
		t.Errorf("a user: %s", got)
	}
	presigned, err := sts.NewPresignClient(w.sts(dana)).PresignGetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(presigned.Method, presigned.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	posted := w.signedFor(dana, "sts", region, w.now(), "POST", "/?Action=GetCallerIdentity&Version=2011-06-15", "")
	for name, r := range map[string]*http.Request{"presigned": r, "posted without a body": posted} {
		if a := w.do(r); a.status != http.StatusOK || !strings.Contains(a.body, "<Arn>arn:aws:iam::111122223333:user/dana</Arn>") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// Clients take the partition of all that they name from who they are told to be.
func TestIdentityInTheRegionsPartition(t *testing.T) {
	const gov = "us-gov-west-1"
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Service.Settings.Regions = []string{region, gov} })
	root := w.account(one)
	w.role(one, "audit", `"Principal":{"AWS":"arn:aws-us-gov:iam::`+one+`:root"}`, "AmazonGuardDutyReadOnlyAccess")
	f := func(c aws.Credentials, form url.Values, want string) {
		t.Helper()
		form.Set("Version", "2011-06-15")
		if a := w.do(w.signedFor(c, "sts", gov, w.now(), "POST", "/", form.Encode())); a.status != http.StatusOK || !strings.Contains(a.body, "<Arn>"+want+"</Arn>") {
			t.Errorf("got %+v, want %s", a, want)
		}
	}
	f(root, url.Values{"Action": {"GetCallerIdentity"}}, "arn:aws-us-gov:iam::"+one+":root")
	f(root, url.Values{
		"Action": {"AssumeRole"}, "RoleArn": {"arn:aws-us-gov:iam::" + one + ":role/audit"}, "RoleSessionName": {"dana"},
		"PolicyArns.member.1.arn": {"arn:aws-us-gov:iam::aws:policy/AmazonGuardDutyReadOnlyAccess"},
	}, "arn:aws-us-gov:sts::"+one+":assumed-role/audit/dana")
}

func TestGetSessionToken(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.account(one)
	dana := w.user(one, "dana", "AmazonGuardDutyReadOnlyAccess")
	out, err := w.sts(dana).GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(900)})
	if err != nil {
		t.Fatal(err)
	}
	session := temporary(out.Credentials)
	if got := whoami(t, w, session); !strings.HasSuffix(got, ":user/dana") || got != whoami(t, w, dana) {
		t.Errorf("the session is %s", got)
	}
	if _, err := w.guardduty(session).ListDetectors(ctx, &awsguardduty.ListDetectorsInput{}); err != nil {
		t.Error(err)
	}
	_, err = w.guardduty(session).CreateDetector(ctx, &awsguardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	wantError(t, err, "AccessDeniedException", "user/dana is not authorized")
	_, err = w.sts(session).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	wantError(t, err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	for _, seconds := range []int32{899, 129601} {
		_, err = w.sts(dana).GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: &seconds})
		wantError(t, err, "ValidationError", "durationSeconds")
	}
	unsigned := session
	unsigned.SessionToken = ""
	_, err = w.sts(unsigned).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	wantError(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")

	w.wait(901 * time.Second)
	a := w.do(w.signedFor(session, "guardduty", region, w.now(), "GET", "/detector", ""))
	a.refused(t, "after its time", "ExpiredTokenException")
}

func TestRootSessionsLastAnHour(t *testing.T) {
	w := newWorld(t)
	out, err := w.sts(w.account(one)).GetSessionToken(context.Background(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(7200)})
	if err != nil {
		t.Fatal(err)
	}
	if left := out.Credentials.Expiration.Sub(w.now()); left > time.Hour || left < 50*time.Minute {
		t.Errorf("lasts %v", left)
	}
	if got := whoami(t, w, temporary(out.Credentials)); !strings.HasSuffix(got, ":root") {
		t.Errorf("the session is %s", got)
	}
}

func TestAssumeRole(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.account(one)
	management := w.account(two)
	arn := w.role(one, "audit", `"Principal":{"AWS":"arn:aws:iam::`+two+`:root"},"Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}`, "AmazonGuardDutyReadOnlyAccess")
	in := func() *sts.AssumeRoleInput {
		return &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("dana@laptop"), ExternalId: aws.String("x-1")}
	}
	out, err := w.sts(management).AssumeRole(ctx, in())
	if err != nil {
		t.Fatal(err)
	}
	session := temporary(out.Credentials)
	got := whoami(t, w, session)
	if !strings.HasPrefix(got, one+" AROA") || !strings.HasSuffix(got, ":dana@laptop arn:aws:sts::"+one+":assumed-role/audit/dana@laptop") {
		t.Errorf("the session is %s", got)
	}
	if want := one + " " + *out.AssumedRoleUser.AssumedRoleId + " " + *out.AssumedRoleUser.Arn; got != want {
		t.Errorf("the session is %s, AssumeRole said %s", got, want)
	}
	if left := out.Credentials.Expiration.Sub(w.now()); left > time.Hour || left < 50*time.Minute {
		t.Errorf("lasts %v", left)
	}
	_, err = w.guardduty(session).CreateDetector(ctx, &awsguardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	wantError(t, err, "AccessDeniedException", "User: arn:aws:sts::"+one+":assumed-role/audit/dana@laptop is not authorized to perform: guardduty:CreateDetector")

	f := func(c aws.Credentials, code, text string, change func(*sts.AssumeRoleInput)) {
		t.Helper()
		i := in()
		change(i)
		_, err := w.sts(c).AssumeRole(ctx, i)
		wantError(t, err, code, text)
	}
	denied := "is not authorized to perform: sts:AssumeRole on resource: "
	f(management, "AccessDenied", denied+arn, func(i *sts.AssumeRoleInput) { i.ExternalId = aws.String("x-2") })
	f(management, "AccessDenied", denied+arn, func(i *sts.AssumeRoleInput) { i.ExternalId = nil })
	f(management, "AccessDenied", denied+arn+"x", func(i *sts.AssumeRoleInput) { i.RoleArn = aws.String(arn + "x") })
	f(management, "AccessDenied", denied, func(i *sts.AssumeRoleInput) { i.RoleArn = aws.String("arn:aws:iam::999999999999:role/audit") })
	f(management, "ValidationError", "is invalid", func(i *sts.AssumeRoleInput) { i.RoleArn = aws.String("arn:aws:iam::" + one + ":user/dana") })
	f(management, "ValidationError", "roleSessionName", func(i *sts.AssumeRoleInput) { i.RoleSessionName = aws.String("a/b") })
	f(management, "ValidationError", "from 900 to 3600", func(i *sts.AssumeRoleInput) { i.DurationSeconds = aws.Int32(3601) })
	f(management, "MalformedPolicyDocument", "", func(i *sts.AssumeRoleInput) { i.Policy = aws.String("{}") })
	f(management, "ValidationError", "every account has", func(i *sts.AssumeRoleInput) {
		i.PolicyArns = []ststypes.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::" + one + ":policy/mine")}}
	})
	f(management, "ValidationError", "Tags is not supported", func(i *sts.AssumeRoleInput) {
		i.Tags = []ststypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	})
	f(management, "PackedPolicyTooLarge", "", func(i *sts.AssumeRoleInput) {
		i.Policy = aws.String(`{"Statement":[],"Id":"` + strings.Repeat("x", 5000) + `"}`)
	})
	f(w.user(two, "dana"), "AccessDenied", "because no identity-based policy allows the sts:AssumeRole action", func(*sts.AssumeRoleInput) {})

	// What a role loses, its sessions lose.
	if err := w.service.SetPolicies(ctx, one, service.Roles, "audit", nil); err != nil {
		t.Fatal(err)
	}
	_, err = w.guardduty(session).ListDetectors(ctx, &awsguardduty.ListDetectorsInput{})
	wantError(t, err, "AccessDeniedException", "no identity-based policy")
	if err := w.service.DeleteIdentity(ctx, one, service.Roles, "audit"); err != nil {
		t.Fatal(err)
	}
	_, err = w.guardduty(session).ListDetectors(ctx, &awsguardduty.ListDetectorsInput{})
	wantError(t, err, "UnrecognizedClientException", "The security token included in the request is invalid.")
}

func TestSessionPoliciesNarrow(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	root := w.account(one)
	arn := w.role(one, "all", `"Principal":"*"`, "AmazonGuardDutyFullAccess")
	f := func(want bool, policy *string, arns ...string) {
		t.Helper()
		in := &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("s1"), Policy: policy}
		for _, a := range arns {
			in.PolicyArns = append(in.PolicyArns, ststypes.PolicyDescriptorType{Arn: aws.String("arn:aws:iam::aws:policy/" + a)})
		}
		out, err := w.sts(root).AssumeRole(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		a := w.call(temporary(out.Credentials), "POST", "/invitation/delete", `{"accountIds":["444455556666"]}`)
		if (a.status == http.StatusOK) != want {
			t.Errorf("got %+v", a)
		}
		if !want && !strings.Contains(a.body, "because no session policy allows the guardduty:DeleteInvitations action") {
			t.Errorf("got %s", a.body)
		}
	}
	f(true, nil)
	f(false, nil, "AmazonGuardDutyReadOnlyAccess")
	f(true, nil, "AmazonGuardDutyReadOnlyAccess", "PicketInvitationHandler")
	f(true, aws.String(`{"Statement":{"Effect":"Allow","Action":"guardduty:Delete*","Resource":"*"}}`))
	f(false, aws.String(`{"Statement":{"Effect":"Allow","Action":"guardduty:Create*","Resource":"*"}}`))
}

func TestRolesOfClosedAccountsAreGone(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.account(one)
	other := w.account(two)
	arn := w.role(one, "all", `"Principal":"*"`, "AmazonGuardDutyFullAccess")
	in := &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("s1")}
	out, err := w.sts(other).AssumeRole(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.service.CloseAccount(ctx, one); err != nil {
		t.Fatal(err)
	}
	_, err = w.sts(other).AssumeRole(ctx, in)
	wantError(t, err, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: "+arn)
	_, err = w.guardduty(temporary(out.Credentials)).ListDetectors(ctx, &awsguardduty.ListDetectorsInput{})
	wantError(t, err, "UnrecognizedClientException", "")
}

func TestSTSRefusesInItsOwnShape(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	f := func(name string, status int, code string, r *http.Request) {
		t.Helper()
		a := w.do(r)
		for _, want := range []string{`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` + code + `</Code>`, "<RequestId>" + a.header.Get("X-Amzn-RequestId")} {
			if a.status != status || !strings.Contains(a.body, want) || a.header.Get("Content-Type") != "text/xml" {
				t.Errorf("%s: got %+v, want %d %s", name, a, status, want)
			}
		}
	}
	post := func(form url.Values) *http.Request {
		return w.signedFor(root, "sts", region, w.now(), "POST", "/", form.Encode())
	}
	f("unknown action", 404, "InvalidAction", post(url.Values{"Action": {"GetFederationToken\x00"}, "Version": {"2011-06-15"}}))
	f("unknown version", 404, "InvalidAction", post(url.Values{"Action": {"GetCallerIdentity"}, "Version": {"2011"}}))
	f("no form", 400, "ValidationError", w.signedFor(root, "sts", region, w.now(), "POST", "/", "%zz=;"))
	f("for GuardDuty", 403, "SignatureDoesNotMatch", w.signed(root, "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15"))
	unsigned := post(url.Values{"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}})
	unsigned.Header.Del("Authorization")
	f("unsigned", 403, "MissingAuthenticationToken", unsigned)
	stranger := aws.Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}
	f("unknown key", 403, "InvalidClientTokenId", w.signedFor(stranger, "sts", region, w.now(), "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15"))
	f("long ago", 403, "SignatureDoesNotMatch", w.signedFor(root, "sts", region, w.now().Add(-time.Hour), "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15"))
}

func TestSTSIsSignedForItsGlobalEndpoint(t *testing.T) {
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Service.Settings.Regions = []string{region} })
	client := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &w.url, Credentials: credentials.StaticCredentialsProvider{Value: w.account(one)}})
	if _, err := client.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Error(err)
	}
}
