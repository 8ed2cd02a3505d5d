package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/service"
)

const day = 24 * time.Hour

// filters says of each filter how often it matched, and whether it is idle.
func (w *world) filters(c picket.Caller) string {
	w.t.Helper()
	all, err := w.Filters(context.Background(), c)
	w.ok(err)
	var out []string
	for _, f := range all {
		text := fmt.Sprintf("%s %d", f.Name, f.Matched)
		if f.Idle {
			text += " idle"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// idle names the filters that the status warns of.
func (w *world) idle() string {
	w.t.Helper()
	w.ok(w.Sweep(context.Background()))
	s, err := w.Status(context.Background())
	w.ok(err)
	var out []string
	for _, f := range s.IdleFilters {
		out = append(out, f.Account+" "+f.Name)
	}
	return strings.Join(out, ", ")
}

func archiving(in *guardduty.CreateFilterRequest) { in.Action = guardduty.FilterActionArchive }

// What filters match is counted for the account that they are of, each by itself, and one that matches nothing for 30 days is
// told of until it does, or is changed.
func TestFilterUse(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.ok(w.createFilter(admin, "all", `{"severity":{"gte":1}}`, archiving))
	w.ok(w.createFilter(admin, "ssh", `{"type":{"equals":["`+ssh+`"]}}`, archiving))
	w.ok(w.createFilter(admin, "ssh-noop", `{"type":{"equals":["`+ssh+`"]}}`, nil))
	w.ok(w.createFilter(member, "scans", `{"type":{"matches":["Recon:*"]}}`, archiving))
	w.ok(w.createFilter(stranger, "scans", `{"type":{"matches":["Recon:*"]}}`, archiving))
	f := func(c picket.Caller, want string) {
		t.Helper()
		if got := w.filters(c); got != want {
			t.Errorf("account %s: got %q, want %q", c.Account, got, want)
		}
	}
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.records(member, hit(member.Account, ssh, "x", 101), hit(member.Account, scan, "y", 100))
	w.records(admin, hit(admin.Account, ssh, "own", 100))
	w.sample(member, ssh)
	f(admin, "all 4, ssh 3, ssh-noop 0")
	f(member, "scans 1")
	f(stranger, "scans 0")
	w.clock = w.clock.Add(29 * day)
	w.records(member, hit(member.Account, scan, "y", 101))
	if got := w.idle(); got != "" {
		t.Errorf("after 29 days: %s", got)
	}
	w.clock = w.clock.Add(2 * day)
	f(admin, "all 5, ssh 3 idle, ssh-noop 0")
	f(member, "scans 2")
	f(stranger, "scans 0 idle")
	if got, want := w.idle(), "111111111111 ssh, 333333333333 scans"; got != want {
		t.Errorf("after 31 days: got %q, want %q", got, want)
	}
	w.records(admin, hit(admin.Account, ssh, "own", 101))
	_, err := w.UpdateFilter(context.Background(), stranger, &guardduty.UpdateFilterRequest{DetectorId: w.detector(stranger), FilterName: guardduty.Ptr("scans"), Rank: guardduty.Ptr(int32(2))})
	w.ok(err)
	if got := w.idle(); got != "" {
		t.Errorf("after a match and a change: %s", got)
	}
	w.clock = w.clock.Add(31 * day)
	if got, want := w.idle(), "111111111111 all, 111111111111 ssh, 222222222222 scans, 333333333333 scans"; got != want {
		t.Errorf("31 days later: got %q, want %q", got, want)
	}
	_, err = w.DeleteFilter(context.Background(), admin, &guardduty.DeleteFilterRequest{DetectorId: w.detector(admin), FilterName: guardduty.Ptr("ssh")})
	w.ok(err)
	w.ok(w.createFilter(admin, "ssh", `{"type":{"equals":["`+ssh+`"]}}`, archiving))
	w.ok(w.disable(stranger))
	f(admin, "all 6 idle, ssh 0, ssh-noop 0")
	if got, want := w.idle(), "111111111111 all, 222222222222 scans"; got != want {
		t.Errorf("at the end: got %q, want %q", got, want)
	}
}

// A filter of a release that took addresses as any text still archives what its other values fit, and stops nothing.
func TestFilterOfAnEarlierRelease(t *testing.T) {
	w := newWorld(t)
	admin, member, _ := w.family()
	w.join(admin, member)
	w.ok(w.createFilter(admin, "office", `{"service.action.networkConnectionAction.remoteIpDetails.ipAddressV4":{"equals":["198.51.100.7","OLD"]}}`, archiving))
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		k := picket.DocumentKey{Kind: "detector/filter", Account: admin.Account, Region: admin.Region, ID: "office"}
		var doc json.RawMessage
		if err := tx.Documents().Get(k, &doc); err != nil {
			return err
		}
		return tx.Documents().Put(k, json.RawMessage(strings.Replace(string(doc), "OLD", "203.0.113.0/255.255.255.0", 1)))
	}))
	w.records(member, remote(member.Account, ssh, "web", "198.51.100.7", 5), remote(member.Account, scan, "web2", "203.0.113.9", 2))
	w.records(admin, remote(admin.Account, ssh, "db", "198.51.100.8", 8))
	if got, want := w.search(admin, service.FindingSearch{Limit: 10, Criteria: criterion(`{"service.archived":{"equals":["false"]}}`)}), "db web2 of 2"; got != want {
		t.Errorf("current are %q, want %q", got, want)
	}
	if got, want := w.filters(admin), "office 1"; got != want {
		t.Errorf("filters %q, want %q", got, want)
	}
}

// New findings go at once, updates when the period of the detector ends.
func TestPublishingFrequency(t *testing.T) {
	for frequency, period := range map[guardduty.FindingPublishingFrequency]time.Duration{
		guardduty.FindingPublishingFrequencyFifteenMinutes: 15 * time.Minute,
		guardduty.FindingPublishingFrequencyOneHour:        time.Hour,
		guardduty.FindingPublishingFrequencySixHours:       6 * time.Hour,
	} {
		w, r := newWorld(t), &receiver{}
		a := w.account("111111111111")
		w.enable(a)
		w.publishes(r, a, "soc", 0)
		_, err := w.UpdateDetector(context.Background(), a, &guardduty.UpdateDetectorRequest{DetectorId: w.detector(a), FindingPublishingFrequency: frequency})
		w.ok(err)
		w.clock = time.Date(2026, 1, 6, 12, 0, 0, 0, time.UTC)
		f := func(after time.Duration, want string) {
			t.Helper()
			w.clock = time.Date(2026, 1, 6, 12, 0, 0, 0, time.UTC).Add(after)
			w.deliver(0)
			if got := r.said(); got != want {
				t.Errorf("%s, %v: told %q, want %q", frequency, after, got, want)
			}
		}
		w.records(a, hit(a.Account, ssh, "x", 100))
		f(0, "111111111111 title x 1")
		w.records(a, hit(a.Account, ssh, "x", 101))
		w.records(a, hit(a.Account, ssh, "x", 102))
		f(period-time.Minute, "")
		w.records(a, hit(a.Account, ssh, "new", 100))
		f(period-30*time.Second, "111111111111 title new 1")
		f(period+time.Second, "111111111111 title x 3")
		w.records(a, hit(a.Account, ssh, "x", 103))
		f(period+time.Minute, "")
		f(2*period+time.Second, "111111111111 title x 4")
	}
}

// Findings go after their last update, and with them what administrators have of them; so do frozen copies, by themselves.
func TestRetention(t *testing.T) {
	for _, keep := range []time.Duration{0, 10 * day} {
		w := newWorld(t)
		w.Settings.Retention = keep
		if keep == 0 {
			keep = 90 * day
		}
		admin, member, _ := w.family()
		w.join(admin, member)
		var many []picket.Finding
		for i := range 1100 { // more than two transactions take
			many = append(many, hit(member.Account, scan, fmt.Sprint(i), 100))
		}
		w.records(member, append(many, hit(member.Account, ssh, "old", 100), hit(member.Account, ssh, "again", 100))...)
		w.clock = w.clock.Add(keep / 2)
		w.records(member, hit(member.Account, ssh, "again", 101), hit(member.Account, ssh, "frozen", 101))
		w.ok(w.leave(member))
		w.clock = w.clock.Add(keep / 4)
		w.records(member, hit(member.Account, ssh, "again", 102), hit(member.Account, ssh, "late", 102))
		f := func(why string, after time.Duration, ofMember, ofAdmin string) {
			t.Helper()
			w.clock = w.clock.Add(after)
			w.ok(w.Sweep(context.Background()))
			for c, want := range map[string]string{member.Account: ofMember, admin.Account: ofAdmin} {
				if got := titles(w.sees(as(c), `{"type":{"equals":["`+ssh+`"]}}`)); got != want {
					t.Errorf("%s, %v: account %s sees %q, want %q", why, keep, c, got, want)
				}
			}
		}
		f("before", keep/4-day, "again frozen late old", "again frozen old")
		f("after the first", 2*day, "again frozen late", "again frozen")
		if left := w.list(member, `{"type":{"equals":["`+scan+`"]}}`, nil, 50); len(left) > 0 {
			t.Errorf("%v: %d findings are left", keep, len(left))
		}
		f("after the second", keep/2, "again late", "")
		f("after the third", keep/4, "", "")
	}
}
