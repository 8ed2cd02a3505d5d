package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/publish"
	"picket/service"
)

// The address of a webhook lets anybody write who knows it: it is stored sealed and shown without its path, also where it was
// stored in the clear, until the server is started.
func TestAddressesAreSealed(t *testing.T) {
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.URL.String()) }))
	t.Cleanup(receiver.Close)
	s, err := openServer(t.Context(), config{Data: t.TempDir(), Regions: []string{home}, Publish: publishConfig{Allow: []string{"127.0.0.0/8"}}}, quiet())
	ok(err)
	t.Cleanup(func() { ok(s.close()) })
	_, err = s.service.CreateAccount(t.Context(), service.Account{ID: member, Name: "Media", Email: "media@example.com"})
	ok(err)

	add := service.Destination{ID: "new", Account: member, URL: receiver.URL + "/T0/the-token?a=b", Format: "slack"}
	_, err = s.service.AddDestination(t.Context(), add)
	ok(err)
	stored := func() (body string) {
		ok(s.store.View(t.Context(), func(tx picket.Tx) error {
			all, err := tx.Documents().List(publish.OperatorKind, member, "", "", 10)
			for _, doc := range all {
				body += string(doc.Body)
			}
			return err
		}))
		return body
	}
	if body := stored(); !strings.Contains(body, receiver.URL) || strings.Contains(body, "token") {
		t.Errorf("it is stored as %s", body)
	}
	ok(s.store.Update(t.Context(), func(tx picket.Tx) error {
		d := publish.Destination{ID: "old", Type: publish.Webhook, Account: member, URL: receiver.URL + "/old-token", Format: "slack"}
		d.Secret = s.service.Master.Seal("destination old", []byte("secret"))
		return publish.Begin(tx, d, 0)
	}))
	serves := func() {
		t.Helper()
		got = nil
		all, err := s.service.Destinations(t.Context())
		ok(err)
		for _, d := range all {
			if d.URL != receiver.URL+"/…" {
				t.Errorf("%s is shown as %s", d.ID, d.URL)
			}
			ok(s.service.TestDestination(t.Context(), d.ID))
		}
		if want := []string{"/T0/the-token?a=b", "/old-token"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	serves()
	_, err = s.service.BeginTerm(t.Context())
	ok(err)
	if body := stored(); strings.Contains(body, "token") {
		t.Errorf("after a start it is stored as %s", body)
	}
	serves()
}
