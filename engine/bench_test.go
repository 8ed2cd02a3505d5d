package engine_test

import (
	"bytes"
	"fmt"
	"testing"

	"picket/engine"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// full returns an engine with n open conversations, waiting records, windows and values of first-seen each, and its config.
func full(tb testing.TB, n int) (*engine.Engine, engine.Config) {
	cfg := engine.Config{
		Rules:  []rule.Any{three, first, &rule.Flow{Type: "Test:EC2/Any"}},
		NewEnv: func() *rule.Env { return rule.NewEnv(&intel.Tables{}, nil, nil, nil) },
	}
	e := engine.New(cfg, func() engine.Sink { return deaf{} })
	feed := e.NewFeed()
	for i := range n {
		feed.CloudTrail(call(fmt.Sprint("user", i), "Get", int64(i%3000), fmt.Sprint(i)))
		f, err := event.ParseFlowText("", fmt.Sprintf("2 111122223333 eni-%d 10.0.%d.%d 198.51.100.2 4000 443 6 5 400 60 65 ACCEPT OK", i%1000, i>>8&255, i&255))
		if err != nil {
			tb.Fatal(err)
		}
		feed.Flow(f)
	}
	feed.Flush()
	e.Advance(event.KindCloudTrail, 1500)
	e.Sync()
	return e, cfg
}

// deaf is a sink.
type deaf struct{}

// Hit implements engine.Sink.
func (deaf) Hit(*rule.Hit) {}

func BenchmarkSnapshot(b *testing.B) {
	e, _ := full(b, 100_000)
	defer e.Close()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := e.Snapshot(&out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes")
}

func BenchmarkRestore(b *testing.B) {
	e, cfg := full(b, 100_000)
	defer e.Close()
	var out bytes.Buffer
	if err := e.Snapshot(&out); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := engine.Restore(cfg, func() engine.Sink { return deaf{} }, bytes.NewReader(out.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		r.Close()
		b.StartTimer()
	}
}

func BenchmarkSync(b *testing.B) {
	e, _ := full(b, 10)
	defer e.Close()
	for b.Loop() {
		e.Sync()
	}
}
