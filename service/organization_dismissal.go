package service

import (
	"cmp"
	"context"

	"picket"
	"picket/guardduty"
)

// dismissKind is the kind of a document of an account that an organization dismissed as its administrator. It stands while the
// account's members by organization are being removed: meanwhile those share nothing more, and the account can do nothing to them.
const dismissKind = "organization-dismiss"

// dismissal is such a document.
type dismissal struct {
	Management string `json:"managementAccountId"`
	By         string `json:"by"` // ARN of who dismissed
}

// DisableOrganizationAdminAccount dismisses the administrator of the caller's organization: its members by organization are
// removed, and their service goes on. It may be called again if it did not come to its end.
func (s *Service) DisableOrganizationAdminAccount(ctx context.Context, c picket.Caller, in *guardduty.DisableOrganizationAdminAccountRequest) (*guardduty.DisableOrganizationAdminAccountResponse, error) {
	admin := picket.Caller{Account: str(in.AdminAccountId), Region: c.Region}
	mark, err := update(ctx, s, func(tx picket.Tx) (dismissal, error) {
		if err := management(tx, c); err != nil {
			return dismissal{}, err
		}
		begun, err := get[dismissal](tx, key(admin, dismissKind, configID))
		if err = unlessMissing(err); err != nil || begun.Management == c.Account {
			return begun, err
		}
		delegate, err := delegateOf(tx, c.Account, c.Region)
		if err != nil {
			return dismissal{}, err
		}
		if delegate == "" || delegate != admin.Account {
			return dismissal{}, refuse(invalidValue, "adminAccountId %s is not the organization's administrator in %s.", admin.Account, c.Region)
		}
		mark := dismissal{Management: c.Account, By: c.ARN}
		return mark, cmp.Or(
			tx.Documents().Delete(key(admin, configKind, configID)),
			tx.Documents().Delete(key(c, delegates, delegate)),
			tx.Documents().Purge(ruleConfigKind, admin.Account, admin.Region),
			tx.Documents().Put(key(admin, dismissKind, configID), mark),
		)
	})
	if err != nil {
		return nil, err
	}
	// The caller may go away, the administrator is dismissed.
	return &guardduty.DisableOrganizationAdminAccountResponse{}, s.dismiss(context.WithoutCancel(ctx), admin, mark)
}

// dismiss removes the members by organization of an administrator that was dismissed. What a stop of the server interrupts, Sweep
// finishes.
func (s *Service) dismiss(ctx context.Context, admin picket.Caller, mark dismissal) error {
	k, by := key(admin, dismissKind, configID), picket.Caller{Account: mark.Management, Region: admin.Region, ARN: mark.By}
	err := s.inBatches(ctx, admin.Account, admin.Region, func(tx picket.Tx, members []picket.Member) error {
		if still, err := stands(tx, k, mark); err != nil || !still { // else it may have been appointed again
			return err
		}
		for _, m := range members {
			if m.Mode != picket.Organization || !dismisses.allows(m.Status) {
				continue
			}
			if err := s.take(tx, by, &m, dismisses); err != nil {
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

// dismissed reports whether a relation is over because the organization dismissed its administrator, though it does not say so yet.
func dismissed(tx picket.Tx, m picket.Member) (bool, error) {
	if m.Mode != picket.Organization || !m.Status.Associated() {
		return false, nil
	}
	return isDismissed(tx, m.Administrator, m.Region)
}

// isDismissed reports whether members by organization are being removed from an account because it was dismissed.
func isDismissed(tx picket.Tx, account, region string) (bool, error) {
	_, err := get[dismissal](tx, key(picket.Caller{Account: account, Region: region}, dismissKind, configID))
	return err == nil, unlessMissing(err)
}
