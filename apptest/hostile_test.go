package apptest

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// signed is a request as the account signs it.
func (a *account) signed(t testing.TB, method, path, body string) *http.Request {
	t.Helper()
	return a.signedIn(t, region, method, path, body)
}

func (a *account) signedIn(t testing.TB, region, method, path, body string) *http.Request {
	t.Helper()
	r := must(http.NewRequest(method, a.s.url+path, strings.NewReader(body)))(t)
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	who := must(a.credentials().Retrieve(ctx))(t)
	must(0, v4.NewSigner().SignHTTP(ctx, who, r, hash, "guardduty", region, time.Now()))(t)
	return r
}

// refusal wants an answer to be an error as AWS shapes it, and the client's fault.
func refusal(t testing.TB, name string, r *http.Response) {
	t.Helper()
	defer r.Body.Close()
	body := must(io.ReadAll(r.Body))(t)
	var e struct {
		Message *string
		Type    string `json:"__type"`
	}
	err := json.Unmarshal(body, &e)
	if r.StatusCode < 400 || r.StatusCode > 499 || err != nil || e.Message == nil || e.Type == "" ||
		r.Header.Get("X-Amzn-ErrorType") == "" || r.Header.Get("X-Amzn-RequestId") == "" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s: got %s, %v, %.200s", name, r.Status, r.Header, body)
	}
}

// attacked starts a server to be attacked, with an account that has a detector. The function that comes with them wants the server to
// answer as ever, its goroutines to be no more than before, and its log to have no panic.
func attacked(t testing.TB) (a *account, detector *string, unharmed func()) {
	t.Helper()
	metrics := freeAddress(t)
	a = start(t, withMetrics(metrics)).account("111122223333")
	detector = a.enable()
	running := func() float64 {
		got, _ := scrape(t, metrics)
		return got["go_goroutines"]
	}
	until(t, "what analyses the detector's logs runs", func() bool {
		var status struct{ Waiting int }
		must(0, json.Unmarshal([]byte(a.s.operator("status", "--json")), &status))(t)
		return status.Waiting == 0
	})
	before := running()
	return a, detector, func() {
		t.Helper()
		a.stillAnswers(t, detector)
		until(t, fmt.Sprintf("the server has no more than %v goroutines", before), func() bool { return running() <= before })
		a.s.stop() // the log is whole now
		if log := a.s.stderr.String(); strings.Contains(log, "panic") || strings.Contains(log, "BUG") {
			t.Errorf("the log says:\n%s", log)
		}
	}
}

func (a *account) stillAnswers(t testing.TB, detector *string) {
	t.Helper()
	d := must(a.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: detector}))(t)
	if d.Status != "ENABLED" || len(d.Tags) > 0 {
		t.Errorf("the detector was changed to %s", text(t, d))
	}
}

func TestHostileRequests(t *testing.T) {
	a, detector, unharmed := attacked(t)
	send := func(name string, r *http.Request) {
		t.Helper()
		r.Close = true // a server that refuses a body needn't read it
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		refusal(t, name, answer)
	}
	at := "/detector/" + *detector
	swapped := a.signed(t, "POST", at, `{"enable":true}`)
	swapped.Body = io.NopCloser(strings.NewReader(`{"enable":0000}`))
	send("swapped body", swapped)
	for name, body := range map[string]string{
		"10 MiB":       `{"x":"` + strings.Repeat("x", 10<<20) + `"}`,
		"10,000 deep":  strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000),
		"nulls":        `{"features":[null]}`,
		"NaN":          `{"enable":NaN}`,
		"broken UTF-8": "{\"clientToken\":\"\xff\"}",
	} {
		for range 10 { // what each leaves behind adds up
			send(name, a.signed(t, "POST", at, body))
		}
	}
	for _, id := range []string{"..%2F..%2Fetc%2Fpasswd", "..", "%00", "%FF", "%E2%80%AE", "%F0%9F%92%A9", "%0D%0AX-Evil%3A%201", "'%20OR%201=1--", strings.Repeat("a", 301)} {
		for _, path := range []string{"/detector/" + id, at + "/filter/" + id, at + "/ipset/" + id, "/tags/" + id} {
			send(path, a.signed(t, "GET", path, ""))
		}
	}
	unharmed()
}

// raw sends bytes over a connection of its own, and returns all that comes back until the server closes it.
func (s *server) raw(t testing.TB, request string) string {
	c := must(net.Dial("tcp", strings.TrimPrefix(s.url, "http://")))(t)
	defer c.Close()
	must(0, c.SetDeadline(time.Now().Add(2*time.Minute)))(t)
	must(io.WriteString(c, request))(t)
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Errorf("after %.100q: %v", answer, err)
	}
	return string(answer)
}

// TestHostileConnections smuggles a request in the body of another, and holds connections open that say next to nothing.
func TestHostileConnections(t *testing.T) {
	a, detector, unharmed := attacked(t)
	wire := func(path, body string) string {
		r := a.signed(t, "POST", path, body)
		r.Close = true
		return string(must(httputil.DumpRequestOut(r, true))(t))
	}
	body := "0\r\n\r\n" + wire("/detector/"+*detector, `{"enable":false}`)
	outer := wire("/invitation/decline", body)
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	slow := make(chan string)
	const clients = 200
	for i := range clients {
		c := must(net.Dial("tcp", strings.TrimPrefix(a.s.url, "http://")))(t)
		must(0, c.SetDeadline(time.Now().Add(2*time.Minute)))(t)
		must(io.WriteString(c, outer[:i%100]))(t)
		go func() {
			defer c.Close()
			answer, err := io.ReadAll(c)
			slow <- fmt.Sprintf("%s%v", answer, err)
		}()
	}
	for name, header := range map[string]string{
		"chunked too": length + "Transfer-Encoding: chunked\r\n", "two lengths": length + "Content-Length: 5\r\n", "a signed length": "Content-Length: +5\r\n",
		"chunked, before a blank": length + "Transfer-Encoding : chunked\r\n", "a bare line feed": "X-A: b\nTransfer-Encoding: chunked\r\n" + length, "a NUL": length + "X-A: \x00\r\n",
	} {
		smuggler := strings.Replace(outer, length, header, 1)
		answer := a.s.raw(t, smuggler)
		r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
		if err == nil {
			r.Body.Close()
		}
		if smuggler == outer || err != nil || r.StatusCode/100 != 4 || r.Header.Get("X-Amzn-ErrorType") == "" || strings.Count(answer, "HTTP/1.1 ") != 1 {
			t.Errorf("%s: got %q, %v", name, answer, err)
		}
	}
	must(a.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: detector}))(t) // while the slow ones are there
	for range clients {
		if got := <-slow; !strings.HasSuffix(got, "<nil>") || strings.Contains(got, "HTTP/1.1 5") {
			t.Errorf("a slow client got %q", got)
		}
	}
	unharmed()
}
