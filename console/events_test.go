package console_test

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/api"
	"picket/console"
	"picket/guardduty"
	"picket/service"
)

// A page may look at several regions at once; of those where it may not, it hears nothing.
func TestPagesHearOfSeveralRegions(t *testing.T) {
	w := newWorld(t)
	root := w.signedIn(security, "")
	document := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": "eu-west-1"}},
	}}}
	root.wants(200, "POST", "aws/us-east-1/detector", map[string]any{"enable": true}, nil)
	root.wants(204, "PUT", "policies/place", map[string]any{"document": document}, nil)
	root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{"place"}}, nil)
	rita := w.signedIn(security, "rita")
	rita.wants(400, "GET", "events", nil, nil)
	rita.wants(403, "GET", "events?region=us-east-1", nil, nil)
	resp := rita.send("GET", "events?region=us-east-1&region=eu-west-1", nil)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || lines.Text() != ": listening" {
		t.Fatalf("it begins with %q", lines.Text())
	}
	us := picket.Operator(security, "us-east-1")
	id, err := w.DetectorID(context.Background(), us)
	w.ok(err)
	_, err = w.CreateMembers(context.Background(), us, &guardduty.CreateMembersRequest{
		DetectorId: &id, AccountDetails: []guardduty.AccountDetail{{AccountId: guardduty.Ptr(media), Email: guardduty.Ptr("media@example.com")}},
	})
	w.ok(err)
	root.wants(200, "POST", "aws/eu-west-1/detector", map[string]any{"enable": true}, nil)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event: ") {
			break
		}
	}
	if got := lines.Text(); got != "event: detector" {
		t.Errorf("heard %q, %v", got, lines.Err())
	}
	if lines.Scan(); lines.Text() != `data: {"region":"eu-west-1"}` {
		t.Errorf("heard of %q", lines.Text())
	}
}

func TestPagesHearOfChanges(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(security, "dana")
	resp := b.send("GET", "events?region=us-east-1", nil)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || lines.Text() != ": listening" {
		t.Fatalf("it begins with %q", lines.Text())
	}
	enabled := true
	_, err := w.CreateDetector(context.Background(), picket.Operator(media, region), &guardduty.CreateDetectorRequest{Enable: &enabled})
	w.ok(err)
	_, err = w.CreateDetector(context.Background(), picket.Operator(security, region), &guardduty.CreateDetectorRequest{Enable: &enabled})
	w.ok(err)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event: ") {
			break
		}
	}
	if got := lines.Text(); got != "event: detector" {
		t.Errorf("heard %q, %v", got, lines.Err())
	}
	w.ok(w.DeleteIdentity(context.Background(), security, service.Users, "dana"))
	for lines.Scan() { // it ends with the session
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
}

// An account keeps so many streams open and no more; another's are its own.
func TestStreamsAreBounded(t *testing.T) {
	w := newWorld(t, func(_ *api.Config, c *console.Config) { c.Look = time.Hour })
	b := w.signedIn(security, "dana")
	var open []io.Closer
	for {
		resp := b.send("GET", "events?region=us-east-1", nil)
		t.Cleanup(func() { resp.Body.Close() })
		if resp.StatusCode != 200 {
			break
		}
		open = append(open, resp.Body)
	}
	if len(open) != 50 {
		t.Fatalf("%d are open, want 50", len(open))
	}
	var answer struct{ Code, Message string }
	w.signedIn(security, "rita").wants(429, "GET", "events?region=us-east-1", nil, &answer)
	if want := "50 pages of account 111122223333 listen for changes, and more may not"; answer.Code != "ThrottlingException" || !strings.HasPrefix(answer.Message, want) {
		t.Errorf("got %+v, want %q", answer, want)
	}
	stranger := w.signedIn(media, "").send("GET", "events?region=us-east-1", nil)
	defer stranger.Body.Close()
	if stranger.StatusCode != 200 {
		t.Errorf("another account: %d", stranger.StatusCode)
	}
	open[0].Close()
	for status := 0; status != 200; { // the server hears of it
		resp := b.send("GET", "events?region=us-east-1", nil)
		t.Cleanup(func() { resp.Body.Close() })
		status = resp.StatusCode
	}
}
