package sqlstore

import (
	"slices"
	"testing"

	"picket"
)

// TestRulesAreLeftToBeApplied holds that after an upgrade from before custom detection rules switched anything, whoever had switched some
// has it to be applied, once.
func TestRulesAreLeftToBeApplied(t *testing.T) {
	dir := t.TempDir()
	steps := releaseSteps(t)
	s, err := withSteps(t, dir, steps[:7])
	if err != nil {
		t.Fatal(err)
	}
	put := func(kind, account, region, id string) {
		t.Helper()
		if err := s.Update(t.Context(), func(tx picket.Tx) error {
			return tx.Documents().Put(picket.DocumentKey{Kind: kind, Account: account, Region: region, ID: id}, 7)
		}); err != nil {
			t.Fatal(err)
		}
	}
	const own, organizations = "custom-detection-rule-association", "detector/custom-detection-rule"
	put(own, "1", "eu-west-1", "a")
	put(own, "1", "eu-west-1", "b")
	put(own, "2", "eu-west-1", "a")
	put(organizations, "2", "eu-west-1", "a/LIVE")
	put(organizations, "2", "us-east-1", "a/LIVE")
	put("detector", "3", "us-east-1", "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = withSteps(t, dir, steps); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := s.View(t.Context(), func(tx picket.Tx) error {
		all, err := tx.Documents().All("detector/apply-custom-detection-rules", picket.DocumentKey{}, 100)
		for _, d := range all {
			got = append(got, d.Account+" "+d.Region+" "+d.ID+" "+string(d.Body))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	const rest = ` configuration {"call":"upgrade"}`
	if want := []string{"1 eu-west-1" + rest, "2 eu-west-1" + rest, "2 us-east-1" + rest}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
