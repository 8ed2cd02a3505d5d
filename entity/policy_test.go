package entity_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"picket/entity"
	"picket/event"
)

// statement returns the only statement of a policy, given as an object and as text.
func statement(t *testing.T, text string) entity.Statement {
	t.Helper()
	policy := `{"Version":"2012-10-17","Statement":` + text + `}`
	all := slices.Collect(entity.Statements(event.Value(policy)))
	asText := slices.Collect(entity.Statements(event.Value(strconv.Quote(" " + policy))))
	if len(all) != 1 || len(asText) != 1 {
		t.Fatalf("%d statements in an object, %d in text, want one: %s", len(all), len(asText), text)
	}
	if all[0] != asText[0] {
		t.Errorf("the object's statement is %v, the text's %v", all[0], asText[0])
	}
	return all[0]
}

func TestReach(t *testing.T) {
	f := func(rest string, want entity.Reach) {
		t.Helper()
		if got := statement(t, `[{"Effect":"Allow","Action":"s3:GetObject",`+rest+`}]`).Reach(); got != want {
			t.Errorf("reach of %s = %d, want %d", rest, got, want)
		}
	}
	f(`"Principal":"*"`, entity.Anyone)
	f(`"Principal":{"AWS":"*"}`, entity.Anyone)
	f(`"Principal":{"AWS":["arn:aws:iam::111122223333:root","*"]}`, entity.Anyone)
	f(`"Principal":{"*":"*"}`, entity.Anyone)
	f(`"NotPrincipal":{"AWS":"111122223333"}`, entity.Anyone)
	f(`"Principal":{"AWS":"arn:aws:iam::444455556666:root"}`, entity.Listed)
	f(`"Principal":{"Service":"*"}`, entity.Listed)

	f = func(condition string, want entity.Reach) {
		t.Helper()
		s := statement(t, `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Condition":{`+condition+`}}`)
		if got := s.Reach(); got != want {
			t.Errorf("reach under %s = %d, want %d", condition, got, want)
		}
	}
	f(`"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*"}`, entity.AnyAWS)
	f(`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/x-*","arn:aws:iam::*:role/x"]}`, entity.AnyAWS)
	f(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`, entity.Listed)
	f(`"StringEquals":{"aws:PrincipalOrgID":"o-example1"}`, entity.Listed)
	f(`"StringEquals":{"AWS:principalorgid":"o-example1"}`, entity.Listed)
	f(`"StringEqualsIgnoreCase":{"aws:PrincipalAccount":"444455556666"}`, entity.Listed)
	f(`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-example1"}`, entity.Anyone)
	f(`"StringNotEquals":{"aws:PrincipalOrgID":"o-example1"}`, entity.Anyone)
	f(`"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-example1/*"}`, entity.Anyone)
	f(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-example1/*"}`, entity.Listed)
	f(`"StringLike":{"aws:userid":"AROAEXAMPLE1:*"}`, entity.Listed)
	f(`"StringLike":{"aws:userid":"*"}`, entity.AnyAWS)
	f(`"StringEquals":{"aws:username":"dana"}`, entity.Listed)
	f(`"StringEquals":{"aws:PrincipalType":"User"}`, entity.AnyAWS)
	f(`"StringEquals":{"aws:PrincipalTag/team":"blue"}`, entity.AnyAWS)
	f(`"Bool":{"aws:PrincipalIsAWSService":"true"}`, entity.Listed)
	f(`"Bool":{"aws:PrincipalIsAWSService":"false"}`, entity.Anyone)
	f(`"Bool":{"aws:SecureTransport":"true"}`, entity.Anyone)
	f(`"StringLike":{"aws:Referer":"https://www.example.com/page"}`, entity.Anyone)
	f(`"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}`, entity.Listed)
	f(`"StringLike":{"aws:SourceVpce":"vpce-*"}`, entity.Anyone)
	f(`"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`, entity.Listed)
	f(`"IpAddressIfExists":{"aws:SourceIp":"203.0.113.7"}`, entity.Listed)
	f(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/0"]}`, entity.Anyone)
	f(`"IpAddress":{"aws:SourceIp":"16.0.0.0/8"}`, entity.Listed)
	f(`"IpAddress":{"aws:SourceIp":"16.0.0.0/7"}`, entity.Anyone)
	f(`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`, entity.Listed)
	f(`"IpAddress":{"aws:SourceIp":"2001:db8::/31"}`, entity.Anyone)
	f(`"IpAddress":{"aws:SourceIp":"fc00::/7"}`, entity.Listed)
	f(`"IpAddress":{"aws:SourceIp":"anywhere"}`, entity.Anyone)
	f(`"Bool":{"aws:SecureTransport":"true"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`, entity.Listed)
	f(`"StringLike":{"aws:Referer":"x","aws:PrincipalArn":"*"}`, entity.AnyAWS)
}

func TestAccounts(t *testing.T) {
	f := func(principal, want string) {
		t.Helper()
		s := statement(t, `{"Effect":"Allow","Principal":`+principal+`}`)
		if got := strings.Join(slices.Collect(s.Accounts()), " "); got != want {
			t.Errorf("accounts of %s = %q, want %q", principal, got, want)
		}
	}
	f(`{"AWS":"111122223333"}`, "111122223333")
	f(`{"AWS":["arn:aws:iam::444455556666:root","arn:aws-cn:sts::777788889999:assumed-role/r/s"]}`, "444455556666 777788889999")
	f(`{"AWS":["AROAEXAMPLE1","11112222333","11112222333x"],"Service":"ec2.amazonaws.com"}`, "")
	f(`{"Federated":"arn:aws:iam::444455556666:saml-provider/idp"}`, "")
	f(`"*"`, "")
}

func TestStatement(t *testing.T) {
	f := func(text string, allows, denies bool, actions string) {
		t.Helper()
		s := statement(t, text)
		if s.Allows() != allows || s.Denies() != denies {
			t.Errorf("%s: allows %v and denies %v", text, s.Allows(), s.Denies())
		}
		if got := strings.Join(slices.Collect(s.Actions()), " "); got != actions {
			t.Errorf("%s: actions %q, want %q", text, got, actions)
		}
	}
	f(`{"Effect":"Allow","Action":["s3:GetObject","S3:List*"]}`, true, false, "s3:getobject s3:list*")
	f(`{"Effect":"Deny","Action":"s3:*"}`, false, true, "s3:*")
	f(`{"Effect":"Allow","NotAction":"iam:*"}`, true, false, "*")
	f(`{}`, false, false, "")
}
