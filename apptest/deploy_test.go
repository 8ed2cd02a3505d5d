package apptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/simulate"
)

// prometheus is one that reads a server, as deploy/prometheus.yml has it, but more often.
type prometheus struct {
	t   testing.TB
	url string
}

func startPrometheus(t testing.TB, target string) *prometheus {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatal("prometheus is missing: make test-needs")
	}
	config := string(must(os.ReadFile("../deploy/prometheus.yml"))(t))
	for old, new := range map[string]string{
		"127.0.0.1:8461":       target,
		"scrape_interval: 15s": "scrape_interval: 500ms\n  evaluation_interval: 500ms",
		"alerts.yml":           must(filepath.Abs("../deploy/alerts.yml"))(t),
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("deploy/prometheus.yml doesn't hold %q", old)
		}
		config = strings.ReplaceAll(config, old, new)
	}
	dir, address := t.TempDir(), freeAddress(t)
	file := filepath.Join(dir, "prometheus.yml")
	must(0, os.WriteFile(file, []byte(config), 0o600))(t)
	c := exec.Command(path, "--config.file", file, "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", address)
	var log bytes.Buffer
	c.Stderr = &log
	must(0, c.Start())(t)
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return &prometheus{t, "http://" + address}
}

// get asks the API and returns what is under data; nil where it doesn't answer yet.
func (p *prometheus) get(path string) json.RawMessage {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          json.RawMessage
	}
	text := must(io.ReadAll(resp.Body))(p.t)
	if resp.StatusCode == http.StatusServiceUnavailable {
		return nil
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Status != "success" {
		p.t.Fatalf("%s: %s", path, text)
	}
	return answer.Data
}

// query returns how many series an expression has.
func (p *prometheus) query(expr string) int {
	p.t.Helper()
	var data struct{ Result []any }
	if text := p.get("/api/v1/query?query=" + url.QueryEscape(expr)); text != nil {
		must(0, json.Unmarshal(text, &data))(p.t)
	}
	return len(data.Result)
}

// dashboardQueries are what the panels of deploy/grafana.json ask, by panel.
func dashboardQueries(t testing.TB) map[string][]string {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	must(0, json.Unmarshal(must(os.ReadFile("../deploy/grafana.json"))(t), &dashboard))(t)
	out := map[string][]string{}
	for _, p := range dashboard.Panels {
		for _, q := range p.Targets {
			out[p.Title] = append(out[p.Title], strings.ReplaceAll(q.Expr, "$__rate_interval", "1m"))
		}
	}
	return out
}

var metricName = regexp.MustCompile(`\b(picket|process|go)_\w+|\bup\b`)

// TestDashboardAndAlerts has a real Prometheus read a server, and holds that every query of the dashboard has an answer, that every
// alert asks for metrics that are there, and that the page for operators tells of each alert and metric.
func TestDashboardAndAlerts(t *testing.T) {
	dir, others, address := t.TempDir(), t.TempDir(), freeAddress(t)
	must(simulate.Run(simulate.Options{Accounts: 2, Seed: 1, Scale: 0.02, Attacks: true}, dir))(t)
	must(simulate.Run(simulate.Options{Accounts: 1, Seed: 7, Scale: 0.02}, others))(t)
	f := newFollowed(t, dir, onSQLite, withMetrics(address)) // whose size is a metric
	p := startPrometheus(t, address)
	until(t, "Prometheus reads the server", func() bool { return p.query("picket_store_up") > 0 })
	f.follow(nil, dir+"/AWSLogs")
	f.wait()
	f.s.operator("source", "add", "others", others+"/AWSLogs") // of an account that this server doesn't know
	for panel, queries := range dashboardQueries(t) {
		for _, q := range queries {
			until(t, "panel "+panel+" has data of "+q, func() bool { return p.query(q) > 0 })
		}
	}
	page := string(must(os.ReadFile("../docs/operations.md"))(t))
	mentioned := func(name string) {
		t.Helper()
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("docs/operations.md doesn't speak of %s", name)
		}
	}
	var data struct {
		Groups []struct {
			Rules []struct{ Name, Query, Health, LastError string }
		}
	}
	must(0, json.Unmarshal(p.get("/api/v1/rules"), &data))(t)
	rules := data.Groups[0].Rules
	if len(rules) < 10 {
		t.Errorf("%d alerts", len(rules))
	}
	for _, r := range rules {
		mentioned(r.Name)
		if r.LastError != "" || r.Health == "err" {
			t.Errorf("%s: %s", r.Name, r.LastError)
		}
		for _, name := range metricName.FindAllString(r.Query, -1) {
			if p.query(name) == 0 {
				t.Errorf("%s asks for %s, which isn't there", r.Name, name)
			}
		}
	}
	_, text := scrape(t, address)
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (picket_\w+)`).FindAllStringSubmatch(text, -1) {
		mentioned(m[1])
	}
}

// TestAlerts runs the tests of the alert rules: one world in which none fires, and one in which all do.
func TestAlerts(t *testing.T) {
	for _, args := range [][]string{{"check", "config", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"}} {
		c := exec.Command("promtool", args...)
		c.Dir = "../deploy"
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v (make test-needs installs it)\n%s", args, err, out)
		}
	}
	rules := string(must(os.ReadFile("../deploy/alerts.yml"))(t))
	tests := string(must(os.ReadFile("../deploy/alerts_test.yml"))(t))
	for _, m := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(rules, -1) {
		if !strings.Contains(tests, `alertname="`+m[1]+`"`) {
			t.Errorf("%s is in no test", m[1])
		}
	}
}

// TestUnit has systemd read the unit, and say how much of the machine the service could reach.
func TestUnit(t *testing.T) {
	path := must(binary())(t)
	unit := strings.ReplaceAll(string(must(os.ReadFile("../deploy/picket.service"))(t)), "/usr/local/bin/picket", path)
	file := filepath.Join(t.TempDir(), "picket.service")
	must(0, os.WriteFile(file, []byte(unit), 0o600))(t)
	for _, args := range [][]string{{"verify", file}, {"security", "--offline=true", "--threshold=15", file}} {
		if out, err := exec.Command("systemd-analyze", args...).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze %s: %v\n%s", args, err, out)
		}
	}
}

// TestImage starts what the image starts, and asks as its health check does.
func TestImage(t *testing.T) {
	text := string(must(os.ReadFile("../deploy/Dockerfile"))(t))
	command := func(line string) (words []string) {
		t.Helper()
		m := regexp.MustCompile(`(?m)^` + line + `(\[.*\])$`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the Dockerfile has no line %s", line)
		}
		must(0, json.Unmarshal([]byte(m[1]), &words))(t)
		return words
	}
	data := t.TempDir()
	in := func(words []string) []string {
		i := slices.Index(words, "/data")
		if i < 0 {
			t.Fatalf("%q has no folder of data", words)
		}
		return slices.Replace(slices.Clone(words), i, i+1, data)
	}
	path := must(binary())(t)
	server := exec.Command(path, append(in(command("CMD ")), "--listen", "127.0.0.1:0")...)
	var log bytes.Buffer
	server.Stderr = &log
	must(0, server.Start())(t)
	check := command("HEALTHCHECK .* CMD ")
	until(t, "the image is healthy", func() bool {
		_, err := os.Stat(filepath.Join(data, "picket.sock"))
		return err == nil && exec.Command(path, in(check)[1:]...).Run() == nil
	})
	must(0, server.Process.Signal(os.Interrupt))(t)
	must(0, server.Wait())(t)
	for line := range strings.Lines(log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
	}
	if hadolint, err := exec.LookPath("hadolint"); err == nil {
		if out, err := exec.Command(hadolint, "../deploy/Dockerfile").CombinedOutput(); err != nil {
			t.Error(fmt.Errorf("hadolint: %w\n%s", err, out))
		}
	}
}

// TestConsoleOfNoAddress starts a server for other machines that wasn't told what they call it.
func TestConsoleOfNoAddress(t *testing.T) {
	s := start(t, withCertificate(t, 24*time.Hour), func(c map[string]any) { c["listen"] = "0.0.0.0:0" })
	if log := s.stderr.String(); !strings.Contains(log, "console: mails link to https://0.0.0.0:0/console/") {
		t.Errorf("it isn't warned that mails link to nowhere: %s", log)
	}
}
