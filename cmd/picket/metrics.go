package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"picket/engine"
	"picket/event"
	"picket/pipeline"
	"picket/publish"
)

// metrics are what this process measures of its own work, for Prometheus. No label names an account: there may be thousands,
// and picket status and the API tell of each. docs/operations.md says what each metric means.
type metrics struct {
	registry *prometheus.Registry

	requests         *prometheus.HistogramVec
	checkpoints      prometheus.Histogram
	records, bytes   *prometheus.CounterVec
	skipped, late    *prometheus.CounterVec
	limits           *prometheus.CounterVec
	findings         *prometheus.CounterVec
	published, fails *prometheus.CounterVec
}

// newMetrics returns metrics that are zero where they may be: a query for what didn't happen yet has an answer too.
func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "picket_api_request_seconds", Help: "How long calls of the API took, by operation and HTTP status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, 1, 5},
	}, []string{"operation", "code"})
	m.checkpoints = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "picket_checkpoint_seconds", Help: "How long it took to store findings and position, tries in vain included.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
	})
	m.registry.MustRegister(m.requests, m.checkpoints, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.records = counter("picket_records_total", "Log records that were analysed.", "kind")
	m.bytes = counter("picket_record_bytes_total", "Bytes of the log records that were analysed, as logged.", "kind")
	m.skipped = counter("picket_records_skipped_total", "Log records that were not analysed.", "kind", "reason")
	m.late = counter("picket_records_late_total", "Log records that came when their windows were decided already, and were judged apart.", "kind")
	m.limits = counter("picket_limits_total", "What was not judged as rules say, because there was too much of something.", "limit")
	for name := range (engine.Stats{}).Limits() {
		m.limits.WithLabelValues(name)
	}
	m.limits.WithLabelValues(pipeline.FindingsLimit)
	m.findings = counter("picket_findings_total", "Findings stored, new ones and updates.", "severity", "change")
	m.published = counter("picket_publish_events_total", "Events that destinations took.", "type")
	m.fails = counter("picket_publish_failures_total", "Tries to publish that failed.", "type")
	for _, kind := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		m.records.WithLabelValues(kind.String())
		m.bytes.WithLabelValues(kind.String())
		m.late.WithLabelValues(kind.String())
	}
	for _, severity := range []string{"Low", "Medium", "High", "Critical"} {
		m.findings.WithLabelValues(severity, change(true))
		m.findings.WithLabelValues(severity, change(false))
	}
	for _, t := range destinationTypes {
		m.published.WithLabelValues(string(t))
		m.fails.WithLabelValues(string(t))
	}
	return m
}

var destinationTypes = []publish.Type{publish.S3, publish.Webhook, publish.Mail}

func change(fresh bool) string {
	if fresh {
		return "new"
	}
	return "updated"
}

// call is told of a call of the API.
func (m *metrics) call(operation string, status int, took time.Duration) {
	if operation == "" {
		operation = "none"
	}
	m.requests.WithLabelValues(operation, strconv.Itoa(status)).Observe(took.Seconds())
}

// checkpoint is told of what was stored.
func (m *metrics) checkpoint(c pipeline.Checkpoint) {
	m.checkpoints.Observe(c.Took.Seconds())
	for _, in := range c.Intake {
		m.records.WithLabelValues(in.Kind).Add(float64(in.Records))
		m.bytes.WithLabelValues(in.Kind).Add(float64(in.Bytes))
		m.late.WithLabelValues(in.Kind).Add(float64(in.Late.Records))
		for reason, n := range in.Skipped {
			m.skipped.WithLabelValues(in.Kind, reason).Add(float64(n))
		}
	}
	for name, n := range c.Limits {
		m.limits.WithLabelValues(name).Add(float64(n))
	}
	for as, n := range c.Found {
		m.findings.WithLabelValues(as.Severity, change(as.New)).Add(float64(n))
	}
}

// sent is told how a try to publish went.
func (m *metrics) sent(typ publish.Type, sent int, err error) {
	m.published.WithLabelValues(string(typ)).Add(float64(sent))
	if err != nil {
		m.fails.WithLabelValues(string(typ)).Inc()
	}
}

// handler serves them at /metrics.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
