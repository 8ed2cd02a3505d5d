// Command bench measures speed and memory: `picket scan` against `zcat | wc -l` over the same files in the same run, so that
// the ratios hold on any machine. Its logs are simulated, and real ones where the data folder has them. It makes them once,
// into the project's cache, and judges nothing: it prints one table. Run it with `make bench`. With -store it measures calls of
// the service on a store instead: lists and statistics of a million findings, and 50,000 members; with -live, a server that
// follows a folder of the same logs, and how soon it tells of what comes to a folder or bucket; with -soak, whether a server stays as it is
// while logs come at half of that speed for an hour; with -console, how soon Chromium shows the first of a million findings.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"picket/event"
	"picket/intel"
	"picket/simulate"
)

// set is a folder of logs of one kind, simulated or made of real ones.
type set struct {
	name     string
	kind     event.Kind // of all records; 0 if they are of all kinds
	days     int
	accounts int
	scale    float64
	real     string  // pattern of files in the data folder; then nothing is simulated
	alone    bool    // not compared with zcat
	limit    float64 // most wall time as a multiple of zcat's; 0: none
}

// sets are at least 2 GB unpacked each; the 50 million flows are for memory alone.
var sets = []set{
	{name: "CloudTrail", kind: event.KindCloudTrail, days: 4, accounts: 4, scale: 6.5, limit: 0.5},
	{name: "VPC flow", kind: event.KindFlow, days: 2, accounts: 4, scale: 8, limit: 0.75},
	{name: "DNS", kind: event.KindDNS, days: 4, accounts: 4, scale: 6, limit: 0.75},
	{name: "50 million flows", kind: event.KindFlow, days: 7, accounts: 4, scale: 12, alone: true},
	{name: "real CloudTrail: attacks", real: "cloudtrail/stratus/*.json"},
	{name: "real VPC flow: captures", real: "vpcflow/*.gz"},
	{name: "real DNS: lookups", real: "dns/benign*.gz"},
}

func main() {
	var b bench
	flag.StringVar(&b.picket, "picket", "./picket", "the binary to measure")
	flag.StringVar(&b.dir, "dir", ".cache/bench", "where the logs are kept")
	flag.StringVar(&b.data, "data", "", "folder of real data sets; without it they are left out")
	flag.IntVar(&b.rounds, "rounds", 0, "how often each is measured; the least counts, with -live and -console the median (default 3, with -live 5, with -console 20)")
	flag.StringVar(&b.only, "only", "", "measure only what begins so: sets by their names, with -live also latency, bucket, idle and state, with -store calls")
	flag.StringVar(&b.files, "files", "", "measure this folder of logs instead")
	prepare := flag.Bool("prepare", false, "make the logs and lists, and measure nothing")
	var s storeBench
	flag.StringVar(&s.where, "store", "", "measure the store instead: sqlite, which is kept in dir, or a postgres:// URL")
	flag.IntVar(&s.Total, "findings", 1_000_000, "with -store, how many findings an account has")
	flag.IntVar(&s.Members, "members", 50_000, "with -store, how many members an administrator has")
	follow := flag.Bool("live", false, "measure a server that follows a folder instead")
	soak := soakBench{}
	flag.DurationVar(&soak.during, "soak", 0, "watch a server that follows a folder for so long instead, as 1h")
	flag.Float64Var(&soak.share, "share", 0.5, "with -soak, how many of the records come that the server reads at full speed")
	look := flag.Bool("console", false, "measure how soon the console shows findings in Chromium instead")
	flag.Parse()
	if b.rounds == 0 {
		b.rounds = 3
		switch {
		case *follow:
			b.rounds = 5
		case *look:
			b.rounds = 20
		}
	}
	s.only = b.only
	run := b.run
	switch {
	case *look:
		s.where = "sqlite"
		soak.bench = b
		run = (&consoleBench{soakBench: soak, store: s, web: "web"}).run
	case s.where != "" && *prepare:
		run = func() error { return s.prepare(b.dir) }
	case s.where != "":
		run = func() error { return s.run(b.dir) }
	case *prepare:
		run = b.prepare
	case soak.during > 0:
		soak.bench = b
		run = soak.run
	case *follow:
		run = (&liveBench{bench: b, times: 100}).run
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

// bench is a run over the sets.
type bench struct {
	picket, dir, data, only, files string
	rounds                         int
}

// prepare makes what is to be measured.
func (b *bench) prepare() error {
	if err := threats(b.lists()); err != nil {
		return err
	}
	for _, s := range b.sets() {
		if err := b.generate(s); err != nil {
			return err
		}
	}
	return nil
}

// prepareApart prepares in a process of its own: the peak memory of a child counts its parent's.
func (b *bench) prepareApart() error {
	prepare := exec.Command(os.Args[0], "-prepare", "-dir", b.dir, "-data", b.data, "-only", b.only, "-files", b.files)
	prepare.Stderr = os.Stderr
	if err := prepare.Run(); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return nil
}

func (b *bench) run() error {
	if err := b.prepareApart(); err != nil {
		return err
	}
	fmt.Printf("%d cores, %s; least of %d\n\n", runtime.NumCPU(), runtime.Version(), b.rounds)
	fmt.Println("| logs | unpacked | records | zcat wall | picket wall | wall ratio | limit | user CPU ratio | records/s | memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	if b.files != "" {
		return b.measure(set{name: filepath.Base(b.files)}, b.files)
	}
	for _, s := range b.sets() {
		if err := b.measure(s, filepath.Join(b.folder(s), "AWSLogs")); err != nil {
			return err
		}
	}
	return ruleCounts()
}

// sets are those to measure: real ones where the data folder has them.
func (b *bench) sets() []set {
	if b.files != "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(sets), func(s set) bool {
		found, _ := filepath.Glob(filepath.Join(b.data, s.real))
		return !strings.HasPrefix(s.name, b.only) || s.real != "" && len(found) == 0
	})
}

// lists is the folder of the lists that are loaded.
func (b *bench) lists() string { return filepath.Join(b.dir, "intel") }

// folder is where the set's logs are: another one for whatever makes them different.
func (b *bench) folder(s set) string {
	name := strings.NewReplacer(" ", "-", ":", "").Replace(s.name)
	if s.real == "" {
		name = fmt.Sprintf("%s-%d-%d-%g", name, s.days, s.accounts, s.scale)
	}
	return filepath.Join(b.dir, name)
}

// generate makes the set's logs unless they are there.
func (b *bench) generate(s set) error {
	path := b.folder(s)
	done := filepath.Join(path, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	var err error
	if s.real != "" {
		err = repeat(filepath.Join(b.data, s.real), filepath.Join(path, "AWSLogs"))
	} else {
		var kinds []event.Kind
		if s.kind != event.KindUnknown {
			kinds = []event.Kind{s.kind}
		}
		_, err = simulate.Run(simulate.Options{Days: s.days, Accounts: s.accounts, Scale: s.scale, Seed: 7, Kinds: kinds, Attacks: true}, path)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o644)
}

// entries is how many addresses and names the lists hold that are loaded for each measurement.
const entries = 200_000

// threats writes lists of addresses and names that no log mentions, for every category that a rule may want: rules without
// lists would be off.
func threats(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	// What is trusted, or AWS's own, silences rules.
	categories := slices.DeleteFunc(intel.Categories(), func(c intel.Category) bool { return c == intel.Trusted || c == intel.AWS })
	lists := make([]bytes.Buffer, len(categories))
	for i := range entries / 2 {
		list := &lists[i%len(lists)]
		fmt.Fprintf(list, "%d.%d.%d.%d\nhost-%d.listed-%d.example\n", 60+i%60, i/60%256, i/15360%256, 1+i%250, i, i%1000)
	}
	for i, c := range categories {
		if err := os.WriteFile(filepath.Join(path, string(c)+".txt"), lists[i].Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cost is what a command took.
type cost struct {
	wall, user time.Duration
	memory     int64
	out        string
}

func (b *bench) measure(s set, logs string) error {
	var list bytes.Buffer
	err := filepath.WalkDir(logs, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list.WriteString(path + "\x00")
		}
		return err
	})
	if err != nil {
		return err
	}
	var zcat, scan []cost
	for range b.rounds {
		if s.alone {
			zcat = append(zcat, cost{})
		} else if zcat, err = again(zcat, &list, "sh", "-c", "xargs -0 zcat | wc -lc"); err != nil {
			return err
		}
		if scan, err = again(scan, nil, b.picket, "scan", logs, "--intel", b.lists(), "--format", "json"); err != nil {
			return err
		}
	}
	row(s, least(zcat), least(scan))
	return nil
}

// least is the least that a command took, and the most memory.
func least(costs []cost) cost {
	l := costs[0]
	for _, c := range costs[1:] {
		l.wall, l.user, l.memory = min(l.wall, c.wall), min(l.user, c.user), max(l.memory, c.memory)
	}
	return l
}

func again(costs []cost, in *bytes.Buffer, name string, args ...string) ([]cost, error) {
	c := exec.Command(name, args...)
	if in != nil {
		c.Stdin = bytes.NewReader(in.Bytes())
	}
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	began := time.Now()
	err := c.Run()
	wall := time.Since(began)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 && name != "sh" {
		err = nil // findings
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, errs.String())
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	text := errs.String()
	if name == "sh" {
		text = out.String()
	}
	return append(costs, cost{wall, c.ProcessState.UserTime(), usage.Maxrss << 10, text}), nil
}

func row(s set, z, p cost) {
	records, unpacked := summaryOf(p.out)
	perSecond := float64(records) / p.wall.Seconds()
	zwall, ratio, users, limit := "", "", "", ""
	if !s.alone {
		zwall = fmt.Sprintf("%.2f s", z.wall.Seconds())
		ratio = fmt.Sprintf("**%.2f**", p.wall.Seconds()/z.wall.Seconds())
		users = fmt.Sprintf("%.2f", p.user.Seconds()/z.user.Seconds())
	}
	if s.limit > 0 {
		limit = fmt.Sprintf("%.2f", s.limit)
	}
	fmt.Printf("| %s | %s | %d | %s | %.2f s | %s | %s | %s | %.0f | %d MiB |\n",
		s.name, unpacked, records, zwall, p.wall.Seconds(), ratio, limit, users, perSecond, p.memory>>20)
}

// summaryOf takes records and unpacked size out of the summary of a scan.
func summaryOf(text string) (records int64, unpacked string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "read ") {
			continue
		}
		fields := strings.Fields(strings.ReplaceAll(line, ",", ""))
		for i, f := range fields {
			switch {
			case strings.HasPrefix(f, "record") && i > 0 && !strings.Contains(f, "/"):
				fmt.Sscan(fields[i-1], &records)
			case strings.HasPrefix(f, "(") && i+1 < len(fields):
				unpacked = f[1:] + " " + fields[i+1]
			}
		}
	}
	return records, unpacked
}
