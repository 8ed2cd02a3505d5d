package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/publish/webhook"
	"picket/service"
)

func newDestinationCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{Use: "destination", Short: "Say where findings go, and see whether they arrive"}
	o.add(c)
	c.AddCommand(newDestinationAddCommand(o), newDestinationListCommand(o))
	for verb, does := range map[string]string{
		"test":   "Send a sample finding, and tell what the receiver says",
		"remove": "Forget a webhook or an address, and what waits for it",
	} {
		c.AddCommand(&cobra.Command{
			Use: verb + " ID", Short: does, Args: cobra.ExactArgs(1),
			RunE: func(c *cobra.Command, args []string) error {
				said := map[string]string{"test": "Destination %s took a sample finding.", "remove": "Destination %s is forgotten."}
				return tell(c, o, "destination/"+verb, operator.DestinationOf{ID: args[0]}, said[verb], args[0])
			},
		})
	}
	c.AddCommand(&cobra.Command{
		Use: "replay ID", Short: "Send again what was given up", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := ask[operator.Replayed](c.Context(), o, "destination/replay", operator.DestinationOf{ID: args[0]})
			if err == nil {
				fmt.Fprintf(c.ErrOrStderr(), "%d go to %s again.\n", n.Count, args[0])
			}
			return err
		},
	})
	return c
}

func newDestinationAddCommand(o *serverFlags) *cobra.Command {
	in := service.Destination{}
	severity, secretFile, digest := "", "", time.Duration(0)
	c := &cobra.Command{
		Use: "add ID URL", Short: "Send what an account sees to an address", Args: cobra.ExactArgs(2),
		Long: `Send what an account sees to an address: a webhook, a chat, PagerDuty or mail.

New findings go at once, updates with the others of the detector's publishing frequency, each as one POST that is signed as
the Standard Webhooks specification says: with the secret that this command prints, unless you bring one. What an account
archived or suppressed for itself, and samples, go nowhere. What can't be delivered is tried again for three days, and then kept
until you replay it. The address is kept encrypted as the secret is, and only its host is shown, because chats' addresses let
anybody write who knows them. An account's own S3 destinations are made with CreatePublishingDestination, and listed here too.

Formats: ` + webhook.Formats + `. PagerDuty's secret is its routing key. CSV is a line with the names
of the columns and one of the finding, in which no cell is a formula to a spreadsheet.

To mailto:ADDRESS what is due in the same minute goes as one mail, through the SMTP server of the configuration; without one, to
a file. With --digest it goes together at the end of each such time, as 1h or 24h, and with --quiet not at night. Critical
findings wait for neither.`,
		Example: `  picket destination add soc https://soc.example.com/picket --account 111122223333 --severity medium
  picket destination add chat https://hooks.slack.com/services/… --account 111122223333 --format slack
  picket destination add team mailto:team@example.com --account 111122223333 --severity high --digest 1h --quiet 22:00-07:00`,
		RunE: func(c *cobra.Command, args []string) error {
			in.ID, in.URL = args[0], args[1]
			var err error
			if in.MinSeverity, err = parseSeverity(severity, 0); err != nil {
				return fmt.Errorf("--severity: %w", err)
			}
			if in.Format == "" && !strings.HasPrefix(in.URL, "mailto:") {
				in.Format = defaultFormat
			}
			if in.Digest = int64(digest.Seconds()); in.Digest == 0 && digest != 0 {
				return fmt.Errorf("--digest: %v is too short: write 1h", digest)
			}
			if secretFile != "" {
				b, err := os.ReadFile(secretFile)
				if err != nil {
					return fmt.Errorf("--secret-file: %w", err)
				}
				in.Secret = strings.TrimSpace(string(b))
			}
			made, err := ask[service.Destination](c.Context(), o, "destination/add", in)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "Destination %s is added.\n", in.ID)
			if made.Secret != "" && in.Secret == "" {
				fmt.Fprintf(c.OutOrStdout(), "%s\n", made.Secret)
				fmt.Fprintln(c.ErrOrStderr(), "This is the secret that its requests are signed with; it is not shown again.")
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&in.Account, "account", "", "whose findings, those of its members included (required)")
	f.StringVar(&in.Region, "region", "", "only of this region")
	f.StringVar(&in.Format, "format", "", webhook.Formats+" (default "+defaultFormat+")")
	f.StringVar(&severity, "severity", "", "only findings of at least low, medium, high, critical or a number")
	f.StringSliceVar(&in.Accounts, "account-of", nil, "only of these accounts, such as members'")
	f.DurationVar(&digest, "digest", 0, "of mail: how long what is found is collected")
	f.StringVar(&in.Quiet, "quiet", "", "of mail: hours when none goes, as 22:00-07:00")
	f.StringVar(&in.Zone, "zone", "", "time zone of these hours, as Europe/Berlin (default UTC)")
	f.StringVar(&secretFile, "secret-file", "", "file that holds the secret, instead of one that is made")
	_ = c.MarkFlagRequired("account")
	return c
}

const defaultFormat = "eventbridge"

func newDestinationListCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List where findings go, and how delivery goes", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Destination](c.Context(), o, "destination/list", struct{}{})
			if err != nil {
				return err
			}
			header := table.Row{"id", "account", "region", "to", "format", "from", "state", "delivered", "waiting", "given up"}
			return show(c, o, all, header, func(d service.Destination) table.Row {
				region, from := d.Region, "all"
				if region == "" {
					region = "all"
				}
				if d.MinSeverity > 0 {
					from = fmt.Sprintf("%s (%v)", d.MinSeverity.Label(), float64(d.MinSeverity))
				}
				return table.Row{d.ID, d.Account, region, d.URL, destinationForm(d), from, deliveryState(d), d.State.Delivered, d.Waiting, d.GivenUp}
			})
		},
	}
}

// destinationForm is the format of a webhook, or when mail goes.
func destinationForm(d service.Destination) string {
	form := d.Format
	if d.Digest > 0 {
		form = "every " + (time.Duration(d.Digest) * time.Second).String()
	}
	if d.Quiet != "" {
		form = strings.TrimSpace(form + " not " + d.Quiet + " " + d.Zone)
	}
	if len(d.Accounts) > 0 {
		form = strings.TrimSpace(form + " of " + strings.Join(d.Accounts, ", "))
	}
	return form
}

func deliveryState(d service.Destination) string {
	if d.State.FailingSince == 0 {
		return strings.ToLower(strings.ReplaceAll(string(d.State.Status), "_", " "))
	}
	return fmt.Sprintf("fails since %s: %s", time.UnixMilli(d.State.FailingSince).UTC().Format("2006-01-02 15:04"), d.State.Error)
}
