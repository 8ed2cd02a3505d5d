package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/access"
	"picket/operator"
	"picket/service"
)

func newKeyCommand() *cobra.Command {
	o, account := &serverFlags{}, ""
	c := &cobra.Command{Use: "key", Short: "Create, list, switch off and delete access keys"}
	o.add(c)
	accountFlag(c, &account)
	user := ""
	create := &cobra.Command{
		Use: "create", Short: "Create an access key of the account's root, or of a user", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k, err := ask[service.AccessKey](c.Context(), o, "key/create", service.AccessKey{Account: account, User: user})
			if err != nil {
				return err
			}
			return printKey(c, o, k)
		},
	}
	create.Flags().StringVar(&user, "user", "", "user that the key is for; without it, the root")
	list := &cobra.Command{
		Use: "list", Short: "List the access keys of an account", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.AccessKey](c.Context(), o, "key/list", operator.AccountOnly{Account: account})
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"access key id", "of", "state", "created"}, keyRow)
		},
	}
	c.AddCommand(create, list)
	for verb, does := range map[string]string{"activate": "Switch a key on again", "deactivate": "Switch a key off", "delete": "Delete a key"} {
		c.AddCommand(&cobra.Command{
			Use: verb + " KEY", Short: does, Args: cobra.ExactArgs(1),
			RunE: func(c *cobra.Command, args []string) error {
				return tell(c, o, "key/"+verb, service.AccessKey{Account: account, ID: args[0]}, "%s: %sd.", args[0], verb)
			},
		})
	}
	return c
}

func keyRow(k service.AccessKey) table.Row {
	owner, state := "root", "active"
	if k.User != "" {
		owner = "user " + k.User
	}
	if k.Inactive {
		state = "inactive"
	}
	return table.Row{k.ID, owner, state, day(k.CreatedAt)}
}

func newPolicyCommand() *cobra.Command {
	o, account := &serverFlags{}, ""
	c := &cobra.Command{Use: "policy", Short: "Write IAM policies of an account, and list those that every account has"}
	o.add(c)
	accountFlag(c, &account)
	put := &cobra.Command{
		Use: "put NAME FILE", Short: "Write a policy from a JSON file, or from standard input as -", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			document, err := readDocument(c, args[1])
			if err != nil {
				return err
			}
			return tell(c, o, "policy/put", operator.PolicyOf{Account: account, Policy: service.Policy{Name: args[0], Document: document}},
				"Account %s has the policy %s.", account, args[0])
		},
	}
	list := &cobra.Command{
		Use: "list", Short: "List the policies that the account may attach", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			own, err := ask[[]service.Policy](c.Context(), o, "policy/list", operator.AccountOnly{Account: account})
			if err != nil {
				return err
			}
			all := own
			for _, m := range access.ManagedPolicies() {
				all = append(all, service.Policy{Name: m.Name, Document: json.RawMessage(m.Text)})
			}
			return show(c, o, all, table.Row{"policy", "about"}, policyRow)
		},
	}
	remove := &cobra.Command{
		Use: "delete NAME", Short: "Delete a policy that nobody has", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "policy/delete", operator.PolicyOf{Account: account, Policy: service.Policy{Name: args[0]}},
				"Account %s has no policy %s any more.", account, args[0])
		},
	}
	c.AddCommand(put, list, remove)
	return c
}

func policyRow(p service.Policy) table.Row {
	about := "the account's own"
	if m, ok := access.ManagedPolicy(p.Name); ok {
		about = m.Description
	}
	return table.Row{p.Name, about}
}

// readDocument reads a JSON file.
func readDocument(c *cobra.Command, path string) (json.RawMessage, error) {
	var b []byte
	var err error
	if path == "-" {
		b, err = io.ReadAll(c.InOrStdin())
	} else {
		b, err = os.ReadFile(path)
	}
	if err == nil && !json.Valid(b) {
		err = fmt.Errorf("%s is no JSON", path)
	}
	return b, err
}
