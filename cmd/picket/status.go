package main

import (
	"fmt"
	"strings"
	"time"

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
				fmt.Fprintf(out, "source %s: %s read from %s%s\n", from.ID, plural(int(from.Objects), "object"), from.Location, stateOf(from))
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

// stateOf says of a source what isn't as it should be.
func stateOf(s service.SourceStatus) string {
	state := ""
	if s.Paused {
		state += ", paused"
	}
	switch {
	case s.Silent && s.Last == 0:
		state += ", silent: nothing has come yet"
	case s.Silent:
		state += ", silent since " + time.Unix(s.Last, 0).UTC().Format(time.RFC3339)
	}
	if s.Failed != "" {
		state += "\n  it can't be read in full: " + strings.ReplaceAll(s.Failed, "\n", "\n  ")
	}
	return state
}
