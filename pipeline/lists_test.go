package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/intel"
	"picket/service"
	"picket/sqlstore"
)

// An administrator and its member, in one partition of the log, whose lists are each their own.
const (
	administrator = "111122223333"
	member        = "444455550075"
)

// listWorld is two accounts whose logs come in while they change their lists.
type listWorld struct {
	*world
	files map[string]string // what is at the locations of lists, by key
	calls int
}

func newListWorld(t *testing.T) *listWorld {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), memory(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	master, err := access.CreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &listWorld{world: &world{t: t, logs: t.TempDir(), tables: &intel.Tables{}}, files: map[string]string{}}
	w.service = &service.Service{
		Store: store, Master: master, Now: w.now,
		FetchList: func(_ context.Context, p service.ListPlace, _, _ string) (service.ListFile, error) {
			return service.ListFile{Body: []byte(w.files[p.Key])}, nil
		},
	}
	none := map[key]picket.Finding{{account: administrator, region: "us-east-1"}: {}, {account: member, region: "us-east-1"}: {}}
	w.enable(none)
	w.join()
	return w
}

func (w *listWorld) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func caller(account string) picket.Caller {
	return picket.Caller{Account: account, Region: "us-east-1", ARN: "arn:aws:iam::" + account + ":root"}
}

func (w *listWorld) detector(account string) *string {
	out, err := w.service.ListDetectors(w.t.Context(), caller(account), &guardduty.ListDetectorsRequest{})
	w.ok(err)
	return &out.DetectorIds[0]
}

// join makes the member one.
func (w *listWorld) join() {
	ctx, ids := w.t.Context(), guardduty.List[string]{member}
	_, err := w.service.CreateMembers(ctx, caller(administrator), &guardduty.CreateMembersRequest{
		DetectorId: w.detector(administrator), AccountDetails: guardduty.List[guardduty.AccountDetail]{{AccountId: guardduty.Ptr(member), Email: guardduty.Ptr("m@example.com")}},
	})
	w.ok(err)
	_, err = w.service.InviteMembers(ctx, caller(administrator), &guardduty.InviteMembersRequest{DetectorId: w.detector(administrator), AccountIds: ids})
	w.ok(err)
	got, err := w.service.ListInvitations(ctx, caller(member), &guardduty.ListInvitationsRequest{})
	w.ok(err)
	_, err = w.service.AcceptAdministratorInvitation(ctx, caller(member), &guardduty.AcceptAdministratorInvitationRequest{
		DetectorId: w.detector(member), AdministratorId: guardduty.Ptr(administrator), InvitationId: got.Invitations[0].InvitationId,
	})
	w.ok(err)
}

// threat and trust activate a list of one address for an account.
func (w *listWorld) threat(account, ip string) {
	w.files[ip] = ip + "\n"
	_, err := w.service.CreateThreatIntelSet(w.t.Context(), caller(account), &guardduty.CreateThreatIntelSetRequest{
		DetectorId: w.detector(account), Name: &ip, Format: guardduty.ThreatIntelSetFormatTxt, Location: guardduty.Ptr("s3://lists/" + ip), Activate: guardduty.Ptr(true),
	})
	w.ok(err)
	w.read()
}

func (w *listWorld) trust(account, ip string) (id *string) {
	w.files[ip] = ip + "\n"
	out, err := w.service.CreateIPSet(w.t.Context(), caller(account), &guardduty.CreateIPSetRequest{
		DetectorId: w.detector(account), Name: &ip, Format: guardduty.IpSetFormatTxt, Location: guardduty.Ptr("s3://lists/" + ip), Activate: guardduty.Ptr(true),
	})
	w.ok(err)
	w.read()
	return out.IpSetId
}

func (w *listWorld) read() {
	if found, err := w.service.ReadList(w.t.Context()); err != nil || !found {
		w.t.Fatalf("no list was read: %v", err)
	}
}

// call has someone call from an address in both accounts, and waits until the logs are read.
func (w *listWorld) call(ip string) {
	w.t.Helper()
	var lines strings.Builder
	for _, account := range []string{administrator, member} {
		w.calls++
		lines.WriteString(w.line(account, ip) + "\n")
	}
	w.ok(os.WriteFile(filepath.Join(w.logs, fmt.Sprintf("%d.jsonl", w.calls)), []byte(lines.String()), 0o600))
	w.run(w.t.Context(), func() bool { return w.taken() == int64(w.calls) })
}

// line is a call of a person of its own.
func (w *listWorld) line(account, ip string) string { return w.lineAt(time.Now(), account, ip) }

func (w *listWorld) lineAt(at time.Time, account, ip string) string {
	return fmt.Sprintf(`{"eventVersion":"1.11","eventID":"%d","eventTime":"%s","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","recipientAccountId":"%s","sourceIPAddress":"%s","userAgent":"aws-cli/2.17.0","eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDA%[5]s","arn":"arn:aws:iam::%[3]s:user/%[5]s","accountId":"%[3]s","accessKeyId":"AKIA%[5]s","userName":"%[5]s"}}`,
		w.calls, at.UTC().Format(time.RFC3339), account, ip, fmt.Sprint("dana", w.calls))
}

// taken is how many records were read.
func (w *listWorld) taken() (n int64) {
	for _, account := range []string{administrator, member} {
		all, err := w.service.Intake(w.t.Context(), caller(account))
		w.ok(err)
		for _, in := range all {
			n += in.Records
		}
	}
	return n
}

// found is who called in an account, of the findings that lists raise there.
func (w *listWorld) found(account string) string {
	w.t.Helper()
	var all []string
	w.ok(w.service.Store.View(w.t.Context(), func(tx picket.Tx) error {
		page, err := tx.Findings().List(account, "us-east-1", picket.FindingQuery{Limit: 100})
		if err != nil {
			return err
		}
		stored, err := tx.Findings().Get(account, "us-east-1", page.IDs)
		for _, f := range stored {
			if *f.AccountId == account && *f.Type == "Recon:IAMUser/MaliciousIPCaller.Custom" {
				all = append(all, *f.Service.Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4)
			}
		}
		return err
	}))
	slices.Sort(all)
	return strings.Join(all, " ")
}

func (w *listWorld) want(inAdministrator, inMember string) {
	w.t.Helper()
	for account, want := range map[string]string{administrator: inAdministrator, member: inMember} {
		if got := w.found(account); got != want {
			w.t.Errorf("account %s has findings about %q, want %q", account, got, want)
		}
	}
}

// hits wants what is counted of the lists of an account.
func (w *listWorld) hits(account string, want ...string) {
	w.t.Helper()
	all, err := w.service.Lists(w.t.Context(), service.ListOf{Account: account, Region: "us-east-1"})
	w.ok(err)
	got := []string{}
	for _, l := range all {
		for entry, n := range l.HitsOf {
			got = append(got, fmt.Sprintf("%s %s: %d of %s", l.Kind, l.Name, n, entry))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.t.Errorf("the lists of %s have hits\n%q, want\n%q", account, got, want)
	}
}

// forgetState has the log be read again from its beginning.
func (w *listWorld) forgetState() {
	w.ok(w.service.Store.Update(w.t.Context(), func(tx picket.Tx) error {
		for _, account := range []string{administrator, member} {
			part := picket.PartitionOf(account)
			p, _, err := tx.Log().Own(part)
			if err != nil {
				return err
			}
			if err := tx.Log().KeepState(part, p.Epoch, 0, nil, 0); err != nil {
				return err
			}
		}
		return nil
	}))
}

// A list of the member changes nothing in the administrator, nor the other way round, with logs as they come. Every call is
// read by a pipeline of its own: what is in force outlives it.
func TestListsAreTheirAccountsAlone(t *testing.T) {
	w := newListWorld(t)
	w.call("198.51.100.7")
	w.want("", "")
	w.threat(member, "198.51.100.7")
	w.call("198.51.100.7")
	w.want("", "198.51.100.7")
	w.threat(administrator, "203.0.113.8")
	w.call("203.0.113.8")
	w.want("203.0.113.8", "198.51.100.7")

	w.threat(member, "203.0.113.9")
	w.threat(administrator, "203.0.113.9")
	id := w.trust(administrator, "203.0.113.9")
	w.call("203.0.113.9")
	w.want("203.0.113.8", "198.51.100.7 203.0.113.9")
	w.trust(member, "203.0.113.8")
	w.call("203.0.113.8")
	w.want("203.0.113.8 203.0.113.8", "198.51.100.7 203.0.113.9")

	_, err := w.service.DeleteIPSet(t.Context(), caller(administrator), &guardduty.DeleteIPSetRequest{DetectorId: w.detector(administrator), IpSetId: id})
	w.ok(err)
	w.ok(w.service.Sweep(t.Context()))
	w.forgetState()
	w.call("203.0.113.9")
	w.want("203.0.113.8 203.0.113.8 203.0.113.9", "198.51.100.7 203.0.113.9 203.0.113.9")
	w.hits(administrator, "threat list 203.0.113.8: 2 of 203.0.113.8", "threat list 203.0.113.9: 1 of 203.0.113.9")
	w.hits(member, "threat list 198.51.100.7: 1 of 198.51.100.7", "threat list 203.0.113.9: 2 of 203.0.113.9", "trusted IP list 203.0.113.8: 1 of 203.0.113.8")
	w.call("192.0.2.200")
	w.want("203.0.113.8 203.0.113.8 203.0.113.9", "198.51.100.7 203.0.113.9 203.0.113.9")
}
