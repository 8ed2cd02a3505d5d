package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket"
)

func newInvitationCommand() *cobra.Command {
	a := &actAs{}
	c := &cobra.Command{Use: "invitation", Short: "List, accept and decline the invitations to an account"}
	a.add(c)
	c.AddCommand(newInvitationListCommand(a), newInvitationAcceptCommand(a), newInvitationDeclineCommand(a))
	return c
}

// listedInvitation is an invitation as `invitation list --json` prints it.
type listedInvitation struct {
	Region  string `json:"region"`
	Account string `json:"accountId"`
	ID      string `json:"invitationId"`
	Status  string `json:"relationshipStatus"`
	Invited string `json:"invitedAt"`
}

func invitationsIn(c *cobra.Command, r region) ([]listedInvitation, error) {
	var all []listedInvitation
	pages := guardduty.NewListInvitationsPaginator(r.client, &guardduty.ListInvitationsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(c.Context())
		if err != nil {
			return nil, err
		}
		for _, i := range page.Invitations {
			all = append(all, listedInvitation{
				r.name, aws.ToString(i.AccountId), aws.ToString(i.InvitationId), aws.ToString(i.RelationshipStatus), aws.ToString(i.InvitedAt),
			})
		}
	}
	return all, nil
}

func newInvitationListCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the invitations to the account, the oldest first", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var all []listedInvitation
			err := a.inRegions(c, func(r region) error {
				found, err := invitationsIn(c, r)
				all = append(all, found...)
				return err
			})
			if ends(err) {
				return err
			}
			return cmp.Or(show(c, &a.serverFlags, all, table.Row{"region", "from", "status", "invited", "id"}, func(i listedInvitation) table.Row {
				return table.Row{i.Region, i.Account, i.Status, i.Invited, i.ID}
			}), err)
		},
	}
}

// changedRelation is an account that accepted an invitation or left its administrator, as --json prints it.
type changedRelation struct {
	Region        string `json:"region"`
	Account       string `json:"accountId"`
	Administrator string `json:"administratorId,omitempty"` // that it has now
}

func newInvitationAcceptCommand(a *actAs) *cobra.Command {
	enable := false
	c := &cobra.Command{
		Use: "accept ADMINISTRATOR", Short: "Accept the invitation of an account; only one can be accepted", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			done := &outcomes[changedRelation]{c: c, json: a.json}
			return done.end(a.inRegions(c, func(r region) error {
				if err := acceptInvitation(c, a, r, args[0], enable); err != nil {
					return err
				}
				done.tell(changedRelation{r.name, a.account, args[0]}, "%s: account %s is a member of %s.", r.name, a.account, args[0])
				return nil
			}))
		},
	}
	c.Flags().BoolVar(&enable, "enable", false, "enable GuardDuty where there is an invitation and it is not enabled")
	return c
}

func acceptInvitation(c *cobra.Command, a *actAs, r region, administrator string, enable bool) error {
	invitation, err := invitationFrom(c, a, r, administrator)
	if err != nil {
		return err
	}
	if enable {
		if err := r.enable(c.Context()); err != nil {
			return err
		}
		// An account that trusts the administrator has accepted with that.
		if invitation, err = invitationFrom(c, a, r, administrator); err != nil || picket.MemberStatus(invitation.Status).Associated() {
			return err
		}
	}
	if r.detector == "" {
		return fmt.Errorf("GuardDuty is not enabled for account %s: --enable does it", a.account)
	}
	_, err = r.client.AcceptAdministratorInvitation(c.Context(), &guardduty.AcceptAdministratorInvitationInput{
		DetectorId: &r.detector, AdministratorId: &administrator, InvitationId: &invitation.ID,
	})
	return err
}

func invitationFrom(c *cobra.Command, a *actAs, r region, administrator string) (listedInvitation, error) {
	found, err := invitationsIn(c, r)
	if err != nil {
		return listedInvitation{}, err
	}
	i := slices.IndexFunc(found, func(i listedInvitation) bool { return i.Account == administrator })
	if i < 0 {
		return listedInvitation{}, fmt.Errorf("account %s has no invitation from %s; picket invitation list shows those that it has", a.account, administrator)
	}
	return found[i], nil
}

func newInvitationDeclineCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "decline ADMINISTRATOR...", Short: "Decline the invitations of accounts", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			done := a.outcomes(c)
			return done.end(a.inRegions(c, func(r region) error {
				return inBatches(done, &acted{Region: r.name, Done: "declined"}, args, nil, func(ids []string) ([]types.UnprocessedAccount, error) {
					out, err := r.client.DeclineInvitations(c.Context(), &guardduty.DeclineInvitationsInput{AccountIds: ids})
					if err != nil {
						return nil, err
					}
					return out.UnprocessedAccounts, nil
				})
			}))
		},
	}
}
