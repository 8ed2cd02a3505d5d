package apptest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// acts are what an administrator and its member can do to their relation, by one letter each.
var acts = map[rune]func(p *pair) error{
	'c': func(p *pair) error { return unprocessed(p.add()) },
	'i': func(p *pair) error { return unprocessed(p.invite()) },
	'a': func(p *pair) error { return p.accept() },
	'd': func(p *pair) error {
		out, err := p.member.DeclineInvitations(ctx, &guardduty.DeclineInvitationsInput{AccountIds: []string{p.adminID}})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	'x': func(p *pair) error {
		out, err := p.member.DeleteInvitations(ctx, &guardduty.DeleteInvitationsInput{AccountIds: []string{p.adminID}})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	'r': func(p *pair) error {
		out, err := p.admin.DisassociateMembers(ctx, &guardduty.DisassociateMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	'f': func(p *pair) error {
		out, err := p.admin.DeleteMembers(ctx, &guardduty.DeleteMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	's': func(p *pair) error {
		out, err := p.admin.StopMonitoringMembers(ctx, &guardduty.StopMonitoringMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	'm': func(p *pair) error {
		out, err := p.admin.StartMonitoringMembers(ctx, &guardduty.StartMonitoringMembersInput{DetectorId: p.adminDet, AccountIds: p.ids()})
		return first(err, func() []types.UnprocessedAccount { return out.UnprocessedAccounts })
	},
	'l': func(p *pair) error {
		_, err := p.member.DisassociateFromAdministratorAccount(ctx, &guardduty.DisassociateFromAdministratorAccountInput{DetectorId: p.memberDt})
		return err
	},
	'S': func(p *pair) error {
		_, err := p.member.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: p.memberDt, Enable: aws.Bool(false)})
		return err
	},
	'M': func(p *pair) error {
		_, err := p.member.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: p.memberDt, Enable: aws.Bool(true)})
		return err
	},
	'D': func(p *pair) error {
		_, err := p.member.DeleteDetector(ctx, &guardduty.DeleteDetectorInput{DetectorId: p.memberDt})
		return err
	},
}

// first is the error of a call, or what it says of the one account that it refused.
func first(err error, refused func() []types.UnprocessedAccount) error {
	if err != nil {
		return err
	}
	return unprocessed(refused())
}

func unprocessed(refused []types.UnprocessedAccount) error {
	if len(refused) == 0 {
		return nil
	}
	return fmt.Errorf("%s", *refused[0].Result)
}

// TestTransitions goes every way of the state machine, over the API: the last act of a path leads to the status, or is
// refused and leaves it.
func TestTransitions(t *testing.T) {
	s, n := start(t), 0
	f := func(path, status, refusal string) {
		t.Helper()
		t.Run(path, func(t *testing.T) {
			n += 2
			p := newPair(t, s.account(fmt.Sprintf("%012d", 200000000000+n)), s.account(fmt.Sprintf("%012d", 200000000001+n)), region)
			for i, letter := range path {
				err := acts[letter](p)
				switch last := i == len(path)-1; {
				case !last || refusal == "":
					if err != nil {
						t.Fatalf("%c: %v", letter, err)
					}
				case err == nil || !strings.Contains(err.Error(), refusal):
					t.Errorf("%c: got %v, want %q", letter, err, refusal)
				}
			}
			p.wantStatus(status)
		})
	}
	f("c", "Created", "")
	f("cc", "Created", "already a member")
	f("ci", "Invited", "")
	f("cii", "Invited", "has already invited")
	f("cia", "Enabled", "")
	f("ciaa", "Enabled", "already an associated member of some master account")
	f("cir", "Removed", "")
	f("cira", "Removed", "no pending invitation")
	f("cif", "", "")
	f("cf", "", "")
	f("cr", "Created", "")
	f("cirf", "", "")
	f("cil", "Invited", "not associated to a master")
	f("cialf", "", "")
	f("ciaf", "Enabled", "still associated")
	f("ciasf", "Disabled", "still associated")
	f("cias", "Disabled", "")
	f("ciass", "Disabled", "")
	f("ciaS", "Disabled", "")
	f("ciasm", "Enabled", "")
	f("ciaSm", "Enabled", "")
	f("ciasM", "Enabled", "")
	f("ciaSM", "Enabled", "")
	f("cs", "Created", "not an associated member")
	f("ciar", "Removed", "")
	f("ciasr", "Removed", "")
	f("cial", "Resigned", "")
	f("ciasl", "Resigned", "")
	f("ciaD", "Removed", "")
	f("ciasD", "Removed", "")
	f("ciarc", "Created", "")
	f("ciari", "Invited", "")
	f("ciali", "Invited", "")
	f("ciala", "Enabled", "")
	f("cida", "Enabled", "")
	f("cid", "Resigned", "")
	f("cidd", "Resigned", "")
	f("cidx", "Resigned", "")
	f("cidxa", "Resigned", "no pending invitation")
	f("cix", "Invited", "has not declined their invitation yet")
	f("ciax", "Enabled", "still associated to it")
	f("cidxi", "Invited", "")
	f("ciSa", "Disabled", "")
}
