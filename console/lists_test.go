package console_test

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
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

// An organization's administrator sees the accounts that are no members, and that it can accept no invitation.
func TestAccountsOfAnOrganization(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.ok(w.CreateOrganization(ctx, media))
	w.ok(w.JoinOrganization(ctx, media, security))
	f := func(account, user string, wantMembers int, wantAdministers bool) {
		t.Helper()
		b := w.signedIn(account, user)
		var page struct {
			Members []struct{ AccountID, Name, Email, Status, Mode string }
		}
		b.wants(200, "GET", "regions/us-east-1/organization/accounts", nil, &page)
		if len(page.Members) != wantMembers {
			t.Fatalf("%s sees %+v, want %d accounts", account, page.Members, wantMembers)
		}
		for _, m := range page.Members {
			if m.AccountID != media || m.Name != "Media" || m.Email == "" || m.Status != "" || m.Mode != "organization" {
				t.Errorf("%s sees %+v", account, m)
			}
		}
		var invitations struct{ Administers bool }
		b.wants(200, "GET", "regions/us-east-1/invitations", nil, &invitations)
		if invitations.Administers != wantAdministers {
			t.Errorf("%s administers: %v, want %v", account, invitations.Administers, wantAdministers)
		}
	}
	f(security, "rita", 0, false)
	_, err := w.EnableOrganizationAdminAccount(ctx, picket.Operator(media, region), &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: guardduty.Ptr(security)})
	w.ok(err)
	f(security, "rita", 1, true)
	f(media, "", 0, false)
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

// What the API doesn't let somebody get, the pages don't show.
func TestWhatMayBeGotIsShown(t *testing.T) {
	w := newWorld(t)
	ctx, c, yes, no := context.Background(), picket.Operator(security, region), true, false
	d, err := w.CreateDetector(ctx, c, &guardduty.CreateDetectorRequest{Enable: &yes})
	w.ok(err)
	office, err := w.CreateIPSet(ctx, c, &guardduty.CreateIPSetRequest{
		DetectorId: d.DetectorId, Name: guardduty.Ptr("office"), Format: guardduty.IpSetFormatTxt, Location: guardduty.Ptr("s3://lists/office"), Activate: &no,
	})
	w.ok(err)
	bad, err := w.CreateThreatIntelSet(ctx, c, &guardduty.CreateThreatIntelSetRequest{
		DetectorId: d.DetectorId, Name: guardduty.Ptr("bad"), Format: guardduty.ThreatIntelSetFormatTxt, Location: guardduty.Ptr("s3://lists/bad"), Activate: &no,
	})
	w.ok(err)
	for _, name := range []string{"ours", "theirs"} {
		_, err = w.CreateFilter(ctx, c, &guardduty.CreateFilterRequest{
			DetectorId: d.DetectorId, Name: &name, FindingCriteria: &guardduty.FindingCriteria{Criterion: map[string]guardduty.Condition{"type": {Matches: []string{"Recon:*"}}}},
		})
		w.ok(err)
	}
	w.FetchList = func(context.Context, service.ListPlace, string, string) (service.ListFile, error) {
		return service.ListFile{Body: []byte("198.51.100.7\n")}, nil
	}
	below := "arn:aws:guardduty:us-east-1:" + security + ":detector/" + *d.DetectorId
	root := w.signedIn(security, "")
	root.wants(204, "PUT", "policies/some", map[string]any{"document": map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": []string{"guardduty:List*", "guardduty:GetThreatIntelSet"}, "Resource": "*"},
		map[string]any{"Effect": "Allow", "Action": "guardduty:GetFilter", "Resource": below + "/filter/ours"},
	}}}, nil)
	root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{"some"}}, nil)
	rita := w.signedIn(security, "rita")
	shown := func(b *browser, of, want string) {
		t.Helper()
		var got []struct{ Name string }
		b.wants(200, "GET", "regions/us-east-1/"+of, nil, &got)
		var names []string
		for _, g := range got {
			names = append(names, g.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: got %q, want %q", of, got, want)
		}
	}
	shown(root, "lists", "office bad")
	shown(rita, "lists", "bad")
	shown(root, "filters", "ours theirs")
	shown(rita, "filters", "ours")
	rita.wants(200, "POST", "regions/us-east-1/lists/"+*bad.ThreatIntelSetId+"/preview", nil, nil)
	rita.wants(403, "POST", "regions/us-east-1/lists/"+*office.IpSetId+"/preview", nil, nil)
	rita.wants(404, "POST", "regions/us-east-1/lists/0123456789abcdef0123456789abcdef/preview", nil, nil)
	root.wants(200, "POST", "regions/us-east-1/lists/"+*office.IpSetId+"/preview", nil, nil)

	root.wants(204, "PUT", "users/rita/policies", map[string]any{"policies": []string{"PicketFullAccessWithoutFindings"}}, nil)
	shown(rita, "lists", "office bad")
	rita.wants(403, "POST", "regions/us-east-1/lists/"+*office.IpSetId+"/preview", nil, nil) // it tells of findings
}
