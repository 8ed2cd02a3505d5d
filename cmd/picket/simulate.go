package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"picket/event"
	"picket/simulate"
)

func newSimulateCommand(d deps) *cobra.Command {
	var o simulate.Options
	var start string
	quiet, live := false, false
	c := &cobra.Command{
		Use:   "simulate OUT",
		Short: "Write realistic logs with labelled attacks into a new folder",
		Long: `Write CloudTrail, VPC flow and DNS logs of a small organization, in the folder layout that AWS uses, with attacks
among ordinary work. The same flags write the same bytes.

  OUT/AWSLogs      the logs
  OUT/intel        threat lists that know the attackers' addresses and names: picket scan OUT/AWSLogs --intel OUT/intel
  OUT/labels.json  what was hidden: finding type, account, region, resource, time`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if start != "" {
				t, err := parseTime(start)
				if err == nil && (t.Year() < 1970 || t.Year() > 2100) {
					err = fmt.Errorf("%q is not in the years from 1970 to 2100", start)
				}
				if err != nil {
					return fmt.Errorf("--start: %w", err)
				}
				o.Start = t
			}
			if o.Days == 0 || o.Accounts == 0 || o.Scale == 0 {
				return errors.New("--days, --accounts and --scale must be more than 0")
			}
			o.Attacks = !quiet
			if live && (start != "" || c.Flags().Changed("days")) {
				return errors.New("--live simulates the day around now: it goes with neither --start nor --days")
			}
			if live {
				return simulateLive(c.Context(), d, o, args[0])
			}
			began := time.Now()
			s, err := simulate.Run(o, args[0])
			if err != nil {
				return err
			}
			for _, v := range []struct {
				kind event.Kind
				simulate.Volume
			}{{event.KindCloudTrail, s.CloudTrail}, {event.KindFlow, s.Flow}, {event.KindDNS, s.DNS}} {
				fmt.Fprintf(d.err, "%-10s  %s, %s, %s (%s unpacked)\n", v.kind, plural(v.Files, "file"), plural(v.Records, "record"), bytes(v.Bytes), bytes(v.Raw))
			}
			fmt.Fprintf(d.err, "%s in %s: %s in labels.json\n", args[0], duration(time.Since(began)), plural(len(s.Labels), "attack"))
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Days, "days", 1, "days of logs")
	f.IntVar(&o.Accounts, "accounts", 1, "accounts of the organization")
	f.Uint64Var(&o.Seed, "seed", 1, "another seed is another organization")
	f.Float64Var(&o.Scale, "scale", 1, "multiply the volume of ordinary activity")
	f.StringVar(&start, "start", "", "first day (default 2026-01-05)")
	f.BoolVar(&live, "live", false, "simulate the day around now, of which 22 hours are past, and deliver each file when AWS would")
	f.BoolVar(&quiet, "quiet", false, "without attacks")
	return c
}

// parseTime reads a day or a time, as UTC where it names no zone.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write 2026-01-05 or 2026-01-05T10:00:00Z", s)
}
