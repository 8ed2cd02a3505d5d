package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/service"
)

func newListCommand() *cobra.Command {
	o, of := &serverFlags{}, service.ListOf{}
	c := &cobra.Command{
		Use: "list", Short: "See what accounts' own lists do",
		Long: `Trusted and threat lists are made in the console, or through the API (aws guardduty create-ip-set,
create-threat-intel-set, create-trusted-entity-set, create-threat-entity-set). Each is its account's alone, in its region.

Where the location is in S3, the server reads it with its own credentials, if its configuration says that the account may name it:

    lists:
      buckets:
        - shared-lists                # everything in this bucket, for all accounts
        - company-lists/{account}/    # for each account what is in the folder of its own`,
	}
	o.add(c)
	c.PersistentFlags().StringVar(&of.Account, "account", "", "whose lists (required)")
	c.PersistentFlags().StringVar(&of.Region, "region", defaultRegion, "where")
	_ = c.MarkPersistentFlagRequired("account") // it exists
	c.AddCommand(newListShowCommand(o, &of), newListPreviewCommand(o, &of))
	return c
}

func newListShowCommand(o *serverFlags, of *service.ListOf) *cobra.Command {
	return &cobra.Command{
		Use: "show [ID]", Short: "Show lists: their state, why, and what they matched", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			of.ID = strings.Join(args, "")
			all, err := ask[[]service.ListInfo](c.Context(), o, "list/show", of)
			if err != nil {
				return err
			}
			return show(c, o, all, table.Row{"id", "kind", "name", "location", "state", "hits"}, func(l service.ListInfo) table.Row {
				return table.Row{l.ID, l.Kind, l.Name, l.Location, listState(l), listHits(l)}
			})
		},
	}
}

// listState is a list's state in words.
func listState(l service.ListInfo) string {
	words := []string{l.Status}
	if l.Entries > 0 {
		words = append(words, fmt.Sprintf("%s, read %s", plural(l.Entries, "entry"), listTimeText(l.ReadAt)))
	}
	if l.ChangedAt != 0 {
		words = append(words, "changed since activation, seen "+listTimeText(l.ChangedAt)+": activate it again to take the change")
	}
	if l.Reason != "" {
		words = append(words, l.Reason)
	}
	return strings.Join(words, "; ")
}

func listTimeText(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// listHits are the hits of a list, those of its busiest entries apart.
func listHits(l service.ListInfo) string {
	if l.Hits == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, last %s: %s", l.Hits, listTimeText(l.LastHit), most(l.HitsOf))
}

// most names the ten with the highest counts.
func most(counts map[string]int64) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return int(counts[b] - counts[a])
		}
		return strings.Compare(a, b)
	})
	var words []string
	for _, n := range names[:min(len(names), 10)] {
		words = append(words, fmt.Sprintf("%s %d", n, counts[n]))
	}
	if len(names) > 10 {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}
