package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
)

func newAccountCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use:   "account",
		Short: "Create, list, close and reopen accounts",
		Long: `Accounts are the server's tenants, each with a 12-digit id, as in AWS. Use the ids of your AWS accounts: logs are told apart
by them. The commands work beside a running server, and without one.`,
	}
	o.add(c)
	c.AddCommand(newAccountCreateCommand(o), newAccountListCommand(o), newAccountCloseCommand(o), newAccountReopenCommand(o), newAccountTrustCommand(o), newAccountEnableCommand(o),
		newResetCommand(o, "reset ID", "Give the root of an account a new password for the console", func(args []string) operator.Reset {
			return operator.Reset{Account: args[0]}
		}))
	return c
}

func newAccountCreateCommand(o *serverFlags) *cobra.Command {
	var a service.Account
	c := &cobra.Command{
		Use: "create --id ID --name NAME --email ADDRESS", Short: "Create an account and the access key of its root", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.first = true
			key, err := ask[service.AccessKey](c.Context(), o, "account/create", a)
			if err != nil {
				return err
			}
			return printKey(c, o, key)
		},
	}
	f := c.Flags()
	f.StringVar(&a.ID, "id", "", "12 digits")
	f.StringVar(&a.Name, "name", "", "name, for people")
	f.StringVar(&a.Email, "email", "", "address of its owner")
	f.BoolVar(&a.Operator, "operator", false, "in the web console it may look after the server: sources, quarantine")
	f.StringVar(&a.Manager, "organization", "", "management account of the organization that it joins")
	return c
}

// printKey prints a new access key: the only time that its secret is seen.
func printKey(c *cobra.Command, o *serverFlags, k service.AccessKey) error {
	if o.json {
		return printJSON(c, map[string]string{"accountId": k.Account, "accessKeyId": k.ID, "secretAccessKey": k.Secret})
	}
	fmt.Fprintf(c.OutOrStdout(), "account            %s\naccess key id      %s\nsecret access key  %s\n", k.Account, k.ID, k.Secret)
	fmt.Fprintln(c.ErrOrStderr(), "The secret is not shown again.")
	return nil
}

func newAccountListCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the accounts", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Account](c.Context(), o, "account/list", struct{}{})
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"account", "name", "e-mail", "organization", "created", "closed"}, func(a service.Account) table.Row {
				return table.Row{a.ID, a.Name, a.Email, a.Manager, day(a.CreatedAt), day(a.ClosedAt)}
			})
		},
	}
}

// enabledDetector is the detector of a region as `account enable --json` prints it.
type enabledDetector struct {
	Region   string `json:"region"`
	Detector string `json:"detectorId"`
}

func newAccountEnableCommand(o *serverFlags) *cobra.Command {
	var regions []string
	c := &cobra.Command{
		Use: "enable ID", Short: "Enable the service for an account", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			a := &actAs{serverFlags: *o, account: args[0], regions: regions}
			done := &outcomes[enabledDetector]{c: c, json: a.json}
			return done.end(a.inRegions(c, func(r region) error {
				if err := r.enable(c.Context()); err != nil {
					return err
				}
				done.tell(enabledDetector{r.name, r.detector}, "%s: detector %s", r.name, r.detector)
				return nil
			}))
		},
	}
	c.Flags().StringSliceVar(&regions, "regions", nil, "regions, or all (default: the server's first)")
	return c
}

func newAccountCloseCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "close ID", Short: "Refuse an account's calls and stop its analysis; its data is deleted after 90 days", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			a, err := ask[service.Account](c.Context(), o, "account/close", operator.AccountOnly{Account: args[0]})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "Account %s is closed; picket account reopen brings it back until %s UTC, then its data is deleted.\n",
				a.ID, day(a.ClosedAt+service.ClosedLife.Milliseconds()))
			return nil
		},
	}
}

func newAccountReopenCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "reopen ID", Short: "Undo close, within 90 days", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "account/reopen", operator.AccountOnly{Account: args[0]}, "Account %s is open.", args[0])
		},
	}
}

func newAccountTrustCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "trust ID [INVITER...]", Short: "Name the accounts whose invitations an account accepts by itself, instead of those before; without inviters, none",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "account/trust", operator.Trust{Account: args[0], Inviters: args[1:]}, "Account %s trusts %s.", args[0], plural(len(args)-1, "inviter"))
		},
	}
}

func newOrganizationCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{Use: "organization", Short: "Make organizations of accounts"}
	o.add(c)
	create := &cobra.Command{
		Use: "create ID", Short: "Make an account the management account of an organization", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "organization/create", operator.AccountOnly{Account: args[0]}, "Account %s manages an organization.", args[0])
		},
	}
	join := &cobra.Command{
		Use: "join MANAGEMENT ID", Short: "Add an account to an organization", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "organization/join", operator.Join{Management: args[0], Account: args[1]}, "Account %s belongs to the organization of %s.", args[1], args[0])
		},
	}
	leave := &cobra.Command{
		Use: "leave ID", Short: "Take an account out of its organization", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "organization/leave", operator.AccountOnly{Account: args[0]}, "Account %s belongs to no organization.", args[0])
		},
	}
	list := &cobra.Command{
		Use: "list", Short: "List the organizations and their accounts", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return listOrganizations(c, o) },
	}
	c.AddCommand(create, join, leave, list)
	return c
}

func listOrganizations(c *cobra.Command, o *serverFlags) error {
	all, err := ask[[]service.Account](c.Context(), o, "account/list", struct{}{})
	if err != nil {
		return err
	}
	var in []service.Account
	for _, a := range all {
		if a.Manager != "" {
			in = append(in, a)
		}
	}
	return show(c, o, in, table.Row{"organization", "account", "name", "e-mail"}, func(a service.Account) table.Row {
		return table.Row{a.Manager, a.ID, a.Name, a.Email}
	})
}

// accountFlag is the account that a command is about.
func accountFlag(c *cobra.Command, account *string) {
	c.PersistentFlags().StringVar(account, "account", "", "12-digit id of the account (required)")
	_ = c.MarkPersistentFlagRequired("account") // fails for unknown flags only
}
