package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket"
	"picket/export/text"
	"picket/finding"
	"picket/guardduty"
	"picket/operator"
	"picket/service"
)

func newFindingsCommand() *cobra.Command {
	a := &actAs{}
	c := &cobra.Command{
		Use: "findings", Short: "Search, read, explain, archive and watch what was found",
		Long: `The commands act as the account that --account names. It sees its own findings, and as an administrator those that its
members share; what it archives is archived for it alone.

An ID is a finding's id or the beginning of it, and is looked for in all regions unless --regions names some.`,
		Example: `  picket findings list --account 111122223333 ssh brute --severity high
  picket findings show 3f9c1a2b --account 111122223333
  picket findings archive --account 111122223333 --type 'Recon:*' --sample --yes
  picket findings watch --account 111122223333 --regions all --json`,
	}
	a.add(c)
	c.AddCommand(newFindingsListCommand(a), newFindingsShowCommand(a), newFindingsExplainCommand(a), newFindingsWatchCommand(a))
	c.AddCommand(newFindingsArchiveCommand(a, archive), newFindingsArchiveCommand(a, unarchive))
	return c
}

// searchFlags are what commands search findings by.
type searchFlags struct {
	severity string
	types    []string
	members  []string
	since    string
	sample   bool
}

func (o *searchFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.severity, "severity", "", "only findings of at least low, medium, high, critical or a number from 1 to 10")
	f.StringSliceVar(&o.types, "type", nil, "only these finding types; * stands for anything")
	f.StringSliceVar(&o.members, "account-of", nil, "only findings of these accounts, such as members'")
	f.StringVar(&o.since, "since", "", "only findings updated since: 24h, 7d, 2026-01-05 or 2026-01-05T10:00:00Z")
	f.BoolVar(&o.sample, "sample", false, "only sample findings; --sample=false for none of them")
}

const updatedAt = "updatedAt"

// given reports whether the command line has one of the flags.
func (o *searchFlags) given(c *cobra.Command) bool {
	return slices.ContainsFunc([]string{"severity", "type", "account-of", "since", "sample"}, c.Flags().Changed)
}

// search is what the flags ask for, of archived findings or of the current ones.
func (o *searchFlags) search(c *cobra.Command, words []string, archived bool) (service.FindingSearch, error) {
	criterion := map[string]guardduty.Condition{"service.archived": {Equals: []string{strconv.FormatBool(archived)}}}
	s := service.FindingSearch{Types: o.types, Words: words, Criteria: &guardduty.FindingCriteria{Criterion: criterion}}
	severity, err := parseSeverity(o.severity, 0)
	switch {
	case err != nil:
		return s, fmt.Errorf("--severity: %w", err)
	case severity != picket.Severity(int64(severity)):
		return s, fmt.Errorf("--severity: %q is no whole number", o.severity)
	case severity > 0:
		criterion["severity"] = guardduty.Condition{GreaterThanOrEqual: guardduty.Ptr(int64(severity))}
	}
	for _, m := range o.members {
		if !accountID.MatchString(m) {
			return s, fmt.Errorf("--account-of: %q is no account: an id has 12 digits", m)
		}
	}
	if len(o.members) > 0 {
		criterion["accountId"] = guardduty.Condition{Equals: o.members}
	}
	if o.since != "" {
		since, err := parseSince(o.since, time.Now())
		if err != nil {
			return s, fmt.Errorf("--since: %w", err)
		}
		criterion[updatedAt] = guardduty.Condition{GreaterThanOrEqual: guardduty.Ptr(since.UnixMilli())}
	}
	const sample = "service.additionalInfo.sample"
	switch {
	case o.sample:
		criterion[sample] = guardduty.Condition{Equals: []string{"true"}}
	case c.Flags().Changed("sample"):
		criterion[sample] = guardduty.Condition{NotEquals: []string{"true"}}
	}
	return s, nil
}

// parseSince reads a time, or how long ago it was.
func parseSince(s string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), nil
		}
	}
	if ago, err := time.ParseDuration(s); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	t, err := parseTime(s)
	if err != nil {
		err = fmt.Errorf("%q is no time: write 24h, 7d, 2026-01-05 or 2026-01-05T10:00:00Z", s)
	}
	return t, err
}

// search finds findings that the account sees in a region.
func (a *actAs) search(ctx context.Context, r region, s service.FindingSearch) (out service.FindingsFound, err error) {
	in := operator.FindingsOf{Account: a.account, Region: r.name, Search: s}
	return out, r.operator.Do(ctx, "finding/search", in, &out)
}

// Bounds of --limit.
const defaultListed, maxListed = 50, 500

func newFindingsListCommand(a *actAs) *cobra.Command {
	o, limit, archived := searchFlags{}, 0, false
	c := &cobra.Command{
		Use: "list [WORD...]", Short: "List findings, the most severe and then the latest first",
		Long: `List the findings that say all of the words, in any case: in their type, title or account, a detail of their resource, a
remote address or a domain. A word may be a range of addresses, such as 203.0.113.0/24, which one of theirs is in. Archived findings
are left out, unless --archived asks for them.

--json prints the findings as GetFindings has them.`,
		Example: `  picket findings list --account 111122223333 ssh brute --severity high
  picket findings list --account 111122223333 --regions all --since 24h --sample=false
  picket findings list --account 111122223333 --account-of 444455556666 198.51.100.7`,
		RunE: func(c *cobra.Command, words []string) error {
			if limit < 1 || limit > maxListed {
				return fmt.Errorf("--limit: %d: want 1 to %d", limit, maxListed)
			}
			s, err := o.search(c, words, archived)
			if err != nil {
				return err
			}
			s.Limit = limit
			var all service.FindingsFound
			err = a.inEnabled(c, func(r region) error {
				found, err := a.search(c.Context(), r, s)
				all.Findings, all.Total, all.Unread = append(all.Findings, found.Findings...), all.Total+found.Total, all.Unread+found.Unread
				return err
			})
			if ends(err) {
				return err
			}
			slices.SortStableFunc(all.Findings, worstFirst)
			all.Findings = all.Findings[:min(limit, len(all.Findings))]
			return cmp.Or(listFindings(c, a, all), err)
		},
	}
	o.add(c)
	c.Flags().BoolVar(&archived, "archived", false, "the archived findings instead of the current ones")
	c.Flags().IntVar(&limit, "limit", defaultListed, fmt.Sprintf("list at most so many, up to %d", maxListed))
	return c
}

func worstFirst(f, g guardduty.Finding) int {
	return cmp.Or(cmp.Compare(*g.Severity, *f.Severity), cmp.Compare(*g.UpdatedAt, *f.UpdatedAt))
}

func listFindings(c *cobra.Command, a *actAs, all service.FindingsFound) error {
	if a.json || len(all.Findings) > 0 {
		err := show(c, &a.serverFlags, all.Findings, table.Row{"severity", "type", "account", "region", "resource", "count", "updated", "id"}, findingRow)
		if err != nil {
			return err
		}
	}
	w, n := c.ErrOrStderr(), len(all.Findings)
	switch {
	case all.Total == 0:
		fmt.Fprintln(w, "No findings.")
	case n < all.Total:
		fmt.Fprintf(w, "%s of %s; the rest with --limit, or narrow the search\n", number(int64(n)), plural(all.Total, "finding"))
	default:
		fmt.Fprintln(w, plural(n, "finding"))
	}
	unread(c, all.Unread)
	return nil
}

// unread says that a search for words left findings out.
func unread(c *cobra.Command, n int) {
	if n > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%s not searched for the words: narrow with --severity, --type or --since\n", plural(n, "finding"))
	}
}

func findingRow(f guardduty.Finding) table.Row {
	return table.Row{
		picket.Severity(*f.Severity).Label(), called(&f), *f.AccountId, *f.Region, text.Shorten(text.Clean(finding.Subject(&f)), 40),
		occurrences(&f), minute(*f.UpdatedAt), (*f.Id)[:8],
	}
}

// called is the type of a finding, and whether it is a sample.
func called(f *guardduty.Finding) string {
	if info, _ := additional(f.Service).(map[string]any); info["sample"] == true {
		return text.Clean(*f.Type) + " (sample)"
	}
	return text.Clean(*f.Type)
}

func occurrences(f *guardduty.Finding) int32 {
	if f.Service.Count == nil {
		return 1
	}
	return *f.Service.Count
}

// minute shortens a time as the API writes it.
func minute(stamp string) string {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return text.Clean(stamp)
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// located is a finding in its region.
type located struct {
	service.FindingDetail
	region string
}

// byID finds each of the findings that ids, or their beginnings, name: in all regions unless the flags name some.
func (a *actAs) byID(c *cobra.Command, ids []string) ([]located, error) {
	everywhere := *a
	if len(a.regions) == 0 {
		everywhere.regions = []string{"all"}
	}
	found := make([][]located, len(ids))
	err := everywhere.inRegions(c, func(r region) error {
		for i, id := range ids {
			var some []service.FindingDetail
			if err := r.operator.Do(c.Context(), "finding/show", operator.FindingsOf{Account: a.account, Region: r.name, ID: id}, &some); err != nil {
				return err
			}
			for _, f := range some {
				found[i] = append(found[i], located{f, r.name})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []located
	for i, id := range ids {
		switch len(found[i]) {
		case 0:
			return nil, fmt.Errorf("account %s sees no finding %s; picket findings list shows those that it sees", a.account, id)
		case 1:
			all = append(all, found[i][0])
		default:
			return nil, fmt.Errorf("several ids begin with %s, such as %s and %s: write more of it", id, *found[i][0].Finding.Id, *found[i][1].Finding.Id)
		}
	}
	return all, nil
}
