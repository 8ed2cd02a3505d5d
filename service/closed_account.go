package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"picket"
	"picket/publish"
)

// ClosedLife is how long the data of a closed account is kept, and the account can be reopened.
const ClosedLife = 90 * 24 * time.Hour

// tellKind is the kind of a document of an account that was closed or reopened. It stands while those are told that the account has
// relations with.
const tellKind = "account-tell"

// telling is such a document.
type telling struct {
	At     int64 `json:"at"` // milliseconds since the epoch
	Closed bool  `json:"closed,omitempty"`
}

func tellKey(account string) picket.DocumentKey {
	return picket.DocumentKey{Kind: tellKind, Account: account, ID: "account"}
}

// tellOfAccount tells both sides of each relation of an account that it was closed or reopened: a member that goes dark, or whose
// administrator does, must not do so unnoticed. What a stop of the server interrupts, Sweep finishes.
func (s *Service) tellOfAccount(ctx context.Context, c picket.Caller, mark telling) error {
	asMember, asAdministrator := memberReopens, administratorReopens
	if mark.Closed {
		asMember, asAdministrator = memberCloses, administratorCloses
	}
	for _, region := range s.Regions() {
		by := picket.Operator(c.Account, region)
		err := s.Store.Update(ctx, func(tx picket.Tx) error {
			m, err := administratorOf(tx, c.Account, region)
			if err != nil || m == nil {
				return err
			}
			return s.tellOnce(tx, by, mark, asMember, *m)
		})
		if err != nil {
			return err
		}
		err = s.inBatches(ctx, c.Account, region, func(tx picket.Tx, members []picket.Member) error {
			return s.tellOnce(tx, by, mark, asAdministrator, members...)
		})
		if err != nil {
			return err
		}
	}
	return finished(ctx, s, tellKey(c.Account), mark)
}

// tellOnce takes a step with the members that are associated and have not taken it since the mark, if that stands.
func (s *Service) tellOnce(tx picket.Tx, by picket.Caller, mark telling, st step, members ...picket.Member) error {
	if still, err := stands(tx, tellKey(by.Account), mark); err != nil || !still {
		return err
	}
	for _, m := range members {
		told := func(c picket.MemberChange) bool { return c.At >= mark.At && c.Reason == string(st) }
		if !st.allows(m.Status) || slices.ContainsFunc(m.History, told) {
			continue
		}
		if err := s.take(tx, by, &m, st); err != nil {
			return err
		}
	}
	return nil
}

// forgetClosed deletes what accounts have that were closed longer than ClosedLife ago.
func (s *Service) forgetClosed(ctx context.Context) error {
	accounts, err := readable[Account](ctx, s, accountKind)
	for _, a := range accounts {
		if a.ClosedAt == 0 || a.ClosedAt >= s.now()-ClosedLife.Milliseconds() {
			continue
		}
		if one := s.forget(ctx, a); one != nil {
			err = errors.Join(err, fmt.Errorf("forget closed account %s: %w", a.ID, one))
		}
	}
	return err
}

// forget deletes an account and all that it has, unless it was reopened since it was read: its members first, after which it can't
// be. Administrators keep their copies of its findings, and everyone the audit records that name it.
func (s *Service) forget(ctx context.Context, a Account) error {
	closed, err := update(ctx, s, func(tx picket.Tx) (bool, error) {
		now, err := accountOf(tx, a.ID)
		if err != nil || now == nil || now.ClosedAt != a.ClosedAt {
			return false, err
		}
		now.Forgotten = true
		return true, now.put(tx)
	})
	if err != nil || !closed {
		return err
	}
	for _, region := range s.Regions() {
		c := picket.Operator(a.ID, region)
		err := s.inBatches(ctx, a.ID, region, func(tx picket.Tx, members []picket.Member) error { return s.forgetMembers(tx, c, members) })
		if err != nil {
			return err
		}
	}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if now, err := accountOf(tx, a.ID); err != nil || now == nil || !now.Forgotten {
			return err // another server was faster
		}
		return s.forgetRest(tx, a)
	})
}

// forgetMembers ends the relations of an account with members of its, and deletes them.
func (s *Service) forgetMembers(tx picket.Tx, c picket.Caller, members []picket.Member) error {
	for _, m := range members {
		if disassociate.allows(m.Status) {
			if err := s.take(tx, c, &m, disassociate); err != nil {
				return err
			}
		}
		if err := s.deleteMember(tx, c, &m); err != nil {
			return err
		}
	}
	return nil
}

// forgetRest deletes an account that has no members, and all that it has.
func (s *Service) forgetRest(tx picket.Tx, a Account) error {
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

// forgetRegion ends the relations with the administrators of an account in a region, and deletes what it has there.
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
