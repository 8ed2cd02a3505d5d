// Command picket detects threats in the logs of AWS accounts. This package wires the others together and talks to people:
// flags, progress, output and exit codes. What it decides, another package decided.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"picket"
)

// The exit codes, as the help of scan tells them.
const (
	exitFindings = 1 // findings at or above --fail-on
	exitFailed   = 1 // a check of doctor, or what status is about
	exitError    = 2 // something could not be read or done
)

// deps is what commands use of the world.
type deps struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // err is a terminal
}

// exit ends the program with a code, without a message of its own.
type exit int

// Error implements error.
func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], deps{os.Stdin, os.Stdout, os.Stderr, isTerminal(os.Stderr)})
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, d deps) int {
	root := newRootCommand(d)
	root.SetArgs(args)
	err := picket.Guarded(func() error {
		c, err := root.ExecuteContextC(ctx)
		asked := c.Flags().Changed("help") || c.Flags().Arg(0) == "help"
		if err == nil && !c.Runnable() && !asked && c.Flags().NArg() > 0 { // cobra shows its help
			err = fmt.Errorf("%q is no command of %s", c.Flags().Arg(0), c.CommandPath())
		}
		return err
	})
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(d.err, "picket:", err)
	return exitError
}

func newRootCommand(d deps) *cobra.Command {
	root := &cobra.Command{
		Use:           "picket",
		Short:         "Find attackers in the logs that your AWS accounts already write",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(d.in)
	root.SetOut(d.out)
	root.SetErr(d.err)
	root.AddCommand(newScanCommand(d), newSimulateCommand(d), newRulesCommand(d), newIntelCommand(d))
	root.AddCommand(newServeCommand(d), newConfigCommand(), newAccountCommand(), newOrganizationCommand())
	root.AddCommand(newUserCommand(), newRoleCommand(), newKeyCommand(), newPolicyCommand(), newAuditCommand())
	root.AddCommand(newFindingsCommand(), newMemberCommand(), newInvitationCommand(), newSourceCommand(), newPushCommand(), newDestinationCommand(), newListCommand(), newCoverageCommand(), newFilterCommand(),
		newQuarantineCommand(), newStatusCommand(), newBackupCommand(), newRestoreCommand(), newDoctorCommand())
	sayUsage(root)
	return root
}

// sayUsage has commands that are given too few or too many arguments say which they take.
func sayUsage(c *cobra.Command) {
	if takes := c.Args; takes != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if takes(c, args) != nil {
				return fmt.Errorf("%s: want %s", plural(len(args), "argument"), c.UseLine())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		sayUsage(sub)
	}
}
