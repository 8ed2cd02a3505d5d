package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"picket/operator"
)

// newResetCommand makes the command that gives a root or a user a password for the console.
func newResetCommand(o *serverFlags, use, short string, who func(args []string) operator.Reset) *cobra.Command {
	file := ""
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		Long: short + `.

The password is printed and must be changed at the first sign-in, unless a file holds one that is to stay. The second factor and
the sessions that there were are gone.`,
		RunE: func(c *cobra.Command, args []string) error {
			in := who(args)
			if file != "" {
				b, err := os.ReadFile(file)
				if err != nil {
					return fmt.Errorf("--password-file: %w", err)
				}
				in.Password = strings.TrimSpace(string(b))
			}
			out, err := ask[operator.Reset](c.Context(), o, "password/reset", in)
			if err != nil || file != "" {
				return err
			}
			if o.json {
				return printJSON(c, out)
			}
			fmt.Fprintln(c.OutOrStdout(), out.Password)
			fmt.Fprintln(c.ErrOrStderr(), "It is not shown again, and must be changed at the first sign-in.")
			return nil
		},
	}
	c.Flags().StringVar(&file, "password-file", "", "file that holds the password, which stays")
	return c
}
