package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/spf13/cobra"

	"picket/service"
)

// archiving is one of the two commands that move findings between the current and the archived ones.
type archiving struct {
	verb, done, short string
	archived          bool // what it works on
	call              func(context.Context, region, []string) error
}

var (
	archive = archiving{
		"archive", "archived", "Archive findings, for the account alone", false,
		func(ctx context.Context, r region, ids []string) error {
			_, err := r.client.ArchiveFindings(ctx, &guardduty.ArchiveFindingsInput{DetectorId: &r.detector, FindingIds: ids})
			return err
		},
	}
	unarchive = archiving{
		"unarchive", "unarchived", "Make archived findings current again", true,
		func(ctx context.Context, r region, ids []string) error {
			_, err := r.client.UnarchiveFindings(ctx, &guardduty.UnarchiveFindingsInput{DetectorId: &r.detector, FindingIds: ids})
			return err
		},
	}
)

// moved are the findings that were archived or unarchived in a region, as --json prints them.
type moved struct {
	Region string   `json:"region"`
	IDs    []string `json:"findingIds"`
}

func newFindingsArchiveCommand(a *actAs, do archiving) *cobra.Command {
	o, words, yes := searchFlags{}, []string(nil), false
	c := &cobra.Command{
		Use: do.verb + " [ID...]", Short: do.short,
		Long: do.short + `: those with the ids, or all that a search finds. A search says how many
findings fit, and changes nothing without --yes.`,
		Example: fmt.Sprintf(`  picket findings %[1]s 3f9c1a2b 77d0e5c4 --account 111122223333
  picket findings %[1]s --account 111122223333 --search portscan --since 7d --yes`, do.verb),
		RunE: func(c *cobra.Command, ids []string) error {
			searching := o.given(c) || c.Flags().Changed("search")
			switch {
			case searching == (len(ids) > 0):
				return errors.New("name findings by their ids, or say which by --search and the flags beside it, not both")
			case !searching:
				return a.move(c, do, ids)
			}
			s, err := o.search(c, words, do.archived)
			if err != nil {
				return err
			}
			return a.moveFound(c, do, s, yes)
		},
	}
	o.add(c)
	c.Flags().StringSliceVar(&words, "search", nil, "only findings that say this, as list finds them; again for more words")
	c.Flags().BoolVar(&yes, "yes", false, do.verb+" what the search finds")
	return c
}

// move archives or unarchives the findings with ids: none if one is not there.
func (a *actAs) move(c *cobra.Command, do archiving, ids []string) error {
	found, err := a.byID(c, ids)
	if err != nil {
		return err
	}
	there, all := *a, []moved{}
	there.regions = nil
	for _, f := range found {
		i := slices.IndexFunc(all, func(m moved) bool { return m.Region == f.region })
		if i < 0 {
			i, all, there.regions = len(all), append(all, moved{Region: f.region}), append(there.regions, f.region)
		}
		if !slices.Contains(all[i].IDs, *f.Finding.Id) {
			all[i].IDs = append(all[i].IDs, *f.Finding.Id)
		}
	}
	var done []moved
	err = there.inEnabled(c, func(r region) error {
		done = append(done, moved{r.name, []string{}})
		m := &done[len(done)-1]
		for chunk := range slices.Chunk(all[slices.Index(there.regions, r.name)].IDs, batch) {
			if err := do.call(c.Context(), r, chunk); err != nil {
				return err
			}
			m.IDs = append(m.IDs, chunk...)
		}
		return nil
	})
	if ends(err) {
		return err
	}
	return cmp.Or(a.tellMoved(c, do, done), err)
}

// moveFound archives or unarchives what a search finds.
func (a *actAs) moveFound(c *cobra.Command, do archiving, s service.FindingSearch, yes bool) error {
	var fit service.FindingsFound
	there := *a
	there.regions = nil
	err := a.inEnabled(c, func(r region) error {
		found, err := a.search(c.Context(), r, s)
		if err == nil {
			there.regions = append(there.regions, r.name)
		}
		fit.Total, fit.Unread = fit.Total+found.Total, fit.Unread+found.Unread
		return err
	})
	if ends(err) {
		return err
	}
	unread(c, fit.Unread)
	if fit.Total > 0 && !yes {
		return fmt.Errorf("%s fit; nothing was changed: --yes says to %s", plural(fit.Total, "finding"), do.verb)
	}
	var all []moved
	if fit.Total > 0 {
		s.Limit = batch
		moving := there.inEnabled(c, func(r region) error {
			ids, err := a.moveAll(c.Context(), r, do, s)
			all = append(all, moved{r.name, ids})
			return err
		})
		if ends(moving) {
			return moving
		}
		err = cmp.Or(err, moving)
	}
	return cmp.Or(a.tellMoved(c, do, all), err)
}

// moveAll moves what a search finds in a region: what was moved fits no more, so that the next search finds others. Those
// that came after the first search are left.
func (a *actAs) moveAll(ctx context.Context, r region, do archiving, s service.FindingSearch) ([]string, error) {
	all := []string{}
	for total := 1; len(all) < total; {
		found, err := a.search(ctx, r, s)
		if err != nil || len(found.Findings) == 0 {
			return all, err
		}
		if len(all) == 0 {
			total = found.Total
		}
		var ids []string
		for _, f := range found.Findings[:min(len(found.Findings), total-len(all))] {
			ids = append(ids, *f.Id)
		}
		if err := do.call(ctx, r, ids); err != nil {
			return all, err
		}
		all = append(all, ids...)
	}
	return all, nil
}

func (a *actAs) tellMoved(c *cobra.Command, do archiving, all []moved) error {
	if a.json {
		if all == nil {
			all = []moved{}
		}
		return printJSON(c, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(c.ErrOrStderr(), "No findings.")
	}
	for _, m := range all {
		fmt.Fprintf(c.OutOrStdout(), "%s: %s %s\n", m.Region, do.done, plural(len(m.IDs), "finding"))
	}
	return nil
}
