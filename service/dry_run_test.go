package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// fit has records of an account fit a rule that raises nothing of it.
func (w *world) fit(c picket.Caller, rule string, n int64) {
	w.t.Helper()
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		return w.AddRuleHits(tx, []service.RuleHit{{Account: c.Account, Region: c.Region, Rule: rule, Count: n}})
	}))
}

// dryRuns tells of an account's dry runs.
func (w *world) dryRuns(c picket.Caller) string {
	w.t.Helper()
	all, err := w.DryRuns(context.Background(), c)
	w.ok(err)
	var texts []string
	for _, r := range all {
		text := fmt.Sprintf("%s: %d of %d", r.RuleID, r.Matched, r.Accounts)
		if r.Organization {
			text = "members' " + text
		}
		if r.ExpiresAt-r.Since != (14*24*time.Hour).Milliseconds() || (r.Last >= r.Since) != (r.Matched > 0) {
			w.t.Errorf("dry run %+v", r)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// TestDryRuns holds that what fits an account's dry runs is counted, from when each began to when it ends, and told to nobody
// else.
func TestDryRuns(t *testing.T) {
	w := newRuleWorld(t)
	c, other := w.account("111111111111"), w.account("222222222222")
	f := func(want string) {
		t.Helper()
		if got := w.dryRuns(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	w.fit(c, "a", 1)
	f("")
	id := w.associate(c, "a", dry)
	w.associate(c, "b", live)
	f("a: 0 of 0")
	w.fit(c, "a", 2)
	w.fit(c, "a", 3)
	w.fit(c, "b", 7)
	w.fit(c, "c", 7)
	w.fit(other, "a", 7)
	w.fit(in(c, "eu-west-1"), "a", 7)
	f("a: 5 of 1")
	set := func(mode guardduty.AssociationMode) {
		t.Helper()
		_, err := w.UpdateCustomDetectionRuleAssociation(context.Background(), c, &guardduty.UpdateCustomDetectionRuleAssociationRequest{RuleId: guardduty.Ptr("a"), AssociationId: id, Mode: mode})
		w.ok(err)
	}
	set(dry)
	f("a: 0 of 0")
	w.fit(c, "a", 4)
	f("a: 4 of 1")
	set(live)
	f("")
	set(dry)
	w.fit(c, "a", 1)
	w.clock = w.clock.Add(14 * 24 * time.Hour)
	w.fit(c, "a", 1)
	f("a: 1 of 1")
	if got := w.dryRuns(other) + w.dryRuns(in(c, "eu-west-1")); got != "" {
		t.Errorf("others are told %q", got)
	}
}

// TestDryRunsOfAnOrganization holds that an administrator is told how many records of its members fitted its dry runs, and that these are
// told of their own alone.
func TestDryRunsOfAnOrganization(t *testing.T) {
	w := newRuleWorld(t)
	_, admin, one := w.organization()
	w.ok(w.add(admin, one))
	guest := w.account("444455556666")
	w.enable(guest)
	w.join(admin, guest)
	w.ok(w.forMembers(admin, "a", dry, nil, nil))
	w.ok(w.forMembers(admin, "b", dry, nil, []string{one.Account}))
	w.ok(w.forMembers(admin, "c", live, nil, nil))
	w.associate(admin, "a", dry)
	w.associate(one, "b", dry)
	for _, rule := range []string{"a", "b", "c"} {
		w.fit(admin, rule, 1)
		w.fit(one, rule, 10)
		w.fit(guest, rule, 100)
	}
	for c, want := range map[picket.Caller]string{
		admin: "a: 1 of 1; members' a: 10 of 1; members' b: 0 of 0",
		one:   "b: 10 of 1",
		guest: "",
	} {
		if got := w.dryRuns(c); got != want {
			t.Errorf("%s is told %q, want %q", c.Account, got, want)
		}
	}
}

// TestUnreadableDryRuns holds that what can't be read of rules keeps no records from being read.
func TestUnreadableDryRuns(t *testing.T) {
	w := newRuleWorld(t)
	c := w.account("111111111111")
	w.associate(c, "a", dry)
	w.fit(c, "a", 2)
	w.put(picket.DocumentKey{Kind: "detector/dry-run", Account: c.Account, Region: c.Region, ID: "a/" + c.Account}, "a text")
	w.fit(c, "a", 3)
	if got, want := w.dryRuns(c), "a: 3 of 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w.put(picket.DocumentKey{Kind: "custom-detection-rule-association", Account: c.Account, Region: c.Region, ID: "x"}, "a text")
	w.fit(c, "a", 3)
}
