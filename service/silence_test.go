package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/publish"
	"picket/service"
)

// notices are the events of a name in an account's audit log: what they are about, and when.
func (w *world) notices(c picket.Caller) []string {
	w.t.Helper()
	all, err := w.Audit(context.Background(), c.Account, 0, 1000)
	w.ok(err)
	var out []string
	for _, r := range all {
		var e struct {
			EventName, RecipientAccountID string
			ServiceEventDetails           map[string]any
		}
		w.ok(json.Unmarshal(r.Event, &e))
		if !strings.HasPrefix(e.EventName, "Log") && !strings.HasPrefix(e.EventName, "Digest") {
			continue
		}
		if e.RecipientAccountID != c.Account {
			w.t.Errorf("account %s has an event for %s", c.Account, e.RecipientAccountID)
		}
		b, err := json.Marshal(e.ServiceEventDetails)
		w.ok(err)
		out = append(out, e.EventName+" "+string(b))
	}
	return out
}

// after moves the clock, and looks for silence; since is when the server began to read.
func (w *world) after(d time.Duration, since time.Time) {
	w.t.Helper()
	w.clock = w.clock.Add(d)
	w.ok(w.ReportSilence(context.Background(), since.UnixMilli()))
}

// applied has the partition of an account read.
func (w *world) applied(c picket.Caller) {
	w.t.Helper()
	part := picket.PartitionOf(c.Account)
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		p, _, err := tx.Log().Own(part)
		if err != nil {
			return err
		}
		return tx.Log().Apply(part, p.Epoch, p.Last)
	}))
}

// The account and its administrator are told once when logs stop, and once when they come again; nobody else is.
func TestSilenceOfAccounts(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.account(accountNumber(1)), w.account(accountNumber(2)), w.account(accountNumber(3))
	for _, account := range []picket.Caller{a, b, c} {
		w.enable(account)
	}
	w.ok(w.add(a, b))
	w.ok(w.invite(a, b))
	w.ok(w.accept(b, a))
	w.Senders = map[publish.Type]publish.Sender{publish.Webhook: new(receiver)}
	for id, of := range map[string]string{"hook-a": a.Account, "hook-b": b.Account, "hook-c": c.Account} {
		_, err := w.AddDestination(context.Background(), service.Destination{ID: id, Account: of, URL: "https://example.com", Format: "slack"})
		w.ok(err)
	}
	w.applied(b)
	start := w.clock
	flow := came(b, "VPC flow", 1, 1, nil)
	want := func(why string, events ...string) {
		t.Helper()
		for _, who := range []picket.Caller{a, b} {
			if diff := cmp.Diff(events, w.notices(who)); diff != "" {
				t.Errorf("%s, account %s, -want +got:\n%s", why, who.Account, diff)
			}
		}
		if got := w.notices(c); got != nil {
			t.Errorf("%s: a stranger is told of %s", why, got)
		}
		all, err := w.Destinations(context.Background())
		w.ok(err)
		for _, d := range all {
			n := len(events)
			if d.ID == "hook-c" {
				n = 0
			}
			if d.Waiting != n {
				t.Errorf("%s: %d events wait for %s, want %d", why, d.Waiting, d.ID, n)
			}
		}
	}
	for range 10 * 24 { // ten days, in which logs pause for two hours at night
		w.intake(flow)
		w.after(time.Hour, start)
		if w.clock.Hour() == 3 {
			w.after(time.Hour, start)
		}
	}
	want("while logs come")
	w.after(2*time.Hour, start)
	want("after as long as at night")
	w.after(3*time.Hour, w.clock.Add(3*time.Hour-time.Minute))
	want("when the server was off")
	w.after(3*time.Hour, start)
	w.after(3*time.Hour, start)
	stopped := `LogsStopped {"accountId":"100000000002","lastReceived":"2026-01-1`
	got := w.notices(b)
	if len(got) != 1 || !strings.HasPrefix(got[0], stopped) || !strings.HasSuffix(got[0], `,"logs":"VPC flow","region":"us-east-1"}`) {
		t.Fatalf("got %s", got)
	}
	want("after longer", got[0])
	status, err := w.Status(context.Background())
	w.ok(err)
	if len(status.Silent) != 1 || status.Silent[0].Account != b.Account || status.Silent[0].Kind != "VPC flow" {
		t.Errorf("the status says %+v", status.Silent)
	}
	w.intake(flow, came(b, "DNS", 1, 1, nil))
	want("when they come again", got[0], strings.Replace(got[0], "LogsStopped", "LogsResumed", 1))
	w.intake(flow)
	if status, err = w.Status(context.Background()); err != nil || len(status.Silent) != 0 {
		t.Errorf("the status says %+v, %v", status.Silent, err)
	}
	w.ok(w.monitorSelf(b, false))
	w.after(100*time.Hour, start)
	if again := w.notices(b); len(again) != 2 {
		t.Errorf("when nobody wants them: %s", again)
	}
}

// Of an account that is new a day's pause is no silence, and what waits to be read isn't missing.
func TestSilenceWaits(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	start := w.clock
	w.intake(came(a, "DNS", 1, 1, nil))
	part := picket.PartitionOf(a.Account)
	w.applied(a) // the route
	w.after(23*time.Hour, start)
	if got := w.notices(a); got != nil {
		t.Errorf("after 23 hours: %s", got)
	}
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		return tx.Log().Append(part, picket.Message{Object: &picket.LogObject{Name: "x"}})
	}))
	w.after(2*time.Hour, start)
	if got := w.notices(a); got != nil {
		t.Errorf("while logs wait: %s", got)
	}
	w.applied(a)
	w.after(10*time.Minute, start)
	if got := w.notices(a); len(got) != 1 {
		t.Errorf("after a day: %s", got)
	}
}

// What does not come of a source while it is paused is not missing, and no usual pause.
func TestSilenceOfPausedSources(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	_, err := w.AddSource(context.Background(), service.Source{ID: "own", Location: "/own", Account: a.Account})
	w.ok(err)
	start := w.clock
	brought := func() {
		w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error { return w.Brought(tx, "own", 1) }))
	}
	for range 3 {
		brought()
		w.after(10*time.Minute, start)
	}
	w.ok(w.PauseSource(context.Background(), "own", true))
	w.after(72*time.Hour, start)
	w.ok(w.PauseSource(context.Background(), "own", false))
	w.after(time.Minute, start)
	status, err := w.Status(context.Background())
	w.ok(err)
	if got := w.notices(a); got != nil || status.Sources[0].Silent {
		t.Errorf("when it goes on: silent %v, told %s", status.Sources[0].Silent, got)
	}
	brought()
	w.after(2*time.Hour, start)
	if got := w.notices(a); len(got) != 1 || !strings.HasPrefix(got[0], "LogsStopped ") {
		t.Errorf("when it stops: told %s", got)
	}
}

// The account that a source is for is told that it is silent; of an archive of many nobody is.
func TestSilenceOfSources(t *testing.T) {
	w := newWorld(t)
	a := w.account(accountNumber(1))
	w.enable(a)
	for _, o := range []service.Source{{ID: "own", Location: "/own", Account: a.Account}, {ID: "archive", Location: "/archive"}, {ID: "paused", Location: "/paused", Account: a.Account}} {
		_, err := w.AddSource(context.Background(), o)
		w.ok(err)
	}
	w.ok(w.PauseSource(context.Background(), "paused", true))
	start := w.clock
	brought := func() {
		w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error { return w.Brought(tx, "own", 1) }))
	}
	w.after(50*time.Minute, start)
	brought()
	w.after(50*time.Minute, start)
	if got := w.notices(a); got != nil {
		t.Errorf("after 50 minutes: %s", got)
	}
	for range 3 {
		w.after(15*time.Minute, start)
	}
	brought()
	brought()
	w.after(time.Minute, start)
	got := w.notices(a)
	if len(got) != 2 || !strings.HasPrefix(got[0], `LogsStopped {"accountId":"100000000001","lastReceived":"2026-01-05T09:5`) || !strings.HasPrefix(got[1], "LogsResumed ") ||
		!strings.HasSuffix(got[0], `,"source":"own"}`) {
		t.Errorf("got %s", got)
	}
}
