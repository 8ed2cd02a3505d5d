package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/access"
	"picket/api"
	"picket/console"
	"picket/guardduty"
	"picket/service"
	"picket/sqlstore"
)

const (
	region   = "us-east-1"
	password = "correct horse battery"
)

// world is a server with a console, and two accounts: Security, with the users dana, who may everything of GuardDuty, and rita, who
// may read, and Media.
type world struct {
	t testing.TB
	*service.Service
	pages *console.Handler
	url   string
}

const (
	security = "111122223333"
	media    = "444455556666"
)

// newWorld starts the server; change may change what it is made of.
func newWorld(t testing.TB, change ...func(*api.Config, *console.Config)) *world {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlstore.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	master, err := access.CreateMasterKey(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	store.AuditKey = service.AuditKey(master)
	w := &world{t: t, Service: &service.Service{Store: store, Master: master, Now: time.Now, Settings: service.Settings{Regions: []string{region, "eu-west-1"}}}}
	calls := api.Config{Service: w.Service}
	pages := console.Config{Service: w.Service, Look: 10 * time.Millisecond, Page: func(typ string) (string, bool) { return "# " + typ, typ == "A:B/C" }}
	for _, f := range change {
		f(&calls, &pages)
	}
	pages.API = api.New(calls)
	t.Cleanup(pages.API.Close)
	w.pages = console.New(pages)
	server := httptest.NewServer(w.pages)
	t.Cleanup(server.Close)
	t.Cleanup(w.pages.Close)
	w.url = server.URL
	for id, a := range map[string]service.Account{security: {Name: "Security", Operator: true}, media: {Name: "Media"}} {
		a.ID, a.Email = id, strings.ToLower(a.Name)+"@example.com"
		_, err := w.CreateAccount(context.Background(), a)
		w.ok(err)
		w.reset(id, "")
	}
	for name, policy := range map[string]string{"dana": "AmazonGuardDutyFullAccess", "rita": "AmazonGuardDutyReadOnlyAccess"} {
		_, err := w.CreateIdentity(context.Background(), security, service.Users, service.Identity{Name: name, Policies: []string{policy}})
		w.ok(err)
		w.reset(security, name)
	}
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) reset(account, user string) {
	w.t.Helper()
	_, err := w.ResetPassword(context.Background(), account, user, password)
	w.ok(err)
}

// browser is a browser's part: cookies, and the header that pages send.
type browser struct {
	w      *world
	client *http.Client
	csrf   string
	header http.Header // more of them
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &browser{w: w, client: &http.Client{Jar: jar}, header: http.Header{}}
}

// signedIn is a browser in which somebody signed in; user is empty for the root.
func (w *world) signedIn(account, user string) *browser {
	w.t.Helper()
	b := w.browser()
	var s struct{ CSRF string }
	b.wants(200, "POST", "sign-in", map[string]string{"account": account, "user": user, "password": password}, &s)
	b.csrf = s.CSRF
	return b
}

func (b *browser) send(method, path string, body any) *http.Response {
	b.w.t.Helper()
	var encoded []byte
	if body != nil {
		var err error
		encoded, err = json.Marshal(body)
		b.w.ok(err)
	}
	req, err := http.NewRequest(method, b.w.url+"/console/api/"+path, bytes.NewReader(encoded))
	b.w.ok(err)
	for name, values := range b.header {
		req.Header[name] = values
	}
	if b.csrf != "" {
		req.Header.Set("X-Picket-Csrf", b.csrf)
	}
	resp, err := b.client.Do(req)
	b.w.ok(err)
	return resp
}

// wants makes a call and decodes its answer, which has the status.
func (b *browser) wants(status int, method, path string, body, into any) {
	b.w.t.Helper()
	resp := b.send(method, path, body)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	b.w.ok(err)
	if resp.StatusCode != status {
		b.w.t.Fatalf("%s %s: %d %s, want %d", method, path, resp.StatusCode, answer, status)
	}
	if into != nil {
		b.w.ok(json.Unmarshal(answer, into))
	}
}

// What is refused to whom: each call of the console, to somebody who may only read, and to another account.
func TestOwnCallsAreRefused(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	dana, rita, stranger := w.signedIn(security, "dana"), w.signedIn(security, "rita"), w.signedIn(media, "")
	root := w.signedIn(security, "")
	dana.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil)
	stranger.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil)
	var detectors struct{ DetectorIDs []string }
	dana.wants(200, "GET", "aws/us-east-1/detector", nil, &detectors)
	detector := "aws/us-east-1/detector/" + detectors.DetectorIDs[0]
	dana.wants(200, "POST", detector+"/member", map[string]any{"accountDetails": []any{map[string]string{"accountId": "777788889999", "email": "a@example.com"}}}, nil)
	key, err := w.CreateKey(ctx, security, "rita")
	w.ok(err)

	for _, refused := range []struct{ method, path string }{
		{"POST", "regions/us-east-1/members/777788889999/resend"},
		{"PUT", "trusted-inviters"},
		{"POST", "users"},
		{"POST", "users/dana/reset"},
		{"DELETE", "users/dana"},
		{"PUT", "users/rita/policies"},
		{"POST", "roles"},
		{"PUT", "policies/everything"},
		{"DELETE", "policies/everything"},
		{"GET", "users"},
		{"GET", "keys"},
		{"POST", "keys"},
		{"PUT", "keys/" + key.ID},
		{"DELETE", "keys/" + key.ID},
		{"GET", "audit"},
		{"GET", "regions/us-east-1/findings/0123456789abcdef0123456789abcdef"},
		{"GET", "operator/status"},
		{"GET", "operator/sources"},
		{"POST", "operator/sources"},
		{"GET", "operator/quarantine"},
		{"DELETE", "operator/sources/x"},
	} {
		rita.wants(403, refused.method, refused.path, map[string]any{}, nil)
		if strings.HasPrefix(refused.path, "operator/") {
			stranger.wants(403, refused.method, refused.path, map[string]any{}, nil)
			dana.wants(403, refused.method, refused.path, map[string]any{}, nil)
		}
	}
	root.wants(200, "GET", "operator/status", nil, nil)
	dana.wants(200, "GET", "regions/us-east-1/members/777788889999", nil, nil)
	stranger.wants(400, "GET", "regions/us-east-1/members/777788889999", nil, nil)
	stranger.wants(404, "DELETE", "keys/"+key.ID, nil, nil)
	stranger.wants(404, "DELETE", "users/dana", nil, nil)
	stranger.wants(400, "GET", detector, nil, nil)
	dana.wants(400, "GET", "regions/mars/members", nil, nil)
	dana.wants(400, "GET", "aws/mars/detector", nil, nil)

	var may struct{ Allowed []string }
	rita.wants(200, "GET", "permissions?region=us-east-1", nil, &may)
	for action, want := range map[string]bool{"guardduty:ListFindings": true, "guardduty:CreateMembers": false, "picket:GetEvidence": false, "guardduty:UpdateFilter": false} {
		if got := slices.Contains(may.Allowed, action); got != want {
			t.Errorf("%s is shown as allowed: %v", action, got)
		}
	}
}

// TestPermissionsAreOfAPlace: a call of no region needs a permission that holds in every one, and what forbids an action on a
// detector, by its id or its tags, forbids the console's own calls about it too.
func TestPermissionsAreOfAPlace(t *testing.T) {
	w := newWorld(t)
	root := w.signedIn(security, "")
	root.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil)
	var detectors struct{ DetectorIDs []string }
	root.wants(200, "GET", "aws/us-east-1/detector", nil, &detectors)
	f := func(statements ...any) *browser {
		t.Helper()
		document := map[string]any{"Version": "2012-10-17", "Statement": statements}
		root.wants(204, "PUT", "policies/place", map[string]any{"document": document}, nil)
		root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{"place"}}, nil)
		return w.signedIn(security, "rita")
	}
	everything := map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}
	trusted := map[string]any{"accounts": []string{media}}

	rita := f(map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": "us-east-1"}}})
	rita.wants(200, "GET", "regions/us-east-1/members", nil, nil)
	rita.wants(403, "GET", "regions/eu-west-1/members", nil, nil)
	rita.wants(403, "GET", "regions/eu-west-1/members?region=us-east-1", nil, nil)
	rita.wants(403, "PUT", "trusted-inviters?region=us-east-1", trusted, nil)
	rita.wants(403, "GET", "trusted-inviters", nil, nil)
	rita.wants(403, "GET", "users?region=us-east-1", nil, nil)
	var may struct{ Allowed []string }
	rita.wants(200, "GET", "permissions?region=us-east-1", nil, &may)
	if slices.Contains(may.Allowed, "picket:ListUsers") || !slices.Contains(may.Allowed, "guardduty:ListMembers") {
		t.Errorf("shown as allowed: %v", may.Allowed)
	}

	rita = f(everything, map[string]any{
		"Effect": "Deny", "Action": []string{"guardduty:ListMembers", "picket:GetEvidence"},
		"Resource": "arn:aws:guardduty:us-east-1:" + security + ":detector/" + detectors.DetectorIDs[0],
	})
	rita.wants(403, "GET", "regions/us-east-1/members", nil, nil)
	rita.wants(403, "GET", "regions/us-east-1/findings/0123456789abcdef0123456789abcdef", nil, nil)
	rita.wants(200, "GET", "regions/eu-west-1/filters", nil, nil)

	_, err := w.TagResource(context.Background(), picket.Operator(security, region), &guardduty.TagResourceRequest{
		ResourceArn: guardduty.Ptr("arn:aws:guardduty:us-east-1:" + security + ":detector/" + detectors.DetectorIDs[0]), Tags: map[string]string{"secret": "yes"},
	})
	w.ok(err)
	rita = f(everything, map[string]any{
		"Effect": "Deny", "Action": []string{"guardduty:ListMembers", "picket:GetEvidence"}, "Resource": "*",
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/secret": "yes"}},
	})
	rita.wants(403, "GET", "regions/us-east-1/members", nil, nil)
	rita.wants(403, "GET", "regions/us-east-1/findings/0123456789abcdef0123456789abcdef", nil, nil)
	rita.wants(200, "GET", "regions/eu-west-1/members", nil, nil)

	rita = f(everything)
	rita.wants(400, "PUT", "trusted-inviters", map[string]any{}, nil)
	rita.wants(400, "PUT", "trusted-inviters", map[string]any{"accounts": []string{media, media}}, nil)
	rita.wants(400, "PUT", "trusted-inviters", map[string]any{"accounts": slices.Repeat([]string{media}, 51)}, nil)
	rita.wants(204, "PUT", "trusted-inviters", trusted, nil)
	rita.wants(204, "PUT", "trusted-inviters", map[string]any{"accounts": []string{}}, nil)
}

// An account's own policies: the names of those that all have are taken, and what is attached stays.
func TestPoliciesAreWritten(t *testing.T) {
	w := newWorld(t)
	root, stranger := w.signedIn(security, ""), w.signedIn(media, "")
	document := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]string{"Effect": "Allow", "Action": "guardduty:List*", "Resource": "*"}}}
	root.wants(204, "PUT", "policies/lister", map[string]any{"document": document}, nil)
	root.wants(400, "PUT", "policies/AmazonGuardDutyFullAccess", map[string]any{"document": document}, nil)
	root.wants(400, "PUT", "policies/wrong", map[string]any{"document": map[string]any{"Statement": "x"}}, nil)
	root.wants(400, "PUT", "policies/empty", nil, nil)
	root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{"lister"}}, nil)
	root.wants(400, "DELETE", "policies/lister", nil, nil)

	type policies struct {
		Managed, Own []struct{ Document struct{ Statement []any } }
	}
	var got policies
	stranger.wants(200, "GET", "policies", nil, &got)
	if len(got.Own) != 0 {
		t.Errorf("another account sees %v", got.Own)
	}
	root.wants(200, "GET", "policies", nil, &got)
	if len(got.Own) != 1 || len(got.Own[0].Document.Statement) != 1 || len(got.Managed) == 0 || len(got.Managed[0].Document.Statement) == 0 {
		t.Errorf("the policies are %+v", got)
	}
	root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{}}, nil)
	root.wants(204, "DELETE", "policies/lister", nil, nil)
	root.wants(200, "GET", "policies", nil, &got)
	if len(got.Own) != 0 {
		t.Errorf("left: %v", got.Own)
	}
}

func TestWhatIsDoneIsAudited(t *testing.T) {
	w := newWorld(t)
	root := w.signedIn(security, "")
	root.wants(200, "POST", "users", map[string]any{"name": "erin"}, nil)
	var made struct{ Password string }
	root.wants(200, "POST", "users/erin/reset", nil, &made)
	root.wants(204, "PUT", "password", map[string]string{"password": password, "newPassword": "another good password"}, nil)
	root.wants(409, "POST", "users", map[string]any{"name": "erin"}, nil)
	rita := w.signedIn(security, "rita")
	rita.wants(403, "POST", "users", map[string]any{"name": "frank"}, nil)
	rita.wants(403, "DELETE", "operator/sources/main", nil, nil)
	rita.wants(403, "GET", "users", nil, nil)
	var page struct {
		Records []struct {
			Seq   int64
			Event struct {
				EventSource, EventName, ErrorCode string
				UserIdentity                      struct{ Type string }
			}
		}
	}
	root.wants(200, "GET", "audit", nil, &page)
	var got []string
	for _, r := range slices.Backward(page.Records) {
		if r.Event.EventSource == "console.picket" {
			got = append(got, r.Event.UserIdentity.Type+" "+r.Event.EventName+" "+r.Event.ErrorCode)
		}
	}
	want := []string{"Root POST users ", "Root POST users/{name}/reset ", "Root PUT password ", "Root POST users ConflictException", "IAMUser POST users AccessDeniedException", "IAMUser DELETE operator/sources/{id} AccessDeniedException"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	resp := root.send("GET", "audit", nil)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.ok(err)
	for _, secret := range []string{made.Password, password, "another good password"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the audit log holds a password")
		}
	}
}

// Calls of the console count as the API's do, and those that are refused because there are too many don't flood the audit log.
func TestOwnCallsAreThrottled(t *testing.T) {
	now := time.Now()
	w := newWorld(t, func(c *api.Config, _ *console.Config) { c.Burst, c.Service.Now = 3, func() time.Time { return now } })
	root, stranger := w.signedIn(security, ""), w.signedIn(media, "")
	root.wants(200, "GET", "users", nil, nil)
	root.wants(200, "GET", "session", nil, nil)
	root.wants(200, "GET", "aws/us-east-1/detector", nil, nil)
	var answer struct{ Code, Message string }
	root.wants(429, "GET", "users", nil, &answer)
	if want := "Account 111122223333 calls too often. Wait a second, then try again."; answer.Code != "ThrottlingException" || answer.Message != want {
		t.Errorf("got %+v, want %q", answer, want)
	}
	root.wants(429, "GET", "session", nil, nil)
	root.wants(429, "GET", "events?region=us-east-1", nil, nil)
	stranger.wants(200, "GET", "users", nil, nil)
	for range 40 {
		root.wants(429, "POST", "users", map[string]any{"name": "erin"}, nil)
	}
	all, err := w.Audit(context.Background(), security, 0, 1000)
	w.ok(err)
	n := 0
	for _, r := range all {
		n += strings.Count(string(r.Event), `"errorCode":"ThrottlingException"`)
	}
	if n != 20 {
		t.Errorf("%d of 40 are in the audit log, want 20", n)
	}
	root.wants(404, "DELETE", "sessions/no-such", nil, nil) // what ends sessions is answered always
	root.wants(204, "POST", "sign-out", nil, nil)
}

// The audit log is read in pages; what only reads can be left out, also where there is much of it.
func TestAuditIsRead(t *testing.T) {
	w := newWorld(t)
	root := w.signedIn(security, "")
	root.wants(200, "POST", "users", map[string]any{"name": "erin"}, nil)
	for range 150 {
		root.wants(200, "GET", "aws/us-east-1/detector", nil, nil)
	}
	root.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil) // is answered when all before it is in the log
	root.wants(204, "DELETE", "users/erin", nil, nil)
	read := func(query string) (names []string, next int64) {
		var page struct {
			Records []struct{ Event struct{ EventName string } }
			Next    int64
		}
		root.wants(200, "GET", "audit?"+query, nil, &page)
		for _, r := range page.Records {
			names = append(names, r.Event.EventName)
		}
		return names, page.Next
	}
	first, next := read("")
	if len(first) != 100 || first[0] != "DELETE users/{name}" || next == 0 {
		t.Errorf("the first page has %d, and %d next", len(first), next)
	}
	second, next := read(fmt.Sprintf("before=%d", next))
	if !slices.Contains(second, "POST users") || slices.Contains(second, first[0]) || next != 0 {
		t.Errorf("the second page is %q, and %d next", second, next)
	}
	changes, next := read("changes=true")
	if want := []string{"DELETE users/{name}", "CreateDetector", "POST users", "ConsoleLogin"}; !slices.Equal(changes[:min(4, len(changes))], want) || slices.Contains(changes, "ListDetectors") || next != 0 {
		t.Errorf("the changes are %q, and %d next", changes, next)
	}
	root.wants(400, "GET", "audit?before=x", nil, nil)
}

func TestRulesAreExplained(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(security, "dana")
	var page struct{ Markdown string }
	b.wants(200, "GET", "rules/A:B/C", nil, &page)
	if page.Markdown != "# A:B/C" {
		t.Errorf("got %q", page.Markdown)
	}
	b.wants(200, "GET", "rules/no:such/type", nil, &page)
	if page.Markdown != "" {
		t.Errorf("got %q of a type without a rule", page.Markdown)
	}
}

func TestPoliciesAreNotReplaced(t *testing.T) {
	root := newWorld(t).signedIn(security, "")
	policy := func(action string) map[string]any {
		return map[string]any{"name": "some", "document": map[string]any{"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Allow", "Action": action, "Resource": "*"}}}
	}
	root.wants(204, "POST", "policies", policy("guardduty:Get*"), nil)
	root.wants(409, "POST", "policies", policy("*"), nil)
	var got struct {
		Own []struct{ Document map[string]any }
	}
	root.wants(200, "GET", "policies", nil, &got)
	if len(got.Own) != 1 || fmt.Sprint(got.Own[0].Document) != fmt.Sprint(policy("guardduty:Get*")["document"]) {
		t.Errorf("got %v", got.Own)
	}
}
