package access_test

import (
	"bufio"
	"errors"
	"net/http"
	"strings"
	"testing"

	"picket"
	"picket/access"
	"picket/guardduty"
)

// A policy is read or refused with a reason, and what is read can be judged by.
func FuzzPolicy(f *testing.F) {
	for _, m := range access.ManagedPolicies() {
		f.Add(m.Text)
	}
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["a:*?","*"],"NotResource":"arn:aws:guardduty:*:*:a/${aws:username}*?${*}","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["*a*b*"]},"Null":{"aws:ResourceTag/x":true}}}]}`)
	f.Add(`{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["*","111122223333"]},"Condition":{"DateLessThan":{"aws:CurrentTime":1},"IpAddress":{"aws:SourceIp":"::/0"}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		id := caller(t)
		for _, parse := range []func(string) (access.Policy, error){access.ParsePolicy, access.ParseTrust} {
			p, err := parse(text)
			if err != nil {
				if _, ok := errors.AsType[*guardduty.ValidationError](err); !ok || err.Error() == "" {
					t.Errorf("refused with %v", err)
				}
				continue
			}
			id.Principal.Policies = []access.Policy{p}
			r := request()
			r.TagKeys = []string{"a", "ab"}
			if err := id.Authorize(r); err != nil && picket.ErrorCode(err) != picket.CodeAccessDenied {
				t.Error(err)
			}
			target := role
			target.Trust = p
			if err := id.AuthorizeAssume(target, r); err != nil && picket.ErrorCode(err) != picket.CodeAccessDenied {
				t.Error(err)
			}
		}
	})
}

// No request is accepted that was not signed, and each is refused with a code.
func FuzzVerify(f *testing.F) {
	w := newWire(f)
	const scope = keyID + "/20260301/eu-west-1/guardduty/aws4_request"
	f.Add("/detector", "X-Amz-Date: 20260301T120000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential="+scope+", SignedHeaders=host;x-amz-date, Signature=00\r\n", "")
	f.Add("/detector?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+strings.ReplaceAll(scope, "/", "%2F")+
		"&X-Amz-Date=20260301T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD", "", "{}")
	f.Add("/tags/a%2Fb?a=%zz&a", "Date: Sun, 01 Mar 2026 12:00:00 GMT\r\nX-Amz-Security-Token: abc\r\nAuthorization: AWS4-HMAC-SHA256 a=b\r\n", "x")
	f.Fuzz(func(t *testing.T, target, header, body string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")))
		if err != nil {
			return
		}
		id, err := w.verifier.Verify(r, []byte(body), "guardduty")
		switch picket.ErrorCode(err) {
		case picket.CodeMissingToken, picket.CodeIncomplete, picket.CodeInvalidSignature, picket.CodeUnrecognizedClient:
		default:
			t.Errorf("got %+v, %v", id, err)
		}
		if id.Principal.Kind != "" || id.ARN != "" {
			t.Errorf("an identity without a signature: %+v", id)
		}
	})
}
