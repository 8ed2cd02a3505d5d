// Package simulate writes the logs of a company that does not exist: CloudTrail, VPC flow and Route 53 Resolver query
// logs of its AWS accounts, in AWS's own folder layout, with attacks in them, and beside them the labels that say which
// finding each attack deserves (labels.json) and the threat lists that name its addresses and domains (intel/). It feeds
// the demonstration, tests and benchmarks. Equal options give equal bytes, on any number of processors.
//
// What is as in real logs: file names, folders and delivery every five minutes; field sets and their order; about 1.3 kB
// a CloudTrail record, 5.4:1 gzip in files of 35 records and 6.6:1 in files of hundreds; people who work office hours in
// their own time zone and rest at weekends, with their own addresses, tools and favourite services; roles of pipelines,
// functions and instances; calls by AWS services; denied and throttled calls; CloudTrail records out of order, up to
// fifteen minutes late, and one in 2,000 twice; flow records of both interfaces of a connection and of both directions,
// NAT, load balancer, databases, backups, idle interfaces, and the constant knocking of the internet; DNS names of Zipf
// popularity, search suffixes, reverse and antivirus lookups, names that do not exist. Among the quiet calls are
// look-alikes of common attacks.
//
// What is not: popular names are made from word lists and mean nothing; addresses of clients are drawn at random from
// ranges of real networks, and addresses of attackers from others; a resource does not live and die, so that a record
// may name an instance that another one stopped; conversations longer than a minute are rarely followed over several
// records; flow and DNS files are unsorted but never late; a large Scale makes the same few people and hosts busier, so that
// more accounts are the better way to volume; there is no IPv6, no ECS and no transit gateway. The package refuses to learn from real logs: all of its
// names and numbers are its own.
package simulate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"picket"
	"picket/event"
)

// Options says what to write. The zero value is one quiet day of one account.
type Options struct {
	Days        int          // 0 is 1; at most 3,660
	Accounts    int          // 0 is 1; at most 1,000
	Seed        uint64       // another seed is another company
	Start       time.Time    // rounded down to the hour; zero is 2026-01-05, a Monday, 00:00 UTC
	Scale       float64      // multiplies the volume; 0 is 1, at most 1,000: a day of an account has 20,000 CloudTrail, 150,000 flow, 60,000 DNS records
	Kinds       []event.Kind // nil is all
	Attacks     bool         // with attacks, each in one account, spread over accounts and days
	FlowVersion int          // the newest fields of flow logs: 2, 3 or 5; 0 is 5
}

// Volume counts what was written of one kind of log.
type Volume struct {
	Files   int
	Records int
	Raw     int64 // bytes before compression
	Bytes   int64 // bytes on disk
}

// Summary counts what Run wrote.
type Summary struct {
	CloudTrail, Flow, DNS Volume
	Labels                []Label // as in labels.json
}

// Run writes logs below out, a folder that is empty or does not exist yet.
func Run(opts Options, out string) (Summary, error) {
	opts, err := opts.filled()
	if err != nil {
		return Summary{}, err
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return Summary{}, fmt.Errorf("write logs to %s: the folder is not empty", out)
	}
	w := newWorld(opts)
	var plan plan
	if opts.Attacks {
		plan = w.attacks()
		if err := plan.write(out, w); err != nil {
			return Summary{}, err
		}
	}
	s, err := w.writeAll(out, plan)
	s.Labels = plan.labels
	return s, err
}

// filled returns the options with their defaults.
func (o Options) filled() (Options, error) {
	switch {
	case o.Days < 0 || o.Days > 3660:
		return o, fmt.Errorf("simulate %d days: want 1 to 3,660", o.Days)
	case o.Accounts < 0 || o.Accounts > 1000:
		return o, fmt.Errorf("simulate %d accounts: want 1 to 1,000", o.Accounts)
	case !(o.Scale >= 0 && o.Scale <= 1000):
		return o, fmt.Errorf("simulate %g times the volume: want more than 0, at most 1,000", o.Scale)
	}
	o.Days = max(o.Days, 1)
	o.Accounts = max(o.Accounts, 1)
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	}
	o.Start = o.Start.UTC().Truncate(time.Hour)
	if o.Kinds == nil {
		o.Kinds = []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS}
	}
	if o.FlowVersion == 0 {
		o.FlowVersion = 5
	}
	if !slices.Contains([]int{2, 3, 5}, o.FlowVersion) {
		return o, fmt.Errorf("simulate: flow version %d is not 2, 3 or 5", o.FlowVersion)
	}
	return o, nil
}

// unit is an hour of one kind of log in one region of one account: what is generated at a time. Units share nothing,
// so that they can be written in any order.
type unit struct {
	kind event.Kind
	acct *account
	reg  *region
	hour int64 // when it begins, seconds since the epoch
}

// slot is the length of a delivery.
const slot = 300

func (w *world) units(yield func(unit) bool) {
	from := w.opts.Start.Unix()
	for h := from; h < from+int64(w.opts.Days)*86400; h += 3600 {
		for _, a := range w.accounts {
			for _, r := range a.regions {
				for _, k := range w.opts.Kinds {
					if !yield(unit{k, a, r, h}) {
						return
					}
				}
			}
		}
	}
}

// writeAll writes all units, on all processors.
func (w *world) writeAll(out string, p plan) (Summary, error) {
	work := make(chan unit)
	workers := make([]*writer, runtime.GOMAXPROCS(0))
	errs := make([]error, len(workers))
	var wg sync.WaitGroup
	for i := range workers {
		workers[i] = newWriter(w, out, p)
		wg.Go(func() {
			for u := range work {
				if errs[i] == nil {
					errs[i] = picket.Guarded(func() error { return workers[i].unit(u) })
				}
			}
		})
	}
	for u := range w.units {
		work <- u
	}
	close(work)
	wg.Wait()
	var s Summary
	for _, wr := range workers {
		s.CloudTrail.add(wr.volumes[event.KindCloudTrail])
		s.Flow.add(wr.volumes[event.KindFlow])
		s.DNS.add(wr.volumes[event.KindDNS])
	}
	return s, errors.Join(errs...)
}

func (v *Volume) add(o Volume) {
	v.Files += o.Files
	v.Records += o.Records
	v.Raw += o.Raw
	v.Bytes += o.Bytes
}

// dir returns the folder of a delivery: <out>/AWSLogs/<account>/<service>/<region or VPC>/YYYY/MM/DD.
func dir(out, account, service, place string, at time.Time) string {
	return filepath.Join(out, "AWSLogs", account, service, place, at.Format("2006/01/02"))
}
