package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// What the accounts of TestBackfillAsLive log.
const (
	loggedCall  = `{"eventVersion":"1.11","eventID":"%[1]s-%[2]s-%[3]s","eventTime":"%[5]s","eventSource":"%[2]s.amazonaws.com","eventName":"%[6]s","awsRegion":"us-east-1","recipientAccountId":"%[1]s","sourceIPAddress":"%[3]s","userAgent":"aws-cli/2.17.0","eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDA%[4]s","arn":"arn:aws:iam::%[1]s:user/%[4]s","accountId":"%[1]s","accessKeyId":"AKIA%[4]s","userName":"%[4]s"}}`
	loggedQuery = `{"version":"1.100000","account_id":"%s","region":"%s","vpc_id":"vpc-1","query_timestamp":"%s","query_name":"www.unwanted.example.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[],"srcaddr":"10.0.1.10","srcport":"50872","transport":"UDP","srcids":{"instance":"i-0123456789abcdef0"}}`
)

// backfillWorld is a server with a folder of logs: the member listens abroad alone and has lists there, the administrator at home,
// without lists, and the stranger nowhere.
type backfillWorld struct {
	*server
	t *testing.T
}

func newBackfillWorld(t *testing.T, folder string) *backfillWorld {
	s, err := openServer(t.Context(), config{Data: t.TempDir(), Regions: []string{home, abroad}}, quiet())
	w := &backfillWorld{s, t}
	w.ok(err)
	t.Cleanup(func() { w.ok(s.close()) })
	for id, region := range map[string]string{administrator: home, member: abroad, stranger: ""} {
		_, err := s.service.CreateAccount(t.Context(), service.Account{ID: id, Name: id, Email: id + "@example.com"})
		w.ok(err)
		if region != "" {
			_, err := enable(t.Context(), s, picket.Operator(id, region))
			w.ok(err)
		}
	}
	s.service.FetchList = func(_ context.Context, p service.ListPlace, _, _ string) (service.ListFile, error) {
		return service.ListFile{Body: []byte(map[string]string{
			"bad": "198.51.100.7\n203.0.113.9\n", "good": "203.0.113.9\n", "names": "www.unwanted.example\n",
		}[p.Key])}, nil
	}
	w.lists(picket.Operator(member, abroad))
	_, err = s.service.AddSource(t.Context(), service.Source{ID: "logs", Location: folder})
	w.ok(err)
	return w
}

func (w *backfillWorld) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// lists activates a list of each kind that has an effect here.
func (w *backfillWorld) lists(c picket.Caller) {
	all, err := w.service.ListDetectors(w.t.Context(), c, &guardduty.ListDetectorsRequest{})
	w.ok(err)
	d, now, at := &all.DetectorIds[0], guardduty.Ptr(true), func(key string) *string { return guardduty.Ptr("s3://lists/" + key) }
	_, err = w.service.CreateThreatIntelSet(w.t.Context(), c, &guardduty.CreateThreatIntelSetRequest{
		DetectorId: d, Name: at("bad"), Format: guardduty.ThreatIntelSetFormatTxt, Location: at("bad"), Activate: now,
	})
	w.ok(err)
	_, err = w.service.CreateIPSet(w.t.Context(), c, &guardduty.CreateIPSetRequest{
		DetectorId: d, Name: at("good"), Format: guardduty.IpSetFormatTxt, Location: at("good"), Activate: now,
	})
	w.ok(err)
	_, err = w.service.CreateThreatEntitySet(w.t.Context(), c, &guardduty.CreateThreatEntitySetRequest{
		DetectorId: d, Name: at("names"), Format: guardduty.ThreatEntitySetFormatTxt, Location: at("names"), Activate: now,
	})
	w.ok(err)
	for range 3 {
		found, err := w.service.ReadList(w.t.Context())
		if w.ok(err); !found {
			w.t.Fatal("a list was not read")
		}
	}
}

// found are the findings of everybody, as text.
func (w *backfillWorld) found() (all []string) {
	w.ok(w.store.View(w.t.Context(), func(tx picket.Tx) error {
		for _, account := range []string{administrator, member, stranger} {
			for _, region := range []string{home, abroad} {
				page, err := tx.Findings().List(account, region, picket.FindingQuery{Limit: 100})
				if err != nil {
					return err
				}
				stored, err := tx.Findings().Get(account, region, page.IDs)
				if err != nil {
					return err
				}
				for _, f := range stored {
					all = append(all, fmt.Sprintf("%s %s %s %s %d", account, region, *f.Type, f.Key, *f.Service.Count))
				}
			}
		}
		return nil
	}))
	slices.Sort(all)
	return all
}

// follow has the server read what is in the folder, until it knows of so many records.
func (w *backfillWorld) follow(records int64) {
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	ended := make(chan error, 1)
	term, err := w.beginTerm(ctx)
	w.ok(err)
	go func() { ended <- w.detect(ctx, term) }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for n := int64(0); n < records && ctx.Err() == nil; <-look.C {
		n = 0
		for _, account := range []string{administrator, member} {
			for _, region := range []string{home, abroad} {
				all, err := w.service.Intake(ctx, picket.Operator(account, region))
				w.ok(err)
				for _, in := range all {
					n += in.Records
					for _, skipped := range in.Skipped {
						n += skipped
					}
				}
			}
		}
	}
	w.ok(ctx.Err())
	cancel()
	w.ok(<-ended)
}

// TestBackfillAsLive holds that a backfill judges records by the lists of their accounts, and in the regions, as a server does
// that reads them as they come.
func TestBackfillAsLive(t *testing.T) {
	var lines []string
	now := time.Now().UTC().Format(time.RFC3339)
	for i, account := range []string{administrator, member, stranger} {
		for j, ip := range []string{"198.51.100.7", "203.0.113.9"} {
			who := fmt.Sprint("dana", i, j)
			lines = append(lines, fmt.Sprintf(loggedCall, account, "iam", ip, who, now, "ListUsers"), fmt.Sprintf(loggedCall, account, "ec2", ip, who, now, "DescribeInstances"))
		}
		lines = append(lines, fmt.Sprintf(loggedQuery, account, abroad, now))
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "logs.jsonl"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	backfilled, live := newBackfillWorld(t, folder), newBackfillWorld(t, folder)
	said, err := backfilled.service.BackfillFrom(t.Context(), service.Backfill{ID: "logs", Since: time.Now().AddDate(0, 0, -1)})
	backfilled.ok(err)
	const analysed = 4 + 3 // the administrator's calls; the member's calls of IAM, and its query
	if want := (service.Backfilled{Objects: 1, Records: analysed, Skipped: int64(len(lines)) - analysed, Findings: said.Findings}); !cmp.Equal(said, want) {
		t.Errorf("backfill says %+v, want %+v", said, want)
	}
	live.follow(10)
	got := backfilled.found()
	if diff := cmp.Diff(live.found(), got); diff != "" {
		t.Errorf("-live +backfilled\n%s", diff)
	}
	for i, want := range []string{"Impact:EC2/MaliciousDomainRequest.Custom", "Recon:IAMUser/MaliciousIPCaller.Custom"} {
		if len(got) != 2 || !strings.HasPrefix(got[i], member+" "+abroad+" "+want) {
			t.Fatalf("found %q", got)
		}
	}
}

// TestBackfillOfWhatIsKnown: what the server read already is no new occurrence: what people archived stays so, and nobody is told.
func TestBackfillOfWhatIsKnown(t *testing.T) {
	folder, now := t.TempDir(), time.Now().UTC().Format(time.RFC3339)
	write := func(name string, lines ...string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	call := func(name string) string {
		return fmt.Sprintf(loggedCall, member, "iam", "198.51.100.7", "dana", now, name)
	}
	query := fmt.Sprintf(loggedQuery, member, abroad, now)
	write("logs.jsonl", call("ListUsers"), query)
	w := newBackfillWorld(t, folder)
	w.follow(2)
	stored := func() (all []picket.StoredFinding) {
		w.ok(w.store.View(t.Context(), func(tx picket.Tx) error {
			page, err := tx.Findings().List(member, abroad, picket.FindingQuery{Limit: 100})
			if err != nil {
				return err
			}
			all, err = tx.Findings().Get(member, abroad, page.IDs)
			return err
		}))
		slices.SortFunc(all, func(a, b picket.StoredFinding) int { return strings.Compare(*a.Id, *b.Id) })
		return all
	}
	c := picket.Operator(member, abroad)
	detectors, err := w.service.ListDetectors(t.Context(), c, &guardduty.ListDetectorsRequest{})
	w.ok(err)
	var ids []string
	for _, f := range stored() {
		ids = append(ids, *f.Id)
	}
	_, err = w.service.ArchiveFindings(t.Context(), c, &guardduty.ArchiveFindingsRequest{DetectorId: &detectors.DetectorIds[0], FindingIds: ids})
	w.ok(err)
	before := stored()
	backfill := func() {
		t.Helper()
		said, err := w.service.BackfillFrom(t.Context(), service.Backfill{ID: "logs", Since: time.Now().AddDate(0, 0, -1)})
		w.ok(err)
		if len(before) != 2 || said.Findings != 2 {
			t.Fatalf("%d findings, the backfill says %+v", len(before), said)
		}
	}
	backfill()
	if diff := cmp.Diff(before, stored()); diff != "" {
		t.Errorf("-before the backfill +after\n%s", diff)
	}
	write("more.jsonl", strings.Replace(call("ListRoles"), `"eventID":"`, `"eventID":"another-`, 1))
	backfill()
	for _, f := range stored() {
		if is := strings.HasPrefix(*f.Type, "Recon:"); f.Owner.Archived == is {
			t.Errorf("%s: archived %v after a backfill with another call", *f.Type, f.Owner.Archived)
		}
	}
}
