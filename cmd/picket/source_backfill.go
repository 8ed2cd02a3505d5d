package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/scan"
	"picket/service"
)

func newSourceBackfillCommand(o *serverFlags) *cobra.Command {
	since, until := "", ""
	c := &cobra.Command{
		Use: "backfill ID --since DAY", Short: "Look for findings in what a folder or bucket holds from before", Args: cobra.ExactArgs(1),
		Long: `A source is read from the time it was added. Backfill scans the records from before, with a state of its own: what the server
knows for the logs to come stays as it is. What is found grows the findings that are there, or becomes new ones, which are
published as others are. Nothing counts twice: neither what the server read already, nor what an earlier backfill did. Detectors,
features, custom detection rules and accounts' own lists apply as they are now, whatever was so when a record was written: what the
server left out because an account was suspended then is judged, too. The server does the work, and goes on with the rest meanwhile.`,
		RunE: func(c *cobra.Command, args []string) error {
			in := service.Backfill{ID: args[0]}
			var err error
			if in.Since, err = flagTime("--since", since); err != nil {
				return err
			}
			if in.Until, err = flagTime("--until", until); err != nil {
				return err
			}
			done, err := ask[service.Backfilled](c.Context(), o, "source/backfill", in)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, done)
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "%s in %s read: %s.\n", plural(int(done.Records), "record"), plural(done.Objects, "object"), plural(done.Findings, "finding"))
			if done.Skipped > 0 {
				fmt.Fprintf(out, "%s more, of no enabled detector or of a feature that is off.\n", plural(int(done.Skipped), "record"))
			}
			for _, p := range done.Problems {
				fmt.Fprintln(c.ErrOrStderr(), p)
			}
			if n := len(done.Problems) + done.More; n > 0 {
				return fmt.Errorf("%s could not be read", plural(n, "place"))
			}
			return nil
		},
	}
	c.Flags().StringVar(&since, "since", "", "only records at or after this day or time (UTC)")
	c.Flags().StringVar(&until, "until", "", "only records before this day or time (UTC)")
	_ = c.MarkFlagRequired("since") // it exists
	return c
}

// before lists what a source holds; of a bucket, what was delivered before the source reads it.
func (c config) before(ctx context.Context, o service.Source, filter *scan.Filter) ([]scan.Object, []scan.Problem, error) {
	if !o.IsBucket() {
		objects, problems := c.folder(o).List(filter)
		return objects, problems, nil
	}
	client, err := c.client(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	objects, problems := client.List(ctx, o.Location, filter)
	start := time.Unix(o.Since, 0)
	return slices.DeleteFunc(objects, func(object scan.Object) bool { return object.Place.Time.After(start) }), problems, nil
}

// mostProblems are told of a backfill.
const mostProblems = 10

// backfill is service.Service.BackfillSource of a server.
func (s *server) backfill(ctx context.Context, o service.Source, in service.Backfill) (out service.Backfilled, err error) {
	known, err := s.config.knowledge().intelligence()
	if err != nil {
		return out, err
	}
	objects, problems, err := s.config.before(ctx, o, &scan.Filter{Since: in.Since, Until: in.Until})
	if err != nil {
		return out, err
	}
	cfg := scan.Config{
		Objects: objects, Rules: rules.All(), Intel: known.tables, Geo: known.geo, Keys: known.keys, Since: in.Since, Until: in.Until,
		Account: o.Account, Region: o.Region, Evidence: true, Workers: 1,
	}
	if err := s.analysed(ctx, &cfg); err != nil {
		return out, err
	}
	report := scan.Run(ctx, cfg, &scan.Progress{})
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	out.Objects, out.Records, out.Skipped = report.Objects, report.Total(), report.Unrouted
	out.Problems, out.More = firstProblems(append(problems, report.Problems...))
	read := numbered(report)
	about := &finding.About{Geo: known.geo}
	for at, found := range byDetector(report.Aggregates) {
		n, err := s.service.Backfill(ctx, about, at[0], at[1], found, read)
		if out.Findings += n; err != nil {
			return out, err
		}
	}
	return out, nil
}

// firstProblems are the first problems in words, and how many more there are.
func firstProblems(all []scan.Problem) (words []string, more int) {
	for _, p := range all[:min(len(all), mostProblems)] {
		words = append(words, p.Object+": "+p.Reason)
	}
	return words, len(all) - len(words)
}

// analysed has a scan analyse what the server would of the same records, under the same lists.
func (s *server) analysed(ctx context.Context, cfg *scan.Config) error {
	all, err := s.service.Analysed(ctx)
	if err != nil {
		return err
	}
	routes := pipeline.Routes{}
	cfg.Own = map[[2]string]*intel.Tables{}
	for _, a := range all {
		routes.Set(a.Route)
		if a.Own != nil {
			cfg.Own[[2]string{a.Account, a.Region}] = a.Own
		}
	}
	cfg.Route = func(account, region string, trail *event.CloudTrail) (string, bool) {
		why := ""
		if trail != nil {
			region, why = routes.Trail(trail)
		} else {
			why = routes.Other(account, region, 0, 0) // who asks for old logs wants them, whatever was off then
		}
		return region, why == ""
	}
	cfg.Raises = routes.Raises
	return nil
}

func byDetector(all []*finding.Aggregate) map[[2]string][]*finding.Aggregate {
	out := map[[2]string][]*finding.Aggregate{}
	for _, a := range all {
		at := [2]string{a.Account, a.Region}
		out[at] = append(out[at], a)
	}
	return out
}

// numbered gives the objects of a scan the numbers that they have in every backfill, and no message of a log, and returns how
// the records are found that evidence names by them.
func numbered(r *scan.Report) func(rule.Evidence) (picket.EvidenceRecord, bool) {
	type place struct {
		object uint64
		offset int64
	}
	number := func(o *scan.Object) uint64 {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s\x00%s", o.Name, o.Version)
		return h.Sum64() | 1<<63
	}
	numbers := map[string]uint64{}
	for i := range r.Numbered {
		numbers[r.Numbered[i].Name] = number(&r.Numbered[i])
	}
	for _, a := range r.Aggregates {
		a.Renumber(func(n uint64) uint64 { return number(&r.Numbered[n]) })
	}
	records := map[place]picket.EvidenceRecord{}
	for _, f := range r.Findings {
		for _, e := range f.Evidence.Records {
			records[place{numbers[e.Object], e.Offset}] = e
		}
	}
	return func(e rule.Evidence) (picket.EvidenceRecord, bool) {
		record, ok := records[place{e.Object, e.Offset}]
		return record, ok
	}
}
