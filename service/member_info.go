package service

import (
	"context"
	"slices"

	"picket"
)

// MemberInfo is a relation with the name of the account at its other end.
type MemberInfo struct {
	picket.Member
	Name string
}

// MembersInfo lists the caller's members by account id, whatever their status, with ids after the given one. Names are told of
// those that share findings or belong to the caller's organization: nobody learns by adding an id whose it is.
func (s *Service) MembersInfo(ctx context.Context, c picket.Caller, after string, limit int) ([]MemberInfo, error) {
	return view(ctx, s, func(tx picket.Tx) ([]MemberInfo, error) {
		all, err := tx.Members().List(c.Account, c.Region, picket.MemberQuery{After: after, Limit: limit})
		if err != nil {
			return nil, err
		}
		return withNames(tx, c, all)
	})
}

func withNames(tx picket.Tx, c picket.Caller, all []picket.Member) ([]MemberInfo, error) {
	org, err := organizationOf(tx, c)
	if err != nil {
		return nil, err
	}
	out := make([]MemberInfo, len(all))
	for i, m := range all {
		out[i].Member = m
		a, err := accountOf(tx, m.Account)
		if err != nil {
			return nil, err
		}
		if a != nil && (m.Status.Associated() || org != nil && a.Manager == org.management) {
			out[i].Name = a.Name
		}
	}
	return out, nil
}

// NotMembers lists the open accounts of the organization that the caller administrates which are no members of its, by account id;
// it looks at so many with ids after the given one. next is the id to ask after, empty at the end.
func (s *Service) NotMembers(ctx context.Context, c picket.Caller, after string, limit int) (others []MemberInfo, next string, err error) {
	err = s.Store.View(ctx, func(tx picket.Tx) error {
		org, err := organizationOf(tx, c)
		if err != nil || org == nil {
			return err
		}
		docs, err := tx.Documents().List(organizationAccounts, org.management, "", after, limit)
		if err != nil {
			return err
		}
		for _, d := range docs {
			m, err := memberOf(tx, c, d.ID)
			if err != nil {
				return err
			}
			a, err := accountOf(tx, d.ID)
			if err != nil {
				return err
			}
			if m.Status != absent || d.ID == c.Account || a == nil || a.ClosedAt != 0 {
				continue
			}
			m.Mode, m.Email = picket.Organization, a.Email
			others = append(others, MemberInfo{m, a.Name})
		}
		if len(docs) == limit {
			next = docs[limit-1].ID
		}
		return nil
	})
	return others, next, err
}

// MemberInfo is one of MembersInfo.
func (s *Service) MemberInfo(ctx context.Context, c picket.Caller, account string) (MemberInfo, error) {
	return view(ctx, s, func(tx picket.Tx) (MemberInfo, error) {
		m, err := known(tx, c, account)
		if err != nil {
			return MemberInfo{}, err
		}
		all, err := withNames(tx, c, []picket.Member{m})
		if err != nil {
			return MemberInfo{}, err
		}
		return all[0], nil
	})
}

// Invitations lists the invitations that ListInvitations does, with what the inviters wrote, and their names.
func (s *Service) Invitations(ctx context.Context, c picket.Caller) ([]MemberInfo, error) {
	return view(ctx, s, func(tx picket.Tx) ([]MemberInfo, error) {
		all, err := tx.Members().Inviters(c.Account, c.Region)
		if err != nil {
			return nil, err
		}
		var out []MemberInfo
		for _, m := range slices.DeleteFunc(all, func(m picket.Member) bool { return !listed(m) }) {
			a, err := accountOf(tx, m.Administrator)
			if err != nil {
				return nil, err
			}
			info := MemberInfo{Member: m}
			if a != nil {
				info.Name = a.Name
			}
			out = append(out, info)
		}
		return out, nil
	})
}
