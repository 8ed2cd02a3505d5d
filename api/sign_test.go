package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signed makes a signed request for GuardDuty; the path is as it goes over the wire.
func (w *world) signed(c aws.Credentials, method, path, body string) *http.Request {
	return w.signedFor(c, "guardduty", region, time.Now(), method, path, body)
}

func (w *world) signedFor(c aws.Credentials, service, region string, at time.Time, method, path, body string) *http.Request {
	w.t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if service == "sts" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(context.Background(), c, r, hex.EncodeToString(sum[:]), service, region, at); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// call sends a signed request.
func (w *world) call(c aws.Credentials, method, path, body string) answer {
	w.t.Helper()
	return w.do(w.signed(c, method, path, body))
}
