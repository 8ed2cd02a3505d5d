package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"picket/api"
)

// serve answers a request, and returns when it is noted everywhere.
func (w *world) serve(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

// TestOneRequestHasOneID holds that a call is found by the id that its caller was told: in the log and in the audit log.
func TestOneRequestHasOneID(t *testing.T) {
	var observed []string
	w := newWorld(t, func(c *api.Config, _ *http.Server) {
		c.Observe = func(operation string, status int, _ time.Duration) {
			observed = append(observed, fmt.Sprint(operation, " ", status))
		}
	})
	root := w.account(one)
	f := func(method, path, body, line string) {
		t.Helper()
		rec := w.serve(w.signedFor(root, "guardduty", region, w.now(), method, path, body))
		id := rec.Header().Get("X-Amzn-RequestId")
		lines := regexp.MustCompile(`(?m)^.*msg=call .*request=`+id+`.*$`).FindAllString(w.log.String(), -1)
		if len(lines) != 1 || !strings.Contains(lines[0], line) || !strings.Contains(lines[0], "account="+one) {
			t.Errorf("%s %s: log %q, want %s", method, path, lines, line)
		}
		trail := w.trail(one)
		if got := trail[len(trail)-1]["requestID"]; got != id {
			t.Errorf("%s %s: request %s is %v in the audit log", method, path, id, got)
		}
	}
	f("POST", "/detector", `{"enable":true}`, "operation=CreateDetector status=200")
	f("DELETE", "/detector/none", "", "operation=DeleteDetector status=400")
	w.serve(httptest.NewRequest("GET", "/healthz", nil))
	if got, want := strings.Join(observed, ", "), "CreateDetector 200, DeleteDetector 400"; got != want {
		t.Errorf("observed %s, want %s", got, want)
	}
}

// TestLogCantBeFilledWithoutAKey holds that who proved nothing gets as few lines as audit records.
func TestLogCantBeFilledWithoutAKey(t *testing.T) {
	w := newWorld(t)
	for range 500 {
		w.serve(httptest.NewRequest("GET", "/detector", nil))
		w.serve(httptest.NewRequest("GET", "/no/such/path", nil))
		w.serve(httptest.NewRequest("POST", "/firehose/none", nil))
	}
	if n := strings.Count(w.log.String(), "\n"); n == 0 || n > 50 {
		t.Errorf("%d lines for 1500 calls", n)
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	rec := w.serve(w.signedFor(root, "sts", region, w.now(), "POST", "/", "Action=GetSessionToken&Version=2011-06-15"))
	made := regexp.MustCompile(`<(SecretAccessKey|SessionToken)>([^<]+)<`).FindAllStringSubmatch(rec.Body.String(), -1)
	if len(made) != 2 {
		t.Fatalf("got %s", rec.Body)
	}
	for _, secret := range []string{root.SecretAccessKey, made[0][2], made[1][2]} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if !strings.Contains(w.log.String(), "operation=GetSessionToken status=200") {
		t.Errorf("log: %s", w.log)
	}
}

// TestReadySaysWhatFails holds that what the API doesn't need keeps a server from being ready too.
func TestReadySaysWhatFails(t *testing.T) {
	failing := ""
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Failing = func() string { return failing } })
	f := func(status int, body string) {
		t.Helper()
		if rec := w.serve(httptest.NewRequest("GET", "/readyz", nil)); rec.Code != status || strings.TrimSpace(rec.Body.String()) != body {
			t.Errorf("got %d %s, want %d %s", rec.Code, rec.Body, status, body)
		}
	}
	f(http.StatusOK, "ok")
	failing = "logs are not read"
	f(http.StatusServiceUnavailable, "logs are not read")
}
