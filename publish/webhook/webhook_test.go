package webhook

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/fetch"
	"picket/guardduty"
	"picket/publish"
)

func event(id string) publish.Event {
	f := picket.Finding{Finding: guardduty.Finding{
		Id: &id, AccountId: guardduty.Ptr("111122223333"), Region: guardduty.Ptr("us-east-1"), Type: guardduty.Ptr("Recon:EC2/Portscan"),
		Arn: guardduty.Ptr("arn:aws:guardduty:us-east-1:111122223333:detector/1/finding/" + id), Severity: guardduty.Ptr(8.0),
		Title: guardduty.Ptr("<!channel> *bold* [x](http://evil)\u202e"), Description: guardduty.Ptr("text"),
		Resource: &guardduty.Resource{}, Service: &guardduty.Service{AdditionalInfo: &guardduty.ServiceAdditionalInfo{}},
	}}
	return publish.Event{ID: "event-" + id, Account: "111122223333", Region: "us-east-1", Time: "2026-01-05T10:00:00Z", Finding: &f}
}

func message() publish.Event {
	return publish.Event{ID: "m", Type: "GuardDuty Member Relationship Change", Message: json.RawMessage(`{"to":"Removed"}`)}
}

func sender() *Sender {
	return &Sender{
		Policy: fetch.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Open:   func(d publish.Destination) (string, []byte, error) { return d.URL, []byte("secret"), nil },
		Now:    func() time.Time { return time.Unix(1767607200, 0) },
	}
}

// TestSend holds what a receiver sees, and that what follows a failure is not sent.
func TestSend(t *testing.T) {
	status := map[string]int{}
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		id := r.Header.Get("Webhook-Id")
		if want := Sign([]byte("secret"), id, "1767607200", body); r.Header.Get("Webhook-Signature") != want || r.Header.Get("Webhook-Timestamp") != "1767607200" {
			t.Errorf("%s is signed %s", id, r.Header.Get("Webhook-Signature"))
		}
		got = append(got, id)
		if s := status[id]; s != 0 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(s)
		}
	}))
	defer server.Close()
	f := func(answer, wantSent int, wantErr string, refused bool) {
		t.Helper()
		got, status = nil, map[string]int{"event-2": answer}
		n, err := sender().Send(t.Context(), publish.Destination{URL: server.URL, Format: "eventbridge"}, []publish.Event{event("1"), event("2"), event("3")})
		var r *publish.Refused
		if n != wantSent || (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) || errors.As(err, &r) != refused {
			t.Errorf("%d: sent %d, %v", answer, n, err)
		}
		if want := min(wantSent+1, 3); len(got) != want {
			t.Errorf("%d: the receiver saw %v", answer, got)
		}
	}
	f(200, 3, "", false)
	f(204, 3, "", false)
	f(500, 1, "answered 500", false)
	f(401, 1, "answered 401", false)
	f(429, 1, "answered 429", false)
	f(307, 1, "answered 307", false) // and nobody else gets it
	f(422, 1, "answered 422", true)
}

// TestCSV holds that a receiver is sent a table that is one, of findings alone, in which no cell is a formula.
func TestCSV(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		table, err := csv.NewReader(r.Body).ReadAll()
		if err != nil || len(table) != 2 || r.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
			t.Errorf("got %q, %v as %s", table, err, r.Header.Get("Content-Type"))
			return
		}
		got = append(got, table[1][slices.Index(table[0], "title")])
	}))
	defer server.Close()
	e := event("1")
	e.Finding.Title = guardduty.Ptr("=HYPERLINK(\"http://evil\"), \"x\"")
	n, err := sender().Send(t.Context(), publish.Destination{URL: server.URL, Format: "csv"}, []publish.Event{message(), e})
	if want := []string{"'" + *e.Finding.Title}; n != 2 || err != nil || !slices.Equal(got, want) {
		t.Errorf("sent %d, %v, got %q, want %q", n, err, got, want)
	}
}

// TestEgress holds that no address inside gets anything, and that the address is not in the error.
func TestEgress(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer server.Close()
	s := sender()
	s.Policy.Allow = nil
	_, err := s.Send(t.Context(), publish.Destination{URL: server.URL + "/token", Format: "slack"}, []publish.Event{event("1")})
	if !errors.Is(err, fetch.ErrForbidden) || strings.Contains(err.Error(), "token") {
		t.Errorf("got %v", err)
	}
}

func TestFormats(t *testing.T) {
	f := func(format string, e publish.Event, want string, not ...string) {
		t.Helper()
		b, err := formats[format](e, "routing")
		if err != nil {
			t.Fatal(err)
		}
		if b != nil && !json.Valid(b) || !strings.Contains(string(b), want) || want == "" && b != nil {
			t.Errorf("%s: no %s in %s", format, want, b)
		}
		for _, n := range append(not, "\u202e") {
			if slices.Contains([]string{"slack", "teams", "pagerduty"}, format) && strings.Contains(string(b), n) {
				t.Errorf("%s: %s in %s", format, n, b)
			}
		}
	}
	f("eventbridge", event("1"), `"detail-type":"GuardDuty Finding"`)
	f("eventbridge", event("1"), `"source":"aws.guardduty"`)
	f("eventbridge", message(), `"source":"picket"`)
	f("asff", event("1"), `{"Findings":[{"SchemaVersion":"2018-10-08"`)
	f("asff", message(), "")
	f("ocsf", event("1"), `"uid":"event-1"`)
	f("slack", event("1"), `"text":"High (8): \u0026lt;!channel\u0026gt;`, "mrkdwn")
	f("slack", message(), "Removed", `{\"`)
	f("teams", message(), "to: Removed", "administratorId\\")
	f("teams", event("1"), `\\*bold\\* \\[x\\]`)
	f("pagerduty", event("1"), `"routing_key":"routing"`)
	f("pagerduty", event("1"), `"severity":"error"`)
	f("pagerduty", message(), "")
	sample := event("1")
	sample.Finding.AdditionalInfo = map[string]any{"sample": true}
	for format, want := range map[string]string{
		"slack": `"text":"High (8): [SAMPLE] `, "teams": `High (8): \\[SAMPLE\\] `, "pagerduty": `"summary":"High (8): [SAMPLE] `,
		"asff": `"Title":"[SAMPLE] `, "ocsf": `"[SAMPLE] `, "eventbridge": `"title":"\u003c!channel`,
	} {
		f(format, sample, want)
		if b, err := formats[format](event("1"), ""); err != nil || strings.Contains(string(b), "SAMPLE") {
			t.Errorf("%s: no sample is one: %s, %v", format, b, err)
		}
	}
}

func TestCheck(t *testing.T) {
	f := func(address, format string, ok bool) {
		t.Helper()
		if err := Check(address, format); (err == nil) != ok {
			t.Errorf("%s as %s: %v", address, format, err)
		}
	}
	f("https://soc.example.com/x", "slack", true)
	f("https://soc.example.com/x", "xml", false)
	f("ftp://soc.example.com/x", "slack", false)
	f("https://a:b@soc.example.com/", "slack", false)
	f("soc", "slack", false)
}
