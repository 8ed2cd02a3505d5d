package apptest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"picket"
	"picket/simulate"
	"picket/sqlstore"
)

// freeAddress is one of this machine that nothing listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	return l.Addr().String()
}

func withMetrics(address string) option {
	return func(c map[string]any) { c["metrics"] = address }
}

// samples are what Prometheus would read, by name and labels.
type samples map[string]float64

func scrape(t testing.TB, address string) (samples, string) {
	t.Helper()
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text := string(must(io.ReadAll(resp.Body))(t))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("/metrics: %s\n%s", resp.Status, text)
	}
	out := samples{}
	for line := range strings.Lines(text) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && line[0] != '#' {
			out[line[:i]] = must(strconv.ParseFloat(strings.TrimSpace(line[i:]), 64))(t)
		}
	}
	return out, text
}

// sum adds up the samples of a metric whose labels hold some text.
func (s samples) sum(name, labels string) (sum float64) {
	for k, v := range s {
		if strings.HasPrefix(k, name+"{") && strings.Contains(k, labels) {
			sum += v
		}
	}
	return sum
}

// TestMetrics holds that what Prometheus is told is what happened, and names no account.
func TestMetrics(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	must(simulate.Run(simulate.Options{Accounts: 2, Seed: 1, Scale: 0.05, Attacks: true}, dir))(t)
	f := newFollowed(t, dir, withMetrics(address))
	f.follow(nil, dir+"/AWSLogs")
	f.wait()
	got, text := scrape(t, address)
	for _, a := range append(f.accounts, killAdministrator) {
		if strings.Contains(text, a) {
			t.Errorf("account %s is named in:\n%s", a, text)
		}
	}
	new, records, skipped := 0.0, 0.0, 0.0
	for k := range f.end() {
		if !strings.HasPrefix(k, killAdministrator) {
			new++
		}
	}
	store := must(sqlstore.Open(ctx, f.s.kept))(t)
	defer store.Close()
	must(0, store.View(ctx, func(tx picket.Tx) error {
		docs, err := tx.Documents().All("intake", picket.DocumentKey{}, 10_000)
		for _, d := range docs {
			var in struct {
				Records float64
				Skipped map[string]float64
			}
			must(0, json.Unmarshal(d.Body, &in))(t)
			records += in.Records
			for _, n := range in.Skipped {
				skipped += n
			}
		}
		return err
	}))(t)
	is := func(what string, got, want float64) {
		t.Helper()
		if got != want || want == 0 && !strings.Contains(what, "no ") {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	is("new findings", got.sum("picket_findings_total", `change="new"`), new)
	is("records", got.sum("picket_records_total", ""), records)
	is("no skipped records", got.sum("picket_records_skipped_total", ""), skipped)
	is("objects", got[`picket_source_objects_total{source="logs"}`], float64(len(f.files)))
	is("detectors made", got.sum("picket_api_request_seconds_count", `code="200",operation="CreateDetector"`), float64(len(f.people)*len(f.regions)))
	is("destinations", got[`picket_destinations{type="WEBHOOK"}`], 3)
	is("store", got["picket_store_up"], 1)
	is("no messages waiting", got["picket_log_waiting_messages"], 0)
	is("no failing destinations", got[`picket_destinations_failing{type="WEBHOOK"}`], 0)
	for _, name := range []string{
		"picket_checkpoint_seconds_count", `picket_publish_events_total{type="WEBHOOK"}`, "picket_data_free_bytes", "go_goroutines",
		"process_resident_memory_bytes",
	} {
		if got[name] <= 0 {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	if lag, ok := got[`picket_source_lag_seconds{source="logs"}`]; !ok || lag > 3600 {
		t.Errorf("lag %v", lag)
	}
}
