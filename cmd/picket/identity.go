package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
)

func newUserCommand() *cobra.Command {
	return newIdentityCommand(service.Users, "Create users of an account, and say what they may do")
}

func newRoleCommand() *cobra.Command {
	return newIdentityCommand(service.Roles, "Create roles of an account that others may assume")
}

// newIdentityCommand makes the commands for users or for roles: they differ in the trust policy only.
func newIdentityCommand(kind service.IdentityKind, short string) *cobra.Command {
	o, who := &serverFlags{}, &operator.Who{Kind: kind}
	c := &cobra.Command{
		Use: string(kind), Short: short,
		Long: short + ".\n\nPolicies are named: AmazonGuardDutyFullAccess, AmazonGuardDutyReadOnlyAccess, Picket's presets (picket policy list shows\n" +
			"them), or the account's own (picket policy put).",
	}
	o.add(c)
	accountFlag(c, &who.Account)
	c.AddCommand(
		newIdentityCreateCommand(o, who), newIdentityListCommand(o, who), newIdentityDeleteCommand(o, who), newIdentityPoliciesCommand(o, who),
	)
	if kind == service.Users {
		c.AddCommand(newResetCommand(o, "reset NAME", "Give a user a new password for the console", func(args []string) operator.Reset {
			return operator.Reset{Account: who.Account, User: args[0]}
		}))
	}
	return c
}

func newIdentityCreateCommand(o *serverFlags, who *operator.Who) *cobra.Command {
	trust := ""
	c := &cobra.Command{
		Use: "create NAME", Short: "Create a " + string(who.Kind), Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			who.Identity.Name = args[0]
			if trust != "" {
				b, err := os.ReadFile(trust)
				if err != nil {
					return err
				}
				if !json.Valid(b) {
					return fmt.Errorf("--trust: %s is no JSON", trust)
				}
				who.Identity.Trust = b
			}
			made, err := ask[service.Identity](c.Context(), o, "identity/create", who)
			if err != nil {
				return err
			}
			return show(c, o, []service.Identity{made}, identityHeader, identityRow)
		},
	}
	if who.Kind == service.Users {
		c.Long = "Create a user. It has no password and no key: picket user reset gives it one for the console, picket key create one for the API."
	}
	c.Flags().StringSliceVar(&who.Identity.Policies, "policy", nil, "name of a policy to attach")
	if who.Kind == service.Roles {
		c.Use += " --trust FILE"
		c.Flags().StringVar(&trust, "trust", "", "file with the policy that says who may assume the role")
		_ = c.MarkFlagRequired("trust") // fails for unknown flags only
	}
	return c
}

var identityHeader = table.Row{"name", "arn", "policies", "created"}

func identityRow(i service.Identity) table.Row {
	return table.Row{i.Name, i.ARN, strings.Join(i.Policies, " "), day(i.CreatedAt)}
}

func newIdentityListCommand(o *serverFlags, who *operator.Who) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the " + string(who.Kind) + "s of an account", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Identity](c.Context(), o, "identity/list", who)
			if err != nil {
				return err
			}
			return show(c, o, all, identityHeader, identityRow)
		},
	}
}

func newIdentityDeleteCommand(o *serverFlags, who *operator.Who) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a " + string(who.Kind) + "; its keys and sessions end", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			who.Identity.Name = args[0]
			return tell(c, o, "identity/delete", who, "Deleted %s %s of account %s.", who.Kind, args[0], who.Account)
		},
	}
}

func newIdentityPoliciesCommand(o *serverFlags, who *operator.Who) *cobra.Command {
	return &cobra.Command{
		Use: "policies NAME [POLICY...]", Short: "Attach these policies instead of those before", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			who.Identity.Name, who.Identity.Policies = args[0], args[1:]
			return tell(c, o, "identity/policies", who, "%s %s of account %s has %d policies.", who.Kind, args[0], who.Account, len(args)-1)
		},
	}
}
