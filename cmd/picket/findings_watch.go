package main

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/export/text"
	"picket/finding"
	"picket/guardduty"
	"picket/operator"
	"picket/service"
)

const (
	stamp        = "2006-01-02T15:04:05.000Z" // as the API writes times
	watchPause   = 5 * time.Second
	watchOverlap = time.Minute // updates may be seen this much later than their time says
)

func newFindingsWatchCommand(a *actAs) *cobra.Command {
	o := searchFlags{}
	c := &cobra.Command{
		Use: "watch [WORD...]", Short: "Print new and updated findings as they come, until interrupted",
		Long: `Print a line for each finding that is new or occurs again, as list would find it: the server is asked every 5 seconds. With
--since it begins with those that there are. --json prints each as GetFindings has it, on one line.`,
		Example: `  picket findings watch --account 111122223333 --regions all --severity high
  picket findings watch --account 111122223333 --since 1h --json`,
		RunE: func(c *cobra.Command, words []string) error {
			s, err := o.search(c, words, false)
			if err != nil {
				return err
			}
			return newWatcher(a, c, s).watch()
		},
	}
	o.add(c)
	return c
}

// watcher prints what changes among the findings that a search finds.
type watcher struct {
	*actAs
	command *cobra.Command
	search  service.FindingSearch
	since   time.Time
	known   map[string]string // updatedAt by id, of those that the next look may find again
	quiet   bool              // about what there is at first
}

func newWatcher(a *actAs, c *cobra.Command, s service.FindingSearch) *watcher {
	w := &watcher{actAs: a, command: c, search: s, known: map[string]string{}}
	if from := s.Criteria.Criterion[updatedAt].GreaterThanOrEqual; from != nil {
		w.since = time.UnixMilli(*from)
	} else {
		w.since, w.quiet = time.Now().Add(-watchOverlap), true
	}
	return w
}

// watch goes on until the command's context ends, as a signal makes it.
func (w *watcher) watch() error {
	ctx := w.command.Context()
	for {
		if err := w.look(); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(watchPause):
		}
	}
}

// look prints what changed since it looked before.
func (w *watcher) look() error {
	began, enabled := time.Now(), false
	err := w.inRegions(w.command, func(r region) error {
		if r.detector == "" {
			return nil
		}
		enabled = true
		return w.lookIn(w.command.Context(), r)
	})
	if err != nil {
		return err
	}
	if !enabled {
		return w.off()
	}
	w.since, w.quiet = began.Add(-watchOverlap), false
	maps.DeleteFunc(w.known, func(_, at string) bool { return at < w.since.UTC().Format(stamp) })
	return nil
}

func (w *watcher) lookIn(ctx context.Context, r region) error {
	in := operator.FindingsOf{Account: w.account, Region: r.name, Search: w.search}
	since := w.since.UnixMilli()
	in.Search.Criteria.Criterion[updatedAt] = guardduty.Condition{GreaterThanOrEqual: &since}
	for {
		var found service.FindingsFound
		if err := r.operator.Do(ctx, "finding/follow", in, &found); err != nil {
			return err
		}
		for _, f := range found.Findings {
			if err := w.tell(f); err != nil {
				return err
			}
		}
		if in.Search.After = found.Next; in.Search.After == "" {
			return nil
		}
	}
}

// tell prints a finding if this update of it is news.
func (w *watcher) tell(f guardduty.Finding) error {
	if w.known[*f.Id] == *f.UpdatedAt {
		return nil
	}
	w.known[*f.Id] = *f.UpdatedAt
	out := w.command.OutOrStdout()
	switch {
	case w.quiet:
		return nil
	case w.json:
		return encodeJSON(out, f, "")
	}
	news := "again"
	if *f.CreatedAt == *f.UpdatedAt {
		news = "new"
	}
	_, err := fmt.Fprintf(out, "%s  %-5s  %-8s  %s  %s  %s  %s  %s\n", minute(*f.UpdatedAt), news, picket.Severity(*f.Severity).Label(), (*f.Id)[:8],
		*f.AccountId, *f.Region, called(&f), text.Clean(finding.Subject(&f)))
	return err
}
