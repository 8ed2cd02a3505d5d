package scan

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"

	"picket/engine"
	"picket/event"
)

// worker reads objects, one after another, on one goroutine.
type worker struct {
	scan   *run
	feed   *engine.Feed
	reader event.Reader
	since  int64
	until  int64

	objects       int
	stored, bytes int64
	bad, filtered int64
	noRegion      int64
	noAccount     int64
	records       [event.KindDNS + 1]int64
	days          map[int64]int64
	day, inDay    int64 // the day counted last, and how often: most records follow one of the same day
	first, last   int64
	accounts      map[string]bool
	account       string // met last
	problems      []Problem
	skipped       []Problem
	reasons       map[string]int64 // why records of the current object could not be read
}

func (r *run) newWorker() *worker {
	w := &worker{scan: r, feed: r.engine.NewFeed(), days: map[int64]int64{}, accounts: map[string]bool{}, until: 1 << 62, first: 1 << 62}
	if !r.cfg.Since.IsZero() {
		w.since = r.cfg.Since.Unix()
	}
	if !r.cfg.Until.IsZero() {
		w.until = r.cfg.Until.Unix()
	}
	return w
}

func (w *worker) one(ctx context.Context, i int) {
	defer w.scan.finish(i)
	defer w.feed.Flush()
	o := &w.scan.objects[i]
	w.scan.progress.Current.Store(&o.Name)
	if o.Place.Skip != "" {
		w.skipped = append(w.skipped, Problem{Object: o.Name, Reason: o.Place.Skip})
	} else {
		w.read(ctx, o, uint32(i))
	}
	w.scan.progress.Objects.Add(1)
}

func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		i := int(w.scan.next.Add(1) - 1)
		if i >= len(w.scan.objects) {
			break
		}
		w.one(ctx, i)
	}
	w.feed.Flush()
	w.days[w.day] += w.inDay
	if w.days[w.day] == 0 {
		delete(w.days, w.day)
	}
}

// read reads one object. Whatever goes wrong with it is a problem of the object; the scan goes on.
func (w *worker) read(ctx context.Context, o *Object, number uint32) {
	w.reasons = map[string]int64{}
	stats, err := w.readRecords(ctx, o, number)
	w.objects++
	w.bytes += stats.Bytes
	w.bad += stats.Bad
	w.noRegion += stats.NoRegion
	w.noAccount += stats.NoAccount
	if err != nil {
		w.problems = append(w.problems, Problem{Object: o.Name, Reason: err.Error()})
	}
	if stats.Skip != "" && stats.Records == 0 {
		w.skipped = append(w.skipped, Problem{Object: o.Name, Reason: stats.Skip})
	}
	w.tellReasons(o.Name)
}

// maxReasons is how many reasons an object's bad records are told by.
const maxReasons = 3

func (w *worker) tellReasons(object string) {
	var all []Problem
	for reason, n := range w.reasons {
		all = append(all, Problem{Object: object, Reason: reason, Count: n})
	}
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	if len(all) > maxReasons {
		rest := Problem{Object: object, Reason: "other reasons"}
		for _, p := range all[maxReasons:] {
			rest.Count += p.Count
		}
		all = append(all[:maxReasons], rest)
	}
	w.problems = append(w.problems, all...)
}

func (w *worker) readRecords(ctx context.Context, o *Object, number uint32) (stats event.Stats, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("BUG: %v: please report this with the object\n%s", p, firstLines(string(debug.Stack()), 12))
		}
	}()
	in, err := o.Open(ctx)
	if err != nil {
		return stats, err
	}
	defer in.Close()
	counted := &countingReader{Reader: in, ctx: ctx, total: &w.scan.progress.Stored}
	stats, err = w.reader.Read(counted, event.Options{
		Object: number, Account: cmp.Or(o.Place.Account, w.scan.cfg.Account), Region: cmp.Or(o.Place.Region, w.scan.cfg.Region),
		FlowFormat: w.scan.cfg.FlowFormat, MaxBytes: w.scan.cfg.MaxObjectBytes,
	}, w)
	w.stored += counted.n
	return stats, err
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// countingReader counts what is read and ends when its context does.
type countingReader struct {
	io.Reader
	ctx   context.Context
	n     int64
	total *atomic.Int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	c.total.Add(int64(n))
	return n, err
}

// CloudTrail implements event.Handler.
func (w *worker) CloudTrail(r *event.CloudTrail) {
	if w.wanted(event.KindCloudTrail, &r.Account, &r.Region, r.Time) {
		w.feed.CloudTrail(r)
	}
}

// Flow implements event.Handler.
func (w *worker) Flow(r *event.Flow) {
	if w.wanted(event.KindFlow, &r.Account, &r.Region, r.Start) {
		w.feed.Flow(r)
	}
}

// DNS implements event.Handler.
func (w *worker) DNS(r *event.DNS) {
	if w.wanted(event.KindDNS, &r.Account, &r.Region, r.Time) {
		w.feed.DNS(r)
	}
}

// Bad implements event.Handler.
func (w *worker) Bad(b event.Bad) { w.reasons[b.Reason]++ }

// wanted counts a record, names its account and region where nothing else does, and reports whether the scan is about it.
func (w *worker) wanted(kind event.Kind, accountOf, regionOf *string, sec int64) bool {
	*accountOf, *regionOf = cmp.Or(*accountOf, Unknown), cmp.Or(*regionOf, Unknown)
	account, region := *accountOf, *regionOf
	if sec < w.since || sec >= w.until ||
		len(w.scan.cfg.OnlyAccounts) > 0 && !slices.Contains(w.scan.cfg.OnlyAccounts, account) ||
		len(w.scan.cfg.OnlyRegions) > 0 && !slices.Contains(w.scan.cfg.OnlyRegions, region) {
		w.filtered++
		return false
	}
	w.records[kind]++
	if n := w.records[kind]; n%1024 == 0 {
		w.scan.progress.Records.Add(1024)
	}
	w.first, w.last = min(w.first, sec), max(w.last, sec)
	if day := sec / 86400; day != w.day {
		w.days[w.day] += w.inDay
		w.day, w.inDay = day, 0
		if w.days[day] == 0 {
			w.days[day] = 0
		}
	}
	w.inDay++
	if account != w.account {
		w.account = strings.Clone(account)
		w.accounts[w.account] = true
	}
	return true
}
