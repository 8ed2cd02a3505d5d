package service

import (
	"context"
	"errors"
	"slices"

	"picket"
	"picket/guardduty"
)

// RuleHit is how often records of an account fitted a custom detection rule since they were counted last. A record that is read twice
// counts twice.
type RuleHit struct {
	Account, Region, Rule string
	Count                 int64
}

// DryRun is a custom detection rule that runs dry, and what fitted it since it does.
type DryRun struct {
	RuleID       string `json:"ruleId"`
	Organization bool   `json:"organization,omitempty"` // of members of the caller's organization; else of the caller itself
	Since        int64  `json:"since"`                  // milliseconds since the epoch
	ExpiresAt    int64  `json:"expiresAt"`              // likewise; nothing is counted after
	Matched      int64  `json:"matched"`                // records
	Accounts     int    `json:"accounts"`               // whose records they are
	Last         int64  `json:"last,omitempty"`         // milliseconds since the epoch, when one was read last
}

// dryRunKind is the kind of documents of a rule that runs dry and of whose records it fitted: one for each, because many members'
// records are read at a time.
const dryRunKind = belongings + "dry-run"

// dryCount is how many records of an account fitted a dry run.
type dryCount struct {
	Since   int64 `json:"since"` // the run's; counts of others are old
	Matched int64 `json:"matched"`
	Last    int64 `json:"last"`
}

// runOf is a dry run of which nothing is known yet.
func runOf(rule string, since int64, organization bool) DryRun {
	return DryRun{RuleID: rule, Organization: organization, Since: since, ExpiresAt: since + dryRun}
}

// dryRunsOf are the dry runs that go on for an account in a region, its own and its organization's, by who began them.
func dryRunsOf(tx picket.Tx, account, region string, now int64) (map[string][]DryRun, error) {
	runs := map[string][]DryRun{}
	add := func(of string, r DryRun) {
		if r.ExpiresAt > now {
			runs[of] = append(runs[of], r)
		}
	}
	own, err := listIn[association](tx, picket.Operator(account, region), associationKind)
	if err != nil {
		return nil, err
	}
	for _, a := range own {
		if a.Mode == guardduty.AssociationModeDryRun {
			add(account, runOf(a.RuleID, a.UpdatedAt, false))
		}
	}
	configs, administrator, err := organizationRules(tx, account, region)
	if err != nil {
		return nil, err
	}
	for _, r := range configs {
		if r.Mode == guardduty.AssociationModeDryRun && r.covers(account) {
			add(administrator, runOf(r.RuleID, r.UpdatedAt, true))
		}
	}
	return runs, nil
}

// AddRuleHits counts what fits dry runs that go on. Of other rules nothing is noted, nor where what is switched can't be read; a count
// that can't be read begins anew.
func (s *Service) AddRuleHits(tx picket.Tx, hits []RuleHit) error {
	known := map[picket.Caller]map[string][]DryRun{}
	for _, h := range hits {
		c := picket.Operator(h.Account, h.Region)
		if _, ok := known[c]; !ok {
			var err error
			if known[c], err = dryRunsOf(tx, h.Account, h.Region, s.now()); err != nil && !errors.Is(err, picket.ErrUnreadable) {
				return err
			}
		}
		for of, all := range known[c] {
			i := slices.IndexFunc(all, func(r DryRun) bool { return r.RuleID == h.Rule })
			if i < 0 {
				continue
			}
			k := picket.DocumentKey{Kind: dryRunKind, Account: of, Region: h.Region, ID: h.Rule + "/" + h.Account}
			n, err := get[dryCount](tx, k)
			if err != nil && picket.ErrorCode(err) != picket.CodeNotFound && !errors.Is(err, picket.ErrUnreadable) {
				return err
			}
			if n.Since != all[i].Since {
				n = dryCount{Since: all[i].Since}
			}
			n.Matched, n.Last = n.Matched+h.Count, s.now()
			if err := tx.Documents().Put(k, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// DryRuns tells what fitted the caller's dry runs, those that ended too: its own, and those for members of its organization.
func (s *Service) DryRuns(ctx context.Context, c picket.Caller) ([]DryRun, error) {
	return view(ctx, s, func(tx picket.Tx) ([]DryRun, error) {
		own, err := dryRunsOf(tx, c.Account, c.Region, 0)
		if err != nil {
			return nil, err
		}
		configs, err := listIn[ruleConfig](tx, c, ruleConfigKind)
		if err != nil {
			return nil, err
		}
		out := append([]DryRun{}, own[c.Account]...)
		for _, r := range configs {
			if r.Mode == guardduty.AssociationModeDryRun {
				out = append(out, runOf(r.RuleID, r.UpdatedAt, true))
			}
		}
		for i := range out {
			r := &out[i]
			err := eachUnder(tx, c, dryRunKind, r.RuleID, func(k picket.DocumentKey, n dryCount) error {
				if own := k.ID == r.RuleID+"/"+c.Account; own != r.Organization && n.Since == r.Since {
					r.Matched, r.Accounts, r.Last = r.Matched+n.Matched, r.Accounts+1, max(r.Last, n.Last)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}
