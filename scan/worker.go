package scan

import (
	"cmp"
	"context"
	"io"
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
	head   [headSize]byte
	since  int64
	until  int64

	objects       int
	stored, bytes int64
	bad, filtered int64
	unrouted      int64
	noRegion      int64
	noAccount     int64
	records       [event.KindDNS + 1]int64
	first, last   int64
	accounts      map[string]string // each by itself
	moreAccounts  bool
	account       string // met last
	problems      []Problem
	skipped       []Problem
	at            int64             // the offset of the record of the current object that was met last
	reasons       map[string]reason // why records of the current object could not be read
}

func (r *run) newWorker() *worker {
	w := &worker{scan: r, feed: r.engine.NewFeed(), accounts: map[string]string{}, until: 1 << 62, first: 1 << 62}
	if !r.cfg.Since.IsZero() {
		w.since = r.cfg.Since.Unix()
	}
	if !r.cfg.Until.IsZero() {
		w.until = r.cfg.Until.Unix()
	}
	return w
}

func (w *worker) one(ctx context.Context, i int) {
	o := &w.scan.objects[i]
	w.at = 0
	defer w.caught(o)
	defer w.scan.finish(i)
	defer w.feed.Flush()
	w.scan.progress.Current.Store(&o.Name)
	if o.Place.Skip != "" {
		w.skipped = append(w.skipped, Problem{Object: o.Name, Reason: o.Place.Skip})
	} else {
		w.read(ctx, o, uint64(i))
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
}

// read reads one object. Whatever goes wrong with it is a problem of the object; the scan goes on.
func (w *worker) read(ctx context.Context, o *Object, number uint64) {
	w.reasons = map[string]reason{}
	stats, err := w.readRecords(ctx, o, number)
	if stats.Skip == sameContent {
		w.skipped = append(w.skipped, Problem{Object: o.Name, Reason: sameContent})
		return
	}
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

// What an object's bad records are told by: the most frequent reasons, of so many that are told apart.
const (
	maxReasons   = 3
	maxToldApart = 100
	otherReasons = "other reasons"
)

// reason is why records could not be read: how many, and where the first is.
type reason struct{ count, at int64 }

// Bad implements event.Handler.
func (w *worker) Bad(b event.Bad) {
	if _, ok := w.reasons[b.Reason]; !ok && len(w.reasons) >= maxToldApart {
		b.Reason = otherReasons
	}
	r, ok := w.reasons[b.Reason]
	if !ok {
		r.at = b.Offset
	}
	r.count++
	w.reasons[b.Reason] = r
}

func (w *worker) tellReasons(object string) {
	rest, more := w.reasons[otherReasons]
	delete(w.reasons, otherReasons)
	all := make([]Problem, 0, len(w.reasons))
	for text, r := range w.reasons {
		all = append(all, Problem{Object: object, Reason: text, Count: r.count, At: r.at})
	}
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	for _, p := range all[min(maxReasons, len(all)):] {
		if !more {
			rest, more = reason{at: p.At}, true
		}
		rest = reason{rest.count + p.Count, min(rest.at, p.At)}
	}
	w.problems = append(w.problems, all[:min(maxReasons, len(all))]...)
	if more {
		w.problems = append(w.problems, Problem{Object: object, Reason: otherReasons, Count: rest.count, At: rest.at})
	}
}

func (w *worker) readRecords(ctx context.Context, o *Object, number uint64) (stats event.Stats, err error) {
	in, err := o.Open(ctx)
	if err != nil {
		return stats, err
	}
	defer in.Close()
	counted := &countingReader{Reader: in, ctx: ctx, total: &w.scan.progress.Stored}
	defer func() { w.stored += counted.n }()
	begun := peek(counted, w.head[:])
	if w.scan.same.meet(ctx, o, begun.head) {
		return event.Stats{Skip: sameContent}, nil
	}
	return w.reader.Read(begun, w.scan.options(number), w)
}

// options are how an object is read, for its records and again for evidence.
func (r *run) options(number uint64) event.Options {
	place := &r.objects[number].Place
	return event.Options{
		Object: number, Account: cmp.Or(place.Account, r.cfg.Account), Region: cmp.Or(place.Region, r.cfg.Region),
		FlowFormat: r.cfg.FlowFormat, MaxBytes: r.cfg.MaxObjectBytes,
	}
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
	w.at = r.Offset
	if w.wanted(event.KindCloudTrail, &r.Account, &r.Region, r.Time, r) {
		w.see(r)
		w.feed.CloudTrail(r)
	}
}

// Flow implements event.Handler.
func (w *worker) Flow(r *event.Flow) {
	w.at = r.Offset
	if w.wanted(event.KindFlow, &r.Account, &r.Region, r.Start, nil) {
		w.see(r)
		w.feed.Flow(r)
	}
}

// DNS implements event.Handler.
func (w *worker) DNS(r *event.DNS) {
	w.at = r.Offset
	if w.wanted(event.KindDNS, &r.Account, &r.Region, r.Time, nil) {
		w.see(r)
		w.feed.DNS(r)
	}
}

func (w *worker) see(record any) {
	if w.scan.cfg.See != nil {
		w.scan.cfg.See(record)
	}
}

// wanted counts a record, names its account and region where nothing else does, and reports whether the scan is about it.
func (w *worker) wanted(kind event.Kind, accountOf, regionOf *string, sec int64, trail *event.CloudTrail) bool {
	*accountOf, *regionOf = cmp.Or(*accountOf, Unknown), cmp.Or(*regionOf, Unknown)
	account, region := *accountOf, *regionOf
	if sec < w.since || sec >= w.until ||
		len(w.scan.cfg.OnlyAccounts) > 0 && !slices.Contains(w.scan.cfg.OnlyAccounts, account) ||
		len(w.scan.cfg.OnlyRegions) > 0 && !slices.Contains(w.scan.cfg.OnlyRegions, region) {
		w.filtered++
		return false
	}
	if route := w.scan.cfg.Route; route != nil {
		in, ok := route(account, region, trail)
		if !ok {
			w.unrouted++
			return false
		}
		*regionOf = in
	}
	w.records[kind]++
	if n := w.records[kind]; n%1024 == 0 {
		w.scan.progress.Records.Add(1024)
	}
	w.first, w.last = min(w.first, sec), max(w.last, sec)
	if account != w.account {
		w.name(account)
	}
	return true
}

// name notes that there are records of account.
func (w *worker) name(account string) {
	known, ok := w.accounts[account]
	switch {
	case ok:
	case len(w.accounts) >= w.scan.cfg.MaxAccounts:
		w.moreAccounts = true
		return
	default:
		known = strings.Clone(account)
		w.accounts[known] = known
	}
	w.account = known
}
