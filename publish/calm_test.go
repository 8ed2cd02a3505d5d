package publish

import (
	"testing"
	"time"

	"picket"
)

func TestCalm(t *testing.T) {
	f := func(c Calm, severity picket.Severity, due, want string) {
		t.Helper()
		if err := c.Check(); err != nil {
			t.Error(err)
		}
		at, err := time.Parse(time.RFC3339, due)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.UnixMilli(c.when(at.UnixMilli(), severity)).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%+v: what is due at %s goes at %s, want %s", c, due, got, want)
		}
	}
	f(Calm{}, picket.High, "2026-01-05T10:00:01Z", "2026-01-05T10:01:00Z")
	f(Calm{}, picket.High, "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z")
	f(Calm{Digest: 3600}, picket.High, "2026-01-05T10:00:01Z", "2026-01-05T11:00:00Z")
	f(Calm{Digest: 24 * 3600}, picket.High, "2026-01-05T10:00:01Z", "2026-01-06T00:00:00Z")
	f(Calm{Digest: 24 * 3600, Quiet: "00:00-08:30"}, picket.Critical, "2026-01-05T01:00:01Z", "2026-01-05T01:01:00Z")
	night := Calm{Quiet: "22:00-07:00"}
	f(night, picket.High, "2026-01-05T21:58:01Z", "2026-01-05T21:59:00Z")
	f(night, picket.High, "2026-01-05T21:59:01Z", "2026-01-06T07:00:00Z") // as it would go at 22:00
	f(night, picket.High, "2026-01-05T23:59:01Z", "2026-01-06T07:00:00Z")
	f(night, picket.High, "2026-01-05T06:58:30Z", "2026-01-05T07:00:00Z")
	f(night, picket.High, "2026-01-05T07:00:01Z", "2026-01-05T07:01:00Z")
	noon := Calm{Quiet: "12:00-13:30", Zone: "Europe/Berlin"}
	f(noon, picket.Low, "2026-01-05T11:00:00Z", "2026-01-05T12:30:00Z") // an hour ahead in winter
	f(noon, picket.Low, "2026-07-05T11:00:00Z", "2026-07-05T11:30:00Z") // and two in summer
	f(noon, picket.Low, "2026-07-05T12:00:00Z", "2026-07-05T12:00:00Z")
	f(Calm{Digest: 6 * 3600, Quiet: "18:00-08:00", Zone: "America/New_York"}, picket.Medium, "2026-01-05T20:00:00Z", "2026-01-06T13:00:00Z")
	f(Calm{Quiet: "01:00-02:30", Zone: "Europe/Berlin"}, picket.Low, "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z") // 02:30 is no time of this day

	for _, wrong := range []Calm{
		{Digest: -1},
		{Digest: 8 * 24 * 3600},
		{Quiet: "22-7"},
		{Quiet: "22:00-25:00"},
		{Quiet: "22:00-22:00"},
		{Quiet: "22:00 07:00"},
		{Quiet: "22:00-07:00", Zone: "Mars/Olympus"},
		{Zone: "Europe/Berlin"},
	} {
		if wrong.Check() == nil {
			t.Errorf("%+v passes", wrong)
		}
	}
}
