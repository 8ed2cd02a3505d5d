package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"picket"
)

// step is what somebody does to a relation. Its name is what the member's history says.
type step string

// The steps of an administrator, of a member, and of the service.
const (
	adds         step = "added by the administrator"
	invites      step = "invited by the administrator"
	disassociate step = "removed by the administrator"
	suspends     step = "suspended by the administrator"
	resumes      step = "resumed by the administrator"

	accepts      step = "invitation accepted by the member"
	declines     step = "invitation declined by the member"
	leaves       step = "left by the member"
	suspendsSelf step = "suspended by the member"
	resumesSelf  step = "resumed by the member"
	disablesSelf step = "the member disabled the service"

	enrols    step = "enrolled by the organization's administrator"
	takesOver step = "managed by the organization from now on"
	dismisses step = "the organization dismissed the administrator"

	leavesOrganization step = "the member left the organization"
	closes             step = "the member's account was closed for good"
)

// The steps of the server's operator, which end nothing.
const (
	memberCloses         step = "the member's account was closed by the server's operator"
	memberReopens        step = "the member's account was reopened by the server's operator"
	administratorCloses  step = "the administrator's account was closed by the server's operator"
	administratorReopens step = "the administrator's account was reopened by the server's operator"
)

// absent is the status of an account that is no member.
const absent picket.MemberStatus = ""

// staying are the transitions of a step that leaves a member associated as it is.
var staying = map[picket.MemberStatus]picket.MemberStatus{picket.Enabled: picket.Enabled, picket.Disabled: picket.Disabled}

// transitions is the state machine of a relation: what a step makes of each status. A status that a step doesn't name
// refuses it.
var transitions = map[step]map[picket.MemberStatus]picket.MemberStatus{
	adds:    {absent: picket.Created, picket.Removed: picket.Created},
	invites: {picket.Created: picket.Invited, picket.Removed: picket.Invited, picket.Resigned: picket.Invited},
	// An invitation that was declined, or left, can still be accepted.
	accepts:  {picket.Invited: picket.Enabled, picket.Resigned: picket.Enabled},
	declines: {picket.Invited: picket.Resigned},
	leaves:   {picket.Enabled: picket.Resigned, picket.Disabled: picket.Resigned},
	disassociate: {
		picket.Invited: picket.Removed, picket.Enabled: picket.Removed, picket.Disabled: picket.Removed,
	},
	suspends:     {picket.Enabled: picket.Disabled},
	resumes:      {picket.Disabled: picket.Enabled},
	suspendsSelf: {picket.Enabled: picket.Disabled},
	resumesSelf:  {picket.Disabled: picket.Enabled},
	disablesSelf: {picket.Enabled: picket.Removed, picket.Disabled: picket.Removed},
	takesOver:    staying,
	dismisses:    {picket.Enabled: picket.Removed, picket.Disabled: picket.Removed},

	memberCloses: staying, memberReopens: staying, administratorCloses: staying, administratorReopens: staying,

	leavesOrganization: {picket.Enabled: picket.Removed, picket.Disabled: picket.Removed},
	closes: {
		picket.Created: picket.Removed, picket.Invited: picket.Removed, picket.Resigned: picket.Removed,
		picket.Enabled: picket.Removed, picket.Disabled: picket.Removed,
	},
	enrols: {
		absent: picket.Enabled, picket.Created: picket.Enabled, picket.Invited: picket.Enabled,
		picket.Removed: picket.Enabled, picket.Resigned: picket.Enabled, picket.Enabled: picket.Enabled,
		picket.Disabled: picket.Enabled,
	},
}

// organizationForbids are the steps that a member may not take by itself while its organization manages it.
var organizationForbids = map[step]bool{leaves: true, suspendsSelf: true, resumesSelf: true, disablesSelf: true}

// allows reports whether a step leads anywhere from a status.
func (st step) allows(from picket.MemberStatus) bool {
	_, ok := transitions[st][from]
	return ok
}

// MayBeInvited reports whether a member with this status may be sent an invitation.
func MayBeInvited(s picket.MemberStatus) bool { return invites.allows(s) }

// take makes a step: the member's status, history and relation change, and those whom it concerns are told. It must be allowed.
func (s *Service) take(tx picket.Tx, by picket.Caller, m *picket.Member, st step) error {
	from := m.Status
	to, ok := transitions[st][from]
	if !ok {
		panic(fmt.Sprintf("BUG: %q from %q", st, from))
	}
	now := s.now()
	if m.CreatedAt == 0 {
		m.CreatedAt = now
	}
	m.Status = to
	note(m, by, now, string(st))
	if err := s.relate(tx, m, from); err != nil {
		return err
	}
	if err := tx.Members().Put(*m); err != nil {
		return err
	}
	if from.Associated() || to.Associated() {
		if err := s.switchRules(tx, m.Account, m.Region); err != nil {
			return err
		}
	}
	return s.tell(tx, by, m, from)
}

// What is no step, because the status stays, or no member remains to have one; histories have it all the same.
const (
	deletes  = "deleted by the administrator"
	corrects = "e-mail address changed by the administrator, from %s to %s"
	resends  = "invitation mailed again by the administrator"
)

// note writes down what was done to a member.
func note(m *picket.Member, by picket.Caller, now int64, what string) {
	m.UpdatedAt = now
	m.History = append(m.History, picket.MemberChange{At: now, Status: m.Status, By: by.ARN, Reason: what})
	m.History = m.History[max(0, len(m.History)-picket.MaxHistory):]
}

// deleteMember forgets a member that is not associated. Its invitation goes with it, so that who had one is told, too.
func (s *Service) deleteMember(tx picket.Tx, by picket.Caller, m *picket.Member) error {
	from := m.Status
	m.Status = absent
	note(m, by, s.now(), deletes)
	if err := tx.Members().Delete(m.Administrator, m.Region, m.Account); err != nil {
		return err
	}
	return s.tell(tx, by, m, from)
}

// relate begins and ends what findings are shared under.
func (s *Service) relate(tx picket.Tx, m *picket.Member, from picket.MemberStatus) error {
	switch {
	case m.Status.Associated() && !from.Associated():
		m.Relation = newID()
		return tx.Members().StartRelation(m.Relation, m.Administrator, m.Region, m.Account, m.UpdatedAt)
	case !m.Status.Associated() && from.Associated():
		m.DetectorID = ""
		return tx.Members().EndRelation(m.Relation, m.UpdatedAt)
	}
	return nil
}

// administratorOf returns the relation in which an account is an associated member, nil if there is none: at most one is, beside
// one that ends as the organization dismissed the administrator.
func administratorOf(tx picket.Tx, account, region string) (*picket.Member, error) {
	inviters, err := tx.Members().Inviters(account, region)
	if err != nil {
		return nil, err
	}
	for _, m := range inviters {
		if !m.Status.Associated() {
			continue
		}
		if over, err := dismissed(tx, m); err != nil {
			return nil, err
		} else if !over {
			return &m, nil
		}
	}
	return nil, nil
}

// eachMember calls f for every member of an administrator, by account id.
func eachMember(tx picket.Tx, administrator, region string, f func(picket.Member) error) error {
	q := picket.MemberQuery{Limit: 1000}
	for {
		members, err := tx.Members().List(administrator, region, q)
		if err != nil {
			return err
		}
		for _, m := range members {
			if err := f(m); err != nil {
				return err
			}
			q.After = m.Account
		}
		if len(members) < q.Limit {
			return nil
		}
	}
}

// memberBatch is how many members a transaction changes: others want to write too.
const memberBatch = 100

// inBatches calls f with all members of an administrator, by account id, a batch in a transaction. What ends it in between leaves
// the rest undone, so whoever goes on calls it again, with an f that passes over what is done.
func (s *Service) inBatches(ctx context.Context, administrator, region string, f func(picket.Tx, []picket.Member) error) error {
	for after := ""; ; {
		last, err := update(ctx, s, func(tx picket.Tx) (string, error) {
			members, err := tx.Members().List(administrator, region, picket.MemberQuery{After: after, Limit: memberBatch})
			if err != nil || len(members) == 0 {
				return "", err
			}
			return members[len(members)-1].Account, f(tx, members)
		})
		if err != nil || last == "" {
			return err
		}
		after = last
	}
}

// eachBatch hands f the accounts, so many at a time, each time in a transaction of its own. A batch of which something can't be read is
// done account by account: that is in the error, and no reason to do without the others.
func (s *Service) eachBatch(ctx context.Context, accounts []string, size int, f func(tx picket.Tx, accounts []string) error) (err error) {
	for batch := range slices.Chunk(accounts, size) {
		one := s.Store.Update(ctx, func(tx picket.Tx) error { return f(tx, batch) })
		if errors.Is(one, picket.ErrUnreadable) {
			if size > 1 {
				one = s.eachBatch(ctx, batch, 1, f)
			} else {
				one = fmt.Errorf("account %s: %w", batch[0], one)
			}
		}
		err = errors.Join(err, one)
		if one != nil && !errors.Is(one, picket.ErrUnreadable) {
			return err
		}
	}
	return err
}

// setDetector suspends or resumes the detector of an account.
func (s *Service) setDetector(tx picket.Tx, account, region string, enabled bool) error {
	d, err := detectorOf(tx, account, region)
	if err != nil || d == nil || d.Enabled == enabled {
		return err
	}
	d.Enabled, d.UpdatedAt = enabled, s.now()
	return s.putDetector(tx, region, d)
}

// monitorSelf suspends or resumes the caller's relation along with its detector, which the caller of this changes.
func (s *Service) monitorSelf(tx picket.Tx, c picket.Caller, enabled bool) error {
	st := suspendsSelf
	if enabled {
		st = resumesSelf
	}
	return s.stepOut(tx, c, st)
}

// disableSelf ends the caller's relation because its detector goes.
func (s *Service) disableSelf(tx picket.Tx, c picket.Caller) error {
	return s.stepOut(tx, c, disablesSelf)
}

// stepOut takes a member's own step if the caller is a member.
func (s *Service) stepOut(tx picket.Tx, c picket.Caller, st step) error {
	m, err := mayStepOut(tx, c, st)
	if err != nil || m == nil {
		return err
	}
	return s.take(tx, c, m, st)
}

// mayStepOut returns the caller's relation if a member's own step changes it, nil if it changes none. It refuses what the member's
// organization forbids.
func mayStepOut(tx picket.Tx, c picket.Caller, st step) (*picket.Member, error) {
	m, err := administratorOf(tx, c.Account, c.Region)
	if err != nil || m == nil || !st.allows(m.Status) {
		return nil, err
	}
	if m.Mode == picket.Organization && organizationForbids[st] {
		return nil, refuse(managed, "Only its administrator %s may do this.", m.Administrator)
	}
	return m, nil
}
