package access_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"picket"
	"picket/access"
)

const mismatch = "The request signature we calculated does not match the signature you provided."

func TestVerifyAcceptsWhatTheSDKSigns(t *testing.T) {
	w := newWire(t)
	f := func(name string, s signing) {
		t.Helper()
		for _, presign := range []time.Duration{0, 60 * time.Second} {
			s.presign = presign
			id, err := w.send(s)
			if err != nil {
				t.Errorf("%s, presigned for %v: %v", name, presign, err)
			}
			if id.Account != account || id.ARN != dana.ARN || id.PrincipalID != dana.ID || id.AccessKey != keyID || id.Region != "eu-west-1" {
				t.Errorf("%s: got caller %+v", name, id.Caller)
			}
		}
	}
	f("plain", signing{})
	f("body", signing{method: http.MethodPost, body: `{"enable":true}`})
	f("escaped ARN in the path", signing{path: "/tags/arn%3Aaws%3Aguardduty%3Aeu-west-1%3A111122223333%3Adetector%2Fd1"})
	f("more escapes", signing{path: "/detector/%25%2F%20%C3%A9~/filter/a%2Bb"})
	f("repeated query", signing{path: "/tags/x?tagKeys=b&tagKeys=a%20b&tagKeys=a&maxResults=5&empty=&Zed=1"})
	f("query in another order", signing{path: "/tags/x?a=1&b=2&b=3", change: func(r *http.Request) {
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "a=1&b=2&b=3", "b=3&b=2&a=1", 1)
	}})
	f("escapes in the query", signing{path: "/tags/x?tagKeys=%C3%A9%2B%3D%26~%2A"})
	f("headers to fold", signing{header: http.Header{"X-Amz-Meta": {"  a   b  ", "c"}, "Content-Type": {"application/json"}}})
	f("dots stay", signing{path: "/detector/../filter/./x"})
}

// A published example of the algorithm, so that a mistake which this server shares with the signer shows.
func TestVerifyAcceptsAPublishedSignature(t *testing.T) {
	w := newWire(t)
	w.verifier.Now = func() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }
	w.verifier.Directory = directory{keys: map[string]access.Key{"AKIDEXAMPLE": {Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Principal: dana}}}
	r, err := http.NewRequest(http.MethodGet, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("X-Amz-Date", "20150830T123600Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "+
		"SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
	if _, err := w.verifier.Verify(r, nil, "iam"); err != nil {
		t.Error(err)
	}
}

// handSigned signs a request that says more of its canonical form than the SDK lets one choose.
func handSigned(t *testing.T, canonical, date string, headers http.Header) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://localhost/detector", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = headers
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	hash := sha256.Sum256([]byte(canonical))
	key := []byte("AWS4" + secret)
	for _, part := range []string{
		"20260301", "eu-west-1", "guardduty", "aws4_request",
		"AWS4-HMAC-SHA256\n" + date + "\n20260301/eu-west-1/guardduty/aws4_request\n" + hex.EncodeToString(hash[:]),
	} {
		key = mac(key, part)
	}
	lines := strings.Split(canonical, "\n")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+keyID+"/20260301/eu-west-1/guardduty/aws4_request,"+
		"SignedHeaders="+lines[len(lines)-2]+",Signature="+hex.EncodeToString(key))
	return r
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestVerifyReadsRareForms(t *testing.T) {
	w := newWire(t)
	const noonText, httpNoon = "20260301T120000Z", "Sun, 01 Mar 2026 12:00:00 GMT"
	dated := "GET\n/detector\n\ndate:" + httpNoon + "\nhost:localhost\n\ndate;host\n" + emptyHash
	r := handSigned(t, dated, noonText, http.Header{"Date": {httpNoon}})
	if _, err := w.verifier.Verify(r, nil, "guardduty"); err != nil {
		t.Errorf("a Date header: %v", err)
	}
	undated := "GET\n/detector\n\nhost:localhost\n\nhost\n" + emptyHash
	r = handSigned(t, undated, noonText, http.Header{"Date": {httpNoon}})
	_, err := w.verifier.Verify(r, nil, "guardduty")
	refused(t, err, picket.CodeInvalidSignature, "'Date' must be a 'SignedHeader'")

	folded := "GET\n/detector\n\nhost:localhost\nx-amz-date:" + noonText + "\nx-amz-meta:a b\n\nhost;x-amz-date;x-amz-meta\n" + emptyHash
	r = handSigned(t, folded, noonText, http.Header{"X-Amz-Date": {noonText}, "X-Amz-Meta": {"  a   b\t"}})
	if _, err := w.verifier.Verify(r, nil, "guardduty"); err != nil {
		t.Errorf("blanks around a value, as HTTP/2 can carry them: %v", err)
	}
	r.RequestURI = "http://localhost/detector"
	if _, err := w.verifier.Verify(r, nil, "guardduty"); err != nil {
		t.Errorf("a whole URL as the request's target: %v", err)
	}
}

func TestSTSIsSignedForUSEast1Too(t *testing.T) {
	w := newWire(t)
	w.verifier.Regions = []string{"eu-west-1"}
	r := w.sign(signing{service: "sts", region: "us-east-1"})
	if _, err := w.verifier.Verify(r, nil, "sts"); err != nil {
		t.Error(err)
	}
	_, err := w.verifier.Verify(w.sign(signing{region: "us-east-1"}), nil, "guardduty")
	refused(t, err, picket.CodeInvalidSignature, "This server has eu-west-1; the request is signed for us-east-1.")
}

func TestVerifyRefusesWhatWasChanged(t *testing.T) {
	w := newWire(t)
	f := func(name string, code picket.Code, text string, change func(*http.Request)) {
		t.Helper()
		s := signing{method: http.MethodPost, path: "/detector/a?x=1&y=2", body: "{}", header: http.Header{"X-Amz-Meta": {"m"}}, change: change}
		id, err := w.send(s)
		if err == nil {
			t.Errorf("%s: accepted", name)
			return
		}
		refused(t, err, code, text)
		if id.ARN != "" || id.Principal.Kind != "" || id.Authorize(access.Request{Action: "guardduty:ListDetectors", Resource: "*"}) == nil {
			t.Errorf("%s: with its refusal came an identity: %+v", name, id)
		}
	}
	auth := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			h := r.Header.Get("Authorization")
			if !strings.Contains(h, old) {
				t.Errorf("Authorization %q has no %q", h, old)
			}
			r.Header.Set("Authorization", strings.Replace(h, old, new, 1))
		}
	}
	invalid, incomplete := picket.CodeInvalidSignature, picket.CodeIncomplete
	f("method", invalid, mismatch, func(r *http.Request) { r.Method = http.MethodPut })
	f("path", invalid, mismatch, func(r *http.Request) { r.URL.Path = "/detector/b" })
	f("path, escaped otherwise", invalid, mismatch, func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/detector/a", "/detector/%61" })
	f("query", invalid, mismatch, func(r *http.Request) { r.URL.RawQuery = "x=1&y=3" })
	f("a blank as plus", invalid, mismatch, func(r *http.Request) { r.URL.RawQuery = "x=1+&y=2" })
	f("a parameter more", invalid, mismatch, func(r *http.Request) { r.URL.RawQuery += "&x=1" })
	f("broken query", invalid, "can't be decoded", func(r *http.Request) { r.URL.RawQuery = "x=%zz" })
	f("host", invalid, mismatch, func(r *http.Request) { r.Host = "elsewhere.example.com" })
	f("signed header", invalid, mismatch, func(r *http.Request) { r.Header.Set("X-Amz-Meta", "n") })
	f("signed header twice", invalid, mismatch, func(r *http.Request) { r.Header.Add("X-Amz-Meta", "m") })
	f("header that must be signed", invalid, "'x-amz-more' must be a 'SignedHeader'", func(r *http.Request) { r.Header.Set("X-Amz-More", "1") })
	f("host not signed", invalid, "'Host' or ':authority' must be a 'SignedHeader'", auth("host;", ""))
	f("date", invalid, mismatch, func(r *http.Request) { r.Header.Set("X-Amz-Date", "20260301T120001Z") })
	f("other day", invalid, "Date in Credential scope does not match", func(r *http.Request) { r.Header.Set("X-Amz-Date", "20260302T120000Z") })
	f("no date", incomplete, "requires existence of either a 'X-Amz-Date' or a 'Date' header", func(r *http.Request) { r.Header.Del("X-Amz-Date") })
	f("two dates", incomplete, "Date must be in ISO-8601", func(r *http.Request) { r.Header.Add("X-Amz-Date", "20260301T120000Z") })
	f("broken date", incomplete, "Date must be in ISO-8601", func(r *http.Request) { r.Header.Set("X-Amz-Date", "yesterday") })
	f("signature", invalid, mismatch, auth("Signature=", "Signature=0"))
	f("empty signature", incomplete, "requires 'Signature' parameter", func(r *http.Request) {
		h, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		r.Header.Set("Authorization", h+"Signature=")
	})
	f("unknown key", picket.CodeUnrecognizedClient, "The security token included in the request is invalid.", auth(keyID, "AKIANOBODY"))
	f("a token with a long-term key", picket.CodeUnrecognizedClient, "", func(r *http.Request) {
		auth(";x-amz-meta", ";x-amz-meta;x-amz-security-token")(r)
		r.Header.Set("X-Amz-Security-Token", "nonsense")
	})
	f("four parts", incomplete, "exactly 5 slash-delimited elements", auth("/guardduty/", "/"))
	f("no key", incomplete, "must begin with the id", auth(keyID, ""))
	f("a key that can't be", incomplete, "must begin with the id", auth(keyID, "AKIA%00"))
	f("other terminator", invalid, "valid terminator", auth("aws4_request", "aws5_request"))
	f("other service", invalid, "scoped to correct service: 'guardduty'", auth("/guardduty/", "/s3/"))
	f("other region", invalid, "scoped to a valid region", auth("/eu-west-1/", "/eu-north-1/"))
	f("region of another signature", invalid, mismatch, auth("/eu-west-1/", "/us-east-1/"))
	f("other algorithm", incomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'", auth("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"))
	f("upper-case header", incomplete, "in lower case", auth("host;", "hOst;"))
	f("endless header", incomplete, "too long", auth("Signature=", "Signature="+strings.Repeat("a", 20000)))
	f("two tokens", incomplete, "one X-Amz-Security-Token header", func(r *http.Request) {
		auth(";x-amz-meta", ";x-amz-meta;x-amz-security-token")(r)
		r.Header["X-Amz-Security-Token"] = []string{"a", "b"}
	})
	f("unsorted headers", incomplete, "sorted and each once", auth("SignedHeaders=", "SignedHeaders=x-z;"))
	f("a part twice", incomplete, "more than once", auth("SignedHeaders=", "Signature=a, SignedHeaders="))
	f("a part without a value", incomplete, "missing equal-sign", auth("Credential=", "x, Credential="))
	f("two Authorization headers", incomplete, "one Authorization header", func(r *http.Request) { r.Header.Add("Authorization", "Basic eDp5") })
	f("both ways at once", incomplete, "not in both", func(r *http.Request) { r.URL.RawQuery += "&X-Amz-Signature=1" })
	f("nothing", picket.CodeMissingToken, "Missing Authentication Token", func(r *http.Request) { r.Header.Del("Authorization") })
}

func TestVerifyRefusesAnotherBody(t *testing.T) {
	w := newWire(t)
	r := w.sign(signing{method: http.MethodPost, body: `{"a":1}`})
	if _, err := w.verifier.Verify(r, []byte(`{"a":1}`), "guardduty"); err != nil {
		t.Fatal(err)
	}
	_, err := w.verifier.Verify(r, []byte(`{"a":2}`), "guardduty")
	refused(t, err, picket.CodeInvalidSignature, mismatch)

	r = w.sign(signing{method: http.MethodPost, body: `{"a":1}`, presign: 60 * time.Second})
	_, err = w.verifier.Verify(r, []byte(`{"a":2}`), "guardduty")
	refused(t, err, picket.CodeInvalidSignature, mismatch)
}

// forever presigns without an end, which the server then sets.
const forever = time.Duration(-1)

func TestVerifyKnowsTheTime(t *testing.T) {
	w := newWire(t)
	f := func(at time.Time, presign time.Duration, want string) {
		t.Helper()
		_, err := w.send(signing{at: at, presign: presign})
		if want == "" {
			if err != nil {
				t.Errorf("signed at %v for %v: %v", at, presign, err)
			}
			return
		}
		refused(t, err, picket.CodeInvalidSignature, want)
	}
	f(noon.Add(-5*time.Minute), 0, "")
	f(noon.Add(-301*time.Second), 0, "Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)")
	f(noon.Add(5*time.Minute), 0, "")
	f(noon.Add(301*time.Second), 0, "Signature not yet current: 20260301T120501Z is still later than 20260301T120500Z (20260301T120000Z + 5 min.)")
	f(noon.Add(-60*time.Second), 60*time.Second, "")
	f(noon.Add(-61*time.Second), 60*time.Second, "Signature expired")
	f(noon.Add(301*time.Second), 60*time.Second, "Signature not yet current")
	f(noon.Add(-900*time.Second), forever, "")
	f(noon.Add(-901*time.Second), forever, "Signature expired")
}

func TestVerifyReadsPresignedStrictly(t *testing.T) {
	w := newWire(t)
	f := func(old, new, want string) {
		t.Helper()
		_, err := w.send(signing{presign: 60 * time.Second, change: func(r *http.Request) {
			if !strings.Contains(r.URL.RawQuery, old) {
				t.Errorf("query %s has no %s", r.URL.RawQuery, old)
			}
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, new, 1)
		}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s for %s: got %v, want …%s…", new, old, err, want)
		}
	}
	f("X-Amz-Expires=60", "X-Amz-Expires=61", mismatch)
	f("X-Amz-Expires=60", "X-Amz-Expires=0", "from 1 to 604800")
	f("X-Amz-Expires=60", "X-Amz-Expires=604801", "from 1 to 604800")
	f("X-Amz-Expires=60", "X-Amz-Expires=-1", "from 1 to 604800")
	f("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=60", "more than once")
	f("X-Amz-Expires=60&", "", mismatch)
	f("X-Amz-Date=", "X-Amz-Day=", "must include 'X-Amz-Date'")
	f("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none", "Unsupported AWS 'algorithm': 'none'")
	f("X-Amz-SignedHeaders=", "X-Amz-SignedHeaders=x%3B", "sorted and each once")
	f("X-Amz-Date=2026", "X-Amz-Date=x026", "Date must be in ISO-8601")
}

// A presigned request may leave its body open, and says so under its signature.
func TestOnlyPresignedRequestsLeaveTheBodyOpen(t *testing.T) {
	w := newWire(t)
	f := func(path, header string, presign time.Duration, want string) {
		t.Helper()
		s := signing{method: http.MethodPost, path: path, presign: presign, payload: "UNSIGNED-PAYLOAD"}
		if header != "" {
			s.header = http.Header{"X-Amz-Content-Sha256": {header}}
		}
		r := w.sign(s)
		_, err := w.verifier.Verify(r, []byte(`{"any":"body"}`), "guardduty")
		if want != "" {
			refused(t, err, picket.CodeInvalidSignature, want)
		} else if err != nil {
			t.Error(err)
		}
	}
	f("/detector?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD", "", 60*time.Second, "")
	f("/detector", "", 60*time.Second, mismatch)
	f("/detector", "", 0, mismatch)
	f("/detector", "UNSIGNED-PAYLOAD", 0, "X-Amz-Content-Sha256 does not match")
	f("/detector", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", 0, "X-Amz-Content-Sha256 does not match")
}

func TestSessionsActAsTheirPrincipal(t *testing.T) {
	w := newWire(t)
	session := access.Session{
		KeyID: "ASIASESSION", Secret: "temporary", Principal: role.ARN, ID: role.ID, Name: "dana@laptop",
		IssuedAt: noon.Add(-time.Hour), ExpiresAt: noon.Add(time.Second),
	}
	send := func(s access.Session, key *access.MasterKey) (access.Identity, error) {
		t.Helper()
		token, err := s.Token(key)
		if err != nil {
			t.Fatal(err)
		}
		credentials := aws.Credentials{AccessKeyID: "ASIASESSION", SecretAccessKey: "temporary", SessionToken: token}
		if _, err := w.send(signing{credentials: credentials, presign: 60 * time.Second}); (err != nil) != (w.err != nil) {
			t.Error("presigned and signed differ")
		}
		return w.send(signing{credentials: credentials})
	}
	id, err := send(session, w.verifier.Master)
	if err != nil {
		t.Fatal(err)
	}
	if id.ARN != "arn:aws:sts::111122223333:assumed-role/reader/dana@laptop" || id.PrincipalID != "AROAREADER:dana@laptop" || id.Account != account {
		t.Errorf("got %+v", id.Caller)
	}
	unrecognized := picket.CodeUnrecognizedClient
	f := func(change func(*access.Session), code picket.Code, text string) {
		t.Helper()
		s := session
		change(&s)
		_, err := send(s, w.verifier.Master)
		refused(t, err, code, text)
	}
	f(func(s *access.Session) { s.ExpiresAt = noon }, picket.CodeExpiredToken, "The security token included in the request is expired")
	f(func(s *access.Session) { s.KeyID = "ASIAOTHER" }, unrecognized, "")
	f(func(s *access.Session) { s.Secret = "other" }, picket.CodeInvalidSignature, mismatch)
	f(func(s *access.Session) { s.Principal += "x" }, unrecognized, "deleted")
	f(func(s *access.Session) { s.ID = "AROAFORMER" }, unrecognized, "deleted")
	_, err = send(session, masterKey(t))
	refused(t, err, unrecognized, "The security token included in the request is invalid.")
}

func TestClosedAccountsAreRefused(t *testing.T) {
	w := newWire(t)
	closed := dana
	closed.Closed = true
	w.verifier.Directory = directory{keys: map[string]access.Key{keyID: {Secret: secret, Principal: closed}}}
	_, err := w.send(signing{})
	refused(t, err, picket.CodeUnrecognizedClient, "Account 111122223333 is closed.")
	_, err = w.send(signing{credentials: aws.Credentials{AccessKeyID: keyID, SecretAccessKey: "guess"}})
	refused(t, err, picket.CodeInvalidSignature, mismatch)
}
