package service

import (
	"context"
	"slices"

	"picket"
	"picket/guardduty"
)

// liveRules are the ids of the custom detection rules that raise findings of an account in a region: those that it has live itself, and
// those that its organization's administrator has live for it. Whoever is watched by its organization can't switch that off.
func liveRules(tx picket.Tx, account, region string) ([]string, error) {
	all, _, err := organizationRules(tx, account, region)
	if err != nil {
		return nil, err
	}
	return liveRulesUnder(tx, all, account, region)
}

// organizationRules are the configurations of an account's organization, if it is a member by that, and whose they are.
func organizationRules(tx picket.Tx, account, region string) (all []ruleConfig, administrator string, err error) {
	m, err := administratorOf(tx, account, region)
	if err != nil || m == nil || m.Mode != picket.Organization {
		return nil, "", err
	}
	all, err = listIn[ruleConfig](tx, picket.Operator(m.Administrator, region), ruleConfigKind)
	return all, m.Administrator, err
}

// liveRulesUnder are liveRules of a member under the configurations of its organization.
func liveRulesUnder(tx picket.Tx, all []ruleConfig, account, region string) (live []string, err error) {
	own, err := listIn[association](tx, picket.Operator(account, region), associationKind)
	if err != nil {
		return nil, err
	}
	for _, a := range own {
		if a.Mode == guardduty.AssociationModeLive {
			live = append(live, a.RuleID)
		}
	}
	for _, r := range all {
		if r.Mode == guardduty.AssociationModeLive && r.covers(account) {
			live = append(live, r.RuleID)
		}
	}
	slices.Sort(live)
	return slices.Compact(live), nil
}

// RulesTold are the rules that the log was told to raise findings of an account in a region; none without a detector.
func RulesTold(tx picket.Tx, account, region string) ([]string, error) {
	d, err := detectorOf(tx, account, region)
	return d.route(account, region).Rules, err
}

// covers reports whether a configuration is for a member.
func (r ruleConfig) covers(account string) bool {
	return (len(r.Include) == 0 || slices.Contains(r.Include, account)) && !slices.Contains(r.Exclude, account)
}

// switchRules has what raises findings of an account apply, where its detector does not know it yet.
func (s *Service) switchRules(tx picket.Tx, account, region string) error {
	live, err := liveRules(tx, account, region)
	if err != nil {
		return err
	}
	return s.switchRulesTo(tx, account, region, live)
}

func (s *Service) switchRulesTo(tx picket.Tx, account, region string, live []string) error {
	d, err := detectorOf(tx, account, region)
	if err != nil || d == nil || slices.Equal(d.Rules, live) {
		return err
	}
	d.Rules = live
	return s.storeDetector(tx, region, d)
}

// applyRulesKind is the kind of a document that stands while rules that were switched are being applied to an organization's members.
const applyRulesKind = belongings + "apply-custom-detection-rules"

// applyRules has the rules that are live apply to an account, and to the members of its organization if it administrates one. What a
// stop of the server interrupts, Sweep finishes; and an upgrade from a release in which they switched nothing leaves all of it to do.
func (s *Service) applyRules(ctx context.Context, c picket.Caller, mark applying) error {
	k := key(c, applyRulesKind, configID)
	still, err := update(ctx, s, func(tx picket.Tx) (bool, error) {
		still, err := stands(tx, k, mark)
		if err != nil || !still { // a call that was repeated changed nothing, and what a later one changed is applied by that
			return still, err
		}
		return true, s.switchRules(tx, c.Account, c.Region)
	})
	if err != nil || !still {
		return err
	}
	err = s.inBatches(ctx, c.Account, c.Region, func(tx picket.Tx, members []picket.Member) error {
		all, err := listIn[ruleConfig](tx, c, ruleConfigKind)
		if err != nil {
			return err
		}
		for _, m := range members {
			if !m.Status.Associated() || m.Mode != picket.Organization {
				continue
			}
			live, err := liveRulesUnder(tx, all, m.Account, c.Region)
			if err != nil {
				return err
			}
			if err := s.switchRulesTo(tx, m.Account, c.Region, live); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return finished(ctx, s, k, mark)
}

// thenApply has what a call changed of an organization's rules apply, unless that failed. The caller may go away, the change stays.
func (s *Service) thenApply(ctx context.Context, c picket.Caller, mark applying, failed error) error {
	if failed != nil {
		return failed
	}
	return s.applyRules(context.WithoutCancel(ctx), c, mark)
}
