package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// soakBench measures whether a server that follows a folder for long stays as it is: logs come at a share of what it reads when
// all are there at once.
type soakBench struct {
	liveBench
	during time.Duration
	share  float64
}

// soaked is the day that is put into the folder again and again, as of now.
var soaked = set{name: "soak", days: 1, accounts: 4, scale: 6.5}

const (
	soakCycles = 2               // of the day, read at full speed
	soakLook   = 5 * time.Second // between looks at the metrics
	soakKeep   = 2 * time.Minute // files are kept so long after they were read
)

func (b *soakBench) run() (err error) {
	if b.during < time.Minute || b.share <= 0 {
		return errors.New("-soak wants a minute or more, and -share more than 0")
	}
	if err := errors.Join(threats(b.lists()), b.generate(soaked)); err != nil {
		return err
	}
	heard, url, err := listen()
	if err != nil {
		return err
	}
	defer heard.Close()
	dir, err := os.MkdirTemp("", "picket-bench-")
	if err != nil {
		return err
	}
	day := b.folder(soaked)
	b.settings = map[string]any{
		"intel": []string{absolute(b.lists()), absolute(filepath.Join(day, "intel"))}, "publish": map[string]any{"allow": []string{"127.0.0.0/8"}},
	}
	s, err := b.serveIn(dir, []string{"us-east-1", "eu-west-1"}) // as simulated logs have
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	f, err := newFeeder(day, dir)
	if err != nil {
		return err
	}
	if err := b.prepareServer(s, f, url); err != nil {
		return err
	}
	rate, err := b.fullSpeed(s, f)
	if err != nil {
		return err
	}
	err = errors.Join(b.soak(s, f, rate*b.share), s.end())
	complaints(s.errs.String())
	return err
}

var message = regexp.MustCompile(`level=(?:WARN|ERROR) msg=("[^"]*"|\S+)`)

// complaints prints what a server's log warns of, and how often.
func complaints(log string) {
	count := map[string]int{}
	for _, m := range message.FindAllStringSubmatch(log, -1) {
		count[m[1]]++
	}
	for _, m := range slices.Sorted(maps.Keys(count)) {
		fmt.Printf("- the server warned %d times of %s\n", count[m], m)
	}
}

func absolute(path string) string {
	a, err := filepath.Abs(path)
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return a
}

// listen takes what is published, and forgets it.
func listen() (io.Closer, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	go http.Serve(l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	return l, "http://" + l.Addr().String() + "/", nil
}

// prepareServer makes the accounts of the logs, each with somebody who wants its findings, and lets the folder be followed.
func (b *soakBench) prepareServer(s *live, f *feeder, url string) error {
	accounts, _, err := contents(filepath.Join(b.folder(soaked), "AWSLogs"))
	if err != nil {
		return err
	}
	for _, id := range accounts {
		if _, err := s.account(id); err != nil {
			return err
		}
		if _, err := s.cli("destination", "add", "of-"+id, url, "--account", id); err != nil {
			return err
		}
	}
	_, err = s.cli("source", "add", "logs", f.logs)
	return err
}

// fullSpeed has the server read what lies ready, and returns how many files it reads in a second.
func (b *soakBench) fullSpeed(s *live, f *feeder) (rate float64, err error) {
	fmt.Fprintf(os.Stderr, "making %d files\n", soakCycles*len(f.templates))
	var ready []string
	for range soakCycles * len(f.templates) {
		path, err := f.stage(time.Now())
		if err != nil {
			return 0, err
		}
		ready = append(ready, path)
	}
	before, err := s.measure()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for _, path := range ready {
		if err := f.put(path, began); err != nil {
			return 0, err
		}
	}
	after, err := s.drained(f, 10*time.Minute)
	if err != nil {
		return 0, err
	}
	took := time.Since(began).Seconds()
	fmt.Printf("At full speed %d records in %d files took %.1f s, and %.1f s of the processor: %.0f records a second.\n",
		f.records, len(ready), took, after[cpuTime]-before[cpuTime], float64(f.records)/took)
	return float64(len(ready)) / took, nil
}

// drained waits until the server has applied all that was put into the folder.
func (s *live) drained(f *feeder, patience time.Duration) (gauges, error) {
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) { // asking takes of the machine that is measured
		m, err := s.measure()
		if err != nil || m[objects] >= float64(len(f.files)) && m[waiting] == 0 {
			return m, err
		}
		if time.Since(began) > patience {
			return m, fmt.Errorf("after %v %v of %d files are in the log, and %v wait", patience, m[objects], len(f.files), m[waiting])
		}
	}
}

// soak puts rate files a second into the folder, and looks at the server's metrics meanwhile.
func (b *soakBench) soak(s *live, f *feeder, rate float64) error {
	var seen []gauges
	began, from := time.Now(), f.records
	cpu := ownTime()
	end, look, late := began.Add(b.during), began, time.Duration(0)
	for n := 0; time.Now().Before(end); n++ {
		due := began.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		time.Sleep(time.Until(due)) // the rate that is to be held
		late = max(late, time.Since(due))
		path, err := f.stage(time.Now())
		if err != nil {
			return err
		}
		if err := f.put(path, time.Now()); err != nil {
			return err
		}
		if time.Now().Before(look) {
			continue
		}
		look = look.Add(soakLook)
		m, err := s.measure()
		if err != nil {
			return err
		}
		seen = append(seen, m)
		if err := f.forget(int(m[objects]-m[waiting]), time.Now().Add(-soakKeep)); err != nil {
			return err
		}
		if len(seen)%12 == 0 {
			fmt.Fprintf(os.Stderr, "%v: %.0f MiB, %.1f s behind, %.0f files wait\n", time.Since(began).Round(time.Second), m[memory]/(1<<20), m[lag], m[waiting])
		}
	}
	took := time.Since(began).Seconds()
	last, err := s.drained(f, time.Minute)
	if err != nil {
		return err
	}
	fmt.Printf("Then %d records in %.0f s, %.0f a second, %.0f files a second; the bench took %.2f cores, the server %.2f.\n\n",
		f.records-from, took, float64(f.records-from)/took, rate, (ownTime()-cpu).Seconds()/took, (last[cpuTime]-seen[0][cpuTime])/took)
	return verdict(seen, last, f.records, late, rate)
}

// ownTime is what the bench has had of the processor.
func ownTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
