package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"picket"
	"picket/publish"
)

// ClosedLife is how long the data of a closed account is kept, and the account can be reopened.
const ClosedLife = 90 * 24 * time.Hour

// forgetClosed deletes what accounts have that were closed longer than ClosedLife ago.
func (s *Service) forgetClosed(ctx context.Context) error {
	accounts, err := readable[Account](ctx, s, accountKind)
	for _, a := range accounts {
		if a.ClosedAt == 0 || a.ClosedAt >= s.now()-ClosedLife.Milliseconds() {
			continue
		}
		if one := s.Store.Update(ctx, func(tx picket.Tx) error { return s.forget(tx, a) }); one != nil {
			err = errors.Join(err, fmt.Errorf("forget closed account %s: %w", a.ID, one))
		}
	}
	return err
}

// forget deletes an account and all that it has, unless it was reopened since it was read. Administrators keep their copies
// of its findings, and everyone the audit records that name it.
func (s *Service) forget(tx picket.Tx, read Account) error {
	a, err := accountOf(tx, read.ID)
	if err != nil || a == nil || a.ClosedAt != read.ClosedAt {
		return err
	}
	for _, region := range s.Regions() {
		if err := s.forgetRegion(tx, picket.Operator(a.ID, region)); err != nil {
			return err
		}
	}
	keys, err := list[AccessKey](tx, keyOfKind, a.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := deleteKey(tx, k); err != nil {
			return err
		}
	}
	if a.Manager != "" {
		if err := tx.Documents().Delete(organizationMember(a.Manager, a.ID)); err != nil {
			return err
		}
	}
	if err := tx.Documents().Purge("", a.ID, ""); err != nil {
		return err
	}
	return tx.Documents().Delete(accountKey(a.ID))
}

// forgetRegion ends the relations of an account in a region, on both sides, and deletes what it has there.
func (s *Service) forgetRegion(tx picket.Tx, c picket.Caller) error {
	inviters, err := tx.Members().Inviters(c.Account, c.Region)
	if err != nil {
		return err
	}
	for _, m := range inviters {
		if !closes.allows(m.Status) {
			continue
		}
		if err := s.take(tx, c, &m, closes); err != nil {
			return err
		}
	}
	err = eachMember(tx, c.Account, c.Region, func(m picket.Member) error {
		if disassociate.allows(m.Status) {
			if err := s.take(tx, c, &m, disassociate); err != nil {
				return err
			}
		}
		return s.deleteMember(tx, c, &m)
	})
	if err != nil {
		return err
	}
	if err := tx.Findings().Purge(c.Account, c.Region); err != nil {
		return err
	}
	if err := s.endDestinations(tx, c, destinationKind, publish.OperatorKind); err != nil {
		return err
	}
	if err := s.withdrawAll(tx, c); err != nil {
		return err
	}
	return tx.Documents().Purge("", c.Account, c.Region)
}
