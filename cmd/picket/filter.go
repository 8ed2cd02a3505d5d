package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/guardduty"
	"picket/operator"
	"picket/service"
)

func newFilterCommand() *cobra.Command {
	o, of := &serverFlags{}, operator.FilterOf{}
	c := &cobra.Command{
		Use: "filter", Short: "See what accounts' filters do",
		Long: `Filters are made in the console, or through the API (aws guardduty create-filter). One with the action ARCHIVE suppresses what it fits from then on,
for its account alone.`,
	}
	o.add(c)
	c.PersistentFlags().StringVar(&of.Account, "account", "", "whose filters (required)")
	c.PersistentFlags().StringVar(&of.Region, "region", defaultRegion, "where")
	_ = c.MarkPersistentFlagRequired("account") // it exists
	c.AddCommand(newFilterListCommand(o, &of), newFilterPreviewCommand(o, &of))
	return c
}

func newFilterListCommand(o *serverFlags, of *operator.FilterOf) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List filters, what they matched, and which have matched nothing for 30 days", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.FilterInfo](c.Context(), o, "filter/list", of)
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"name", "action", "rank", "matched", "last", ""}, func(f service.FilterInfo) table.Row {
				last, warning := "never", ""
				if f.Last > 0 {
					last = listTimeText(f.Last)
				}
				if f.Idle {
					warning = "matched nothing for 30 days"
				}
				return table.Row{f.Name, f.Action, f.Rank, f.Matched, last, warning}
			})
		},
	}
}

func newFilterPreviewCommand(o *serverFlags, of *operator.FilterOf) *cobra.Command {
	file := ""
	c := &cobra.Command{
		Use: "preview [NAME]", Short: "Say what a filter would have archived of the current findings", Args: cobra.MaximumNArgs(1),
		Long: `Say what a filter would have archived of the current findings: one that exists, or --criteria. Nothing is changed.`,
		Example: `  picket filter preview scanners --account 111122223333
  echo '{"Criterion": {"type": {"Matches": ["Recon:*"]}}}' | picket filter preview --criteria - --account 111122223333`,
		RunE: func(c *cobra.Command, args []string) error {
			of.Name = strings.Join(args, "")
			if (of.Name == "") == (file == "") {
				return errors.New("name a filter, or give --criteria")
			}
			if err := readCriteria(c, file, of); err != nil {
				return err
			}
			m, err := ask[service.Match](c.Context(), o, "filter/preview", of)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, m)
			}
			fmt.Fprintln(c.OutOrStdout(), matchText(m))
			return nil
		},
	}
	c.Flags().StringVar(&file, "criteria", "", "file with findingCriteria as create-filter takes them, or - for the standard input")
	return c
}

func readCriteria(c *cobra.Command, file string, of *operator.FilterOf) error {
	if file == "" {
		return nil
	}
	in := c.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("--criteria: %w", err)
		}
		defer f.Close()
		in = f
	}
	d := json.NewDecoder(in)
	d.DisallowUnknownFields() // a name that is mistyped would widen the filter
	of.Criteria = &guardduty.FindingCriteria{}
	if err := d.Decode(of.Criteria); err != nil {
		return fmt.Errorf("--criteria: %w; write {\"criterion\": {\"type\": {\"equals\": [\"…\"]}}}", err)
	}
	return nil
}

// matchText says what a filter would have done, the worst first.
func matchText(m service.Match) string {
	var parts []string
	for _, label := range []string{"Critical", "High", "Medium", "Low"} {
		if n := m.Severities[label]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d of them %s", n, label))
		}
	}
	out := fmt.Sprintf("would have archived %d of %s", m.Matching, plural(m.Current, "current finding"))
	if len(parts) > 0 {
		out += ", " + strings.Join(parts, ", ")
	}
	return out
}
