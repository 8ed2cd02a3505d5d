package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/export/asff"
	"picket/export/csv"
	"picket/export/jsonl"
	"picket/export/ocsf"
	"picket/export/text"
	"picket/finding"
	"picket/rule"
	"picket/rules"
	"picket/scan"
	"picket/source/file"
	"picket/source/s3"
)

// scanFlags are the flags of picket scan, as given.
type scanFlags struct {
	since, until      string
	accounts, regions []string
	types, sets       []string
	severity, failOn  string
	trusted, threats  []string
	intel             []string
	keys              string
	feeds             string // a table of feeds; no flag of a scan
	organization      []string
	format            string
	explain, quiet    bool
	account, region   string // of records that name none
	flowFormat        string
	maxBytes          int64
	workers           int
	endpoint          string // of S3
	resume            string
}

func newScanCommand(d deps) *cobra.Command {
	var o scanFlags
	c := &cobra.Command{
		Use:   "scan PATH…",
		Short: "Find attackers in log files: CloudTrail, VPC flow and DNS logs",
		Long: `Read log files, run every rule over them, print what was found.

PATH is a file, a folder and all below it, a pattern, s3://BUCKET/PREFIX, or - for standard input. Of a bucket in
AWS's layout only the accounts, regions and days that the flags name are listed. Formats and compression are told
apart by content: CloudTrail, VPC flow and Route 53 Resolver logs, plain, gzip, zstd or Parquet.

Accounts and regions are those of the records; "unknown" stands for records that name none. Regions are written as AWS
writes them (eu-west-1, us-gov-west-1), wherever the logs are kept: the region of the bucket itself is that of AWS_REGION
or the profile, in whatever form its cloud has.

Exit codes: 0 no findings at or above --fail-on, 1 findings, 2 something could not be read or done (what could
be is reported).`,
		Example: `  picket scan ./AWSLogs
  picket scan ./AWSLogs --since 2026-01-01 --account 111122223333 --severity high
  picket scan ./AWSLogs --threat bad.txt --trusted office.txt --explain
  picket scan s3://trail/AWSLogs/ --since 2026-01-01 --region eu-west-1 --resume ./read
  aws cloudtrail lookup-events | picket scan -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.check(c.Flags(), args); err != nil {
				return err
			}
			return runScan(c.Context(), d, &o, args)
		},
	}
	o.register(c)
	return c
}

func (o *scanFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.since, "since", "", "only records at or after this day or time (UTC), as 2026-01-05 or 2026-01-05T10:00:00Z")
	f.StringVar(&o.until, "until", "", "only records before this day or time (UTC)")
	f.StringSliceVar(&o.accounts, "account", nil, "only these accounts")
	f.StringSliceVar(&o.regions, "region", nil, "only these regions")
	f.StringSliceVar(&o.types, "type", nil, "only these finding types; * stands for anything")
	f.StringVar(&o.severity, "severity", "", "only findings of at least low, medium, high, critical or a number from 1 to 10")
	f.StringSliceVar(&o.sets, "rules", nil, "only these sets of rules: guardduty, custom, picket")
	f.StringSliceVar(&o.trusted, "trusted", nil, "file of a trusted IP list: silences findings about its addresses")
	f.StringSliceVar(&o.threats, "threat", nil, "threat list FILE[:CATEGORY]; without a category, your own (.Custom findings)")
	f.StringSliceVar(&o.intel, "intel", nil, "folder of lists named for their category, or of fetched feeds (default: what picket intel update fetched, unless --threat is given)")
	f.StringVar(&o.keys, "compromised-keys", "", "file of access key ids known to be compromised, one a line")
	f.StringSliceVar(&o.organization, "own", nil, "further accounts of your organization, which rules don't take for strangers")
	f.StringVar(&o.format, "format", "text", "text, json (GuardDuty export lines), asff, ocsf (lines of JSON), csv or html (one page)")
	f.BoolVar(&o.explain, "explain", false, "show the records behind each finding")
	f.StringVar(&o.failOn, "fail-on", "low", "exit with 1 for findings of at least this severity")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress and no summary: findings and problems only")
	f.StringVar(&o.account, "default-account", "", "account of records that name none, in files whose path names none")
	f.StringVar(&o.region, "default-region", "", "region of such records")
	f.StringVar(&o.flowFormat, "flow-format", "", "names of all columns of flow logs without a header line, with blanks between; - for a column of any other name")
	f.Int64Var(&o.maxBytes, "max-object-bytes", 0, "most bytes of one file after decompression (default 4 GiB)")
	f.StringVar(&o.endpoint, "endpoint-url", "", "S3 endpoint, where it is not AWS")
	f.StringVar(&o.resume, "resume", "", "folder that keeps what was read from S3, so that the next scan need not fetch it")
	f.IntVar(&o.workers, "workers", 0, "files read at once (default one for each core)")
}

func runScan(ctx context.Context, d deps, o *scanFlags, args []string) error {
	tuneMemory()
	cfg, err := o.config()
	if err != nil {
		return err
	}
	atLeast, err := parseSeverity(o.severity, 0)
	if err != nil {
		return fmt.Errorf("--severity: %w", err)
	}
	failOn, err := parseSeverity(o.failOn, picket.Low)
	if err != nil {
		return fmt.Errorf("--fail-on: %w", err)
	}
	write, err := o.writer()
	if err != nil {
		return err
	}
	intelligence, err := o.intelligence()
	if err != nil {
		return err
	}
	cfg.Intel, cfg.Geo, cfg.Keys = intelligence.tables, intelligence.geo, intelligence.keys
	objects, problems, remove, err := o.objects(ctx, d, args)
	if err != nil {
		return err
	}
	defer remove()
	cfg.Objects = objects
	without := disarm(&cfg)
	if !o.quiet {
		begin(d.err, &cfg, intelligence.notes, without)
	}
	var progress scan.Progress
	stop := showProgress(d, o, &cfg, &progress)
	report := scan.Run(ctx, cfg, &progress)
	stop()
	report.Problems = append(problems, report.Problems...)
	report.Findings = slices.DeleteFunc(report.Findings, func(f *finding.Result) bool { return picket.Severity(*f.Severity) < atLeast })
	if err := write(d, o, &cfg, report); err != nil {
		return err
	}
	if o.quiet {
		trouble(d.err, report)
	} else {
		end(d.err, &cfg, report)
	}
	switch {
	case len(report.Problems) > 0 || report.Interrupted || report.Engine.Unnamed > 0 || len(objects) == 0:
		return exit(exitError)
	case slices.ContainsFunc(report.Findings, func(f *finding.Result) bool { return picket.Severity(*f.Severity) >= failOn }):
		return exit(exitFindings)
	}
	return nil
}

// config turns flags into what scan understands; the objects and lists come later.
func (o *scanFlags) config() (scan.Config, error) {
	cfg := scan.Config{
		OnlyAccounts: o.accounts, OnlyRegions: o.regions, Account: o.account, Region: o.region, FlowFormat: o.flowFormat,
		MaxObjectBytes: o.maxBytes, Workers: o.workers, Accounts: o.organization, Evidence: o.explain || o.format == "html",
	}
	var err error
	if cfg.Since, err = flagTime("--since", o.since); err != nil {
		return cfg, err
	}
	if cfg.Until, err = flagTime("--until", o.until); err != nil {
		return cfg, err
	}
	if !cfg.Since.IsZero() && !cfg.Until.IsZero() && !cfg.Since.Before(cfg.Until) {
		return cfg, fmt.Errorf("--since %s is not before --until %s", o.since, o.until)
	}
	cfg.Rules, err = o.chosenRules()
	return cfg, err
}

func flagTime(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, err := parseTime(value)
	if err != nil {
		return t, fmt.Errorf("%s: %w", flag, err)
	}
	return t, nil
}

// chosenRules returns the rules that --rules and --type name; each of their values must name one.
func (o *scanFlags) chosenRules() ([]rule.Any, error) {
	sets := map[string]rule.Origin{"guardduty": rule.GuardDuty, "custom": rule.Custom, "picket": rule.Picket}
	all := rules.All()
	if len(o.sets) > 0 {
		var origins []rule.Origin
		for _, s := range o.sets {
			origin, ok := sets[s]
			if !ok {
				return nil, fmt.Errorf("--rules: %q: want guardduty, custom or picket", s)
			}
			origins = append(origins, origin)
		}
		all = slices.DeleteFunc(all, func(r rule.Any) bool { return !slices.Contains(origins, r.Info().Origin) })
	}
	if len(o.types) == 0 {
		return all, nil
	}
	var chosen []rule.Any
	for _, pattern := range o.types {
		n := len(chosen)
		for _, r := range all {
			if matchType(pattern, string(r.Info().Type)) && !slices.Contains(chosen, r) {
				chosen = append(chosen, r)
			}
		}
		if len(chosen) == n && !slices.ContainsFunc(chosen, func(r rule.Any) bool { return matchType(pattern, string(r.Info().Type)) }) {
			return nil, fmt.Errorf("--type: no rule detects %q; picket rules list names them all", pattern)
		}
	}
	return chosen, nil
}

// matchType reports whether pattern, where * stands for any text, is typ, in any case.
func matchType(pattern, typ string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	rest, ok := strings.CutPrefix(strings.ToLower(typ), parts[0])
	if !ok {
		return false
	}
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(rest, p)
		}
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return rest == ""
}

func parseSeverity(s string, unset picket.Severity) (picket.Severity, error) {
	bands := map[string]picket.Severity{"": unset, "low": 1, "medium": 4, "high": 7, "critical": 9}
	if v, ok := bands[strings.ToLower(s)]; ok {
		return v, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 1 && v <= 10) {
		return 0, fmt.Errorf("%q: want low, medium, high, critical or a number from 1 to 10", s)
	}
	return picket.Severity(v), nil
}

// objects lists what the arguments name.
func (o *scanFlags) objects(ctx context.Context, d deps, args []string) ([]scan.Object, []scan.Problem, func(), error) {
	filter := &scan.Filter{Accounts: o.accounts, Regions: o.regions}
	filter.Since, _ = flagTime("", o.since)
	filter.Until, _ = flagTime("", o.until)
	remove := func() {}
	var objects []scan.Object
	var problems []scan.Problem
	var paths []string
	for _, a := range args {
		switch {
		case a == "-":
			spooled, done, err := file.Spool("standard input", d.in)
			if err != nil {
				return nil, nil, remove, err
			}
			remove = done
			objects = append(objects, spooled)
		case inBucket(a):
			listed, unlisted := o.bucket(ctx, a, filter)
			objects, problems = append(objects, listed...), append(problems, unlisted...)
		default:
			paths = append(paths, a)
		}
	}
	found, unread := file.List(paths, filter)
	return append(objects, found...), append(problems, unread...), remove, nil
}

// bucket lists what is under an s3 URL.
func (o *scanFlags) bucket(ctx context.Context, address string, filter *scan.Filter) ([]scan.Object, []scan.Problem) {
	client, err := s3.Open(ctx, s3.Endpoint{URL: o.endpoint})
	if err != nil {
		return nil, []scan.Problem{{Object: address, Reason: err.Error()}}
	}
	objects, problems := client.List(ctx, address, filter)
	if o.resume != "" {
		if err := s3.Keep(objects, o.resume); err != nil {
			problems = append(problems, scan.Problem{Object: address, Reason: err.Error()})
		}
	}
	return objects, problems
}

// disarm takes the rules that can't fire for want of data out of cfg and returns what they are.
func disarm(cfg *scan.Config) []off {
	var without []off
	cfg.Rules = slices.DeleteFunc(cfg.Rules, func(r rule.Any) bool {
		i := r.Info()
		armed := len(i.Needs) == 0
		for _, need := range i.Needs {
			armed = armed || cfg.Intel.Count(need) > 0
		}
		if armed && (!i.NeedsGeo || cfg.Geo != nil) {
			return false
		}
		without = append(without, off{string(i.Type), needs(i)})
		return true
	})
	slices.SortFunc(without, func(a, b off) int { return cmp.Compare(a.typ, b.typ) })
	return without
}

// writers write a report, by the names of formats.
var writers = map[string]func(deps, *scanFlags, *scan.Config, *scan.Report) error{
	"text": writeText,
	"json": writeJSON,
	"html": writeHTML,
	"asff": lines(asff.Marshal),
	"ocsf": lines(func(f *picket.Finding) ([]byte, error) { return ocsf.Marshal(f, "") }),
	"csv":  writeCSV,
}

// writer chooses how the report is written.
func (o *scanFlags) writer() (func(deps, *scanFlags, *scan.Config, *scan.Report) error, error) {
	write, ok := writers[o.format]
	switch {
	case !ok:
		return nil, fmt.Errorf("--format: %q: want text, json, asff, ocsf, csv or html", o.format)
	case o.explain && slices.Contains([]string{"asff", "ocsf", "csv"}, o.format):
		return nil, fmt.Errorf("--explain: %s has no place for log records: want --format text, json or html", o.format)
	}
	return write, nil
}

// lines writes a line for each finding, in a form that has no place for evidence.
func lines(marshal func(*picket.Finding) ([]byte, error)) func(deps, *scanFlags, *scan.Config, *scan.Report) error {
	return func(d deps, _ *scanFlags, _ *scan.Config, r *scan.Report) error {
		for _, f := range r.Findings {
			line, err := marshal(&f.Finding)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(d.out, "%s\n", jsonl.Escape(line)); err != nil {
				return fmt.Errorf("write finding: %w", err)
			}
		}
		return nil
	}
}

func writeCSV(d deps, _ *scanFlags, _ *scan.Config, r *scan.Report) error {
	return csv.Write(d.out, r.Findings)
}

func writeText(d deps, o *scanFlags, _ *scan.Config, r *scan.Report) error {
	return text.Findings(d.out, r.Findings, o.explain)
}

func writeJSON(d deps, o *scanFlags, _ *scan.Config, r *scan.Report) error {
	return jsonl.Write(d.out, r.Findings, o.explain)
}
