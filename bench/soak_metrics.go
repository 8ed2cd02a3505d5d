package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Metrics that are looked at.
const (
	memory     = "process_resident_memory_bytes"
	heap       = "go_memstats_heap_inuse_bytes"
	goroutines = "go_goroutines"
	openFiles  = "process_open_fds"
	cpuTime    = "process_cpu_seconds_total"
	lag        = "picket_source_lag_seconds"
	waiting    = "picket_log_waiting_messages"
	objects    = "picket_source_objects_total"
	analysed   = "picket_records_total"
	skipped    = "picket_records_skipped_total"
	findings   = "picket_findings_total"
	published  = "picket_publish_events_total"
	outbox     = "picket_publish_waiting"
	quarantine = "picket_quarantine_entries"
	storeSize  = "picket_store_bytes"
	up         = "picket_store_up"
)

// gauges are what the metrics say at a time, each metric summed over its labels.
type gauges map[string]float64

// measure reads the metrics.
func (s *live) measure() (gauges, error) {
	resp, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	m := gauges{}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if !ok || name == "#" {
			continue
		}
		if i := strings.LastIndexByte(value, ' '); i >= 0 { // of a label
			value = value[i+1:]
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", name, err)
		}
		name, _, _ = strings.Cut(name, "{")
		m[name] += v
	}
	if m[up] != 1 {
		return nil, errors.New("the store did not answer when metrics were asked for")
	}
	return m, nil
}

// soakRows are what the table shows, each in a unit.
var soakRows = []struct {
	name, metric string
	unit         float64
}{
	{"resident memory, MiB", memory, 1 << 20},
	{"Go heap, MiB", heap, 1 << 20},
	{"goroutines", goroutines, 1},
	{"open files", openFiles, 1},
	{"behind the source, s", lag, 1},
	{"files that wait", waiting, 1},
	{"records, thousands", analysed, 1000},
	{"findings, new and updated", findings, 1},
	{"events published", published, 1},
	{"events that wait", outbox, 1},
	{"quarantine", quarantine, 1},
	{"store, MiB", storeSize, 1 << 20},
}

// What a soak may show: of what grows, the last quarter's median over that of the quarter before. By then an hour's soak is
// past the half hour that the watermark of flow and DNS records waits, so that what waits for it comes and goes.
const (
	growthLimit = 1.1
	fewMore     = 10 // goroutines and files
	behindLimit = 5 * time.Second
)

// verdict prints what samples show, and returns an error if that is not as it should be.
func verdict(seen []gauges, last gauges, records int, late time.Duration, rate float64) error {
	fmt.Println("| | start | first quarter | half | third quarter | end | most | p99 | a hour, by the second half |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, r := range soakRows {
		v := column(seen, r.metric)
		fmt.Printf("| %s |", r.name)
		for _, at := range []int{0, len(v) / 4, len(v) / 2, len(v) * 3 / 4, len(v) - 1} {
			fmt.Printf(" %.1f |", v[at]/r.unit)
		}
		fmt.Printf(" %.1f | %.1f | %+.1f |\n", slices.Max(v)/r.unit, quantile(v, .99)/r.unit, slope(v[len(v)/2:])/r.unit)
	}
	fmt.Println()
	var bad []error
	check := func(ok bool, format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		if !ok {
			text = "NOT AS IT SHOULD BE: " + text
			bad = append(bad, errors.New(text))
		}
		fmt.Printf("- %s\n", text)
	}
	for _, r := range soakRows[:4] {
		v := column(seen, r.metric)
		third, fourth := quantile(v[len(v)/2:len(v)*3/4], .5), quantile(v[len(v)*3/4:], .5)
		limit := third * growthLimit
		if r.unit == 1 {
			limit = third + fewMore
		}
		check(fourth <= limit, "%s: median of the third quarter %.1f, of the last %.1f (limit %.1f)", r.name, third/r.unit, fourth/r.unit, limit/r.unit)
	}
	behind := quantile(column(seen, lag), .99) + quantile(column(seen, waiting), .99)/rate
	check(behind <= behindLimit.Seconds(), "p99 of what the server is behind: %.1f s, of it what waits is %.1f s (limit %v)", behind,
		quantile(column(seen, waiting), .99)/rate, behindLimit)
	check(int(last[analysed]+last[skipped]) == records, "records put %d, analysed %.0f, skipped %.0f", records, last[analysed], last[skipped])
	check(last[quarantine] == seen[0][quarantine], "quarantine: %.0f entries, %.0f at the start", last[quarantine], seen[0][quarantine])
	check(late <= behindLimit, "the bench put files %.1f s late at worst (limit %v)", late.Seconds(), behindLimit)
	return errors.Join(bad...)
}

func column(seen []gauges, metric string) []float64 {
	var v []float64
	for _, s := range seen {
		v = append(v, s[metric])
	}
	return v
}

func quantile(v []float64, q float64) float64 {
	return slices.Sorted(slices.Values(v))[int(q*float64(len(v)-1))]
}

// slope is how much values that are a look apart grow in an hour, by the line nearest to them.
func slope(v []float64) float64 {
	var sx, sy, sxx, sxy float64
	n := float64(len(v))
	for i, y := range v {
		x := float64(i)
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	if d := n*sxx - sx*sx; d > 0 {
		return (n*sxy - sx*sy) / d * float64(time.Hour/soakLook)
	}
	return 0
}
