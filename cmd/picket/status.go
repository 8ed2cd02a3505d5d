package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"picket/service"
)

func newStatusCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "status", Short: "Tell how the server is doing: its sources, and what waits", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := ask[service.Status](c.Context(), o, "status", struct{}{})
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, s)
			}
			out := c.OutOrStdout()
			for _, from := range s.Sources {
				state := ""
				if from.Paused {
					state = ", paused"
				}
				fmt.Fprintf(out, "source %s: %s read from %s%s\n", from.ID, plural(int(from.Objects), "object"), from.Location, state)
			}
			if len(s.Sources) == 0 {
				fmt.Fprintln(out, "no sources: picket source add says where logs come from")
			}
			fmt.Fprintf(out, "%s to be read\n", plural(int(s.Waiting), "object"))
			if s.Unread > 0 {
				fmt.Fprintf(out, "%s that could not be read: picket quarantine list\n", plural(s.Unread, "place"))
			}
			return nil
		},
	}
	o.add(c)
	return c
}
