package service_test

import (
	"context"
	"testing"
	"time"

	"picket"
	"picket/publish"
	"picket/service"
)

// Mail of an account goes by severity and account, together and not at night, but for what is critical; samples don't go.
func TestMailDestinations(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.Senders = map[publish.Type]publish.Sender{publish.Mail: r, publish.Webhook: r}
	add := func(d service.Destination) error {
		_, err := w.AddDestination(context.Background(), d)
		return err
	}
	calm := publish.Calm{Digest: 3600, Quiet: "22:00-07:00"}
	w.ok(add(service.Destination{ID: "team", Account: admin.Account, URL: "mailto:team@example.com", MinSeverity: picket.Medium, Accounts: []string{member.Account}, Calm: calm}))
	at := func(clock string) {
		t.Helper()
		now, err := time.Parse(time.RFC3339, clock)
		w.ok(err)
		w.clock = now
	}
	of := func(c picket.Caller, title string, severity float64) picket.Finding {
		f := hit(c.Account, ssh, title, 100)
		f.Severity = &severity
		return f
	}
	want := func(clock, want string) {
		t.Helper()
		at(clock)
		w.deliver(0)
		if got := r.said(); got != want {
			t.Errorf("at %s: told %q, want %q", clock, got, want)
		}
	}
	at("2026-01-06T10:10:00Z")
	w.records(member, of(member, "high", 8), of(member, "low", 2))
	w.records(admin, of(admin, "own", 8))
	w.records(stranger, of(stranger, "theirs", 8))
	w.sample(member, ssh)
	want("2026-01-06T10:59:00Z", "")
	w.records(member, of(member, "medium", 5), of(member, "critical", 9))
	want("2026-01-06T10:59:50Z", "")
	want("2026-01-06T11:00:01Z", "111111111111 title critical 1, 111111111111 title high 1, 111111111111 title medium 1")
	at("2026-01-06T21:30:00Z")
	w.records(member, of(member, "night", 8), of(member, "night critical", 9.5))
	want("2026-01-06T21:31:01Z", "111111111111 title night critical 1")
	want("2026-01-07T06:59:00Z", "")
	want("2026-01-07T07:00:01Z", "111111111111 title night 1")
	at("2026-01-07T10:10:00Z")
	w.ok(w.leave(member))
	want("2026-01-07T11:00:01Z", "111111111111 GuardDuty Member Relationship Change")

	w.ok(add(service.Destination{ID: "weekly", Account: stranger.Account, URL: "mailto:team@example.com", Calm: publish.Calm{Digest: 7 * 24 * 3600}}))
	at("2026-01-15T10:10:00Z") // weeks are counted from the epoch, a Thursday
	w.records(stranger, of(stranger, "once a week", 8))
	w.deliver(time.Minute)
	w.ok(w.Resume(context.Background())) // as when the server is restarted
	want("2026-01-21T23:59:00Z", "")
	want("2026-01-22T00:00:01Z", "333333333333 title once a week 1")

	f := func(d service.Destination, sentence string) {
		t.Helper()
		d.Account = admin.Account
		w.refused(add(d), sentence)
	}
	f(service.Destination{ID: "x", URL: "mailto:a@example.com", Format: "slack"}, "Format and secret are for webhooks")
	f(service.Destination{ID: "x", URL: "https://example.com", Calm: calm}, "Digest and quiet hours are for mail")
	f(service.Destination{ID: "x", URL: "mailto:a@example.com", Calm: publish.Calm{Quiet: "night"}}, `Destination x: quiet hours "night": write 22:00-07:00.`)
	f(service.Destination{ID: "x", URL: "https://example.com", Accounts: []string{"me"}}, `Account id "me" is not 12 digits.`)
	if d := w.destination("team"); d.Secret != "" || d.Quiet != "22:00-07:00" || d.Digest != 3600 || len(d.Accounts) != 1 {
		t.Errorf("got %+v", d)
	}
}
