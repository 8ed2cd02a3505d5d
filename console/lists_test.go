package console_test

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// A list changes by itself, when it is read: pages hear of it, and of what else belongs to the detector.
func TestPagesHearOfLists(t *testing.T) {
	w := newWorld(t)
	ctx, c, enabled := context.Background(), picket.Operator(security, region), true
	d, err := w.CreateDetector(ctx, c, &guardduty.CreateDetectorRequest{Enable: &enabled})
	w.ok(err)
	resp := w.signedIn(security, "dana").send("GET", "events?region=us-east-1", nil)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	heard := func(what string) {
		t.Helper()
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				if name != "detector" {
					t.Errorf("%s is told as %q", what, name)
				}
				return
			}
		}
		t.Fatalf("nothing is told of %s: %v", what, lines.Err())
	}
	if !lines.Scan() {
		t.Fatal(lines.Err())
	}
	active := false
	_, err = w.CreateIPSet(ctx, c, &guardduty.CreateIPSetRequest{
		DetectorId: d.DetectorId, Name: guardduty.Ptr("office"), Format: guardduty.IpSetFormatTxt, Location: guardduty.Ptr("s3://lists/office"), Activate: &active,
	})
	w.ok(err)
	heard("a list")
	_, err = w.CreatePublishingDestination(ctx, c, &guardduty.CreatePublishingDestinationRequest{
		DetectorId: d.DetectorId, DestinationType: guardduty.DestinationTypeS3, DestinationProperties: &guardduty.DestinationProperties{
			DestinationArn: guardduty.Ptr("arn:aws:s3:::findings"), KmsKeyArn: guardduty.Ptr("arn:aws:kms:us-east-1:111122223333:key/k"),
		},
	})
	w.ok(err)
	heard("a destination")
}

func TestOrganizationRole(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.ok(w.CreateOrganization(ctx, media))
	w.ok(w.JoinOrganization(ctx, media, security))
	_, err := w.EnableOrganizationAdminAccount(ctx, picket.Operator(media, region), &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: guardduty.Ptr(security)})
	w.ok(err)
	b := w.signedIn(security, "rita")
	for _, f := range []struct{ region, administrator string }{{region, security}, {"eu-west-1", ""}} {
		var got struct{ ManagementAccountID, AdministratorID string }
		b.wants(200, "GET", "regions/"+f.region+"/organization", nil, &got)
		if got.ManagementAccountID != media || got.AdministratorID != f.administrator {
			t.Errorf("%s: %+v", f.region, got)
		}
	}
}

// The pages show filters with what they ask for, to their account alone.
func TestFiltersAreShown(t *testing.T) {
	w := newWorld(t)
	ctx, c, enabled := context.Background(), picket.Operator(security, region), true
	d, err := w.CreateDetector(ctx, c, &guardduty.CreateDetectorRequest{Enable: &enabled})
	w.ok(err)
	_, err = w.CreateFilter(ctx, c, &guardduty.CreateFilterRequest{
		DetectorId: d.DetectorId, Name: guardduty.Ptr("scanners"), Description: guardduty.Ptr("ours"), Action: guardduty.FilterActionArchive,
		FindingCriteria: &guardduty.FindingCriteria{Criterion: map[string]guardduty.Condition{"type": {Matches: []string{"Recon:*"}}}},
	})
	w.ok(err)
	var got []struct {
		Name, Description string
		FindingCriteria   struct {
			Criterion map[string]struct{ Matches []string }
		}
	}
	w.signedIn(security, "rita").wants(200, "GET", "regions/us-east-1/filters", nil, &got)
	if len(got) != 1 || got[0].Description != "ours" || got[0].FindingCriteria.Criterion["type"].Matches[0] != "Recon:*" {
		t.Errorf("got %+v", got)
	}
	w.signedIn(media, "").wants(200, "GET", "regions/us-east-1/filters", nil, &got)
	if len(got) != 0 {
		t.Errorf("another account sees %+v", got)
	}
}
