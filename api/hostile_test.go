package api_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"picket/api"
	"picket/guardduty"
)

func TestHostileSignatures(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	f := func(name, code string, change func(*http.Request)) {
		t.Helper()
		r := w.signed(root, "POST", "/detector", `{"enable":true}`)
		change(r)
		w.do(r).refused(t, name, code)
	}
	auth := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	f("none", "MissingAuthenticationTokenException", func(r *http.Request) { r.Header.Del("Authorization") })
	f("basic", "IncompleteSignatureException", func(r *http.Request) { r.SetBasicAuth("a", "b") })
	f("broken", "InvalidSignatureException", auth("Signature=", "Signature=00"))
	f("wrong region scope", "InvalidSignatureException", auth("/"+region+"/", "/us-east-1/"))
	f("region that is not here", "InvalidSignatureException", auth("/"+region+"/", "/mars-north-1/"))
	f("wrong service scope", "InvalidSignatureException", auth("/guardduty/", "/sts/"))
	f("swapped body", "InvalidSignatureException", func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"enable":fals}`)) })
	f("unknown key", "UnrecognizedClientException", auth(root.AccessKeyID, "AKIAAAAAAAAAAAAAAAAA"))
	f("key with a quote", "IncompleteSignatureException", auth(root.AccessKeyID, "AKIA'--"))
	for _, age := range []time.Duration{-6 * time.Minute, 6 * time.Minute, 1000 * time.Hour} {
		w.do(w.signedFor(root, "guardduty", region, time.Now().Add(age), "POST", "/detector", `{"enable":true}`)).
			refused(t, fmt.Sprint("signed at ", age), "InvalidSignatureException")
	}
	token := root
	token.SessionToken = "bm8gdG9rZW4"
	w.call(token, "POST", "/detector", `{"enable":true}`).refused(t, "bad session token", "UnrecognizedClientException")
	if a := w.call(root, "GET", "/detector", ""); !strings.Contains(a.body, `"detectorIds":[]`) {
		t.Errorf("one of them made a detector: %s", a.body)
	}
}

func TestHostileBodies(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	f := func(name, code, body string) {
		t.Helper()
		w.call(root, "POST", "/detector", body).refused(t, name, code)
		id := w.path("/detector/{DetectorId}/findings")
		w.call(root, "POST", id, body).refused(t, name, code)
	}
	const bad = "BadRequestException"
	f("10 MiB", "RequestEntityTooLargeException", `{"x":"`+strings.Repeat("x", 10<<20)+`"}`)
	f("1 MiB and a byte", "RequestEntityTooLargeException", strings.Repeat(" ", 1<<20+1))
	f("10,000 deep", bad, strings.Repeat(`{"a":`, 10000)+"1"+strings.Repeat("}", 10000))
	if a := w.call(root, "POST", "/detector", `{"enable":true,"x":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+"}"); !strings.Contains(a.body, "must not be nested deeper than 100 levels") {
		t.Errorf("101 levels: %+v", a)
	}
	f("100,000 open", bad, strings.Repeat(`[`, 100000))
	f("NaN", bad, `{"maxResults":NaN,"enable":NaN}`)
	f("a number without end", bad, `{"maxResults":`+strings.Repeat("9", 10000)+`,"enable":1e999999}`)
	f("null", bad, `null`)
	f("nulls in lists", bad, `{"features":[null],"findingCriteria":{"criterion":{"severity":{"eq":[null]}}}}`)
	f("NUL", bad, `{"enable":true,"maxResults":1,"clientToken":"a\u0000b"}`)
	f("broken UTF-8", bad, "{\"enable\":true,\"clientToken\":\"\xff\xfe\"}")
	f("two objects", bad, `{}{}`)
	f("XML", bad, `<a/>`)
	f("one quote", bad, `"`)
	f("a backslash at the end", bad, `{"a":"\`)
	if a := w.call(root, "POST", "/invitation/delete", `{"accountIds":["444455556666"],"x":"`+strings.Repeat("[", 200)+`"}`); a.status != http.StatusOK {
		t.Errorf("brackets in a string: %+v", a)
	}
	chunked := w.signed(root, "POST", "/detector", `{"enable":true}`)
	chunked.ContentLength = -1
	w.do(chunked).refused(t, "chunked", "MissingContentLengthException")
	if a := w.call(root, "POST", "/detector", "{\"enable\":true,\"clientToken\":\"\\\\u0000 is six characters\"}"); a.status != http.StatusOK {
		t.Errorf("a backslash, not an escape: %+v", a)
	}
}

// path fills a path with ids.
func (w *world) path(uri string) string {
	return path(guardduty.Operation{URI: uri, PathLabels: []string{"DetectorId"}})
}

func TestHostilePaths(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	id := w.detector(root)
	for _, hostile := range []string{
		"..%2F..%2Fetc%2Fpasswd", "..", ".", "%00", id + "%00", "%C0%AF", "%FF", "%E2%80%AE", "%F0%9F%92%A9", "%0D%0AX-Evil%3A%201", "'%20OR%201=1--",
		"%25", "%7B%7D", "*", "null", strings.Repeat("a", 300), strings.Repeat("%C3%A9", 300),
	} {
		for _, op := range guardduty.Operations() {
			uri, body := op.URI, ""
			for i, l := range op.PathLabels {
				if i < len(op.PathLabels)-1 {
					uri = strings.Replace(uri, "{"+l+"}", id, 1)
				} else {
					uri = strings.Replace(uri, "{"+l+"}", hostile, 1)
				}
			}
			if len(op.PathLabels) == 0 {
				continue
			}
			if op.Method == "POST" || op.Method == "PUT" || op.Method == "PATCH" {
				body = "{}"
			}
			if a := w.call(root, op.Method, uri, body); a.status >= 500 || a.status < 400 || a.header.Get("X-Evil") != "" {
				t.Errorf("%s %s: %d %s", op.Name, uri, a.status, a.body)
			}
		}
	}
}

func TestPathsAreText(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	for _, id := range []string{"a%00", "%FF"} {
		a := w.call(root, "GET", "/detector/"+id, "")
		a.refused(t, id, "BadRequestException")
		if !strings.Contains(a.body, "detectorId must be UTF-8 without NUL characters") {
			t.Errorf("%s: %s", id, a.body)
		}
	}
}

func TestHostileQueries(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	for _, query := range []string{
		"maxResults=NaN", "maxResults=-1", "maxResults=99999999999999999999", "maxResults=1&maxResults=1x&nextToken=%00", "nextToken=abc", "nextToken=%FF",
		"nextToken=" + strings.Repeat("A", 10000), "nextToken=..%2F..%2F", "maxResults=%EF%BC%91",
	} {
		a := w.call(root, "GET", "/detector?"+query, "")
		a.refused(t, query, "BadRequestException")
		if text := strings.Contains(query, "%00") || strings.Contains(query, "%FF"); text != strings.Contains(a.body, "must be UTF-8 without NUL characters") {
			t.Errorf("%s: %s", query, a.body)
		}
	}
	r := w.signed(root, "GET", "/detector", "")
	r.URL.RawQuery = "a=%zz"
	w.do(r).refused(t, "broken escape", "InvalidSignatureException")
}

func TestHostilePages(t *testing.T) {
	w := newWorld(t)
	w.service.CustomRules = []guardduty.RuleDetail{{RuleId: guardduty.Ptr("r1")}}
	root := w.account(one)
	for _, op := range guardduty.Operations() {
		if _, paged := reflect.TypeOf(op.New()).Elem().FieldByName("MaxResults"); !paged {
			continue
		}
		for _, size := range []string{"0", "-1", "-2", "1000000000000"} {
			uri, body := path(op), `{"maxResults":`+size+`}`
			if slices.ContainsFunc(op.Query, func(q guardduty.QueryBinding) bool { return q.Member == "MaxResults" }) {
				uri, body = uri+"?maxResults="+size, ""
			}
			w.call(root, op.Method, uri, body).refused(t, op.Name+" "+size, "BadRequestException")
		}
	}
}

func TestHostileTokens(t *testing.T) {
	w := newWorld(t)
	w.service.CustomRules = []guardduty.RuleDetail{{RuleId: guardduty.Ptr("r1")}}
	root := w.account(one)
	for _, op := range guardduty.Operations() {
		if op.IdempotencyToken == "" {
			continue
		}
		body := `{"ruleId":"r1","mode":"LIVE","enable":true,"clientToken":"` + strings.Repeat("x", 3000) + `"}`
		if a := w.call(root, op.Method, path(op), body); a.status < 400 || a.status > 499 {
			t.Errorf("%s: %d %s", op.Name, a.status, a.body)
		}
	}
}

// raw sends bytes over a connection of its own, and returns all that comes back.
func (w *world) raw(text string) string {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		w.t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		w.t.Fatalf("after %q: %v", answer, err)
	}
	return string(answer)
}

// written is a signed request as it goes over the wire, to be closed after its answer.
func (w *world) written(c aws.Credentials, method, path, body string) string {
	w.t.Helper()
	r := w.signed(c, method, path, body)
	r.Header.Set("Connection", "close")
	b, err := httputil.DumpRequestOut(r, true)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// A request that one server reads as one and another as two must not get through: the second would be whatever its author
// likes, in the name of whoever comes next.
func TestRequestsCantBeSmuggled(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	hidden := w.written(root, "POST", "/detector", `{"enable":true}`)
	outer := w.written(root, "POST", "/invitation/decline", "0\r\n\r\n"+hidden)
	f := func(name, old, new string) {
		t.Helper()
		if !strings.Contains(outer, old) {
			t.Fatalf("%s: %q is not in the request", name, old)
		}
		got := w.raw(strings.Replace(outer, old, new, 1))
		if !strings.HasPrefix(got, "HTTP/1.1 4") || !strings.Contains(strings.ToLower(got), "\r\nx-amzn-errortype: ") || strings.Count(got, "HTTP/1.1 ") != 1 {
			t.Errorf("%s: got %q", name, got)
		}
	}
	length := fmt.Sprintf("Content-Length: %d\r\n", len("0\r\n\r\n"+hidden))
	f("chunked too", length, length+"Transfer-Encoding: chunked\r\n")
	f("chunked only", length, "Transfer-Encoding: chunked\r\n")
	f("chunked, spelled oddly", length, length+"Transfer-Encoding: xchunked\r\n")
	f("chunked, before a blank", length, length+"Transfer-Encoding : chunked\r\n")
	f("two lengths", length, length+"Content-Length: 5\r\n")
	f("a signed length", length, "Content-Length: +5\r\n")
	f("a folded header", length, "X-A: b\r\n "+length)
	f("a bare line feed in a value", length, "X-A: b\nTransfer-Encoding: chunked\r\n"+length)
	f("two hosts", "Host: ", "Host: a\r\nHost: ")
	f("a NUL", length, "X-A: \x00\r\n"+length)
	f("a name with a blank", length, "X A: b\r\n"+length)
	f("no HTTP at all", "POST ", "\x16\x03\x01\x00")
	if a := w.call(root, "GET", "/detector", ""); !strings.Contains(a.body, `"detectorIds":[]`) {
		t.Errorf("one of them got through: %s", a.body)
	}
}

func TestSlowClientsAreCutOff(t *testing.T) {
	w := newWorld(t, func(_ *api.Config, s *http.Server) {
		s.ReadHeaderTimeout, s.ReadTimeout, s.IdleTimeout = 300*time.Millisecond, 600*time.Millisecond, 300*time.Millisecond
	})
	root := w.account(one)
	var wg sync.WaitGroup
	f := func(name, text, want string) {
		wg.Go(func() {
			if got := w.raw(text); !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		})
	}
	request := w.written(root, "POST", "/detector", `{"enable":true}`)
	f("silent", "", "")
	f("half a line", request[:10], "")
	f("half a header", request[:100], "")
	f("no body", strings.TrimSuffix(request, `{"enable":true}`), "408 Request Timeout")
	f("unsigned, no body", "POST /detector HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100\r\n\r\n", "MissingAuthenticationTokenException")
	f("half a body", strings.TrimSuffix(request, `:true}`), "RequestTimeoutException")
	wg.Wait()
}

func TestNothingIsLeftRunning(t *testing.T) {
	before := stacks()
	w := newWorld(t)
	root := w.account(one)
	for range 20 {
		w.call(root, "POST", "/detector", "{").refused(t, "broken", "BadRequestException")
		w.call(aws.Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}, "GET", "/detector", "").refused(t, "nobody", "UnrecognizedClientException")
	}
	r := w.signed(root, "POST", "/detector", `{"enable":true}`)
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), failing{}))
	if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
		answer.Body.Close()
		t.Error("a body that breaks off was answered as if it did not")
	}
	w.close()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before.n && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := stacks(); after.n > before.n {
		t.Errorf("%d goroutines before, %d after\n%s", before.n, after.n, after.text)
	}
}

// failing is a body whose client hangs up.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type stack struct {
	n    int
	text string
}

func stacks() stack {
	b := make([]byte, 1<<20)
	b = b[:runtime.Stack(b, true)]
	return stack{runtime.NumGoroutine(), string(b)}
}
