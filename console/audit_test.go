package console_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whoever has a session's cookie may be elsewhere than who signed in: the audit log has where each call came from, and which region
// it was about. Previews are among what only reads, refused ones too.
func TestAuditTellsWhereCallsComeFrom(t *testing.T) {
	w := newWorld(t)
	root := w.signedIn(security, "")
	root.wants(200, "POST", "aws/eu-west-1/detector", map[string]any{"enable": true}, nil)
	address, err := url.Parse(w.url + "/console/")
	w.ok(err)
	type event struct {
		EventName, AWSRegion, SourceIPAddress, UserAgent string
		ReadOnly                                         bool
	}
	f := func(method, path string, want event) {
		t.Helper()
		req := httptest.NewRequest(method, "/console/api/"+path, strings.NewReader("{}"))
		req.RemoteAddr = "203.0.113.9:4711"
		req.Header.Set("User-Agent", "thief/1.0")
		req.Header.Set("X-Picket-Csrf", root.csrf)
		for _, c := range root.client.Jar.Cookies(address) {
			req.AddCookie(c)
		}
		w.pages.ServeHTTP(httptest.NewRecorder(), req)
		all, err := w.LatestAudit(context.Background(), security, 0, 1)
		w.ok(err)
		var got event
		w.ok(json.Unmarshal(all[0].Event, &got))
		if want.SourceIPAddress, want.UserAgent = "203.0.113.9", "thief/1.0"; got != want || all[0].Region != want.AWSRegion {
			t.Errorf("got %+v of %s, want %+v", got, all[0].Region, want)
		}
	}
	f("DELETE", "users/dana", event{EventName: "DELETE users/{name}", AWSRegion: region})
	f("POST", "regions/eu-west-1/members/777788889999/resend", event{EventName: "POST regions/{region}/members/{id}/resend", AWSRegion: "eu-west-1"})
	f("POST", "regions/eu-west-1/filters/preview", event{EventName: "POST regions/{region}/filters/preview", AWSRegion: "eu-west-1", ReadOnly: true})
	f("POST", "regions/eu-west-1/lists/none/preview", event{EventName: "POST regions/{region}/lists/{id}/preview", AWSRegion: "eu-west-1", ReadOnly: true})
}
