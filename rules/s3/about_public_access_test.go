package s3

import (
	"testing"

	"picket/entity"
	"picket/event"
)

func TestGrants(t *testing.T) {
	f := func(parameters string, want grants) {
		t.Helper()
		e := &event.CloudTrail{RequestParameters: event.Value(parameters)}
		if got := grantsOf(e); got != want {
			t.Errorf("%s\ngives %+v\nwant  %+v", parameters, got, want)
		}
	}
	read, write := access{read: entity.Anyone}, access{write: entity.Anyone}
	both := access{read: entity.Anyone, write: entity.Anyone}

	grant := func(permission string) string {
		return `{"AccessControlPolicy":{"AccessControlList":{"Grant":{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"` + permission + `"}}}}`
	}
	f(grant("READ"), grants{acl: read})
	f(grant("READ_ACP"), grants{acl: read})
	f(grant("WRITE"), grants{acl: write})
	f(grant("WRITE_ACP"), grants{acl: write})
	f(grant("FULL_CONTROL"), grants{acl: both})
	f(`{"x-amz-acl":"public-read"}`, grants{acl: read})
	f(`{"x-amz-acl":"public-read-write"}`, grants{acl: both})

	statement := func(effect, action string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"` + action + `"}`
	}
	policy := func(statements string) string { return `{"bucketPolicy":{"Statement":[` + statements + `]}}` }
	allow := func(action string) string { return policy(statement("Allow", action)) }
	f(allow("s3:GetObject"), grants{policy: read})
	f(allow("s3:ListBucket"), grants{policy: read})
	f(allow("s3:HeadObject"), grants{policy: read})
	f(allow("s3:PutObject"), grants{policy: write})
	f(allow("s3:*"), grants{policy: both})
	f(allow("s3:*Object"), grants{policy: both})
	f(allow("*"), grants{policy: both})
	f(allow("sqs:SendMessage"), grants{})
	f(policy(statement("Deny", "s3:*")+","+statement("Allow", "s3:GetObject")), grants{policy: read, denies: true})
	f(policy(statement("Allow", "s3:GetObject")+","+statement("Deny", "s3:*")), grants{policy: read, denies: true})
}
