package apptest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// TestInvitationsAcceptedAtOnce accepts the invitations of several administrators, twice each and all at the same time: one of them has
// the account then.
func TestInvitationsAcceptedAtOnce(t *testing.T) {
	f := func(name string, options ...option) {
		t.Run(name, func(t *testing.T) {
			n := &newcomers{s: start(t, options...)}
			for range 5 {
				acceptAtOnce(t, n)
			}
		})
	}
	f("SQLite")
	f("PostgreSQL", onPostgres(t))
}

func acceptAtOnce(t *testing.T, n *newcomers) {
	t.Helper()
	member := n.s.account(n.id())
	var pairs []*pair
	for range 4 {
		p := newPair(t, n.s.account(n.id()), member, region)
		must(0, unprocessed(p.add()))(t)
		must(0, unprocessed(p.invite()))(t)
		pairs = append(pairs, p)
	}
	var accepted atomic.Pointer[string]
	var calls sync.WaitGroup
	for _, p := range pairs {
		invitation := p.invitation()
		for range 2 {
			calls.Go(func() {
				_, err := p.member.AcceptAdministratorInvitation(ctx, &guardduty.AcceptAdministratorInvitationInput{
					DetectorId: p.memberDt, AdministratorId: &p.adminID, InvitationId: &invitation,
				})
				if err == nil && !accepted.CompareAndSwap(nil, &p.adminID) {
					t.Errorf("account %s accepted %s and %s", p.memberID, *accepted.Load(), p.adminID)
				}
			})
		}
	}
	calls.Wait()
	for _, p := range pairs {
		want := "Invited"
		if p.adminID == aws.ToString(accepted.Load()) {
			want = "Enabled"
		}
		p.wantStatus(want)
	}
	if out := must(member.GetAdministratorAccount(ctx, &guardduty.GetAdministratorAccountInput{DetectorId: pairs[0].memberDt}))(t); out.Administrator == nil ||
		*out.Administrator.AccountId != aws.ToString(accepted.Load()) {
		t.Errorf("the administrator is %v, accepted was %v", out.Administrator, aws.ToString(accepted.Load()))
	}
}
