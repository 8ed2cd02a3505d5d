package main

import (
	"fmt"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"picket"
	"picket/scan"
)

// showProgress draws how far the scan is, on a terminal only, until stop is called.
func showProgress(d deps, o *scanFlags, cfg *scan.Config, p *scan.Progress) (stop func()) {
	if o.quiet || !d.terminal {
		return func() {}
	}
	var total int64
	for _, object := range cfg.Objects {
		total += object.Size
	}
	bars := mpb.New(mpb.WithOutput(d.err), mpb.WithWidth(40))
	began := time.Now()
	rate := decor.Any(func(decor.Statistics) string {
		return "  " + perSecond(p.Records.Load(), time.Since(began))
	})
	bar := bars.AddBar(total, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.CountersKibiByte("% .1f / % .1f")),
		mpb.AppendDecorators(decor.Percentage(), rate, decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8})))
	tick, done := time.NewTicker(200*time.Millisecond), make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if bug := picket.Bug(recover()); bug != nil {
				fmt.Fprintln(d.err, "warning   no more progress is shown:", bug)
			}
		}()
		for {
			select {
			case <-tick.C:
				bar.SetCurrent(min(p.Stored.Load(), total))
			case <-done:
				return
			}
		}
	}()
	return func() {
		tick.Stop()
		close(done)
		<-ended
		bar.Abort(true)
		bars.Wait()
	}
}
