package main

import (
	"cmp"
	"context"
	"errors"
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
		Long: `Print a line for each finding that is new or occurs again, as list would find it: the server is asked every 5 seconds, also
while it doesn't answer, which is said once. With --since it begins with those that there are. --json prints each as GetFindings has it,
on one line.`,
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
	pause   func(context.Context) bool

	unwritten error // why what was found could not be printed
}

func newWatcher(a *actAs, c *cobra.Command, s service.FindingSearch) *watcher {
	w := &watcher{actAs: a, command: c, search: s, known: map[string]string{}, pause: pause}
	if from := s.Criteria.Criterion[updatedAt].GreaterThanOrEqual; from != nil {
		w.since = time.UnixMilli(*from)
	} else {
		w.since, w.quiet = time.Now().Add(-watchOverlap), true
	}
	return w
}

// pause waits between two looks, and reports whether there is to be another.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(watchPause):
		return true
	}
}

// watch goes on until the command's context ends, as a signal makes it. Once a look was good, one that fails ends nothing: the server may
// restart.
func (w *watcher) watch() error {
	ctx, said := w.command.Context(), ""
	err := w.look()
	for err == nil && w.pause(ctx) {
		failed := w.look()
		switch {
		case failed == nil:
			said = ""
		case w.unwritten != nil:
			err = w.unwritten
		case ctx.Err() == nil && failed.Error() != said:
			said = failed.Error()
			fmt.Fprintf(w.command.ErrOrStderr(), "%s\nStill looking, until interrupted.\n", said)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// look prints what changed since it looked before.
func (w *watcher) look() error {
	began, enabled := time.Now(), false
	ctx, failed := w.command.Context(), []error(nil)
	err := w.eachRegion(ctx, func(r region) error {
		if r.detector == "" {
			return nil
		}
		enabled = true
		return w.lookIn(ctx, r)
	}, func(err error) { failed = append(failed, err) })
	if err != nil {
		return cmp.Or(errors.Join(failed...), err)
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
		w.unwritten = encodeJSON(out, f, "")
		return w.unwritten
	}
	news := "again"
	if *f.CreatedAt == *f.UpdatedAt {
		news = "new"
	}
	_, w.unwritten = fmt.Fprintf(out, "%s  %-5s  %-8s  %s  %s  %s  %s  %s\n", minute(*f.UpdatedAt), news, picket.Severity(*f.Severity).Label(), (*f.Id)[:8],
		*f.AccountId, *f.Region, called(&f), text.Clean(finding.Subject(&f)))
	return w.unwritten
}
