package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestWhoIsSignedIn(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn("security", "dana") // by the account's name
	var s struct {
		Account  struct{ AccountID, Name string }
		User     string
		Regions  []string
		Operator bool
	}
	b.wants(200, "GET", "session", nil, &s)
	if s.Account.AccountID != security || s.Account.Name != "Security" || s.User != "dana" || len(s.Regions) != 2 || s.Operator {
		t.Errorf("the session is %+v", s)
	}
	w.signedIn(security, "").wants(200, "GET", "session", nil, &s)
	if !s.Operator || s.User != "" {
		t.Errorf("the root's session is %+v", s)
	}
	resp := w.browser().send("POST", "sign-in", map[string]string{"account": security, "user": "dana", "password": password})
	resp.Body.Close()
	for _, part := range []string{"picket-session=", "; Path=/console/;", "; HttpOnly;", "; SameSite=Strict"} {
		if got := resp.Header.Get("Set-Cookie"); !strings.Contains(got, part) {
			t.Errorf("the cookie %q lacks %q", got, part)
		}
	}
	if got := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self';") {
		t.Errorf("content security policy %q", got)
	}

	b.wants(204, "POST", "sign-out", nil, nil)
	b.wants(204, "GET", "session", nil, nil)
	w.browser().wants(204, "GET", "session", nil, nil)
	w.browser().wants(401, "GET", "aws/us-east-1/detector", nil, nil)
	w.browser().wants(401, "POST", "sign-in", map[string]string{"account": security, "user": "dana", "password": "wrong"}, nil)
	w.browser().wants(400, "POST", "sign-in", "text", nil)
	w.browser().wants(404, "GET", "nothing", nil, nil)
}

// A token of one session opens no other, and a cookie that somebody set before the sign-in is not the one after.
func TestNoSessionIsFixed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.header.Set("Cookie", "picket-session=111122223333.fixed")
	b.wants(204, "GET", "session", nil, nil)
	resp := b.send("POST", "sign-in", map[string]string{"account": security, "user": "dana", "password": password})
	resp.Body.Close()
	if got := resp.Header.Get("Set-Cookie"); strings.Contains(got, "fixed") || got == "" {
		t.Errorf("the cookie is %q", got)
	}
	stranger := w.signedIn(media, "")
	u := w.url + "/console/api/session"
	req, err := http.NewRequest("GET", u, nil)
	w.ok(err)
	cookies := stranger.client.Jar.Cookies(req.URL)
	req.Header.Set("Cookie", "picket-session="+security+strings.TrimPrefix(cookies[0].Value, media))
	resp, err = http.DefaultClient.Do(req)
	w.ok(err)
	resp.Body.Close()
	if resp.StatusCode != 204 {
		t.Errorf("the token of %s opens %s: %d", media, security, resp.StatusCode)
	}
}

// Who has an IPv6 address has all of its network, and signs in from there as from one.
func TestSignInsAreThrottledByNetwork(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	w.Now = func() time.Time { return now }
	f := func(address string, want int) {
		t.Helper()
		r := httptest.NewRequest("POST", "/console/api/sign-in", strings.NewReader("no JSON"))
		r.RemoteAddr = address
		answer := httptest.NewRecorder()
		w.pages.ServeHTTP(answer, r)
		if got := answer.Code; got != want {
			t.Errorf("%s: got %d, want %d", address, got, want)
		}
	}
	for i := range 30 {
		f(fmt.Sprintf("[2001:db8:0:7::%x]:443", i), 400)
		f(fmt.Sprintf("198.51.100.7:%d", i), 400)
	}
	f("[2001:db8:0:7:8::1]:443", 429)
	f("[2001:db8:0:8::1]:443", 400)
	f("198.51.100.7:443", 429)
	f("[::ffff:198.51.100.7]:443", 429)
	f("198.51.100.8:443", 400)
}

func TestOtherSitesCantCall(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(security, "dana")
	b.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil)
	token := b.csrf
	for name, header := range map[string]http.Header{
		"no header":      {},
		"another's":      {"X-Picket-Csrf": {w.signedIn(media, "").csrf}},
		"another origin": {"X-Picket-Csrf": {token}, "Origin": {"https://evil.example"}},
		"another site":   {"X-Picket-Csrf": {token}, "Sec-Fetch-Site": {"cross-site"}},
	} {
		b.csrf, b.header = "", header
		for _, path := range []string{"aws/us-east-1/invitation/decline", "sign-out", "keys"} {
			resp := b.send("POST", path, map[string]any{"accountIds": []string{media}})
			resp.Body.Close()
			if resp.StatusCode != 403 {
				t.Errorf("%s: %s is answered with %d", name, path, resp.StatusCode)
			}
		}
	}
	b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
	b.wants(403, "POST", "sign-in", map[string]string{"account": security, "user": "dana", "password": password}, nil)
}

// No session can be turned into access keys, which would outlive it.
func TestNoKeysOfASession(t *testing.T) {
	b := newWorld(t).signedIn(security, "")
	for _, action := range []string{"GetSessionToken", "AssumeRole", "GetCallerIdentity"} {
		for _, method := range []string{"GET", "POST"} {
			b.wants(404, method, "aws/us-east-1/?Version=2011-06-15&Action="+action, nil, nil)
		}
	}
}

// A page of one session gets nothing once the browser is signed in as somebody else, and is told so.
func TestPagesOfAnotherSession(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(security, "dana")
	mine := b.csrf
	b.wants(200, "POST", "sign-in", map[string]string{"account": media, "password": password}, nil)
	for _, refused := range []struct{ method, path string }{
		{"GET", "aws/us-east-1/detector"},
		{"POST", "aws/us-east-1/detector"},
		{"GET", "permissions?region=us-east-1"},
		{"POST", "sign-out"},
	} {
		var answer struct{ Code string }
		b.wants(403, refused.method, refused.path, map[string]any{}, &answer)
		if answer.Code != "SessionChanged" {
			t.Errorf("%s %s is refused with %q", refused.method, refused.path, answer.Code)
		}
	}
	var s struct{ CSRF string }
	b.csrf = ""
	b.wants(200, "GET", "session", nil, &s)
	if s.CSRF == mine || s.CSRF == "" {
		t.Errorf("the other session has the token %q", s.CSRF)
	}
	var answer struct{ Code string }
	b.wants(403, "POST", "sign-out", nil, &answer)
	if answer.Code != "AccessDeniedException" {
		t.Errorf("without a token it is refused with %q", answer.Code)
	}
}
