package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/api"
	"picket/event"
)

// trail returns an account's audit events; of the whole server for "".
func (w *world) trail(account string) []map[string]any {
	w.t.Helper()
	var events []map[string]any
	err := w.service.Store.View(context.Background(), func(tx picket.Tx) error {
		events = nil
		records, err := tx.Audit().All(0, 10000)
		for _, r := range records {
			var e map[string]any
			if err := json.Unmarshal(r.Event, &e); err != nil {
				return err
			}
			if account == "" || r.Account == account {
				events = append(events, e)
			}
			if r.Account != e["recipientAccountId"] || r.Region != e["awsRegion"] {
				w.t.Errorf("record of %q in %q holds %s", r.Account, r.Region, r.Event)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return events
}

func TestChangesAreInTheAuditLogBeforeTheyAreAnswered(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	id := w.detector(root)
	events := w.trail(one)
	if len(events) != 1 {
		t.Fatalf("got %v", events)
	}
	got := events[0]
	for _, changing := range []string{"eventID", "eventTime", "requestID", "userAgent"} {
		if got[changing] == "" {
			t.Errorf("no %s", changing)
		}
		delete(got, changing)
	}
	params := got["requestParameters"].(map[string]any)
	if token, ok := params["clientToken"].(string); !ok || token == "" {
		t.Errorf("parameters %v", params)
	}
	delete(params, "clientToken")
	want := map[string]any{
		"eventVersion": "1.11", "eventSource": "guardduty.amazonaws.com", "eventName": "CreateDetector", "eventType": "AwsApiCall",
		"eventCategory": "Management", "managementEvent": true, "readOnly": false, "awsRegion": region, "recipientAccountId": one,
		"sourceIPAddress": "127.0.0.1",
		"userIdentity": map[string]any{
			"type": "Root", "principalId": one, "accountId": one, "arn": "arn:aws:iam::" + one + ":root", "accessKeyId": root.AccessKeyID,
		},
		"requestParameters": map[string]any{"enable": true}, "responseElements": map[string]any{"detectorId": id},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPicketReadsItsOwnAuditLog(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	id := w.detector(root)
	if a := w.call(root, "POST", "/detector/"+id, `{"enable":false}`); a.status != http.StatusOK {
		t.Fatal(a)
	}
	err := w.service.Store.View(context.Background(), func(tx picket.Tx) error {
		records, err := tx.Audit().List(one, 1, 10)
		if err != nil || len(records) != 1 {
			t.Fatal(records, err)
		}
		e, err := event.ParseCloudTrail(records[0].Event)
		if err != nil {
			return err
		}
		if e.Call != "UpdateDetector" || !e.OK() || e.Account != one || e.Region != region || e.ReadOnly {
			t.Errorf("got %+v", e)
		}
		if got := e.RequestParameters.Get("detectorId").Str(); got != id {
			t.Errorf("detectorId is %q", got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRefusalsAreInTheAuditLog(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	user := w.user(one, "dana")
	f := func(name, code, message string, r *http.Request) map[string]any {
		t.Helper()
		before := len(w.trail(""))
		w.do(r)
		events := w.trail("")
		if len(events) != before+1 {
			t.Fatalf("%s: %d events more", name, len(events)-before)
		}
		e := events[before]
		if e["errorCode"] != code || !strings.Contains(fmt.Sprint(e["errorMessage"]), message) || e["responseElements"] != nil {
			t.Errorf("%s: got %v", name, e)
		}
		return e
	}
	e := f("denied", "AccessDenied", "is not authorized to perform: guardduty:GetDetector", w.signed(user, "GET", "/detector/d1", ""))
	identity := e["userIdentity"].(map[string]any)
	if identity["type"] != "IAMUser" || identity["userName"] != "dana" || e["readOnly"] != true || e["recipientAccountId"] != one {
		t.Errorf("denied: %v", e)
	}
	f("invalid", "BadRequestException", "maxResults must be from 1 to 50", w.signed(root, "GET", "/detector?maxResults=77", ""))
	e = f("wrong secret", "InvalidSignatureException", "does not match", w.signed(aws.Credentials{AccessKeyID: root.AccessKeyID, SecretAccessKey: "guess"}, "GET", "/detector", ""))
	want := map[string]any{"type": "Unknown", "accountId": one, "accessKeyId": root.AccessKeyID}
	if diff := cmp.Diff(want, e["userIdentity"]); diff != "" || e["recipientAccountId"] != one {
		t.Errorf("wrong secret: %v\n%s", e, diff)
	}
	e = f("unknown key", "UnrecognizedClientException", "", w.signed(aws.Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "guess"}, "GET", "/detector", ""))
	if e["recipientAccountId"] != "" {
		t.Errorf("unknown key: %v", e)
	}
	large := `{"accountIds":["` + strings.Repeat("x", 200<<10) + `"]}`
	e = f("large", "BadRequestException", "", w.signed(root, "POST", "/invitation/decline", large))
	if params := e["requestParameters"].(map[string]any); params["omitted"] != true {
		t.Errorf("large: %d parameters", len(params))
	}
}

// Who proves nothing can't fill the log, and what is left out is said.
func TestRefusalsDontFloodTheAuditLog(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	guess := aws.Credentials{AccessKeyID: root.AccessKeyID, SecretAccessKey: "guess"}
	for range 60 {
		w.call(guess, "GET", "/detector", "").refused(t, "guess", "InvalidSignatureException")
	}
	before := len(w.trail(one))
	if before != 20 {
		t.Errorf("%d of 60 guesses are in the log", before)
	}
	w.wait(10 * time.Second)
	w.do(w.signedFor(guess, "guardduty", region, w.now(), "GET", "/detector", ""))
	events := w.trail(one)
	more, _ := events[len(events)-1]["additionalEventData"].(map[string]any)
	if got, want := more["refusalsNotRecordedBefore"], float64(60-before); got != want {
		t.Errorf("%v refusals are said to be left out, want %v", got, want)
	}
	if a := w.call(root, "POST", "/detector", `{"enable":true}`); a.status != http.StatusOK || len(w.trail(one)) != len(events)+1 {
		t.Errorf("a change beside them: %+v, %d events", a, len(w.trail(one)))
	}
}

func TestThrottledCallsDontFloodTheAuditLog(t *testing.T) {
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Rate, c.Burst = 1, 1 })
	root := w.account(one)
	for range 61 {
		w.call(root, "GET", "/detector", "")
	}
	throttled := 0
	for _, e := range w.trail(one) {
		if e["errorCode"] == "ThrottlingException" {
			throttled++
		}
	}
	if throttled != 20 {
		t.Errorf("%d of 60 throttled calls are in the log", throttled)
	}
}

func TestSTSIsInTheAuditLogWithoutSecrets(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.account(one)
	management := w.account(two)
	arn := w.role(one, "audit", `"Principal":{"AWS":"arn:aws:iam::`+two+`:root"}`, "AmazonGuardDutyFullAccess")
	out, err := w.sts(management).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("s1")})
	if err != nil {
		t.Fatal(err)
	}
	session := temporary(out.Credentials)
	caller := w.trail(two)
	w.detector(session)
	called := w.trail(one)
	if len(caller) != 1 || len(called) != 2 {
		t.Fatalf("%d events at the caller, %d at the role's account", len(caller), len(called))
	}
	text := fmt.Sprint(caller, called)
	for _, secret := range []string{session.SecretAccessKey, session.SessionToken} {
		if strings.Contains(text, secret) {
			t.Error("a secret is in the audit log")
		}
	}
	assumed := caller[0]
	response := map[string]any{
		"credentials":     map[string]any{"accessKeyId": session.AccessKeyID, "expiration": out.Credentials.Expiration.Format(time.RFC3339)},
		"assumedRoleUser": map[string]any{"assumedRoleId": *out.AssumedRoleUser.AssumedRoleId, "arn": *out.AssumedRoleUser.Arn},
	}
	if diff := cmp.Diff(response, assumed["responseElements"]); diff != "" || assumed["eventSource"] != "sts.amazonaws.com" || assumed["readOnly"] != true {
		t.Errorf("got %v\n%s", assumed, diff)
	}
	if called[0]["eventName"] != "AssumeRole" || called[0]["sharedEventID"] == nil || called[0]["recipientAccountId"] != one {
		t.Errorf("at the role's account: %v", called[0])
	}
	if _, err := w.sts(w.user(one, "dana", "AmazonGuardDutyReadOnlyAccess", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}`)).
		AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(w.role(one, "here", `"Principal":{"AWS":"`+one+`"}`)), RoleSessionName: aws.String("s2")}); err != nil {
		t.Fatal(err)
	}
	if n := len(w.trail(one)) - len(called); n != 1 {
		t.Errorf("a role of the own account is %d events", n)
	}
	identity := called[1]["userIdentity"].(map[string]any)
	issuer := identity["sessionContext"].(map[string]any)["sessionIssuer"].(map[string]any)
	if identity["type"] != "AssumedRole" || identity["arn"] != *out.AssumedRoleUser.Arn || issuer["arn"] != arn || issuer["userName"] != "audit" {
		t.Errorf("the session's identity is %v", identity)
	}
}

// Reads wait for company, but not beyond the end of the server.
func TestReadsAreInTheAuditLogInTheEnd(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	const calls = 50
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			if _, err := w.guardduty(root).ListDetectors(context.Background(), &awsguardduty.ListDetectorsInput{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.handler.Close()
	events := w.trail(one)
	if len(events) != calls || events[0]["eventName"] != "ListDetectors" || events[0]["readOnly"] != true || events[0]["responseElements"] != nil || events[0]["requestParameters"] != nil {
		t.Errorf("%d of %d reads are in the log, the first as %v", len(events), calls, events[:min(1, len(events))])
	}
	err := w.service.Store.View(context.Background(), func(tx picket.Tx) error {
		records, err := tx.Audit().All(0, 1000)
		previous := ""
		for _, r := range records {
			if r.Chain(nil, previous) != r.Hash {
				t.Fatalf("the chain breaks at %d", r.Seq)
			}
			previous = r.Hash
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	a := w.call(root, "GET", "/detector", "")
	if a.status != http.StatusInternalServerError || a.header.Get("X-Amzn-ErrorType") != "InternalServerErrorException" {
		t.Errorf("after Close: %+v", a)
	}
}

func TestWhatIsNotInTheAuditLogIsNoSuccess(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	w.handler.Close()
	a := w.call(root, "POST", "/detector", `{"enable":true}`)
	if a.status != http.StatusInternalServerError || strings.Contains(a.body, "detectorId") || !strings.Contains(w.log.String(), "call is not in the audit log") {
		t.Errorf("got %+v", a)
	}
}
