package access_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"picket"
	"picket/access"
)

const (
	account = "111122223333"
	keyID   = "AKIAIOSFODNN7EXAMPLE"
	secret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// directory is an access.Directory in memory.
type directory struct {
	keys       map[string]access.Key
	principals map[string]access.Principal
}

func (d directory) Key(_ context.Context, id string) (access.Key, error) {
	k, ok := d.keys[id]
	if !ok {
		return k, &picket.Error{Code: picket.CodeNotFound, Message: "no key"}
	}
	return k, nil
}

func (d directory) Principal(_ context.Context, arn string) (access.Principal, error) {
	p, ok := d.principals[arn]
	if !ok {
		return p, &picket.Error{Code: picket.CodeNotFound, Message: "no principal"}
	}
	return p, nil
}

var (
	root = access.Principal{Kind: access.Root, Account: account, ARN: "arn:aws:iam::" + account + ":root", ID: account}
	dana = access.Principal{Kind: access.User, Account: account, ARN: "arn:aws:iam::" + account + ":user/dana", ID: "AIDADANA", Name: "dana"}
	role = access.Principal{Kind: access.Role, Account: account, ARN: "arn:aws:iam::" + account + ":role/audit/reader", ID: "AROAREADER", Name: "reader"}
)

func masterKey(t testing.TB) *access.MasterKey {
	t.Helper()
	k, err := access.CreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// wire sends requests over a real connection to a server that verifies them.
type wire struct {
	t        testing.TB
	verifier *access.Verifier
	url      string
	identity access.Identity // of the last request
	err      error
}

func newWire(t testing.TB) *wire {
	w := &wire{t: t, verifier: &access.Verifier{
		Directory: directory{
			keys:       map[string]access.Key{keyID: {ID: keyID, Secret: secret, Principal: dana}},
			principals: map[string]access.Principal{root.ARN: root, dana.ARN: dana, role.ARN: role},
		},
		Master:  masterKey(t),
		Regions: []string{"eu-west-1", "us-east-1"},
		Now:     func() time.Time { return noon },
	}}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.identity, w.err = w.verifier.Verify(r, body, "guardduty")
	}))
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

// signing says how a request is signed.
type signing struct {
	method, path, body string
	header             http.Header
	credentials        aws.Credentials
	service, region    string
	at                 time.Time
	presign            time.Duration
	payload            string              // instead of the hash of the body
	change             func(*http.Request) // after signing
}

// send signs and sends a request, and returns what Verify said.
func (w *wire) send(s signing) (access.Identity, error) {
	w.t.Helper()
	r := w.sign(s)
	if s.change != nil {
		s.change(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
	return w.identity, w.err
}

func (w *wire) sign(s signing) *http.Request {
	w.t.Helper()
	s.method = cmp.Or(s.method, http.MethodGet)
	s.path = cmp.Or(s.path, "/detector")
	s.service = cmp.Or(s.service, "guardduty")
	s.region = cmp.Or(s.region, "eu-west-1")
	if s.credentials.AccessKeyID == "" {
		s.credentials = aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret}
	}
	if s.at.IsZero() {
		s.at = noon
	}
	r, err := http.NewRequest(s.method, w.url+s.path, bytes.NewReader([]byte(s.body)))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, values := range s.header {
		r.Header[name] = values
	}
	sum := sha256.Sum256([]byte(s.body))
	hash := cmp.Or(s.payload, hex.EncodeToString(sum[:]))
	ctx := context.Background()
	if s.presign == 0 {
		if err := v4.NewSigner().SignHTTP(ctx, s.credentials, r, hash, s.service, s.region, s.at); err != nil {
			w.t.Fatal(err)
		}
		return r
	}
	q := r.URL.Query()
	if s.presign > 0 {
		q.Set("X-Amz-Expires", strconv.Itoa(int(s.presign.Seconds())))
	}
	r.URL.RawQuery = q.Encode()
	uri, signed, err := v4.NewSigner().PresignHTTP(ctx, s.credentials, r, hash, s.service, s.region, s.at)
	if err != nil {
		w.t.Fatal(err)
	}
	presigned, err := http.NewRequest(s.method, uri, strings.NewReader(s.body))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, values := range signed {
		if name != "Host" && name != "Content-Length" {
			presigned.Header[name] = values
		}
	}
	return presigned
}

// refused wants an Error with a code, and a message that holds text.
func refused(t testing.TB, err error, code picket.Code, text string) {
	t.Helper()
	if got := picket.ErrorCode(err); got != code || !strings.Contains(err.Error(), text) {
		t.Errorf("got %s: %v\nwant %s: …%s…", got, err, code, text)
	}
}
