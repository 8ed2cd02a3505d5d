package access_test

import (
	"errors"
	"strings"
	"testing"

	"picket/access"
	"picket/guardduty"
)

// statement is a policy of one statement, with Effect Allow and Resource * unless they are given.
func statement(elements string) string {
	if !strings.Contains(elements, `"Effect"`) {
		elements = `"Effect":"Allow",` + elements
	}
	if !strings.Contains(elements, `Resource":`) {
		elements += `,"Resource":"*"`
	}
	return `{"Version":"2012-10-17","Statement":{` + elements + `}}`
}

func policy(t testing.TB, text string) access.Policy {
	t.Helper()
	p, err := access.ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// malformed wants a refusal that names a path and holds text.
func malformed(t *testing.T, err error, path, text string) {
	t.Helper()
	wrong, ok := errors.AsType[*guardduty.ValidationError](err)
	if !ok || wrong.Path != path || !strings.Contains(wrong.Reason, text) {
		t.Errorf("got %v (%#v)\nwant %s …%s…", err, wrong, path, text)
	}
}

func TestParsePolicyTakesWhatPeopleWrite(t *testing.T) {
	for _, text := range []string{
		`{"Version":"2012-10-17","Statement":[]}`,
		`{"Version":"2008-10-17","Id":"old","Statement":{"Sid":"","Effect":"Deny","NotAction":["iam:*","organizations:Describe?ccount"],"NotResource":["*"]}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:guardduty:*:111122223333:detector/${aws:username}"}}`,
		statement(`"Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::*:role/aws-service-role/guardduty.amazonaws.com/X","Condition":{"StringLike":{"iam:AWSServiceName":"guardduty.amazonaws.com"}}`),
		statement(`"Action":"guardduty:*","Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"aws:MultiFactorAuthAge":3600},"IpAddress":{"AWS:sourceip":["192.0.2.0/24","2001:db8::1"]}}`),
		statement(`"Action":"guardduty:Get*","Resource":"arn:aws:guardduty:*:*:detector/${aws:PrincipalTag/team}/*"`),
	} {
		if _, err := access.ParsePolicy(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestParsePolicySaysWhatIsWrongAndWhere(t *testing.T) {
	f := func(text, path, want string) {
		t.Helper()
		_, err := access.ParsePolicy(text)
		malformed(t, err, path, want)
	}
	f(``, "", "line 1, about column 0: it ends too early")
	f("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [}\n", "", "line 3, about column 16: invalid character '}'")
	f(`{"Version":"2012-10-17","Statement":[]} x`, "", "invalid character 'x'")
	f(`{"Version":"2012-10-17","Statement":[]}{}`, "", "there is more after its end")
	f(`[]`, "", "a policy is a JSON object")
	f(`{"Version":"2012-10-17"}`, "Statement", "is required")
	f(`{"Version":"2012-10-18","Statement":[]}`, "Version", "must be 2012-10-17")
	f(`{"Id":1,"Statement":[]}`, "Id", "must be a string")
	f(`{"Statements":[]}`, "Statements", "is not an element here; these are: Version, Id, Statement")
	f(`{"statement":[]}`, "statement", "is not an element here; Statement is")
	f(`{"Statement":[],"Statement":[]}`, "Statement", "is there twice")
	f(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},3]}`, "Statement[1]", "must be an object")
	f(statement(`"Effect":"allow","Action":"*"`), "Statement.Effect", "must be Allow or Deny")
	f(`{"Statement":[{"Action":"*","Resource":"*"}]}`, "Statement[0].Effect", "is required")
	f(statement(`"Sid":1,"Action":"*"`), "Statement.Sid", "must be a string")
	f(statement(`"Resource":"*"`), "Statement", "needs Action or NotAction")
	f(statement(`"Action":"*","NotAction":"*"`), "Statement", "has both Action and NotAction")
	f(statement(`"Action":[]`), "Statement.Action", "must not be empty")
	f(statement(`"Action":null`), "Statement.Action", "must be a string or a list of strings")
	f(statement(`"Action":["guardduty:GetDetector","GetFindings"]`), "Statement.Action[1]", `not "GetFindings"`)
	f(statement(`"Action":"guard duty:Get*"`), "Statement.Action", "must be * or service:Action")
	f(statement(`"Action":["*",["*"]]`), "Statement.Action[1]", "must be a string")
	f(`{"Statement":{"Effect":"Allow","Action":"*"}}`, "Statement", "needs Resource or NotResource")
	f(statement(`"Action":"*","Resource":"detector/1"`), "Statement.Resource", "must be * or a whole ARN")
	f(statement(`"Action":"*","Resource":"arn:aws:guardduty:*"`), "Statement.Resource", "must be * or a whole ARN")
	f(statement(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:username"`), "Statement.Resource", `without its "}"`)
	f(statement(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:name}"`), "Statement.Resource", "${aws:name}, which is a condition key that this server does not know")
	f(statement(`"Action":"*","Resource":"arn:aws:guardduty:*:*:\u0000"`), "Statement.Resource", "control characters")
	f(statement(`"Action":"*","Principal":"*"`), "Statement.Principal", "is not an element here")
	f(statement(`"Action":"*","Condition":[]`), "Statement.Condition", "must be an object")
	f(statement(`"Action":"*","Condition":{"StringEqual":{}}`), "Statement.Condition.StringEqual", "is no operator; these are: ArnEquals,")
	f(statement(`"Action":"*","Condition":{"ForEvery:StringEquals":{}}`), "Statement.Condition.ForEvery:StringEquals", "ForAnyValue or ForAllValues")
	f(statement(`"Action":"*","Condition":{"NullIfExists":{}}`), "Statement.Condition.NullIfExists", "Null takes no")
	f(statement(`"Action":"*","Condition":{"Bool":"true"}`), "Statement.Condition.Bool", "must be an object of condition keys")
	f(statement(`"Action":"*","Condition":{"IpAddress":{"aws:SourceIpp":"192.0.2.1"}}`), "Statement.Condition.IpAddress.aws:SourceIpp", "aws:sourceip")
	f(statement(`"Action":"*","Condition":{"StringEquals":{"SourceIp":"192.0.2.1"}}`), "Statement.Condition.StringEquals.SourceIp", "is no condition key")
	f(statement(`"Action":"*","Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.1","192.0.2.0/33"]}}`), "Statement.Condition.IpAddress.aws:SourceIp[1]", "an address or a range")
	f(statement(`"Action":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}`), "Statement.Condition.DateLessThan.aws:CurrentTime", "must be a date")
	f(statement(`"Action":"*","Condition":{"NumericEquals":{"aws:EpochTime":"NaN"}}`), "Statement.Condition.NumericEquals.aws:EpochTime", "must be a number")
	f(statement(`"Action":"*","Condition":{"Bool":{"aws:SecureTransport":"yes"}}`), "Statement.Condition.Bool.aws:SecureTransport", "must be true or false")
	f(statement(`"Action":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"dana"}}`), "Statement.Condition.ArnLike.aws:PrincipalArn", "must be * or a whole ARN")
	f(statement(`"Action":"*","Condition":{"StringEquals":{"aws:username":{}}}`), "Statement.Condition.StringEquals.aws:username", "must be a string or a list")
	f(statement(`"Action":"*","Condition":{"StringEqualsIgnoreCase":{"aws:username":"${aws:userid}"}}`), "Statement.Condition.StringEqualsIgnoreCase.aws:username", "takes no variables")
	f(`{"Statement":[],"Id":"`+strings.Repeat("x", access.MaxPolicy)+`"}`, "", "at most 10240 bytes")
	f(strings.Repeat("[", access.MaxPolicy), strings.Repeat("[0]", 17), "is nested too deep")
}

func TestParseTrustSaysWhatIsWrongAndWhere(t *testing.T) {
	trust := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole"` + principal + `}}`
	}
	f := func(text, path, want string) {
		t.Helper()
		_, err := access.ParseTrust(text)
		malformed(t, err, path, want)
	}
	f(trust(``), "Statement.Principal", "is required")
	f(trust(`,"Principal":"dana"`), "Statement.Principal", `must be "*" or an object`)
	f(trust(`,"Principal":{}`), "Statement.Principal", `must be "*" or an object`)
	f(trust(`,"Principal":{"aws":"*"}`), "Statement.Principal.aws", "is not an element here; AWS is")
	f(trust(`,"Principal":{"AWS":["111122223333","dana"]}`), "Statement.Principal.AWS[1]", `not "dana"`)
	f(trust(`,"Principal":{"AWS":"arn:aws:iam::111122223333:user/*","Service":[]}`), "Statement.Principal.Service", "must not be empty")
	f(trust(`,"Principal":"*","Resource":"*"`), "Statement.Resource", "is not an element here")
	for _, principal := range []string{
		`"*"`, `{"AWS":"*"}`, `{"AWS":"111122223333"}`, `{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/a/b"]}`,
		`{"Service":"ec2.amazonaws.com"}`, `{"AWS":"arn:aws:sts::111122223333:assumed-role/reader/dana"}`,
	} {
		if _, err := access.ParseTrust(trust(`,"Principal":` + principal)); err != nil {
			t.Errorf("%s: %v", principal, err)
		}
	}
}
