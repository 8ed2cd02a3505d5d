package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
)

func newQuarantineCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{Use: "quarantine", Short: "See the log records that the server could not read"}
	o.add(c)
	c.AddCommand(&cobra.Command{
		Use: "list", Short: "List what could not be read, and why", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Unread](c.Context(), o, "quarantine/list", struct{}{})
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"id", "source", "object", "records", "why", "begins"}, func(u service.Unread) table.Row {
				records := "the object"
				if u.Count > 0 {
					records = fmt.Sprint(u.Count)
				}
				return table.Row{u.ID, u.Source, fmt.Sprintf("%s @%d", u.Object, u.Offset), records, u.Reason, u.Sample}
			})
		},
	}, &cobra.Command{
		Use: "forget ID", Short: "Take one off the list", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "quarantine/forget", operator.SourceOf{ID: args[0]}, "%s is off the list.", args[0])
		},
	})
	return c
}
