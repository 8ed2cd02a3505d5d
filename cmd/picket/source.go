package main

import (
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
)

func newSourceCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{Use: "source", Short: "Say where the server's logs come from"}
	o.add(c)
	c.AddCommand(newSourceAddCommand(o), newSourceListCommand(o))
	for verb, does := range map[string]string{
		"pause":  "Stop reading from a source",
		"resume": "Go on reading from a source that was paused",
	} {
		c.AddCommand(&cobra.Command{
			Use: verb + " ID", Short: does, Args: cobra.ExactArgs(1),
			RunE: func(c *cobra.Command, args []string) error {
				return tell(c, o, "source/pause", operator.SourceOf{ID: args[0], Paused: verb == "pause"}, "Source %s: %sd.", args[0], verb)
			},
		})
	}
	c.AddCommand(&cobra.Command{
		Use: "remove ID", Short: "Forget a source; what it brought stays", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tell(c, o, "source/remove", operator.SourceOf{ID: args[0]}, "Source %s is forgotten.", args[0])
		},
	})
	return c
}

func newSourceAddCommand(o *serverFlags) *cobra.Command {
	in := service.Source{}
	c := &cobra.Command{
		Use: "add ID FOLDER", Short: "Read logs from a folder, as they come", Args: cobra.ExactArgs(2),
		Long: `The folder and all below it are watched. AWS's own layout says which account and region a file is of; --account and --region
say it of files and records that name none. Files that end in .log, .txt, .jsonl and .ndjson are read line by line as they
grow; others when they have stopped changing.`,
		RunE: func(c *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[1])
			if err != nil {
				return err
			}
			in.ID, in.Location = args[0], path
			return tell(c, o, "source/add", in, "Source %s reads %s.", in.ID, in.Location)
		},
	}
	c.Flags().StringVar(&in.Account, "account", "", "of files and records that name none")
	c.Flags().StringVar(&in.Region, "region", "", "of files and records that name none")
	return c
}

func newSourceListCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the sources", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Source](c.Context(), o, "source/list", struct{}{})
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"id", "location", "account", "region", "state"}, func(s service.Source) table.Row {
				state := "read"
				if s.Paused {
					state = "paused"
				}
				return table.Row{s.ID, s.Location, s.Account, s.Region, state}
			})
		},
	}
}
