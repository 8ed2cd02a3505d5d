package console_test

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
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
}
