package service_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// many is more members than a transaction changes.
const many = 120

// stopped does something that the server's end interrupts after some transactions.
func (w *world) stopped(after int, do func() error) {
	w.t.Helper()
	whole := w.Store
	w.Store = &breaking{whole, after}
	if err := do(); !errors.Is(err, errBroken) {
		w.t.Fatalf("got %v, want it interrupted", err)
	}
	w.Store = whole
}

// toldOf is how often an account's audit log says something.
func (w *world) toldOf(account, what string) (n int) {
	w.t.Helper()
	records, err := w.Audit(context.Background(), account, 0, 10_000)
	w.ok(err)
	for _, r := range records {
		n += strings.Count(string(r.Event), `"`+what+`"`)
	}
	return n
}

// noted wants each of the first members to have a reason once in its history, and to be told once, as its administrator is.
func (w *world) noted(admin picket.Caller, members int, reason string) {
	w.t.Helper()
	for i := range members {
		m, err := w.Member(context.Background(), admin, accountNumber(i))
		w.ok(err)
		n := 0
		for _, c := range m.History {
			if c.Reason == reason {
				n++
			}
		}
		if told := w.toldOf(m.Account, reason); n != 1 || told != 1 {
			w.t.Fatalf("member %d: %q stands %d times in its history, and it is told %d times", i, reason, n, told)
		}
	}
	if n := w.toldOf(admin.Account, reason); n != members {
		w.t.Errorf("the administrator is told %q %d times, want %d", reason, n, members)
	}
}

// managed makes an organization whose administrator has many members by it.
func (w *world) managed() (management, admin picket.Caller) {
	w.t.Helper()
	management, admin, _ = w.organization()
	for i := range many {
		c := w.account(accountNumber(i))
		w.ok(w.JoinOrganization(context.Background(), management.Account, c.Account))
		w.ok(w.add(admin, c))
	}
	return management, admin
}

func (w *world) dismiss(management, admin picket.Caller) error {
	_, err := w.DisableOrganizationAdminAccount(context.Background(), management, &guardduty.DisableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account})
	return err
}

// An administrator that is dismissed has no say in its members and sees nothing new of them, also while they are being removed.
func TestDismissalThatIsInterrupted(t *testing.T) { onBoth(t, interruptedDismissal) }

func interruptedDismissal(w *world) {
	t, ctx := w.t, context.Background()
	management, admin := w.managed()
	first, last := as(accountNumber(0)), as(accountNumber(many-1))
	w.records(last, hit(last.Account, ssh, "old", 100))
	w.stopped(2, func() error { return w.dismiss(management, admin) })
	if got := w.member(admin, first) + " " + w.member(admin, last); got != "Removed Enabled" {
		t.Fatalf("the first and the last member are %s", got)
	}

	const sentence = "The request is rejected because the given account ID is not an associated member"
	w.refused(w.stop(admin, last), sentence)
	if got := w.administrator(last); got != "" {
		t.Errorf("the last member has administrator %s", got)
	}
	w.records(last, hit(last.Account, ssh, "old", 200), hit(last.Account, ssh, "new", 200))
	found := w.sees(admin, `{}`)
	if got := titles(found); got != "old" || *found["title old"].Service.Count != 1 {
		t.Errorf("the administrator sees %s", got)
	}
	if role, err := w.OrganizationRole(ctx, last); err != nil || role.Administrator != "" || role.Managed {
		t.Errorf("the role of the last member: %+v, %v", role, err)
	}
	usage, err := w.GetUsageStatistics(ctx, admin, &guardduty.GetUsageStatisticsRequest{
		DetectorId: w.detector(admin), UsageStatisticType: guardduty.UsageStatisticTypeSumByAccount, UsageCriteria: &guardduty.UsageCriteria{},
	})
	w.ok(err)
	for _, a := range usage.UsageStatistics.SumByAccount {
		if *a.AccountId == last.Account {
			t.Error("the administrator sees the usage of the last member")
		}
	}
	_, err = w.EnableOrganizationAdminAccount(ctx, management, &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account})
	w.refused(err, "The request is rejected because an invalid or out-of-range value")

	w.ok(w.Sweep(ctx))
	if got := w.member(admin, last); got != "Removed" {
		t.Errorf("the last member is %s", got)
	}
	w.noted(admin, many, "the organization dismissed the administrator")
	m, err := w.Member(ctx, admin, last.Account)
	w.ok(err)
	if by := m.History[len(m.History)-1].By; by != management.ARN {
		t.Errorf("it was dismissed by %s", by)
	}
	w.appoint(management, admin)
	w.ok(w.add(admin, last))
	w.ok(w.Sweep(ctx))
	if got := w.member(admin, last); got != "Enabled" {
		t.Errorf("of the same administrator, appointed again, the last member is %s", got)
	}
}

// Who dismisses and hears that it failed may call again.
func TestDismissalIsCalledAgain(t *testing.T) {
	w := newWorld(t)
	management, admin := w.managed()
	w.stopped(2, func() error { return w.dismiss(management, admin) })
	w.ok(w.dismiss(management, admin))
	w.noted(admin, many, "the organization dismissed the administrator")
	w.refused(w.dismiss(management, admin), "The request is rejected because an invalid or out-of-range value")
}

// invited makes an administrator that has many members by invitation.
func (w *world) invited() (admin picket.Caller) {
	w.t.Helper()
	admin = w.account("999988887777")
	w.enable(admin)
	for i := range many {
		c := w.account(accountNumber(i))
		w.enable(c)
		w.join(admin, c)
	}
	return admin
}

func TestTakeOverThatIsInterrupted(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, management := w.invited(), w.account("111122223333")
	w.ok(w.CreateOrganization(ctx, management.Account))
	w.ok(w.JoinOrganization(ctx, management.Account, admin.Account))
	for i := range many {
		w.ok(w.JoinOrganization(ctx, management.Account, accountNumber(i)))
	}
	w.stopped(2, func() error {
		_, err := w.EnableOrganizationAdminAccount(ctx, management, &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &admin.Account})
		return err
	})
	last := as(accountNumber(many - 1))
	w.ok(w.monitorSelf(last, false)) // nobody took it over yet
	w.ok(w.monitorSelf(last, true))
	w.ok(w.Sweep(ctx))
	w.noted(admin, many, "managed by the organization from now on")
	w.refused(w.leave(last), "The request is rejected because the current account is managed by its organization's administrator.")
}

// A detector with many members that are gone is deleted, at the second call if the first was interrupted.
func TestDeletionThatIsInterrupted(t *testing.T) {
	w := newWorld(t)
	admin := w.account("999988887777")
	w.enable(admin)
	for i := range many {
		w.ok(w.add(admin, w.account(accountNumber(i))))
	}
	w.stopped(1, func() error { return w.disable(admin) })
	if got := w.member(admin, as(accountNumber(0))) + w.member(admin, as(accountNumber(many-1))); got != "Created" {
		t.Fatalf("the first and the last member are %q", got)
	}
	w.ok(w.disable(admin))
	if n := w.toldOf(admin.Account, "deleted by the administrator"); n != many {
		t.Errorf("the administrator is told of %d deletions, want %d", n, many)
	}
	w.enable(admin)
	if got := w.member(admin, as(accountNumber(many-1))); got != "" {
		t.Errorf("the last member is %s", got)
	}
}

// A member whose account is closed, or its administrator's, goes dark noticed, and comes back so.
func TestClosingIsTold(t *testing.T) { onBoth(t, toldOfClosing) }

func toldOfClosing(w *world) {
	ctx := context.Background()
	admin := w.invited()
	first := as(accountNumber(0))
	w.ok(w.CloseAccount(ctx, first.Account))
	w.ok(w.CloseAccount(ctx, first.Account))
	w.noted(admin, 1, "the member's account was closed by the server's operator")
	w.ok(w.ReopenAccount(ctx, first.Account))
	w.ok(w.ReopenAccount(ctx, first.Account))
	w.noted(admin, 1, "the member's account was reopened by the server's operator")
	if got := w.member(admin, first); got != "Enabled" {
		w.t.Errorf("the member is %s", got)
	}

	w.stopped(3, func() error { return w.CloseAccount(ctx, admin.Account) })
	w.ok(w.Sweep(ctx))
	w.noted(admin, many, "the administrator's account was closed by the server's operator")
	w.stopped(3, func() error { return w.ReopenAccount(ctx, admin.Account) })
	w.ok(w.Sweep(ctx))
	w.noted(admin, many, "the administrator's account was reopened by the server's operator")
	w.ok(w.Sweep(ctx))
	w.noted(admin, many, "the administrator's account was reopened by the server's operator")
}

// An account that is being deleted can't be reopened: it has lost some of what it had.
func TestForgettingThatIsInterrupted(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin := w.invited()
	w.ok(w.CloseAccount(ctx, admin.Account))
	w.clock = w.clock.Add(service.ClosedLife + time.Minute)
	whole := w.Store
	w.Store = meanwhile{whole, func() {
		if w.administrator(as(accountNumber(0))) == "" {
			w.Store = &breaking{whole, 0}
		}
	}}
	if err := w.Sweep(ctx); !errors.Is(err, errBroken) {
		t.Fatalf("got %v, want it interrupted", err)
	}
	w.Store = whole
	if got := w.administrator(as(accountNumber(0))) + w.administrator(as(accountNumber(many-1))); got != admin.Account {
		t.Fatalf("the first and the last member have administrators %q", got)
	}
	if err := w.ReopenAccount(ctx, admin.Account); err == nil || !strings.Contains(err.Error(), "is being deleted") {
		t.Errorf("reopened: %v", err)
	}
	w.ok(w.Sweep(ctx))
	if err := w.KnownAccount(ctx, admin.Account); picket.ErrorCode(err) != picket.CodeNotFound {
		t.Errorf("the account: %v", err)
	}
	for i := range many {
		if n := w.toldOf(accountNumber(i), "removed by the administrator"); n != 1 {
			t.Fatalf("member %d is told %d times", i, n)
		}
	}
}
