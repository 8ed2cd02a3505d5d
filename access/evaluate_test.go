package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
)

const detector = "arn:aws:guardduty:eu-west-1:111122223333:detector/d1"

// caller is dana with policies, in a region and from an address.
func caller(t testing.TB, policies ...string) access.Identity {
	t.Helper()
	id := access.Identity{Principal: dana, Caller: picket.Caller{
		Account: account, Region: "eu-west-1", ARN: dana.ARN, PrincipalID: dana.ID, SourceIP: "192.0.2.7", UserAgent: "aws-cli/1",
	}}
	for _, text := range policies {
		id.Principal.Policies = append(id.Principal.Policies, policy(t, text))
	}
	id.Principal.Tags = map[string]string{"Team": "blue", "x*": "d*", "nul": "\x00"}
	return id
}

func request() access.Request {
	return access.Request{Action: "guardduty:GetDetector", Resource: detector, Time: noon}
}

func may(t *testing.T, id access.Identity, r access.Request) bool {
	t.Helper()
	err := id.Authorize(r)
	if err != nil && picket.ErrorCode(err) != picket.CodeAccessDenied {
		t.Error(err)
	}
	return err == nil
}

func TestStatementsCoverActionsAndResources(t *testing.T) {
	f := func(elements, action, resource string, want bool) {
		t.Helper()
		r := request()
		r.Action, r.Resource = action, resource
		if got := may(t, caller(t, statement(elements)), r); got != want {
			t.Errorf("%s: %s on %s: got %v, want %v", elements, action, resource, got, want)
		}
	}
	const get, list = "guardduty:GetDetector", "guardduty:ListDetectors"
	f(`"Action":"*"`, get, detector, true)
	f(`"Action":"guardduty:GetDetector"`, get, detector, true)
	f(`"Action":"GUARDDUTY:getdetector"`, get, detector, true)
	f(`"Action":"guardduty:Get?etector"`, get, detector, true)
	f(`"Action":"guardduty:Get"`, get, detector, false)
	f(`"Action":"guardduty:*Get"`, get, detector, false)
	f(`"Action":["guardduty:List*","guardduty:*Detector"]`, get, detector, true)
	f(`"Action":"iam:*"`, get, detector, false)
	f(`"NotAction":["guardduty:List*"]`, get, detector, true)
	f(`"NotAction":["guardduty:List*","guardduty:Get*"]`, get, detector, false)
	f(`"Effect":"Deny","Action":"*"`, get, detector, false)

	f(`"Action":"*","Resource":"`+detector+`"`, get, detector, true)
	f(`"Action":"*","Resource":"`+detector+`"`, get, detector+"/filter/f", false)
	f(`"Action":"*","Resource":"`+detector+`/*"`, get, detector+"/filter/f", true)
	f(`"Action":"*","Resource":"`+detector+`/*"`, get, detector, false)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/*"`, get, detector, true)
	f(`"Action":"*","Resource":"arn:aws:guardduty:us-east-1:*:detector/*"`, get, detector, false)
	f(`"Action":"*","Resource":"arn:aws:guard*:*:*:detector/*"`, get, detector, true)
	f(`"Action":"*","Resource":"arn:*:*:*:*:detector/d1:x"`, get, detector+":x", true)
	f(`"Action":"*","Resource":"arn:*:detector/d1:*:*:*"`, get, detector, false) // a * stays in its part
	f(`"Action":"*","Resource":"`+strings.Replace(detector, "detector", "Detector", 1)+`"`, get, detector, false)
	f(`"Action":"*","Resource":"`+detector+`"`, list, "*", false)
	f(`"Action":"*"`, list, "*", true)
	f(`"Action":"*","NotResource":"`+detector+`"`, get, detector, false)
	f(`"Action":"*","NotResource":["`+detector+`x"]`, get, detector, true)
	f(`"Action":"*","NotResource":"`+detector+`"`, list, "*", true)

	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/*/filter/${aws:username}-*"`, get, detector+"/filter/dana-1", true)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/*/filter/${aws:username}-*"`, get, detector+"/filter/alex-1", false)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:PrincipalTag/x*}"`, get, detector, false) // a * of a variable is a *
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:PrincipalTag/nul}"`, get, detector, false)
	f(`"Action":"*","Resource":"arn:aws:guardduty:${aws:RequestedRegion}:${aws:PrincipalAccount}:detector/d1"`, get, detector, true)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:PrincipalTag/none}*"`, get, detector, false)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${*}"`, get, detector, false)
	f(`"Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${*}${$}"`, get, "arn:aws:guardduty:eu-west-1:111122223333:detector/*$", true)
}

func TestOldPoliciesHaveNoVariables(t *testing.T) {
	const text = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:guardduty:*:*:detector/${aws:username}"}}`
	r := request()
	r.Resource = "arn:aws:guardduty:eu-west-1:111122223333:detector/dana"
	if may(t, caller(t, text), r) {
		t.Error("a variable counts without Version")
	}
	r.Resource = "arn:aws:guardduty:eu-west-1:111122223333:detector/${aws:username}"
	if !may(t, caller(t, text), r) {
		t.Error("the text itself doesn't match")
	}
}

func TestDenyWins(t *testing.T) {
	allow, deny := statement(`"Action":"guardduty:*"`), statement(`"Effect":"Deny","Action":"guardduty:Get*"`)
	for _, policies := range [][]string{{allow, deny}, {deny, allow}} {
		err := caller(t, policies...).Authorize(request())
		refused(t, err, picket.CodeAccessDenied, "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: guardduty:GetDetector "+
			"on resource: "+detector+" with an explicit deny in an identity-based policy")
	}
	err := caller(t).Authorize(request())
	refused(t, err, picket.CodeAccessDenied, "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: guardduty:GetDetector "+
		"on resource: "+detector+" because no identity-based policy allows the guardduty:GetDetector action")
}

// What is in a region has the region's partition in its name; principals call in all regions, and are meant by any.
func TestPoliciesOfOtherPartitions(t *testing.T) {
	f := func(statements string, want bool) {
		t.Helper()
		id := caller(t, statement(`"Action":"*"`), statement(statements))
		id.Region = "us-gov-west-1"
		op, labels, _ := guardduty.Match("GET", "/detector/d1")
		r := request()
		r.Action, r.Resource = access.Action(op), access.Resource(id.Caller, op, labels)
		if got := may(t, id, r); got != want {
			t.Errorf("%s: got %v, want %v", statements, got, want)
		}
	}
	f(`"Effect":"Deny","Action":"*","Resource":"arn:aws-us-gov:guardduty:*:*:detector/*"`, false)
	f(`"Effect":"Deny","Action":"*","Resource":"arn:aws:guardduty:*:*:detector/*"`, true)
	f(`"Effect":"Deny","Action":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws-us-gov:iam::*:user/dana"}}`, false)
	f(`"Effect":"Deny","Action":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws-us-gov:iam::*:user/alex"}}`, true)
	principal := func(operator, arn string, want bool) {
		t.Helper()
		f(fmt.Sprintf(`"Effect":"Deny","Action":"*","Condition":{%q:{"aws:PrincipalArn":%q}}`, operator, arn), want)
	}
	const dana, alex = "iam::111122223333:user/dana", "iam::111122223333:user/alex"
	for _, partition := range []string{"arn:aws:", "arn:aws-us-gov:"} {
		principal("StringEquals", partition+dana, false)
		principal("StringEquals", partition+alex, true)
		principal("StringLike", partition+"iam::*:user/dana", false)
		principal("StringLike", partition+"iam::*:user/alex", true)
		principal("StringNotEquals", partition+dana, true)
		principal("StringNotEquals", partition+alex, false)
		principal("StringNotLike", partition+"iam::*:user/dana", true)
		principal("StringNotLike", partition+"iam::*:user/alex", false)
	}
	principal("StringLike", "*:iam::*:user/dana", false)
	principal("StringEquals", "arn:aws-cn:"+dana, true)
}

func TestRootMayEverythingInItsAccount(t *testing.T) {
	id := caller(t, statement(`"Effect":"Deny","Action":"*"`))
	id.Principal.Kind = access.Root
	if !may(t, id, request()) {
		t.Error("refused at home")
	}
	for _, resource := range []string{"arn:aws:guardduty:eu-west-1:444455556666:detector/d1", "arn:aws:guardduty:eu-west-1::detector/d1", "nonsense"} {
		for _, id := range []access.Identity{id, caller(t, statement(`"Action":"*"`))} {
			r := request()
			r.Resource = resource
			refused(t, id.Authorize(r), picket.CodeAccessDenied, "because no resource-based policy allows the guardduty:GetDetector action")
		}
	}
}

func TestSessionPoliciesTakeAway(t *testing.T) {
	f := func(session, identity, want string) {
		t.Helper()
		id := caller(t, identity)
		id.Session = &access.Session{Policies: []string{session}}
		err := id.Authorize(request())
		if want == "" {
			if err != nil {
				t.Error(err)
			}
			return
		}
		refused(t, err, picket.CodeAccessDenied, want)
	}
	all, other, none := statement(`"Action":"*"`), statement(`"Action":"guardduty:List*"`), statement(`"Effect":"Deny","Action":"*"`)
	f(all, all, "")
	f(other, all, "because no session policy allows the guardduty:GetDetector action")
	f(none, all, "with an explicit deny in a session policy")
	f(all, other, "because no identity-based policy allows")
	id := caller(t)
	id.Principal.Kind, id.Session = access.Root, &access.Session{Policies: []string{other}}
	refused(t, id.Authorize(request()), picket.CodeAccessDenied, "no session policy")
	id.Session.Policies[0] = "{"
	if err := id.Authorize(request()); err == nil || picket.ErrorCode(err) != "" {
		t.Errorf("a broken session policy: got %v, want an internal error", err)
	}
}

func TestConditions(t *testing.T) {
	f := func(condition string, want bool) {
		t.Helper()
		r := request()
		r.Tags = map[string]string{"Team": "blue", "cost": "7", "nan": "NaN", "word": "a€bc", "star": "dana*", "twice": "1", "Twice": "1"}
		r.TagKeys = []string{"Team", "cost"}
		if strings.Contains(condition, "TagKeys}") {
			r.TagKeys = []string{"dana", "cost"}
		}
		r.ResourceTags = func() (map[string]string, error) { return map[string]string{"env": "prod"}, nil }
		if got := may(t, caller(t, statement(`"Action":"*","Condition":{`+condition+`}`)), r); got != want {
			t.Errorf("%s: got %v, want %v", condition, got, want)
		}
	}
	f(`"StringEquals":{"aws:username":"dana"}`, true)
	f(`"StringEquals":{"AWS:UserName":["alex","dana"]}`, true)
	f(`"StringEquals":{"aws:username":"Dana"}`, false)
	f(`"StringEquals":{"aws:username":"d*"}`, false)
	f(`"StringEqualsIgnoreCase":{"aws:username":"Dana"}`, true)
	f(`"StringNotEquals":{"aws:username":["alex","dana"]}`, false)
	f(`"StringNotEquals":{"aws:username":["alex"]}`, true)
	f(`"StringNotEqualsIgnoreCase":{"aws:username":"DANA"}`, false)
	f(`"StringLike":{"aws:UserAgent":"aws-cli/*"}`, true)
	f(`"StringNotLike":{"aws:UserAgent":"aws-cli/*"}`, false)
	f(`"StringEquals":{"aws:userid":"AIDADANA","aws:PrincipalAccount":"111122223333","aws:PrincipalType":"User"}`, true)
	f(`"StringEquals":{"aws:userid":"AIDADANA","aws:PrincipalAccount":"444455556666"}`, false) // keys are ANDed
	f(`"StringEquals":{"aws:userid":"AIDADANA"},"Bool":{"aws:SecureTransport":true}`, false)   // and so are operators
	f(`"Bool":{"aws:SecureTransport":"FALSE"}`, true)
	f(`"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-north-1"]}`, true)
	f(`"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}`, false)
	f(`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:user/d*"}`, true)
	f(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`, false)
	f(`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`, true)
	f(`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/dana"}`, false)
	f(`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, true)
	f(`"IpAddress":{"aws:SourceIp":["198.51.100.0/24","192.0.2.7"]}`, true)
	f(`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`, false)
	f(`"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, false)
	f(`"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T11:59:59Z"},"DateLessThan":{"aws:CurrentTime":"2026-03-01T13:00:01+01:00"}`, true)
	f(`"DateLessThan":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}`, false)
	f(`"DateLessThanEquals":{"aws:CurrentTime":"2026-03-01T12:00Z"}`, true)
	f(`"DateGreaterThanEquals":{"aws:CurrentTime":"2026-03-02"}`, false)
	f(`"DateEquals":{"aws:EpochTime":"1772366400"},"DateNotEquals":{"aws:CurrentTime":"1772366401"}`, true)
	f(`"NumericEquals":{"aws:RequestTag/Cost":7},"NumericGreaterThan":{"aws:RequestTag/cost":"6.5"}`, true)
	f(`"NumericLessThan":{"aws:RequestTag/cost":7}`, false)
	f(`"NumericLessThanEquals":{"aws:RequestTag/cost":7},"NumericGreaterThanEquals":{"aws:RequestTag/cost":[70,7]}`, true)
	f(`"NumericNotEquals":{"aws:RequestTag/cost":"7"}`, false)
	f(`"NumericNotEquals":{"aws:RequestTag/team":"7"}`, true)
	f(`"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"}`, true)
	f(`"StringEquals":{"aws:RequestTag/team":"${aws:username}"}`, false)
	f(`"StringEquals":{"aws:ResourceTag/env":"prod"}`, true)
	f(`"StringEquals":{"aws:ResourceTag/team":"blue"}`, false)

	f(`"StringEquals":{"aws:RequestTag/star":"${aws:username}*"}`, true)
	f(`"StringEquals":{"aws:UserAgent":"${*}ws-cli/1"}`, false)
	f(`"StringEquals":{"aws:RequestTag/star":"${aws:username}?"}`, false)
	f(`"StringLike":{"aws:RequestTag/star":"${aws:TagKeys}*"}`, false) // which of them?
	f(`"StringLike":{"aws:RequestTag/word":"a?bc"}`, true)
	f(`"StringLike":{"aws:RequestTag/word":"a??bc"}`, false)
	f(`"StringLike":{"aws:RequestTag/word":"a*??bc"}`, false)
	f(`"NumericLessThan":{"aws:RequestTag/nan":7}`, false)
	f(`"Null":{"aws:RequestTag/twice":true}`, true)

	// What is absent: positive operators fail, negated ones hold.
	f(`"StringEquals":{"aws:RequestTag/none":"x"}`, false)
	f(`"StringNotEquals":{"aws:RequestTag/none":"x"}`, true)
	f(`"StringEqualsIfExists":{"aws:RequestTag/none":"x"}`, true)
	f(`"StringEqualsIfExists":{"aws:RequestTag/team":"x"}`, false)
	f(`"Null":{"aws:RequestTag/none":"true"}`, true)
	f(`"Null":{"aws:RequestTag/team":"true"}`, false)
	f(`"Null":{"aws:TokenIssueTime":false}`, false)
	f(`"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}`, true)
	f(`"Bool":{"aws:MultiFactorAuthPresent":"true"}`, false)
	f(`"StringEquals":{"ec2:Region":"eu-west-1"}`, false)

	f(`"ForAllValues:StringEquals":{"aws:TagKeys":["Team","cost","env"]}`, true)
	f(`"ForAllValues:StringEquals":{"aws:TagKeys":["Team"]}`, false)
	f(`"ForAnyValue:StringEquals":{"aws:TagKeys":["Team","env"]}`, true)
	f(`"ForAnyValue:StringEquals":{"aws:TagKeys":["env"]}`, false)
	f(`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["Team"]}`, true)
	f(`"ForAllValues:StringNotLike":{"aws:TagKeys":["T*"]}`, false)
	f(`"ForAllValues:StringEquals":{"aws:RequestTag/none":["x"]}`, true)
	f(`"ForAnyValue:StringEquals":{"aws:RequestTag/none":["x"]}`, false)
	f(`"ForAnyValue:StringNotEquals":{"aws:RequestTag/none":["x"]}`, false)
}

func TestAddressesAreComparedPlain(t *testing.T) {
	id := caller(t, statement(`"Action":"*","Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","fe80::/10"]}}`))
	for address, want := range map[string]bool{"192.0.2.9": true, "::ffff:192.0.2.9": true, "fe80::1%eth0": true, "198.51.100.1": false, "": false, "@": false} {
		id.SourceIP = address
		if got := may(t, id, request()); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

func TestRolesHaveNoUserName(t *testing.T) {
	id := caller(t, statement(`"Action":"*","Condition":{"Null":{"aws:username":true},"StringEquals":{"aws:PrincipalType":"AssumedRole"}}`))
	if may(t, id, request()) {
		t.Error("a user without a name")
	}
	id.Principal.Kind = access.Role
	if !may(t, id, request()) {
		t.Error("a role with a user's name")
	}
}

// The tags of a resource are read from the store: only when a policy asks, and never guessed.
func TestResourceTagsAreAskedForWhenNeeded(t *testing.T) {
	r := request()
	r.ResourceTags = func() (map[string]string, error) { return nil, errors.New("disk on fire") }
	if !may(t, caller(t, statement(`"Action":"*"`)), r) {
		t.Error("refused")
	}
	for _, effect := range []string{"Allow", "Deny"} {
		id := caller(t, statement(`"Action":"*"`), statement(`"Effect":"`+effect+`","Action":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/env":"prod"}}`))
		if effect == "Allow" {
			id.Principal.Policies = id.Principal.Policies[1:]
		}
		if err := id.Authorize(r); err == nil || !strings.Contains(err.Error(), "disk on fire") {
			t.Errorf("%s: got %v, want the error of the store", effect, err)
		}
	}
}

func TestTrustPoliciesSayWhoMayAssume(t *testing.T) {
	const other = "444455556666"
	f := func(principal, condition string, id access.Identity, want string) {
		t.Helper()
		trust, err := access.ParseTrust(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal + condition + `}}`)
		if err != nil {
			t.Fatal(err)
		}
		target := role
		target.Trust = trust
		err = id.AuthorizeAssume(target, access.Request{Time: noon, ExternalID: "secret-7", SessionName: "s"})
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", principal, err)
			}
			return
		}
		refused(t, err, picket.CodeAccessDenied, "is not authorized to perform: sts:AssumeRole on resource: "+role.ARN)
		refused(t, err, picket.CodeAccessDenied, want)
	}
	const untrusted = "because no resource-based policy allows the sts:AssumeRole action"
	const unallowed = "because no identity-based policy allows the sts:AssumeRole action"
	none, assume := caller(t), caller(t, statement(`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/audit/*"`))
	denied := caller(t, statement(`"Effect":"Deny","Action":"sts:*"`))
	f(`{"AWS":"`+dana.ARN+`"}`, "", none, "")
	f(`{"AWS":"arn:aws-us-gov:iam::111122223333:user/dana"}`, "", none, "")
	f(`{"AWS":"`+dana.ARN+`"}`, "", denied, "with an explicit deny")
	f(`{"AWS":"`+dana.ARN+`"}`, "", caller(t, statement(`"Effect":"Deny","Action":"*","Resource":"arn:aws-cn:iam::*:role/audit/*"`)), "with an explicit deny")
	f(`{"AWS":"`+dana.ARN+`x"}`, "", assume, untrusted)
	f(`{"AWS":"111122223333"}`, "", none, unallowed)
	f(`{"AWS":"111122223333"}`, "", assume, "")
	f(`{"AWS":["444455556666","arn:aws:iam::111122223333:root"]}`, "", assume, "")
	f(`{"Service":"ec2.amazonaws.com"}`, "", assume, untrusted)
	f(`"*"`, "", none, unallowed)
	f(`"*"`, "", assume, "")
	f(`"*"`, `,"Condition":{"StringEquals":{"sts:ExternalId":"secret-7"}}`, assume, "")
	f(`"*"`, `,"Condition":{"StringEquals":{"sts:ExternalId":"secret-8"}}`, assume, untrusted)
	f(`"*"`, `,"Condition":{"StringLike":{"sts:RoleSessionName":"t*"}}`, assume, untrusted)

	foreign := assume
	foreign.Account, foreign.ARN = other, "arn:aws:iam::"+other+":user/alex"
	foreign.Principal.Account, foreign.Principal.ARN = other, foreign.ARN
	f(`{"AWS":"444455556666"}`, "", foreign, "")
	f(`{"AWS":"111122223333"}`, "", foreign, untrusted)
	foreign.Principal.Policies = nil
	f(`{"AWS":"`+foreign.ARN+`"}`, "", foreign, unallowed) // trusted by name, but by another account
	foreign.Principal.Kind = access.Root
	f(`{"AWS":"444455556666"}`, "", foreign, "")

	session := none
	session.Principal, session.ARN = role, "arn:aws:sts::111122223333:assumed-role/reader/s"
	session.Session = &access.Session{IssuedAt: noon}
	f(`{"AWS":"`+role.ARN+`"}`, "", session, "")
	f(`{"AWS":"`+session.ARN+`"}`, "", session, "")
	f(`{"AWS":"`+session.ARN+`x"}`, "", session, untrusted)
	session.Session = &access.Session{IssuedAt: noon, Policies: []string{access.ManagedARN + "AmazonGuardDutyFullAccess"}}
	f(`{"AWS":"`+session.ARN+`"}`, "", session, "because no session policy allows the sts:AssumeRole action")
	session.Session = &access.Session{IssuedAt: noon}
	f(`{"AWS":"`+role.ARN+`"}`, `,"Condition":{"DateEquals":{"aws:TokenIssueTime":"`+noon.Format(time.RFC3339)+`"}}`, session, "")
}

func TestTrustPoliciesDeny(t *testing.T) {
	trust, err := access.ParseTrust(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"},
		{"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"` + dana.ARN + `"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	target := role
	target.Trust = trust
	id := caller(t, statement(`"Action":"*"`))
	refused(t, id.AuthorizeAssume(target, access.Request{Time: noon}), picket.CodeAccessDenied, "no resource-based policy")
	id.ARN, id.Principal.ARN = id.ARN+"2", id.ARN+"2"
	if err := id.AuthorizeAssume(target, access.Request{Time: noon}); err != nil {
		t.Error(err)
	}
}
