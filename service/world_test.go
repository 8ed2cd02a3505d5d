package service_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/service"
	"picket/sqlstore"
	"picket/storetest"
)

const region = "us-east-1"

// world is a service on a store of its own, which runs every change again. Its clock moves by a second at every look.
type world struct {
	*service.Service
	t     testing.TB
	clock time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	if memory, err := os.MkdirTemp("/dev/shm", "picket"); err == nil { // no disk to wait for
		dir = memory
		t.Cleanup(func() { os.RemoveAll(memory) })
	}
	return newWorldIn(t, dir)
}

// onBoth does a test on either kind of store.
func onBoth(t *testing.T, f func(w *world)) {
	t.Run("SQLite", func(t *testing.T) { f(newWorld(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { f(newWorldIn(t, storetest.Postgres(t))) })
}

func newWorldIn(t testing.TB, where string) *world {
	t.Helper()
	store, err := sqlstore.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	master, err := access.CreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	w.Service = &service.Service{
		Store: again{store}, Master: master, Settings: service.Settings{Regions: []string{region, "eu-west-1"}},
		Now: func() time.Time { w.clock = w.clock.Add(time.Second); return w.clock },
	}
	return w
}

var errAgain = errors.New("again")

// again is a store that runs every change twice, as after a conflict: what the first run wrote is gone.
type again struct{ picket.Store }

func (a again) Update(ctx context.Context, f func(picket.Tx) error) error {
	err := a.Store.Update(ctx, func(tx picket.Tx) error { return errors.Join(f(tx), errAgain) })
	if !errors.Is(err, errAgain) {
		return err
	}
	return a.Store.Update(ctx, f)
}

// meanwhile is a store on which somebody does something else after every change.
type meanwhile struct {
	picket.Store
	do func()
}

func (m meanwhile) Update(ctx context.Context, f func(picket.Tx) error) error {
	err := m.Store.Update(ctx, f)
	m.do()
	return err
}

// as is a caller of an account.
func as(account string) picket.Caller {
	return picket.Caller{Account: account, Region: region, ARN: "arn:aws:iam::" + account + ":root"}
}

func in(c picket.Caller, region string) picket.Caller {
	c.Region = region
	return c
}

// account makes an account with this id.
func (w *world) account(id string) picket.Caller {
	w.t.Helper()
	_, err := w.CreateAccount(context.Background(), service.Account{ID: id, Name: "account " + id, Email: id + "@example.com"})
	w.ok(err)
	return as(id)
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an error that begins with one of GuardDuty's sentences.
func (w *world) refused(err error, sentence string) {
	w.t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), sentence) || picket.ErrorCode(err) == "" {
		w.t.Fatalf("got %v, want %q", err, sentence)
	}
}

// enable enables the service for an account.
func (w *world) enable(c picket.Caller) *string {
	w.t.Helper()
	out, err := w.CreateDetector(context.Background(), c, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
	w.ok(err)
	return out.DetectorId
}

// detector returns the id of an account's detector, or one that nobody has.
func (w *world) detector(c picket.Caller) *string {
	w.t.Helper()
	out, err := w.ListDetectors(context.Background(), c, &guardduty.ListDetectorsRequest{})
	w.ok(err)
	if len(out.DetectorIds) == 0 {
		return guardduty.Ptr("none")
	}
	return &out.DetectorIds[0]
}

// one is the only account that a call refused, or "".
func one(refused []guardduty.UnprocessedAccount, err error) error {
	if err != nil || len(refused) == 0 {
		return err
	}
	return &picket.Error{Code: picket.CodeBadRequest, Message: *refused[0].Result}
}

func (w *world) add(admin, member picket.Caller) error {
	out, err := w.CreateMembers(context.Background(), admin, &guardduty.CreateMembersRequest{
		DetectorId:     w.detector(admin),
		AccountDetails: guardduty.List[guardduty.AccountDetail]{{AccountId: &member.Account, Email: guardduty.Ptr(member.Account + "@example.com")}},
	})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) invite(admin, member picket.Caller) error {
	out, err := w.InviteMembers(context.Background(), admin, &guardduty.InviteMembersRequest{
		DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}, Message: guardduty.Ptr("Please accept."),
	})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) accept(member, admin picket.Caller) error {
	id := "none"
	for _, i := range w.invitations(member) {
		if *i.AccountId == admin.Account {
			id = *i.InvitationId
		}
	}
	_, err := w.AcceptAdministratorInvitation(context.Background(), member, &guardduty.AcceptAdministratorInvitationRequest{
		DetectorId: w.detector(member), AdministratorId: &admin.Account, InvitationId: &id,
	})
	return err
}

func (w *world) invitations(member picket.Caller) []guardduty.Invitation {
	w.t.Helper()
	out, err := w.ListInvitations(context.Background(), member, &guardduty.ListInvitationsRequest{})
	w.ok(err)
	return out.Invitations
}

func (w *world) decline(member, admin picket.Caller) error {
	out, err := w.DeclineInvitations(context.Background(), member, &guardduty.DeclineInvitationsRequest{AccountIds: guardduty.List[string]{admin.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) deleteInvitation(member, admin picket.Caller) error {
	out, err := w.DeleteInvitations(context.Background(), member, &guardduty.DeleteInvitationsRequest{AccountIds: guardduty.List[string]{admin.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) leave(member picket.Caller) error {
	_, err := w.DisassociateFromAdministratorAccount(context.Background(), member, &guardduty.DisassociateFromAdministratorAccountRequest{DetectorId: w.detector(member)})
	return err
}

func (w *world) remove(admin, member picket.Caller) error {
	out, err := w.DisassociateMembers(context.Background(), admin, &guardduty.DisassociateMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) forget(admin, member picket.Caller) error {
	out, err := w.DeleteMembers(context.Background(), admin, &guardduty.DeleteMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) stop(admin, member picket.Caller) error {
	out, err := w.StopMonitoringMembers(context.Background(), admin, &guardduty.StopMonitoringMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) start(admin, member picket.Caller) error {
	out, err := w.StartMonitoringMembers(context.Background(), admin, &guardduty.StartMonitoringMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
	if err != nil {
		return err
	}
	return one(out.UnprocessedAccounts, nil)
}

func (w *world) monitorSelf(c picket.Caller, enabled bool) error {
	_, err := w.UpdateDetector(context.Background(), c, &guardduty.UpdateDetectorRequest{DetectorId: w.detector(c), Enable: &enabled})
	return err
}

func (w *world) disable(c picket.Caller) error {
	_, err := w.DeleteDetector(context.Background(), c, &guardduty.DeleteDetectorRequest{DetectorId: w.detector(c)})
	return err
}

// member returns how an administrator lists an account: its status, or "" if it doesn't.
func (w *world) member(admin, member picket.Caller) string {
	w.t.Helper()
	out, err := w.GetMembers(context.Background(), admin, &guardduty.GetMembersRequest{DetectorId: w.detector(admin), AccountIds: guardduty.List[string]{member.Account}})
	if picket.ErrorCode(err) != "" {
		return "" // no detector, no members
	}
	w.ok(err)
	if len(out.Members) == 0 {
		return ""
	}
	return *out.Members[0].RelationshipStatus
}

// running is the status of an account's detector: ENABLED, DISABLED, or "" if the service is off.
func (w *world) running(c picket.Caller) string {
	w.t.Helper()
	out, err := w.GetDetector(context.Background(), c, &guardduty.GetDetectorRequest{DetectorId: w.detector(c)})
	if picket.ErrorCode(err) != "" {
		return ""
	}
	w.ok(err)
	return string(out.Status)
}

// administrator is the account that an account is a member of, "" if of none.
func (w *world) administrator(c picket.Caller) string {
	w.t.Helper()
	out, err := w.GetAdministratorAccount(context.Background(), c, &guardduty.GetAdministratorAccountRequest{DetectorId: w.detector(c)})
	if picket.ErrorCode(err) != "" || out.Administrator == nil {
		return ""
	}
	return *out.Administrator.AccountId
}

func accountNumber(n int) string { return fmt.Sprintf("%012d", 100_000_000_000+n) }
