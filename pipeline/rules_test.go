package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/rules"
)

// keyMade is a custom detection rule, and the type of its findings.
const (
	keyMade     = "iam-access-key-created"
	keyMadeType = "Persistence:IAM/AccountManipulation"
)

// make has somebody make an access key in both accounts, and waits until the logs are read.
func (w *listWorld) make() {
	w.t.Helper()
	var lines strings.Builder
	for _, account := range []string{administrator, member} {
		w.calls++
		lines.WriteString(strings.Replace(w.line(account, "198.51.100.7"), "ListUsers", "CreateAccessKey", 1) + "\n")
	}
	w.ok(os.WriteFile(filepath.Join(w.logs, fmt.Sprintf("%d.jsonl", w.calls)), []byte(lines.String()), 0o600))
	w.run(w.t.Context(), func() bool { return w.taken() == int64(w.calls) })
}

// made is who made a key in the member's account, of the findings there.
func (w *listWorld) made() string {
	w.t.Helper()
	var all []string
	w.ok(w.service.Store.View(w.t.Context(), func(tx picket.Tx) error {
		page, err := tx.Findings().List(member, "us-east-1", picket.FindingQuery{Limit: 100})
		if err != nil {
			return err
		}
		stored, err := tx.Findings().Get(member, "us-east-1", page.IDs)
		for _, f := range stored {
			if *f.Type == keyMadeType {
				all = append(all, *f.Resource.AccessKeyDetails.UserName)
			}
		}
		return err
	}))
	slices.Sort(all)
	return strings.Join(all, " ")
}

// TestCustomRules holds that a custom detection rule raises findings where it is live, and only for the records read from then on; and
// that who reads the log again finds what was found.
func TestCustomRules(t *testing.T) {
	w := newListWorld(t)
	w.service.CustomRules = rules.CustomDetectionRules()
	f := func(want string) {
		t.Helper()
		w.make()
		if got := w.made(); got != want {
			t.Errorf("%q made keys, want %q", got, want)
		}
	}
	set := func(id *string, mode guardduty.AssociationMode) {
		t.Helper()
		_, err := w.service.UpdateCustomDetectionRuleAssociation(t.Context(), caller(member), &guardduty.UpdateCustomDetectionRuleAssociationRequest{
			RuleId: guardduty.Ptr(keyMade), AssociationId: id, Mode: mode,
		})
		w.ok(err)
	}
	w.associate(caller(member), "ami-external-access", guardduty.AssociationModeLive)
	w.associate(caller(administrator), keyMade, guardduty.AssociationModeLive)
	f("")
	dry := func(want int64) {
		t.Helper()
		all, err := w.service.DryRuns(t.Context(), caller(member))
		w.ok(err)
		if len(all) != 1 || all[0].Matched != want {
			t.Errorf("dry runs %+v, want one with %d matches", all, want)
		}
	}
	id := w.associate(caller(member), keyMade, guardduty.AssociationModeDryRun)
	f("")
	f("")
	dry(2)
	w.forgetState()
	f("")
	dry(3) // what was read again counts once
	set(id, guardduty.AssociationModeLive)
	f("dana10")
	w.forgetState()
	f("dana10 dana12")
	set(id, guardduty.AssociationModeDryRun)
	f("dana10 dana12")
	dry(1)
	_, err := w.service.DeleteCustomDetectionRuleAssociation(t.Context(), caller(member), &guardduty.DeleteCustomDetectionRuleAssociationRequest{
		RuleId: guardduty.Ptr(keyMade), AssociationId: id,
	})
	w.ok(err)
	f("dana10 dana12")
	w.forgetState()
	w.associate(caller(member), keyMade, guardduty.AssociationModeLive)
	f("dana10 dana12 dana18") // of the log that was read again, nothing else
}

// TestCustomRulesOfWhatWaits holds that after an upgrade from a release whose states know no rules, those that are live raise findings of
// what waits in the log already.
func TestCustomRulesOfWhatWaits(t *testing.T) {
	w := newListWorld(t)
	w.service.CustomRules = rules.CustomDetectionRules()
	w.associate(caller(member), keyMade, guardduty.AssociationModeLive)
	w.make()
	w.ok(w.service.Store.Update(t.Context(), func(tx picket.Tx) error {
		part := picket.PartitionOf(member)
		p, state, err := tx.Log().Own(part)
		if err != nil {
			return err
		}
		old := regexp.MustCompile(`,"rules":\[[^]]*\]`).ReplaceAll(state, nil)
		if len(old) == len(state) {
			t.Error("the state knows no rules")
		}
		return tx.Log().KeepState(part, p.Epoch, p.State, old, 0)
	}))
	w.make()
	if got, want := w.made(), "dana2 dana4"; got != want {
		t.Errorf("%q made keys, want %q", got, want)
	}
}
