package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
	"picket/source/s3"
)

func newSourceCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{Use: "source", Short: "Say where the server's logs come from"}
	o.add(c)
	c.AddCommand(newSourceAddCommand(o), newSourceListCommand(o), newSourceTestCommand(o), newSourceBackfillCommand(o))
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
			return tell(c, o, "source/remove", operator.SourceOf{ID: args[0]}, "Source %s is forgotten. Added again under this id, it goes on: what it brought is not read twice.", args[0])
		},
	})
	return c
}

func newSourceAddCommand(o *serverFlags) *cobra.Command {
	in, since := service.Source{}, ""
	c := &cobra.Command{
		Use: "add ID FOLDER|s3://BUCKET/PREFIX|push", Short: "Read logs from a folder or bucket as they come, or let Firehose push them", Args: cobra.ExactArgs(2),
		Long: `Read logs from a folder or bucket as they come, or let Firehose push them.

A folder and all below it are watched. AWS's own layout says which account and region a file is of; --account and --region
say it of files and records that name none. Files that end in .log, .txt, .jsonl and .ndjson are read line by line as they
grow, a last line without an end at once if it is JSON, or ten minutes later; others, and what is compressed, when they have
stopped changing. Files that grow may be rotated, by a new name such as app.log.1 or by a copy; one that is compressed is another
file, and read anew, so let those be put into another folder.

A bucket is read from now on, or from --since: an object once, by its ETag. The server finds credentials as the AWS CLI does
(AWS_PROFILE, AWS_ACCESS_KEY_ID, the role of where it runs), and takes --role with them if one is named. It lists the folders of
today, about a request a second, and now and then those of earlier days. A --queue (SQS) that is told of new objects, by S3
itself, SNS, EventBridge or CloudTrail, makes that faster and spares requests. Name no queue that anything else reads:
messages are deleted when their objects are in the log.

With "push", Amazon Data Firehose delivers to this server's /firehose/ID, under an access key that is told once. With --account
it can speak for that account alone; without, it is an archive, whose records name their accounts, or the delivery stream's
common attributes do: account, region, flowFormat.

Sources can be declared in the server's configuration file as well, which also says what may be added in the console:
docs/operations.md. No source reads the server's data folder and master key, wherever links lead.`,
		Example: `  picket source add trail /var/log/aws
  picket source add central s3://org-logs/AWSLogs --queue https://sqs.eu-west-1.amazonaws.com/111122223333/new-logs
  picket source add flows push --account 111122223333`,
		RunE: func(c *cobra.Command, args []string) error {
			in.ID, in.Location = args[0], args[1]
			if err := locate(&in, since); err != nil {
				return err
			}
			o.first = true
			if in.IsPush() {
				return addPush(c, o, in)
			}
			return tell(c, o, "source/add", in, "Source %s reads %s.", in.ID, in.Location)
		},
	}
	f := c.Flags()
	f.StringVar(&in.Account, "account", "", "of files and records that name none")
	f.StringVar(&in.Region, "region", "", "of files and records that name none")
	f.StringVar(&in.Endpoint, "endpoint", "", "URL of an S3 server that isn't AWS's")
	f.StringVar(&in.Role, "role", "", "ARN of a role to read the bucket as")
	f.StringVar(&in.ExternalID, "external-id", "", "that the role asks for")
	f.StringVar(&in.Queue, "queue", "", "URL of an SQS queue that is told of new objects")
	f.StringVar(&since, "since", "", "day, or time in RFC 3339, from which on objects were written (default: now)")
	return c
}

// addPush adds a source that is pushed to, and tells its key.
func addPush(c *cobra.Command, o *serverFlags, in service.Source) error {
	made, err := ask[service.Source](c.Context(), o, "source/add", in)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(c, made)
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "Firehose pushes to /firehose/%s with this access key, which is told once:\n%s\n", made.ID, made.Key)
	return err
}

// locate completes what a person wrote: a folder's path, and a time.
func locate(in *service.Source, since string) error {
	if since != "" {
		t, err := parseTime(since)
		if err != nil {
			return fmt.Errorf("--since: %w", err)
		}
		in.Since = t.Unix()
	}
	if in.IsPush() {
		return nil
	}
	if in.IsBucket() {
		_, _, err := s3.Parse(in.Location)
		return err
	}
	if hasScheme(in.Location) {
		return nil // the server says what it knows
	}
	path, err := filepath.Abs(in.Location)
	in.Location = path
	return err
}

// hasScheme reports whether a location is a URL, whatever of: it is meant as no folder then, though one could be called so.
func hasScheme(location string) bool {
	scheme, _, ok := strings.Cut(location, "://")
	return ok && !strings.Contains(scheme, "/")
}

func newSourceListCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the sources", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Source](c.Context(), o, "source/list", struct{}{})
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"id", "location", "account", "region", "state", "added by"}, func(s service.Source) table.Row {
				state := "read"
				if s.Paused {
					state = "paused"
				}
				by := "command"
				if s.Console {
					by = "console"
				}
				if s.Declared {
					by = "configuration"
				}
				return table.Row{s.ID, s.Location, s.Account, s.Region, state, by}
			})
		},
	}
}
