package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
)

// routes is what the log was told of an account, one word a message.
func (w *world) routes(account string) string {
	w.t.Helper()
	var words []string
	err := w.Store.View(context.Background(), func(tx picket.Tx) error {
		messages, err := tx.Log().Read(picket.PartitionOf(account), 0, 100)
		for _, m := range messages {
			r := m.Route
			if r == nil || r.Account != account {
				continue
			}
			word := "off"
			if r.Enabled {
				word = "on:" + strings.Join(r.Features, ",")
			}
			words = append(words, r.Region+":"+word)
		}
		return err
	})
	w.ok(err)
	return strings.Join(words, " ")
}

// Whatever changes what is analysed is in the log, once, and nothing else is.
func TestRoutesAreInTheLog(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	admin, member, _ := w.family()
	w.join(admin, member)
	f := func(want string) {
		t.Helper()
		if got := w.routes(member.Account); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	want := "us-east-1:on:S3_DATA_EVENTS"
	f(want)
	w.ok(w.monitorSelf(member, false))
	w.ok(w.monitorSelf(member, false))
	want += " us-east-1:off"
	f(want)
	w.ok(w.start(admin, member))
	want += " us-east-1:on:S3_DATA_EVENTS"
	f(want)
	_, err := w.UpdateDetector(ctx, member, &guardduty.UpdateDetectorRequest{DetectorId: w.detector(member), Features: []guardduty.DetectorFeatureConfiguration{
		{Name: guardduty.DetectorFeatureS3DataEvents, Status: guardduty.FeatureStatusDisabled},
	}})
	w.ok(err)
	want += " us-east-1:on:"
	f(want)
	_, err = w.UpdateDetector(ctx, member, &guardduty.UpdateDetectorRequest{DetectorId: w.detector(member), FindingPublishingFrequency: guardduty.FindingPublishingFrequencyOneHour})
	w.ok(err)
	f(want)
	w.ok(w.CloseAccount(ctx, member.Account))
	want += " us-east-1:off"
	f(want)
	w.ok(w.ReopenAccount(ctx, member.Account))
	want += " us-east-1:on:"
	f(want)
	w.ok(w.disable(member))
	f(want + " us-east-1:off")
}

// TestRoutesWhenTheClockWasAhead holds that what changed then is told once more, with the time that it is.
func TestRoutesWhenTheClockWasAhead(t *testing.T) {
	w := newWorld(t)
	owner := w.account("111111111111")
	w.enable(owner)
	now := w.clock
	w.clock = now.Add(time.Hour)
	w.ok(w.monitorSelf(owner, false))
	w.clock = now.Add(time.Minute)
	w.ok(w.ClockSetBack(context.Background()))
	if got, want := w.routes(owner.Account), "us-east-1:on:S3_DATA_EVENTS us-east-1:off us-east-1:off"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w.ok(w.Store.View(context.Background(), func(tx picket.Tx) error {
		all, err := tx.Log().Read(picket.PartitionOf(owner.Account), 0, 100)
		if last := all[len(all)-1].Route; last.At > w.clock.Unix() || !last.Again {
			t.Errorf("told last, at %d: %+v", w.clock.Unix(), last)
		}
		return err
	}))
}
