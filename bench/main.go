// Command bench measures speed and memory on simulated logs: `picket scan` against `zcat | wc -l` over the same files in the
// same run, so that the ratios hold on any machine. It generates its logs once, into the project's cache, and judges nothing:
// it prints one table. Run it with `make bench`.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"picket/event"
	"picket/simulate"
)

// set is a folder of simulated logs of one kind.
type set struct {
	name     string
	kind     event.Kind
	days     int
	accounts int
	scale    float64
	limit    float64 // most wall time as a multiple of zcat's; 0: not compared
	memory   int64   // most resident memory in bytes; 0: no limit
}

// sets are at least 2 GB unpacked each; the last two are for memory alone.
var sets = []set{
	{"CloudTrail", event.KindCloudTrail, 4, 4, 6.5, 0.5, 512 << 20},
	{"VPC flow", event.KindFlow, 2, 4, 8, 0.75, 512 << 20},
	{"DNS", event.KindDNS, 4, 4, 6, 0.75, 512 << 20},
	{"50 million flows", event.KindFlow, 7, 4, 12, 0, 512 << 20},
}

func main() {
	picket := flag.String("picket", "./picket", "the binary to measure")
	dir := flag.String("dir", ".cache/bench", "where the logs are kept")
	rounds := flag.Int("rounds", 3, "how often each is measured; the fastest counts")
	only := flag.String("only", "", "measure only the sets whose name begins so")
	files := flag.String("files", "", "measure this folder of logs instead, a real one for example")
	flag.Parse()
	if err := run(*picket, *dir, *rounds, *only, *files); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run(picket, dir string, rounds int, only, files string) error {
	fmt.Printf("%d cores, %s; fastest of %d\n\n", runtime.NumCPU(), runtime.Version(), rounds)
	fmt.Println("| logs | unpacked | records | zcat wall | picket wall | wall ratio | limit | user CPU ratio | records/s | memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	intel, err := threats(dir)
	if err != nil {
		return err
	}
	if files != "" {
		return measure(picket, files, intel, set{name: filepath.Base(files), limit: math.NaN()}, rounds)
	}
	for _, s := range sets {
		if !strings.HasPrefix(s.name, only) {
			continue
		}
		path := filepath.Join(dir, fmt.Sprintf("%s-%d-%d-%g", strings.ReplaceAll(s.name, " ", "-"), s.days, s.accounts, s.scale))
		if err := generate(s, path); err != nil {
			return err
		}
		if err := measure(picket, filepath.Join(path, "AWSLogs"), intel, s, rounds); err != nil {
			return err
		}
	}
	return ruleCounts()
}

func generate(s set, path string) error {
	done := filepath.Join(path, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	_, err := simulate.Run(simulate.Options{Days: s.days, Accounts: s.accounts, Scale: s.scale, Seed: 7, Kinds: []event.Kind{s.kind}, Attacks: true}, path)
	if err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o644)
}

// entries is how many addresses and names the lists hold that are loaded for each measurement.
const entries = 200_000

// threats writes lists of addresses and names that no log mentions.
func threats(dir string) (string, error) {
	path := filepath.Join(dir, "intel")
	if err := os.MkdirAll(path, 0o755); err != nil {
		return "", err
	}
	var ips, names bytes.Buffer
	for i := range entries / 2 {
		fmt.Fprintf(&ips, "%d.%d.%d.%d\n", 60+i%60, i/60%256, i/15360%256, 1+i%250)
		fmt.Fprintf(&names, "host-%d.listed-%d.example\n", i, i%1000)
	}
	for name, b := range map[string]*bytes.Buffer{"malicious.txt": &ips, "c2.txt": &names} {
		if err := os.WriteFile(filepath.Join(path, name), b.Bytes(), 0o644); err != nil {
			return "", err
		}
	}
	return path, nil
}

// cost is what a command took.
type cost struct {
	wall, user time.Duration
	memory     int64
	out        string
}

func measure(picket, logs, intel string, s set, rounds int) error {
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
	for range rounds {
		if !math.IsNaN(s.limit) && s.limit == 0 {
			zcat = append(zcat, cost{wall: 1, user: 1})
		} else if zcat, err = again(zcat, &list, "sh", "-c", "xargs -0 zcat | wc -lc"); err != nil {
			return err
		}
		if scan, err = again(scan, nil, picket, "scan", logs, "--intel", intel, "--format", "json"); err != nil {
			return err
		}
	}
	fastest := func(cs []cost) cost { return slices.MinFunc(cs, func(a, b cost) int { return int(a.wall - b.wall) }) }
	z, p := fastest(zcat), fastest(scan)
	row(s, z, p)
	return nil
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
	if z.wall > 1 {
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
