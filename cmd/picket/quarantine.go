package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/export/text"
	"picket/operator"
	"picket/service"
)

func newQuarantineCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "quarantine", Short: "See the log records that the server could not read, and have them read again",
		Long: `What can't be read of a log object never stops the rest of it: it is kept here for 90 days, with the reason. Objects that could
not be opened are tried again by themselves, for some three days.`,
	}
	o.add(c)
	c.AddCommand(newQuarantineListCommand(o), newQuarantineShowCommand(o), newQuarantineReplayCommand(o), &cobra.Command{
		Use: "forget ID", Short: "Take one off the list", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "quarantine/forget", operator.UnreadOf{ID: args[0]}, "%s is off the list.", args[0])
		},
	})
	return c
}

func newQuarantineListCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List what could not be read, and why", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Unread](c.Context(), o, "quarantine/list", struct{}{})
			if err != nil {
				return err
			}
			if len(all) == 0 && !o.json {
				fmt.Fprintln(c.OutOrStdout(), "Everything that came could be read.")
				return nil
			}
			return show(c, o, all, table.Row{"id", "source", "object", "records", "why"}, func(u service.Unread) table.Row {
				return table.Row{u.ID, u.Source, shortened(u.Object), unreadRecords(u), u.Reason}
			})
		},
	}
}

// shortened is the end of a long name, which tells it from others.
func shortened(name string) string {
	const most = 50
	if r := []rune(name); len(r) > most {
		return "…" + string(r[len(r)-most+1:])
	}
	return name
}

func unreadRecords(u service.Unread) string {
	switch {
	case u.Count > 0:
		return fmt.Sprint(u.Count)
	case u.Offset > 0:
		return "the rest"
	}
	return "all of it"
}

func newQuarantineShowCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show all that is known of one", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			all, err := ask[[]service.Unread](c.Context(), o, "quarantine/list", struct{}{})
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(u service.Unread) bool { return u.ID == args[0] })
			if i < 0 {
				return fmt.Errorf("there is no %q: picket quarantine list shows what there is", args[0])
			}
			if o.json {
				return printJSON(c, all[i])
			}
			u := all[i]
			for _, line := range [][2]string{
				{"why", u.Reason},
				{"records", unreadRecords(u)},
				{"object", u.Object},
				{"version", u.Version},
				{"from byte", fmt.Sprintf("%d, unpacked", u.Offset)},
				{"begins", u.Sample},
				{"source", u.Source},
				{"account", strings.TrimSpace(u.Account + " " + u.Region)},
				{"noticed", day(u.At)},
			} {
				if line[1] != "" {
					fmt.Fprintf(c.OutOrStdout(), "%-10s %s\n", line[0], text.Clean(line[1]))
				}
			}
			return nil
		},
	}
}

func newQuarantineReplayCommand(o *serverFlags) *cobra.Command {
	all := false
	c := &cobra.Command{
		Use: "replay ID | --all", Short: "Have records read again, after an upgrade or when their object can be read", Args: cobra.MaximumNArgs(1),
		Long: `Replay takes entries off the list and puts their records into the server's log once more, as they would have been: those,
and no others of their object. What still can't be read comes back to the list, under another id. Conditions that look at a
window of time which is decided by now don't count them; what fires at once does.`,
		RunE: func(c *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return errors.New("name an id of picket quarantine list, or say --all")
			}
			r, err := ask[service.Replay](c.Context(), o, "quarantine/replay", operator.UnreadOf{ID: strings.Join(args, "")})
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, r)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s put into the log again; what still can't be read comes back to the list.\n", plural(r.Places, "entry"))
			if r.Left > 0 {
				fmt.Fprintf(c.OutOrStdout(), "%s stay: they name nothing that can be read again.\n", plural(r.Left, "entry"))
			}
			if r.Lost > 0 {
				fmt.Fprintf(c.OutOrStdout(), "%s are not among them: of an object, the first thousand places for a reason are kept.\n", plural(int(r.Lost), "record"))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "all that is listed")
	return c
}
