package apptest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

func (a *account) credentials() credentials.StaticCredentialsProvider {
	return credentials.NewStaticCredentialsProvider(a.AccessKeyID, a.SecretKey, "")
}

func stsOf(s *server, who aws.CredentialsProvider) *sts.Client {
	return sts.New(sts.Options{Region: region, BaseEndpoint: &s.url, Credentials: who, RetryMaxAttempts: 1})
}

func guarddutyOf(s *server, who aws.CredentialsProvider, region string) *guardduty.Client {
	return guardduty.New(guardduty.Options{Region: region, BaseEndpoint: &s.url, Credentials: who, RetryMaxAttempts: 1})
}

// handedOut is what STS hands out.
func handedOut(c *ststypes.Credentials) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func wantIdentity(t testing.TB, c *sts.Client, account, arn string) {
	t.Helper()
	out, err := c.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *out.Account != account || *out.Arn != arn {
		t.Errorf("the caller is %+v, %v; want %s", out, err, arn)
	}
}

// user makes a user of the account with an access key.
func (a *account) user(name string, policies ...string) *account {
	a.s.t.Helper()
	a.s.operator("user", "create", name, "--account", a.ID, "--policy", strings.Join(policies, ","))
	var key struct{ AccessKeyID, SecretAccessKey string }
	must(0, json.Unmarshal([]byte(a.s.operator("key", "create", "--json", "--account", a.ID, "--user", name)), &key))(a.s.t)
	u := &account{s: a.s, ID: a.ID, AccessKeyID: key.AccessKeyID, SecretKey: key.SecretAccessKey}
	u.Client = u.in(region)
	return u
}

// policy writes a policy of the account that allows actions under conditions, JSON.
func (a *account) policy(name, actions, conditions string) {
	a.s.t.Helper()
	file := filepath.Join(a.s.dir, name+".json")
	text := fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":%s,"Resource":"*","Condition":%s}}`, actions, conditions)
	must(0, os.WriteFile(file, []byte(text), 0o600))(a.s.t)
	a.s.operator("policy", "put", name, file, "--account", a.ID)
}

func TestIdentity(t *testing.T) {
	s := start(t)
	a := s.account("111122223333")
	root, dana := stsOf(s, a.credentials()), a.user("dana", "AmazonGuardDutyReadOnlyAccess")
	wantIdentity(t, root, a.ID, "arn:aws:iam::111122223333:root")
	client := stsOf(s, dana.credentials())
	wantIdentity(t, client, a.ID, "arn:aws:iam::111122223333:user/dana")

	temporary := handedOut(must(client.GetSessionToken(ctx, &sts.GetSessionTokenInput{}))(t).Credentials)
	wantIdentity(t, stsOf(s, temporary), a.ID, "arn:aws:iam::111122223333:user/dana")
	c := guarddutyOf(s, temporary, region)
	must(c.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(t)
	_, err := c.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	refused(t, err, "AccessDeniedException")

	signed := must(sts.NewPresignClient(client).PresignGetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
	f := func(url string, status int, text string) {
		t.Helper()
		r := must(http.NewRequest(signed.Method, url, nil))(t)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if body := must(io.ReadAll(answer.Body))(t); answer.StatusCode != status || !strings.Contains(string(body), text) {
			t.Errorf("a presigned URL answers %s: %s", answer.Status, body)
		}
	}
	f(signed.URL, http.StatusOK, "<Arn>arn:aws:iam::111122223333:user/dana</Arn>")
	f(signed.URL+"0", http.StatusForbidden, "SignatureDoesNotMatch")

	s.operator("key", "deactivate", dana.AccessKeyID, "--account", a.ID)
	_, err = client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	refused(t, err, "InvalidClientTokenId")
	_, err = dana.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
	refused(t, err, "UnrecognizedClientException")
	s.operator("key", "activate", dana.AccessKeyID, "--account", a.ID)
	wantIdentity(t, client, a.ID, "arn:aws:iam::111122223333:user/dana")
}

func TestRoleOfAnOrganizationsAccount(t *testing.T) {
	s := start(t)
	manager, stranger := s.account("111122223333"), s.account("777788889999")
	s.operator("organization", "create", manager.ID)
	member := s.account("444455556666", "--organization", manager.ID)
	role := aws.String("arn:aws:iam::444455556666:role/OrganizationAccountAccessRole")
	assume := func(who *account) (*sts.AssumeRoleOutput, error) {
		return stsOf(s, who.credentials()).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role, RoleSessionName: aws.String("setup")})
	}
	manager.policy("assume", `"sts:AssumeRole"`, `{}`)
	for _, who := range []*account{manager, manager.user("may", "assume")} {
		out := must(assume(who))(t)
		want(t, "the assumed role", *out.AssumedRoleUser.Arn, "arn:aws:sts::444455556666:assumed-role/OrganizationAccountAccessRole/setup")
		wantIdentity(t, stsOf(s, handedOut(out.Credentials)), member.ID, "arn:aws:sts::444455556666:assumed-role/OrganizationAccountAccessRole/setup")
		c := guarddutyOf(s, handedOut(out.Credentials), region)
		detector := detectorIn(t, c)
		want(t, "the account's detectors", must(member.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(t).DetectorIds, []string{*detector})
	}
	for _, who := range []*account{manager.user("maynot", "AmazonGuardDutyFullAccess"), stranger} {
		_, err := assume(who)
		refused(t, err, "AccessDenied")
	}
}

func TestClosedAccount(t *testing.T) {
	s := start(t)
	manager := s.account("111122223333")
	s.operator("organization", "create", manager.ID)
	a := s.account("444455556666", "--organization", manager.ID)
	detector, dana := a.enable(), a.user("dana", "AmazonGuardDutyFullAccess")
	temporary := handedOut(must(stsOf(s, dana.credentials()).GetSessionToken(ctx, &sts.GetSessionTokenInput{}))(t).Credentials)
	role := handedOut(must(stsOf(s, manager.credentials()).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::444455556666:role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("setup"),
	}))(t).Credentials)
	callers := map[string]*guardduty.Client{
		"root": a.Client, "user": dana.Client, "session": guarddutyOf(s, temporary, region), "role": guarddutyOf(s, role, region),
	}
	s.operator("account", "close", a.ID)
	for name, c := range callers {
		_, err := c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: detector})
		if err == nil || !strings.Contains(err.Error(), "StatusCode: 403") {
			t.Errorf("the %s of a closed account: %v", name, err)
		}
	}
	s.operator("account", "reopen", a.ID)
	for name, c := range callers {
		if out, err := c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: detector}); err != nil || out.Status != "ENABLED" {
			t.Errorf("the %s of an account that was closed: %v", name, err)
		}
	}
}

func TestConditions(t *testing.T) {
	s := start(t, withRegions(region, "eu-west-1"))
	a := s.account("111122223333")
	red := must(a.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true), Tags: map[string]string{"team": "red"}}))(t).DetectorId
	blue := must(a.in("eu-west-1").CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true), Tags: map[string]string{"team": "blue"}}))(t).DetectorId
	f := func(name, condition string, here, there bool) {
		t.Helper()
		a.policy(name, `"guardduty:*"`, condition)
		u := a.user(name, name)
		for _, side := range []struct {
			region   string
			detector *string
			allowed  bool
		}{{region, red, here}, {"eu-west-1", blue, there}} {
			_, err := u.in(side.region).GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: side.detector})
			if side.allowed && err != nil || !side.allowed && (err == nil || !strings.Contains(err.Error(), "AccessDeniedException")) {
				t.Errorf("%s in %s: %v", condition, side.region, err)
			}
		}
	}
	f("near", `{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}`, true, true)
	f("far", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, false, false)
	f("home", `{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}`, true, false)
	f("red", `{"StringEquals":{"aws:ResourceTag/team":"red"}}`, true, false)
	f("all", `{"StringEquals":{"aws:ResourceTag/team":"blue","aws:RequestedRegion":"eu-west-1"},"IpAddress":{"aws:SourceIp":"127.0.0.1/32"}}`, false, true)
}
