package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/service"
	"picket/sqlstore"
)

// The rounds of a measurement, how often each asks, or for how long if that is too often, but no less often than this, and how
// many different questions there are in a row.
const (
	storeRounds = 5
	storeAsks   = 100
	storeLong   = 3 * time.Second
	storeFew    = 20
	variants    = 20
)

// question is a call that is measured.
type question struct {
	name     string
	limit    time.Duration // for 99 of a hundred; 0 for none
	page     int           // of a list; 0 for none
	viewers  []string      // who ask it, by turns
	accounts bool          // it is about accounts, of which who sees its own has but one
	quiet    bool          // nothing is written meanwhile
	draw     func(ctx context.Context, b *storeBench, viewer string) (ask, error)
	undo     func(context.Context, *storeBench) error // after each call, and not measured; nil for nothing
}

// row names a question in the table, as a viewer asks it.
func (q question) row(viewer string) string { return viewerNames[viewer] + ": " + q.name }

// ask makes a call with values that were drawn for it, and returns how many findings, groups or members came.
type ask struct {
	page int // of a list: the one that was meant, or the last there is
	call func(context.Context, *service.Service) (int, error)
}

// storeBench measures the service on a store. It draws the values of questions.
type storeBench struct {
	extent
	where, only string
	*maker
	store     *sqlstore.Store
	service   *service.Service
	detectors map[string]*string // by account
}

// open opens the store, with the data set in it, which is built once, and a service on it.
func (b *storeBench) open(ctx context.Context, dir string) (err error) {
	if b.where == "sqlite" {
		b.where = filepath.Join(dir, fmt.Sprintf("store-%d-%d", b.extent.Total, b.extent.Members))
	}
	if b.store, err = sqlstore.Open(ctx, b.where); err != nil {
		return err
	}
	key := picket.DocumentKey{Kind: "bench"}
	var done extent
	err = b.store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &done) })
	switch {
	case err == nil && done == b.extent:
		return b.serve(ctx)
	case picket.ErrorCode(err) != picket.CodeNotFound:
		return errors.Join(err, errors.New("the store holds another data set"))
	}
	began := time.Now()
	if err := b.fill(ctx, b.store); err != nil {
		return err
	}
	fmt.Printf("built in %.0f s\n", time.Since(began).Seconds())
	if err := b.store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, b.extent) }); err != nil {
		return err
	}
	return b.serve(ctx)
}

// serve makes the service, and the detectors of those who ask.
func (b *storeBench) serve(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "picket-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	master, err := access.CreateMasterKey(filepath.Join(dir, "master.key"))
	if err != nil {
		return err
	}
	b.service = &service.Service{
		Store: b.store, Master: master, Now: time.Now,
		Settings: service.Settings{Regions: []string{storeRegion}, Members: 2 * b.Members},
	}
	b.detectors = map[string]*string{}
	for _, account := range []string{alone, chief} {
		found, err := b.service.ListDetectors(ctx, as(account), &guardduty.ListDetectorsRequest{})
		if err != nil {
			return err
		}
		if len(found.DetectorIds) == 0 {
			made, err := b.service.CreateDetector(ctx, as(account), &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
			if err != nil {
				return err
			}
			found.DetectorIds = []string{*made.DetectorId}
		}
		b.detectors[account] = &found.DetectorIds[0]
	}
	return nil
}

func as(account string) picket.Caller {
	return picket.Caller{Account: account, Region: storeRegion, ARN: "arn:aws:iam::" + account + ":root"}
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
	if err := b.describe(ctx); err != nil {
		return err
	}
	w := b.startWriter(ctx)
	took, err := b.table(ctx, w)
	if err := errors.Join(err, w.stop()); err != nil {
		return err
	}
	fmt.Printf("\nBeside, %s\n%s", w, load())
	b.compare(took)
	return b.explain(ctx, took)
}

// compare prints how long the administrator's questions took, as one account's own take one: of those that are about accounts
// one account asks for one, or for all it has.
func (b *storeBench) compare(took map[string]time.Duration) {
	const much = 1.5
	for _, accounts := range []bool{false, true} {
		var ratios []float64
		var slower []string
		var one, view time.Duration
		for _, q := range b.questions() {
			own, members := took[q.row(alone)], took[q.row(chief)]
			if q.accounts != accounts || own == 0 || members == 0 {
				continue
			}
			one, view = one+own, view+members
			ratio := float64(members) / float64(own)
			if ratios = append(ratios, ratio); ratio > much {
				slower = append(slower, fmt.Sprintf("%s (%.1f)", q.name, ratio))
			}
		}
		if len(ratios) == 0 {
			continue
		}
		about := "not about accounts"
		if accounts {
			about = "about accounts"
		}
		fmt.Printf("\n%d questions %s: the administrator's view takes %.2f times as long as one account's own in the median, and %.2f times for all of them. "+
			"More than %g times: %s.\n", len(ratios), about, percentile(ratios, 50), float64(view)/float64(one), much, cmp.Or(strings.Join(slower, "; "), "none"))
	}
}

// table prints rows for each question, and returns what half of the calls took at most, by row.
func (b *storeBench) table(ctx context.Context, w *writer) (map[string]time.Duration, error) {
	fmt.Println("| call | p50 ms | p99 ms | limit ms | p99 CPU ms | rows |")
	fmt.Println("|---|---|---|---|---|---|")
	if err := calibrate(ctx); err != nil {
		return nil, err
	}
	took := map[string]time.Duration{}
	for _, q := range b.questions() {
		if q.quiet {
			w.write()
		} else {
			w.write(q.viewers...)
		}
		if err := b.measure(ctx, q, took); err != nil {
			return nil, fmt.Errorf("%s: %w", q.name, err)
		}
	}
	w.write()
	return took, calibrate(ctx)
}

// questions are those whose names begin as is asked for.
func (b *storeBench) questions() []question {
	return slices.DeleteFunc(questions(), func(q question) bool { return !strings.HasPrefix(q.name, b.only) })
}

// describe says what the store holds, as the service counts it.
func (b *storeBench) describe(ctx context.Context) error {
	fmt.Println()
	err := b.store.View(ctx, func(tx picket.Tx) error {
		members, err := tx.Members().Count(chief, storeRegion)
		if err != nil {
			return err
		}
		for _, viewer := range []string{alone, chief} {
			groups, err := tx.Findings().Statistics(viewer, storeRegion, picket.StatisticsQuery{GroupBy: guardduty.GroupByTypeAccount, Limit: 1 << 30})
			if err != nil {
				return err
			}
			total := 0
			for _, g := range groups {
				total += g.Total
			}
			fmt.Printf("%s sees %d findings of %d accounts\n", viewer, total, len(groups))
		}
		fmt.Printf("%s has %d enabled members\n%s\n", chief, members[picket.Enabled], load())
		return nil
	})
	return err
}

// load is how busy the machine is.
func load() string {
	return fmt.Sprintf("%d cores, load %s\n", runtime.NumCPU(), strings.Join(loads(), " "))
}

// loads are the averages of one, five and fifteen minutes.
func loads() []string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return []string{"?"}
	}
	return strings.Fields(string(text))[:3]
}

// sample is what asking once took: by the clock, and of the processor, which a busy machine changes less, and how many rows
// came. PostgreSQL's share of the processor is not in it.
type sample struct {
	wall, cpu time.Duration
	rows      int
}

func timed(f func() (int, error)) (s sample, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cpu, began := threadTime(), time.Now()
	s.rows, err = f()
	s.wall, s.cpu = time.Since(began), threadTime()-cpu
	return s, err
}

// threadTime is what the thread has had of the processor.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return time.Duration(t.Nano())
}

// summary is of one round, or of several.
type summary struct {
	p50, p99, cpu99 time.Duration
	rows            int
}

func summarize(samples []sample) summary {
	var wall, cpu []time.Duration
	var rows []int
	for _, s := range samples {
		wall, cpu, rows = append(wall, s.wall), append(cpu, s.cpu), append(rows, s.rows)
	}
	return summary{percentile(wall, 50), percentile(wall, 99), percentile(cpu, 99), percentile(rows, 50)}
}

func percentile[T int | float64 | time.Duration](values []T, p int) T {
	return slices.Sorted(slices.Values(values))[(len(values)-1)*p/100]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

// rounds runs each of fs in rounds, by turns, and returns the median of each of its numbers.
func rounds(fs ...func(i int) (sample, error)) ([]summary, error) {
	all := make([][]summary, len(fs))
	for range storeRounds {
		samples := make([][]sample, len(fs))
		began := time.Now()
		for i := 0; i < storeAsks && (i < storeFew || time.Since(began) < storeLong*time.Duration(len(fs))); i++ {
			for j, f := range fs {
				s, err := f(i)
				if err != nil {
					return nil, err
				}
				samples[j] = append(samples[j], s)
			}
		}
		for j := range fs {
			all[j] = append(all[j], summarize(samples[j]))
		}
	}
	medians := make([]summary, len(fs))
	for j, s := range all {
		medians[j] = summary{
			median(s, func(s summary) time.Duration { return s.p50 }), median(s, func(s summary) time.Duration { return s.p99 }),
			median(s, func(s summary) time.Duration { return s.cpu99 }), median(s, func(s summary) int { return s.rows }),
		}
	}
	return medians, nil
}

func median[T int | time.Duration](of []summary, value func(summary) T) T {
	var values []T
	for _, s := range of {
		values = append(values, value(s))
	}
	return percentile(values, 50)
}

func printRow(name, limit string, s summary) {
	fmt.Printf("| %s | %s | **%s** | %s | %s | %d |\n", name, ms(s.p50), ms(s.p99), limit, ms(s.cpu99), s.rows)
}

// calibrate prints rows that only the machine decides: its cores, and what they make of the database's code.
func calibrate(ctx context.Context) error {
	db, err := sql.Open("sqlite", ":memory:") // the driver is that of sqlstore
	if err != nil {
		return err
	}
	defer db.Close()
	block := make([]byte, 4<<20)
	for _, c := range []struct {
		name string
		work func() error
	}{
		{"SHA-256 of 4 MiB", func() error { sha256.Sum256(block); return nil }},
		{"SQLite adds up 20,000 rows", func() error {
			const rows = "WITH RECURSIVE rows(n) AS (VALUES(1) UNION ALL SELECT n+1 FROM rows WHERE n < 20000) SELECT sum(n) FROM rows"
			return db.QueryRowContext(ctx, rows).Scan(new(int))
		}},
	} {
		s, err := rounds(func(int) (sample, error) { return timed(func() (int, error) { return 0, c.work() }) })
		if err != nil {
			return err
		}
		printRow("*calibrator: "+c.name+"*", "", s[0])
	}
	return nil
}

// measure asks a question, prints its rows, and notes what half of the calls took at most.
func (b *storeBench) measure(ctx context.Context, q question, took map[string]time.Duration) error {
	limit := ""
	if q.limit > 0 {
		limit = fmt.Sprint(q.limit.Milliseconds())
	}
	var names []string
	var turns []func(int) (sample, error)
	for _, viewer := range q.viewers {
		asks, err := b.drawn(ctx, q, viewer)
		if err != nil {
			return err
		}
		name := q.row(viewer)
		if first := slices.MinFunc(asks, func(x, y ask) int { return x.page - y.page }).page; first < q.page {
			name += fmt.Sprintf(", or the last from %d on", first)
		}
		names = append(names, name)
		turns = append(turns, func(i int) (sample, error) {
			s, err := timed(func() (int, error) { return asks[i%len(asks)].call(ctx, b.service) })
			if err == nil && q.undo != nil {
				err = q.undo(ctx, b)
			}
			return s, err
		})
	}
	medians, err := rounds(turns...)
	if err != nil {
		return err
	}
	for i, s := range medians {
		printRow(names[i], limit, s)
		took[q.row(q.viewers[i])] = s.p50
	}
	return nil
}

// drawn are variants of a question; of every question they have the same values.
func (b *storeBench) drawn(ctx context.Context, q question, viewer string) ([]ask, error) {
	b.maker = b.newMaker(2)
	var asks []ask
	for range variants {
		a, err := q.draw(ctx, b, viewer)
		if err != nil {
			return nil, err
		}
		asks = append(asks, a)
	}
	return asks, nil
}
