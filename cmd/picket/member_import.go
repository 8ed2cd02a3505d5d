package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/spf13/cobra"

	"picket"
	"picket/service"
)

func newMemberImportCommand(a *actAs) *cobra.Command {
	invite, i := false, &invitationFlags{}
	c := &cobra.Command{
		Use: "import FILE", Short: "Add the accounts of a CSV file: Account ID,Email on each line", Args: cobra.ExactArgs(1),
		Long: `Add the accounts of a CSV file: Account ID,Email on each line. Those that are members already stay as they are. --invite then
invites those of the file that are not invited, or left, or were removed.`,
		Example: `  picket member import accounts.csv --account 111122223333 --regions all --invite --message "Please accept."`,
		RunE: func(c *cobra.Command, args []string) error {
			if i.given(c) && !invite {
				return errors.New("--message and --mode are of invitations: give --invite as well")
			}
			if err := i.check(); err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			rows, bad, err := readAccounts(f, a.account)
			if err != nil {
				return err
			}
			for _, b := range bad {
				fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", args[0], b)
			}
			done := a.outcomes(c)
			err = done.end(a.inEnabled(c, func(r region) error {
				err := addMembers(done, r, rows, bad, true)
				if ends(err) || !invite {
					return err
				}
				return cmp.Or(inviteImported(done, r, accountsOf(rows), i.message), err)
			}))
			if err == nil && len(bad) > 0 {
				return exit(exitError)
			}
			return err
		},
	}
	c.Flags().BoolVar(&invite, "invite", false, "invite them as well")
	i.add(c)
	return c
}

func accountsOf(rows []csvRow) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.account
	}
	return ids
}

// inviteImported invites those of the accounts that are members and may be invited.
func inviteImported(done *outcomes[acted], r region, accounts []string, message string) error {
	status, err := r.statuses(done.c.Context(), accounts)
	if err != nil {
		return err
	}
	var invited, already []string
	for _, id := range accounts {
		switch s, member := status[id]; {
		case !member: // why it was not added is said
		case service.MayBeInvited(s):
			invited = append(invited, id)
		default:
			already = append(already, id)
		}
	}
	return inviteMembers(done, r, invited, already, message)
}

// passOver tells those of the refused that are members already from the others, which it returns.
func (r *region) passOver(ctx context.Context, does *acted, refused []types.UnprocessedAccount) (others []types.UnprocessedAccount, err error) {
	ids := make([]string, len(refused))
	for i, u := range refused {
		ids[i] = aws.ToString(u.AccountId)
	}
	status, err := r.statuses(ctx, ids)
	for i, u := range refused {
		if _, member := status[ids[i]]; member {
			does.Already = append(does.Already, ids[i])
		} else {
			others = append(others, u)
		}
	}
	return others, err
}

// statuses returns the statuses of those of the accounts that are members.
func (r *region) statuses(ctx context.Context, accounts []string) (map[string]picket.MemberStatus, error) {
	all := map[string]picket.MemberStatus{}
	for chunk := range slices.Chunk(accounts, batch) {
		out, err := r.client.GetMembers(ctx, &guardduty.GetMembersInput{DetectorId: &r.detector, AccountIds: chunk})
		if err != nil {
			return nil, err
		}
		for _, m := range out.Members {
			all[aws.ToString(m.AccountId)] = picket.MemberStatus(aws.ToString(m.RelationshipStatus))
		}
	}
	return all, nil
}
