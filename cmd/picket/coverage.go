package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/operator"
	"picket/service"
)

func newCoverageCommand() *cobra.Command {
	o, of := &serverFlags{}, operator.CoverageOf{}
	c := &cobra.Command{
		Use: "coverage", Short: "See what logs came of which account, and what of them is analysed",
		Long: `The commands show what --account sees: itself, and the members of an administrator. Amounts are of the last 30 days: today, and
the 29 days before.`,
	}
	o.add(c)
	c.PersistentFlags().StringVar(&of.Account, "account", "", "whose logs (required)")
	c.PersistentFlags().StringVar(&of.Region, "region", "", "where (default everywhere)")
	_ = c.MarkPersistentFlagRequired("account") // it exists
	c.AddCommand(newCoverageListCommand(o, &of), newCoverageResourcesCommand(o, &of))
	return c
}

func newCoverageListCommand(o *serverFlags, of *operator.CoverageOf) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List accounts by the kinds of their logs, also those that none came of", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.Covered](c.Context(), o, "coverage/list", of)
			if err != nil {
				return err
			}
			header := table.Row{"account", "region", "logs", "analysis", "records", "MB", "latest event", "late", "not analysed"}
			return show(c, o, all, header, func(r service.Covered) table.Row {
				last := "none"
				if r.Last > 0 {
					last = time.Unix(r.Last, 0).UTC().Format(time.RFC3339)
				}
				if r.Silent {
					last += ", silent"
				}
				return table.Row{r.Account, r.Region, r.Kind, r.State, r.Month.Records, megabytes(r.Month.Bytes), last, r.Late.Records, skippedText(r.Skipped)}
			})
		},
	}
}

func newCoverageResourcesCommand(o *serverFlags, of *operator.CoverageOf) *cobra.Command {
	return &cobra.Command{
		Use: "resources", Short: "List the resources that wrote logs: buckets, instances, network interfaces and VPCs", Args: cobra.NoArgs,
		Long: `List the resources that wrote logs: buckets, instances, network interfaces and VPCs.

Of each account, region and day the hundred resources that wrote most are kept.`,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := ask[[]service.CoveredResource](c.Context(), o, "coverage/resources", of)
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"account", "resource", "logs", "records", "MB", "last day"}, func(r service.CoveredResource) table.Row {
				return table.Row{r.Account, r.Resource, r.Kind, r.Records, megabytes(r.Bytes), r.Last}
			})
		},
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.3f", float64(n)/1e6) }

func skippedText(by map[string]int64) string {
	var words []string
	for _, reason := range slices.Sorted(maps.Keys(by)) {
		words = append(words, fmt.Sprintf("%d: %s", by[reason], reason))
	}
	return strings.Join(words, "; ")
}
