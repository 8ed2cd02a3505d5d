package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket"
	"picket/export/text"
	"picket/operator"
	"picket/service"
)

func newMemberCommand() *cobra.Command {
	a := &actAs{}
	c := &cobra.Command{
		Use: "member", Short: "Add, invite, suspend and remove the members of an administrator account",
		Long: `The commands act as the account that --account names: its members are those that it administrates. They work in one region
after the other, with --regions all in every one. With --json those that change something print in the end what was done to which
accounts in each region, and which were refused and why.`,
	}
	a.add(c)
	c.AddCommand(
		newMemberListCommand(a), newMemberShowCommand(a), newMemberAddCommand(a), newMemberImportCommand(a), newMemberInviteCommand(a),
		newMemberResendCommand(a), newMemberLeaveCommand(a),
	)
	for verb, does := range memberVerbs {
		c.AddCommand(newMemberVerbCommand(a, verb, does))
	}
	return c
}

// listedMember is a member as `member list --json` prints it.
type listedMember struct {
	Region  string `json:"region"`
	Account string `json:"accountId"`
	Email   string `json:"email"`
	Status  string `json:"relationshipStatus"`
	Invited string `json:"invitedAt,omitempty"`
	Updated string `json:"updatedAt"`
}

func newMemberListCommand(a *actAs) *cobra.Command {
	associated := false
	c := &cobra.Command{
		Use: "list", Short: "List the members and their status", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var all []listedMember
			err := a.inEnabled(c, func(r region) error {
				pages := guardduty.NewListMembersPaginator(r.client, &guardduty.ListMembersInput{
					DetectorId: &r.detector, OnlyAssociated: aws.String(fmt.Sprint(associated)),
				})
				for pages.HasMorePages() {
					page, err := pages.NextPage(c.Context())
					if err != nil {
						return err
					}
					for _, m := range page.Members {
						all = append(all, listedMember{
							r.name, aws.ToString(m.AccountId), aws.ToString(m.Email), aws.ToString(m.RelationshipStatus), aws.ToString(m.InvitedAt), aws.ToString(m.UpdatedAt),
						})
					}
				}
				return nil
			})
			if ends(err) {
				return err
			}
			return cmp.Or(show(c, &a.serverFlags, all, table.Row{"region", "account", "e-mail", "status", "invited", "updated"}, func(m listedMember) table.Row {
				return table.Row{m.Region, m.Account, m.Email, statusLabel(m.Status), m.Invited, m.Updated}
			}), err)
		},
	}
	c.Flags().BoolVar(&associated, "associated", false, "only those that share findings")
	return c
}

// statusLabel is what the console calls a status.
func statusLabel(status string) string {
	switch picket.MemberStatus(status) {
	case picket.Created:
		return "not invited"
	case picket.Invited:
		return "Pending"
	case picket.Enabled:
		return "Monitored"
	case picket.Disabled:
		return "Suspended"
	}
	return status
}

func newMemberShowCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "show ACCOUNT", Short: "Show one member: its status and why, its mail, its history", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			done := &outcomes[picket.Member]{c: c, json: a.json}
			return done.end(a.inRegions(c, func(r region) error {
				var m picket.Member
				err := r.operator.Do(c.Context(), "member/show", operator.MemberOf{Account: a.account, Region: r.name, Member: args[0]}, &m)
				if err == nil {
					done.tell(m, "%s", memberText(m))
				}
				return err
			}))
		},
	}
}

func memberText(m picket.Member) string {
	lines := []string{fmt.Sprintf("%s in %s: %s (%s), %s", m.Account, m.Region, statusLabel(string(m.Status)), m.Mode, text.Clean(m.Email))}
	if m.Invitation.ID != "" {
		lines = append(lines, fmt.Sprintf("invited %s; %s", day(m.Invitation.SentAt), mailLabel(m.Invitation.Mail)))
	}
	for _, h := range m.History {
		lines = append(lines, fmt.Sprintf("  %s  %-9s %s, by %s", day(h.At), h.Status, text.Clean(h.Reason), text.Clean(h.By)))
	}
	return strings.Join(lines, "\n")
}

func mailLabel(m picket.Mail) string {
	switch {
	case m.State != picket.MailNone:
		return fmt.Sprintf("mail %s %s %s", m.State, day(m.At), text.Clean(m.Detail))
	case m.Detail != "":
		return "mail " + text.Clean(m.Detail)
	}
	return "no mail was wanted"
}

func newMemberAddCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "add ACCOUNT EMAIL", Short: "Add one account; member import adds many", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			switch account, email := args[0], args[1]; {
			case !accountID.MatchString(account):
				return fmt.Errorf("%q is no account: an id has 12 digits", account)
			case !service.IsEmail(email):
				return fmt.Errorf("%q is no e-mail address of 6 to 64 characters", email)
			}
			done := a.outcomes(c)
			return done.end(a.inEnabled(c, func(r region) error {
				return addMembers(done, r, []csvRow{{account: args[0], email: args[1]}}, nil, false)
			}))
		},
	}
}

// addMembers adds accounts, and says of which line those were that are refused; bad are the lines that name none. Where it may be again,
// those that are members already are no mistake.
func addMembers(done *outcomes[acted], r region, rows []csvRow, bad []badRow, again bool) error {
	does, named := &acted{Region: r.name, Done: "added"}, map[string]csvRow{}
	for _, b := range bad {
		does.Refused = append(does.Refused, refusedAccount{Line: b.line, Result: b.reason})
	}
	for _, row := range rows {
		named[row.account] = row
	}
	return inBatches(done, does, accountsOf(rows), named, func(ids []string) ([]types.UnprocessedAccount, error) {
		in := &guardduty.CreateMembersInput{DetectorId: &r.detector}
		for _, id := range ids {
			in.AccountDetails = append(in.AccountDetails, types.AccountDetail{AccountId: &id, Email: aws.String(named[id].email)})
		}
		out, err := r.client.CreateMembers(done.c.Context(), in)
		switch {
		case err != nil:
			return nil, err
		case again:
			return r.passOver(done.c.Context(), does, out.UnprocessedAccounts)
		}
		return out.UnprocessedAccounts, nil
	})
}

// invitationFlags are what an invitation says.
type invitationFlags struct{ message, mode string }

func (i *invitationFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&i.message, "message", "", "note for the owners of the accounts")
	c.Flags().StringVar(&i.mode, "mode", string(picket.Autonomous), "what stays the members' own affair: autonomous leaves them their lists, filters and settings")
}

// given reports whether the command line has one of the flags.
func (i *invitationFlags) given(c *cobra.Command) bool {
	return c.Flags().Changed("message") || c.Flags().Changed("mode")
}

func (i *invitationFlags) check() error {
	switch i.mode {
	case string(picket.Autonomous):
		return nil
	case "managed":
		return errors.New("--mode: managed, where the administrator's lists, filters and settings hold for its members, is not there yet: write autonomous")
	}
	return fmt.Errorf("--mode: %q is no mode of members by invitation: write autonomous", i.mode)
}

func newMemberInviteCommand(a *actAs) *cobra.Command {
	i := &invitationFlags{}
	c := &cobra.Command{
		Use: "invite ACCOUNT...", Short: "Invite members, again if they left or were removed", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := i.check(); err != nil {
				return err
			}
			done := a.outcomes(c)
			return done.end(a.inEnabled(c, func(r region) error { return inviteMembers(done, r, args, nil, i.message) }))
		},
	}
	i.add(c)
	return c
}

// inviteMembers invites accounts; already are others, that need no invitation.
func inviteMembers(done *outcomes[acted], r region, accounts, already []string, message string) error {
	in := guardduty.InviteMembersInput{DetectorId: &r.detector}
	if message != "" {
		in.Message = &message
	}
	return inBatches(done, &acted{Region: r.name, Done: "invited", Already: already}, accounts, nil, func(ids []string) ([]types.UnprocessedAccount, error) {
		in.AccountIds = ids
		out, err := r.client.InviteMembers(done.c.Context(), &in)
		if err != nil {
			return nil, err
		}
		return out.UnprocessedAccounts, nil
	})
}

// memberVerbs are the commands that do one thing to members.
var memberVerbs = map[string]string{
	"suspend": "Suspend the service of members",
	"resume":  "Resume the service of members, whoever suspended it",
	"remove":  "End the relation with members, or withdraw their invitation; their service goes on",
	"delete":  "Take members that are not associated off the list",
}

func newMemberVerbCommand(a *actAs, verb, does string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " ACCOUNT...", Short: does, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			done := a.outcomes(c)
			return done.end(a.inEnabled(c, func(r region) error {
				does := &acted{Region: r.name, Done: strings.TrimSuffix(verb, "e") + "ed"}
				return inBatches(done, does, args, nil, func(ids []string) ([]types.UnprocessedAccount, error) {
					return memberCall(c, r, verb, ids)
				})
			}))
		},
	}
}

func memberCall(c *cobra.Command, r region, verb string, ids []string) ([]types.UnprocessedAccount, error) {
	ctx, d := c.Context(), &r.detector
	switch verb {
	case "suspend":
		out, err := r.client.StopMonitoringMembers(ctx, &guardduty.StopMonitoringMembersInput{DetectorId: d, AccountIds: ids})
		if err != nil {
			return nil, err
		}
		return out.UnprocessedAccounts, nil
	case "resume":
		out, err := r.client.StartMonitoringMembers(ctx, &guardduty.StartMonitoringMembersInput{DetectorId: d, AccountIds: ids})
		if err != nil {
			return nil, err
		}
		return out.UnprocessedAccounts, nil
	case "remove":
		out, err := r.client.DisassociateMembers(ctx, &guardduty.DisassociateMembersInput{DetectorId: d, AccountIds: ids})
		if err != nil {
			return nil, err
		}
		return out.UnprocessedAccounts, nil
	}
	out, err := r.client.DeleteMembers(ctx, &guardduty.DeleteMembersInput{DetectorId: d, AccountIds: ids})
	if err != nil {
		return nil, err
	}
	return out.UnprocessedAccounts, nil
}

func newMemberResendCommand(a *actAs) *cobra.Command {
	email := ""
	c := &cobra.Command{
		Use: "resend ACCOUNT", Short: "Mail an invitation once more, to another address with --email", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			done := &outcomes[picket.Member]{c: c, json: a.json}
			return done.end(a.inEnabled(c, func(r region) error {
				in := operator.MemberOf{Account: a.account, Region: r.name, Member: args[0], Email: email}
				var m picket.Member
				if err := r.operator.Do(c.Context(), "member/resend", in, &m); err != nil {
					return err
				}
				said := "%s: the invitation of %s is on its way to %s."
				if m.Status != picket.Invited {
					said = "%s: the address of %s is %s now; no invitation waits for an answer, so none was mailed."
				}
				done.tell(m, said, r.name, m.Account, text.Clean(m.Email))
				return nil
			}))
		},
	}
	c.Flags().StringVar(&email, "email", "", "the right address")
	return c
}

func newMemberLeaveCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "leave", Short: "Let the account leave its administrator", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			done := &outcomes[changedRelation]{c: c, json: a.json}
			return done.end(a.inEnabled(c, func(r region) error {
				_, err := r.client.DisassociateFromAdministratorAccount(c.Context(), &guardduty.DisassociateFromAdministratorAccountInput{DetectorId: &r.detector})
				if err == nil {
					done.tell(changedRelation{Region: r.name, Account: a.account}, "%s: account %s has no administrator any more.", r.name, a.account)
				}
				return err
			}))
		},
	}
}
