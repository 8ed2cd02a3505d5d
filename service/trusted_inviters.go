package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"picket"
)

const maxTrustedInviters = 50

// TrustInviters names the accounts whose invitations an account accepts by itself, from those that wait on.
func (s *Service) TrustInviters(ctx context.Context, id string, inviters []string) error {
	if len(inviters) > maxTrustedInviters {
		return invalid("%d accounts are too many to trust: the most are %d.", len(inviters), maxTrustedInviters)
	}
	for i, inviter := range inviters {
		if slices.Contains(inviters[:i], inviter) {
			return invalid("Account %s is named twice.", inviter)
		}
		if !accountID.MatchString(inviter) {
			return invalid("Account id %q is not 12 digits.", inviter)
		}
		if inviter == id {
			return invalid("Account %s can't be invited by itself.", id)
		}
	}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		a, err := existing(tx, id)
		if err != nil {
			return err
		}
		a.Trusted = inviters
		if err := a.put(tx); err != nil {
			return err
		}
		return s.acceptTrustedEverywhere(tx, id)
	})
}

// TrustedInviters are the accounts that TrustInviters named.
func (s *Service) TrustedInviters(ctx context.Context, id string) ([]string, error) {
	return view(ctx, s, func(tx picket.Tx) ([]string, error) {
		a, err := accountOf(tx, id)
		if err != nil || a == nil {
			return nil, err
		}
		return a.Trusted, nil
	})
}

// acceptTrustedEverywhere is acceptTrusted in all regions.
func (s *Service) acceptTrustedEverywhere(tx picket.Tx, account string) error {
	for _, region := range s.Regions() {
		if err := s.acceptTrusted(tx, picket.Caller{Account: account, Region: region}); err != nil {
			return err
		}
	}
	return nil
}

// acceptTrusted accepts the oldest pending invitation of an inviter that the account trusts, if it is open, its service is on, and it
// may accept one.
func (s *Service) acceptTrusted(tx picket.Tx, c picket.Caller) error {
	a, err := accountOf(tx, c.Account)
	if err != nil || a == nil || a.ClosedAt != 0 || len(a.Trusted) == 0 {
		return err
	}
	d, err := detectorOf(tx, c.Account, c.Region)
	if err != nil || d == nil {
		return err
	}
	inviters, err := tx.Members().Inviters(c.Account, c.Region)
	if err != nil {
		return err
	}
	c.ARN = "arn:aws:iam::" + c.Account + ":picket/trusted-inviters"
	for _, m := range inviters {
		if m.Status != picket.Invited || !slices.Contains(a.Trusted, m.Administrator) {
			continue
		}
		if err := s.acceptFrom(tx, c, d, m.Administrator, m.Invitation.ID); picket.ErrorCode(err) == "" {
			return err
		}
	}
	return nil
}

// acceptLate accepts invitations of trusted inviters that could not be when they came: the account was a member of another then, or
// had members, or one of the two was closed.
func (s *Service) acceptLate(ctx context.Context) error {
	accounts, err := readable[Account](ctx, s, accountKind)
	trusting := map[string][]string{} // by inviter
	for _, a := range accounts {
		for _, inviter := range a.Trusted {
			trusting[inviter] = append(trusting[inviter], a.ID)
		}
	}
	for inviter, accounts := range trusting {
		for _, region := range s.Regions() {
			if one := s.acceptLateFrom(ctx, picket.Caller{Account: inviter, Region: region}, accounts); one != nil {
				err = errors.Join(err, fmt.Errorf("accept invitations of %s: %w", inviter, one))
			}
		}
	}
	return err
}

// acceptLateFrom does acceptTrusted for those of the accounts, which are given by id, that an inviter waits for.
func (s *Service) acceptLateFrom(ctx context.Context, inviter picket.Caller, accounts []string) error {
	waiting, err := view(ctx, s, func(tx picket.Tx) (waiting []string, _ error) {
		if _, err := accountOf(tx, inviter.Account); err != nil { // or each account that waits would say so
			return nil, err
		}
		counts, err := tx.Members().Count(inviter.Account, inviter.Region)
		if err != nil || counts[picket.Invited].N == 0 {
			return nil, err
		}
		err = eachMember(tx, inviter.Account, inviter.Region, func(m picket.Member) error {
			if _, trusts := slices.BinarySearch(accounts, m.Account); trusts && m.Status == picket.Invited {
				waiting = append(waiting, m.Account)
			}
			return nil
		})
		return waiting, err
	})
	if err != nil {
		return err
	}
	return s.eachBatch(ctx, waiting, memberBatch, func(tx picket.Tx, accounts []string) error {
		for _, account := range accounts {
			if err := s.acceptTrusted(tx, picket.Caller{Account: account, Region: inviter.Region}); err != nil {
				return err
			}
		}
		return nil
	})
}
