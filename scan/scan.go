// Package scan runs the engine once over a set of log objects, oldest first, and reports what it found and what it could not
// read. It holds no opinion on where objects come from or how the report is shown, and it stores nothing.
package scan

import (
	"cmp"
	"context"
	"hash/maphash"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"picket"
	"picket/engine"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
)

// Object is one log object: a file, or what a bucket holds under a key.
type Object struct {
	Name    string // the path or URL that people see; its folders and file name may tell account, region and time
	Size    int64  // bytes as stored
	Version string // tells this content from another under the same name: modification time, ETag
	Content string // equal for equal bytes, where that is known without reading them: the ETag of S3
	Place   event.Place
	Open    func(context.Context) (io.ReadCloser, error)
}

// Config says what to scan and how. Objects and Rules are required.
type Config struct {
	Objects []Object
	Rules   []rule.Any

	Intel    *intel.Tables // nil: no lists
	Geo      rule.Locator  // nil: no GeoIP data
	Keys     map[string]bool
	Accounts []string // of the organization

	Own map[[2]string]*intel.Tables // accounts' own lists, by account and region
	// Route says in which region a record is analysed, and whether it is; trail is nil for records of other kinds. It is called
	// by many goroutines. Where it is nil, every record is of its own region.
	Route func(account, region string, trail *event.CloudTrail) (in string, ok bool)

	// Raises says whether a hit may become part of a finding. It is called by many goroutines. Where it is nil, every hit may.
	Raises func(*rule.Hit) bool

	See func(record any) // is told of every record that is analysed, by each worker; it must keep nothing of it. It may be nil

	Since, Until   time.Time // event time; zero: no bound. Until is excluded
	OnlyAccounts   []string  // empty: every account
	OnlyRegions    []string  // empty: every region
	Account        string    // of records that name none, and whose path names none
	Region         string
	FlowFormat     string // of flow records without a header line
	MaxObjectBytes int64  // decompressed; 0: event's default
	Evidence       bool   // read the records behind findings again, into their Evidence
	Workers        int    // 0: one for each core
	Limits         engine.Limits
	MaxFindings    finding.Limits
	MaxAccounts    int // that the report names; 0: 100,000
}

// Unknown stands for an account or region that neither a record, nor its path, nor a flag names.
const Unknown = "unknown"

// Problem is something that could not be read.
type Problem struct {
	Object string
	Reason string
	Count  int64 // how many records, for problems of records; else 0: the object or its rest
	At     int64 // of such records the first: its offset in the decompressed object; for Parquet, its row
}

// Report is what a scan found and what it went through.
type Report struct {
	Findings     []*finding.Result
	Aggregates   []*finding.Aggregate // what findings are made of, by id
	Numbered     []Object             // by the numbers that evidence names
	Problems     []Problem            // bugs, then by object; records are told by their first three reasons an object
	Objects      int                  // read to their end or failure
	Skipped      []Problem            // objects that hold nothing to analyse, and why
	Stored       int64                // bytes read, as stored
	Bytes        int64                // decompressed
	Records      [event.KindDNS + 1]int64
	Bad          int64 // records that could not be read
	Filtered     int64 // records outside Since, Until, accounts and regions
	Unrouted     int64 // records that Config.Route says are not analysed
	NoRegion     int64
	NoAccount    int64
	First, Last  int64 // event times, seconds; 0 without records
	Accounts     []string
	MoreAccounts bool // than are named
	Engine       engine.Stats
	Lost         map[picket.FindingType]int64 // hits of findings beyond Config.MaxFindings
	Bugs         int64                        // records given up because a rule or Picket itself panicked; Problems begin with some
	Duration     time.Duration
	Interrupted  bool
}

// Total is the number of records analysed.
func (r *Report) Total() int64 {
	var n int64
	for _, k := range r.Records {
		n += k
	}
	return n
}

// Progress is what a running scan has done so far; its fields may be read at any time.
type Progress struct {
	Objects, Stored, Records atomic.Int64
	Current                  atomic.Pointer[string] // the object begun last
}

// grace is how long after an object's delivery time records from before it may still come, by kind: the interval of delivery,
// which is five minutes, the longest flow aggregation, and a quarter of an hour of lateness. Rules that need what is known of an
// account wait so long.
var grace = map[event.Kind]int64{event.KindCloudTrail: 1200, event.KindFlow: 1800, event.KindDNS: 1800}

// Run scans. It returns an error only where nothing can be scanned; a cancelled context ends the scan early, with what was
// found so far.
func Run(ctx context.Context, cfg Config, progress *Progress) *Report {
	start := time.Now()
	if cfg.Intel == nil {
		cfg.Intel = &intel.Tables{}
	}
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.MaxAccounts == 0 {
		cfg.MaxAccounts = 100_000
	}
	r := &run{cfg: &cfg, progress: progress, report: &Report{}, same: identical{seed: maphash.MakeSeed(), met: map[suspicion][]*Object{}}}
	r.order()
	var collectors []*finding.Collector
	about := &finding.About{Geo: cfg.Geo, Limits: cfg.MaxFindings}
	r.engine = engine.New(engine.Config{Rules: cfg.Rules, NewEnv: r.env, Shards: cfg.Workers, Limits: cfg.Limits, Bug: r.bug}, func() engine.Sink {
		c := finding.NewCollector(about)
		collectors = append(collectors, c)
		if cfg.Raises != nil {
			return choosing{c, cfg.Raises}
		}
		return c
	})
	workers := make([]*worker, cfg.Workers)
	for i := range workers {
		workers[i] = r.newWorker()
	}
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() { w.run(ctx) })
	}
	all.Wait()
	r.report.Engine = r.engine.Close()
	for _, w := range workers {
		r.total(w)
	}
	r.report.Aggregates, r.report.Numbered, r.report.Lost = finding.Gather(collectors...), r.objects, about.Lost()
	r.report.Findings = finding.Results(about, r.report.Aggregates)
	for _, f := range r.report.Findings {
		if d := f.Resource.InstanceDetails; d != nil && d.InstanceId != nil {
			if i, ok := r.engine.Instance(*f.AccountId, *d.InstanceId); ok {
				finding.Describe(d, &i)
			}
		}
	}
	if cfg.Evidence {
		r.report.Problems = append(r.report.Problems, r.resolve(ctx, r.report.Findings)...)
	}
	slices.SortFunc(r.report.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Reason, b.Reason))
	})
	r.report.Problems, r.report.Bugs = slices.Concat(r.bugs.told, r.report.Problems), r.bugs.count
	r.report.Interrupted = ctx.Err() != nil
	r.report.Duration = time.Since(start)
	return r.report
}

func (r *run) env() *rule.Env {
	env := rule.NewEnv(r.cfg.Intel, r.cfg.Geo, r.cfg.Keys, r.cfg.Accounts)
	for at, own := range r.cfg.Own {
		env.Use(at[0], at[1], own)
	}
	return env
}

// choosing passes on the hits that may become part of a finding.
type choosing struct {
	engine.Sink
	raises func(*rule.Hit) bool
}

// Hit implements engine.Sink.
func (c choosing) Hit(h *rule.Hit) {
	if c.raises(h) {
		c.Sink.Hit(h)
	}
}

// run is a scan under way.
type run struct {
	cfg      *Config
	progress *Progress
	engine   *engine.Engine
	report   *Report
	objects  []Object // oldest first
	next     atomic.Int64
	same     identical
	bugs     bugs

	mu   sync.Mutex
	done []bool
	low  int // objects before low are done
	mark map[event.Kind]int64
}

// order sorts the objects by delivery time, each once. Those whose path names no time come first: until they are read,
// nothing is known of how far the others reach.
func (r *run) order() {
	r.objects = slices.Clone(r.cfg.Objects)
	slices.SortStableFunc(r.objects, func(a, b Object) int {
		return cmp.Or(a.Place.Time.Compare(b.Place.Time), cmp.Compare(a.Name, b.Name))
	})
	r.objects, r.report.Skipped = distinct(r.objects)
	r.progress.Objects.Add(int64(len(r.report.Skipped)))
	r.done = make([]bool, len(r.objects))
	r.mark = map[event.Kind]int64{}
}

// finish notes that object i is read and fed, and moves the watermarks on.
func (r *run) finish(i int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[i] = true
	for r.low < len(r.done) && r.done[r.low] {
		r.low++
	}
	if r.low == len(r.done) || r.objects[r.low].Place.Time.IsZero() {
		return
	}
	reached := r.objects[r.low].Place.Time.Unix()
	for kind, late := range grace {
		// A step of a minute keeps the shards from closing windows for nothing.
		if mark := reached - late; mark >= r.mark[kind]+60 {
			r.mark[kind] = mark
			r.engine.Advance(kind, mark)
		}
	}
}

func (r *run) total(w *worker) {
	t := r.report
	t.Objects += w.objects
	t.Stored += w.stored
	t.Bytes += w.bytes
	t.Bad += w.bad
	t.Filtered += w.filtered
	t.Unrouted += w.unrouted
	t.NoRegion += w.noRegion
	t.NoAccount += w.noAccount
	t.Problems = append(t.Problems, w.problems...)
	t.Skipped = append(t.Skipped, w.skipped...)
	for k, n := range w.records {
		t.Records[k] += n
	}
	if w.first <= w.last {
		if t.First == 0 || w.first < t.First {
			t.First = w.first
		}
		t.Last = max(t.Last, w.last)
	}
	t.Accounts = slices.AppendSeq(t.Accounts, maps.Keys(w.accounts))
	slices.Sort(t.Accounts)
	t.Accounts = slices.Compact(t.Accounts)
	if t.MoreAccounts = t.MoreAccounts || w.moreAccounts || len(t.Accounts) > r.cfg.MaxAccounts; t.MoreAccounts {
		t.Accounts = t.Accounts[:min(len(t.Accounts), r.cfg.MaxAccounts)]
	}
}
