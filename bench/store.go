package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"picket"
	"picket/guardduty"
	"picket/sqlstore"
)

// The rounds of a measurement, how often each asks, and how many different questions there are in a row.
const (
	storeRounds = 5
	storeAsks   = 100
	variants    = 20
	fresh       = 50_000 // findings that the writer adds
)

// question is something that is asked of the store.
type question struct {
	name  string
	limit time.Duration // for 99 of a hundred; 0 for none
	draw  func(*storeBench) (ask, error)
	write bool
}

// ask asks a question, with values that were drawn for it.
type ask func(picket.Tx) error

// storeBench measures a store. It draws the values of questions.
type storeBench struct {
	extent
	where string
	*maker
	store *sqlstore.Store
}

// open opens the store, with the data set in it, which is built once.
func (b *storeBench) open(ctx context.Context, dir string) (err error) {
	if b.where == "sqlite" {
		b.where = filepath.Join(dir, fmt.Sprintf("store-%d-%d", b.extent.Total, b.extent.Members))
	}
	if b.store, err = sqlstore.Open(ctx, b.where); err != nil {
		return err
	}
	b.maker = b.newMaker(2)
	key := picket.DocumentKey{Kind: "bench"}
	var done extent
	err = b.store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &done) })
	if err == nil && done == b.extent {
		return nil
	}
	if picket.ErrorCode(err) != picket.CodeNotFound {
		return errors.Join(err, errors.New("the store holds another data set"))
	}
	began := time.Now()
	if err := b.fill(ctx, b.store); err != nil {
		return err
	}
	fmt.Printf("built in %.0f s\n", time.Since(began).Seconds())
	return b.store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, b.extent) })
}

// prepare builds the data set and measures nothing.
func (b *storeBench) prepare(dir string) error {
	if err := b.open(context.Background(), dir); err != nil {
		return err
	}
	return b.store.Close()
}

// run measures the store while findings are written beside.
func (b *storeBench) run(dir string) error {
	ctx := context.Background()
	if err := b.open(ctx, dir); err != nil {
		return err
	}
	defer b.store.Close()
	stop := b.writeBeside(ctx)
	defer stop()
	fmt.Printf("\n%d findings of one account, %d of %d members; 500 findings a second are written beside\n\n", b.Total, b.Total, b.Members)
	fmt.Println("| what | p50 ms | p99 ms | limit ms | p99 CPU ms |")
	fmt.Println("|---|---|---|---|---|")
	if err := calibrate(); err != nil {
		return err
	}
	took := map[string]time.Duration{}
	for _, q := range questions() {
		var err error
		if took[q.name], err = b.measure(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	if err := calibrate(); err != nil {
		return err
	}
	if err := stop(); err != nil {
		return err
	}
	return b.explain(ctx, took)
}

// sample is what asking once took: by the clock, and of the processor, which a busy machine changes less.
type sample struct{ wall, cpu time.Duration }

func timed(f func() error) (s sample, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cpu, began := threadTime(), time.Now()
	err = f()
	return sample{time.Since(began), threadTime() - cpu}, err
}

// threadTime is what the thread has had of the processor.
func threadTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// summary is of one round.
type summary struct{ p50, p99, cpu99 time.Duration }

func summarize(samples []sample) summary {
	var wall, cpu []time.Duration
	for _, s := range samples {
		wall, cpu = append(wall, s.wall), append(cpu, s.cpu)
	}
	return summary{percentile(wall, 50), percentile(wall, 99), percentile(cpu, 99)}
}

func percentile(times []time.Duration, p int) time.Duration {
	return slices.Sorted(slices.Values(times))[(len(times)-1)*p/100]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

// rounds runs f in rounds and prints the median of each number.
func rounds(name, limit string, f func(i int) error) (summary, error) {
	var p50, p99, cpu99 []time.Duration
	for range storeRounds {
		var samples []sample
		for i := range storeAsks {
			s, err := timed(func() error { return f(i) })
			if err != nil {
				return summary{}, err
			}
			samples = append(samples, s)
		}
		s := summarize(samples)
		p50, p99, cpu99 = append(p50, s.p50), append(p99, s.p99), append(cpu99, s.cpu99)
	}
	s := summary{percentile(p50, 50), percentile(p99, 50), percentile(cpu99, 50)}
	fmt.Printf("| %s | %s | **%s** | %s | %s |\n", name, ms(s.p50), ms(s.p99), limit, ms(s.cpu99))
	return s, nil
}

// calibrate prints a row that only the machine decides.
func calibrate() error {
	block := make([]byte, 4<<20)
	_, err := rounds("*calibrator: SHA-256 of 4 MiB*", "", func(int) error {
		sha256.Sum256(block)
		return nil
	})
	return err
}

// measure asks a question, and returns what it took.
func (b *storeBench) measure(ctx context.Context, q question) (time.Duration, error) {
	asks, err := b.drawn(q)
	if err != nil {
		return 0, err
	}
	run := b.store.View
	if q.write {
		run = b.store.Update
	}
	limit := ""
	if q.limit > 0 {
		limit = fmt.Sprint(q.limit.Milliseconds())
	}
	s, err := rounds(q.name, limit, func(i int) error { return run(ctx, asks[i%len(asks)]) })
	return s.cpu99, err
}

func (b *storeBench) drawn(q question) ([]ask, error) {
	var asks []ask
	for range variants {
		a, err := q.draw(b)
		if err != nil {
			return nil, err
		}
		asks = append(asks, a)
	}
	return asks, nil
}

// writeBeside writes 500 findings a second, half new, half known, until the function it returns is called.
func (b *storeBench) writeBeside(ctx context.Context) func() error {
	const each = 50
	m, done, ended := b.newMaker(rand.Uint64()), make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Second * each / 500)
		defer tick.Stop()
		for n := 0; ; n += each {
			select {
			case <-done:
				ended <- nil
				return
			case <-tick.C:
			}
			if err := b.store.Update(ctx, func(tx picket.Tx) error { return writeSome(tx, m, n, each) }); err != nil {
				ended <- err
				return
			}
		}
	}()
	return sync.OnceValue(func() error { close(done); return <-ended })
}

// writeSome writes findings that are new in the first run, and findings of the list that occur again.
func writeSome(tx picket.Tx, m *maker, n, count int) error {
	var found []picket.StoredFinding
	for i := range count / 2 {
		found = append(found, m.finding(alone, m.Total+(n+i)%fresh))
	}
	at := float64(storeEnd.UnixMilli()) - m.Float64()*storeDays*24*3600*1000
	page, err := tx.Findings().List(alone, storeRegion, picket.FindingQuery{
		Limit: count / 2, Criteria: picket.Criteria{{Attribute: "updatedat", GTE: &at}},
	})
	if err != nil {
		return err
	}
	known, err := tx.Findings().Get(alone, storeRegion, page.IDs)
	if err != nil {
		return err
	}
	for _, f := range known {
		f.UpdatedAt = guardduty.Ptr(storeEnd.Add(time.Duration(n) * time.Millisecond).Format("2006-01-02T15:04:05.000Z"))
		found = append(found, f)
	}
	return tx.Findings().Save(alone, storeRegion, found)
}

// explain prints how the database goes about the slowest questions.
func (b *storeBench) explain(ctx context.Context, took map[string]time.Duration) error {
	all := questions()
	slices.SortFunc(all, func(x, y question) int { return int(took[y.name] - took[x.name]) })
	fmt.Println("\nThe three slowest that only read, and their slowest queries:")
	all = slices.DeleteFunc(all, func(q question) bool { return q.write })
	for _, q := range all[:3] {
		asks, err := b.drawn(q)
		if err != nil {
			return err
		}
		var statements []sqlstore.Statement
		for _, a := range asks {
			some, err := b.store.Explain(ctx, a)
			if err != nil {
				return err
			}
			statements = append(statements, some...)
		}
		s := slices.MaxFunc(statements, func(x, y sqlstore.Statement) int { return int(x.Took - y.Took) })
		fmt.Printf("\n%s, %s ms of it:\n\n%s\n\n%s", q.name, ms(s.Took), indent(s.SQL), indent(s.Plan))
	}
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}
