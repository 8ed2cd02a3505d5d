package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"picket/publish"
	"picket/service"
)

// storeMetrics are what the store knows and picket status shows, read anew whenever Prometheus asks. Servers that share a store
// tell the same.
type storeMetrics struct {
	*server
	started time.Time
}

// storeTime bounds the reading: without an answer, what this process measured itself is still told.
const storeTime = 5 * time.Second

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("picket_"+name, help, labels, nil)
}

var (
	storeUp     = describe("store_up", "Whether the store answered when this was asked for (1).")
	storeBytes  = describe("store_bytes", "Size of the SQLite database, its journal included.")
	freeBytes   = describe("data_free_bytes", "Free space where the data folder is.")
	logWaiting  = describe("log_waiting_messages", "Messages of the log that are not applied yet.")
	standby     = describe("standby", "Whether another server on the same store reads logs and sends, and this one only answers calls (1).")
	logFailing  = describe("log_failing", "Whether what waits can't be applied now (1).")
	quarantine  = describe("quarantine_entries", "Places in logs that could not be read.")
	mailWaiting = describe("mail_waiting", "Mails that are to be sent.")
	mailFailing = describe("mail_failing", "Of these, those that were tried in vain.")
	silence     = describe("silences", "Kinds of logs that no longer come of an account in a region, a hundred at most.")
	listFailing = describe("lists_failing", "Accounts' lists that can't be activated.")
	feedFailing = describe("feeds_failing", "Feeds that could not be fetched when they were tried last.")
	intelStuck  = describe("intel_failing", "Whether threat lists can't be brought to apply now (1).")
	feedAge     = describe("feed_age_seconds", "Since when the copy of a feed is not known to be current.", "feed")

	sourceLag     = describe("source_lag_seconds", "Age of the oldest delivery of a source that may not be in the log yet, or of the server until a source was looked through.", "source")
	sourceObjects = describe("source_objects_total", "Objects, or pushes, that a source brought to the log.", "source")
	sourceLast    = describe("source_last_object_timestamp_seconds", "When a source brought something last.", "source")
	sourceSilent  = describe("source_silent", "Whether a source is without news for longer than it usually is (1).", "source")
	sourceFailing = describe("source_failing", "Whether a source can't be read in full (1).", "source")
	sourcePaused  = describe("source_paused", "Whether a source is paused (1).", "source")

	destinationsAll     = describe("destinations", "Destinations of findings.", "type")
	destinationsFailing = describe("destinations_failing", "Destinations whose last try failed.", "type")
	publishWaiting      = describe("publish_waiting", "Events that wait for their destinations.", "type")
	publishGivenUp      = describe("publish_given_up", "Events that were given up and can be replayed.", "type")
)

// Describe implements prometheus.Collector: which metrics there are depends on what the store knows.
func (storeMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (m storeMetrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if free, err := freeSpace(m.config.Data); err == nil {
		gauge(freeBytes, float64(free))
	}
	if size := sqliteSize(m.config); size > 0 {
		gauge(storeBytes, float64(size))
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	s, err := m.service.Status(ctx)
	gauge(storeUp, truth(err == nil))
	if err != nil {
		m.log.Error("measure", "error", err)
		return
	}
	gauge(logWaiting, float64(s.Waiting))
	gauge(standby, truth(s.Standby))
	gauge(logFailing, truth(s.Failing != ""))
	gauge(quarantine, float64(s.Unread))
	gauge(mailWaiting, float64(s.Mails.Waiting))
	gauge(mailFailing, float64(s.Mails.Failing))
	gauge(silence, float64(len(s.Silent)))
	gauge(listFailing, float64(len(s.Lists)))
	m.feeds(s, gauge)
	for _, o := range s.Sources {
		out <- prometheus.MustNewConstMetric(sourceObjects, prometheus.CounterValue, float64(o.Objects), o.ID)
		gauge(sourceSilent, truth(o.Silent), o.ID)
		gauge(sourceFailing, truth(o.Failed != ""), o.ID)
		gauge(sourcePaused, truth(o.Paused), o.ID)
		if o.Last > 0 {
			gauge(sourceLast, float64(o.Last), o.ID)
		}
		if o.Through > 0 || o.Unseen {
			from := cmp.Or(o.Through, max(m.started.Unix(), o.CreatedAt/1000))
			gauge(sourceLag, max(0, time.Since(time.Unix(from, 0)).Seconds()), o.ID)
		}
	}
	type sum struct{ all, failing, waiting, givenUp int }
	sums := map[publish.Type]sum{}
	for _, d := range s.Destinations {
		of := sums[d.Type]
		if d.State.FailingSince > 0 {
			of.failing++
		}
		sums[d.Type] = sum{of.all + 1, of.failing, of.waiting + d.Waiting, of.givenUp + d.GivenUp}
	}
	for _, t := range destinationTypes {
		gauge(destinationsAll, float64(sums[t].all), string(t))
		gauge(destinationsFailing, float64(sums[t].failing), string(t))
		gauge(publishWaiting, float64(sums[t].waiting), string(t))
		gauge(publishGivenUp, float64(sums[t].givenUp), string(t))
	}
}

// feeds tells of threat lists.
func (m storeMetrics) feeds(s service.Status, gauge func(*prometheus.Desc, float64, ...string)) {
	failing := 0
	for _, f := range s.Feeds {
		if f.Failures > 0 {
			failing++
		}
		if !f.Fetched.IsZero() {
			gauge(feedAge, max(0, time.Since(f.Fetched).Seconds()), f.Feed)
		}
	}
	gauge(feedFailing, float64(failing))
	gauge(intelStuck, truth(s.IntelFailing != ""))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// sqliteSize is how many bytes the database has; 0 where there is none.
func sqliteSize(c config) (size int64) {
	files, _ := filepath.Glob(c.path("picket.db*")) // the pattern is right
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			size += info.Size()
		}
	}
	return size
}
