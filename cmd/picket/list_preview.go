package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/event"
	"picket/scan"
	"picket/service"
)

func newListPreviewCommand(o *serverFlags, of *service.ListOf) *cobra.Command {
	quick := false
	c := &cobra.Command{
		Use: "preview ID", Short: "Say what a list would have matched in the last 30 days", Args: cobra.ExactArgs(1),
		Long: `Say what a list would have matched in the last 30 days.

Preview reads the list where it is now. It looks at the records of the account that the server's folders and buckets hold of the
last 30 days and that are analysed in the region, by themselves: it judges no rule and changes nothing. A record that two
sources hold counts twice. And it looks at the addresses and names in the account's stored findings of these days. What was
pushed is not kept, so that only its findings tell of it. It says what it looked at; of a large bucket it reads long, and
--quick looks at the findings alone.`,
		RunE: func(c *cobra.Command, args []string) error {
			of.ID = args[0]
			how := "list/preview-logs"
			if quick {
				how = "list/preview"
			}
			p, err := ask[service.ListPreview](c.Context(), o, how, of)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, p)
			}
			sayPreview(c.OutOrStdout(), p)
			if p.Logs == nil {
				return nil
			}
			for _, what := range p.Logs.Problems {
				fmt.Fprintln(c.ErrOrStderr(), what)
			}
			if n := len(p.Logs.Problems) + p.Logs.More; n > 0 {
				return fmt.Errorf("%s could not be read", plural(n, "place"))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&quick, "quick", false, "look at stored findings alone, not at logs")
	return c
}

// sayPreview tells a preview, and what it looked at.
func sayPreview(w io.Writer, p service.ListPreview) {
	fmt.Fprintf(w, "The list has %s.\n", plural(p.Entries, "entry"))
	if p.Note != "" {
		fmt.Fprintln(w, strings.TrimSpace(p.Note))
	}
	if l := p.Logs; l != nil {
		fmt.Fprintf(w, "Logs since %s: it matches %d of %s%s.\n",
			time.UnixMilli(l.Since).UTC().Format(time.DateOnly), l.Matched, plural(int(l.Records), "record"), behind(most(l.Things)))
		from := "no source was looked at"
		if len(l.Sources) > 0 {
			from = plural(l.Objects, "object") + " of " + strings.Join(l.Sources, ", ")
		}
		fmt.Fprintf(w, "  Looked at: %s.\n", from)
		for _, why := range l.LeftOut {
			fmt.Fprintf(w, "  Not looked at: %s.\n", why)
		}
	}
	fmt.Fprintf(w, "Stored findings of %d days: it matches %d of %s%s.\n", service.PreviewDays, p.Matched, plural(p.Findings, "finding"), behind(most(p.Things)))
	if len(p.Types) > 0 {
		fmt.Fprintf(w, "  Their types: %s.\n", most(p.Types))
	}
}

func behind(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// lookAtLogs is service.Service.LookAtLogs of a server.
func (s *server) lookAtLogs(ctx context.Context, account, region string, since time.Time, see func(any)) (out service.Looked, err error) {
	all, err := s.service.Sources(ctx)
	if err != nil {
		return out, err
	}
	cfg := scan.Config{OnlyAccounts: []string{account}, Since: since, See: see, Workers: 1}
	if err := s.analysed(ctx, &cfg); err != nil {
		return out, err
	}
	route := cfg.Route
	cfg.Own, cfg.Route = nil, func(of, from string, trail *event.CloudTrail) (string, bool) {
		in, ok := route(of, from, trail)
		return in, ok && in == region
	}
	if pushes, err := s.service.HavePushes(ctx); err != nil {
		return out, err
	} else if pushes {
		out.LeftOut = append(out.LeftOut, "picket push: what is pushed is not kept")
	}
	var problems []scan.Problem
	for _, o := range all {
		switch {
		case o.IsPush():
			out.LeftOut = append(out.LeftOut, o.ID+": what is pushed is not kept")
			continue
		case o.Paused:
			out.LeftOut = append(out.LeftOut, o.ID+": it is paused")
			continue
		}
		o.Since = time.Now().Unix() // of a bucket, what the server read is looked at too
		objects, wrong, err := s.config.before(ctx, o, &scan.Filter{Accounts: cfg.OnlyAccounts, Since: since})
		if err != nil {
			return out, fmt.Errorf("source %s: %w", o.ID, err)
		}
		cfg.Objects, cfg.Account, cfg.Region = objects, o.Account, o.Region
		report := scan.Run(ctx, cfg, &scan.Progress{})
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		out.Sources = append(out.Sources, o.ID)
		out.Objects += report.Objects
		out.Records += report.Total()
		problems = append(append(problems, wrong...), report.Problems...)
	}
	out.Problems, out.More = firstProblems(problems)
	return out, nil
}
