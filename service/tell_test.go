package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/publish"
)

// Who is added by a stranger, again and again, hears nothing; who is invited, of all from then on.
func TestAddedByStrangers(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	stranger, account, _ := w.family()
	w.publishes(r, account, "soc", 0)
	f := func(what string, heard, waiting int) {
		t.Helper()
		records, err := w.Audit(context.Background(), account.Account, 0, 100)
		w.ok(err)
		if d := w.destination("soc"); len(records) != heard || d.Waiting != waiting {
			t.Errorf("%s: %d records and %d messages, want %d and %d", what, len(records), d.Waiting, heard, waiting)
		}
	}
	for range 3 {
		w.ok(w.add(stranger, account))
		w.ok(w.forget(stranger, account))
	}
	f("added and deleted", 0, 0)
	w.ok(w.add(stranger, account))
	w.ok(w.invite(stranger, account))
	f("invited", 1, 1)
	w.ok(w.remove(stranger, account))
	w.ok(w.forget(stranger, account))
	f("the invitation is withdrawn", 3, 1)
	w.ok(w.add(stranger, account))
	f("added again", 3, 1)
	records, err := w.Audit(context.Background(), stranger.Account, 0, 100)
	w.ok(err)
	if len(records) != 11 {
		t.Errorf("who did it reads %d records, want 11", len(records))
	}
}

// However often a member takes a step, its administrator's destinations are told once a minute, with the number, and of findings first.
func TestStepsDelayNoFinding(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	admin, member, _ := w.family()
	w.join(admin, member)
	w.publishes(r, admin, "soc", 0)
	w.deliver(0)
	ids := map[string]bool{}
	for round := range 2 {
		w.clock = w.clock.Truncate(time.Minute).Add(time.Minute)
		for range 2 {
			w.ok(w.monitorSelf(member, false))
			w.ok(w.monitorSelf(member, true))
			w.deliver(0)
		}
		if d := w.destination("soc"); d.Waiting != 1 || len(r.got) != 0 {
			t.Errorf("within the minute %d messages wait and %d are told", d.Waiting, len(r.got))
		}
		w.clock = w.clock.Add(time.Minute)
		w.records(member, hit(member.Account, ssh, fmt.Sprint(round), 100))
		w.deliver(0)
		if len(r.got) != 2 || r.got[0].Finding == nil || r.got[1].Finding != nil {
			t.Fatalf("told %q", r.said())
		}
		for _, want := range []string{`"to":"Enabled"`, `"reason":"resumed by the member"`, `"earlierChanges":3`} {
			if got := string(r.got[1].Message); !strings.Contains(got, want) {
				t.Errorf("told %s, want %s", got, want)
			}
		}
		ids[r.got[1].ID] = true
		r.got = nil
	}
	if len(ids) != 2 {
		t.Errorf("two messages have %d ids", len(ids))
	}
	records, err := w.Audit(context.Background(), admin.Account, 0, 100)
	w.ok(err)
	if len(records) != 3+8 {
		t.Errorf("the administrator reads %d records, want every step", len(records))
	}
}

// A step that is taken while another is being told goes as well, and under another id; one that could not be told goes under its own.
func TestStepWhileAnotherIsTold(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	admin, member, _ := w.family()
	w.join(admin, member)
	w.publishes(r, admin, "soc", 0)
	w.deliver(0)
	w.ok(w.stop(admin, member))
	r.down = errors.New("no answer")
	w.deliver(time.Minute)
	r.down = nil
	r.while = func() {
		r.while = nil
		w.ok(w.start(admin, member))
	}
	w.deliver(time.Minute)
	if len(r.got) != 2 {
		t.Errorf("told %d times before the next minute ends, want 2", len(r.got))
	}
	w.deliver(time.Minute)
	var told []picket.MemberStatus
	for _, e := range r.got {
		var m struct{ To picket.MemberStatus }
		w.ok(json.Unmarshal(e.Message, &m))
		told = append(told, m.To)
	}
	if got, want := fmt.Sprint(told), "[Disabled Disabled Enabled]"; got != want {
		t.Fatalf("told %s, want %s", got, want)
	}
	if r.got[0].ID != r.got[1].ID || r.got[1].ID == r.got[2].ID {
		t.Errorf("a message, itself again, and the next have the ids %s, %s, %s", r.got[0].ID, r.got[1].ID, r.got[2].ID)
	}
	if d := w.destination("soc"); d.Waiting != 0 {
		t.Errorf("%d messages wait", d.Waiting)
	}
}

// Two messages of one topic that are given up one after the other are both told when they go again, and take no place of a third.
func TestGivenUpSteps(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	admin, member, _ := w.family()
	w.join(admin, member)
	w.publishes(r, admin, "soc", 0)
	w.deliver(0)
	r.down = &publish.Refused{Reason: "too long"}
	w.ok(w.monitorSelf(member, false))
	w.deliver(time.Minute)
	w.ok(w.monitorSelf(member, true))
	w.deliver(time.Minute)
	if d := w.destination("soc"); d.GivenUp != 2 {
		t.Errorf("%d are given up, want 2", d.GivenUp)
	}
	refused := r.got
	r.got, r.down = nil, nil
	w.ok(w.monitorSelf(member, false))
	n, err := w.ReplayDestination(context.Background(), "soc")
	w.ok(err)
	w.deliver(time.Minute)
	if n != 2 || len(r.got) != 3 {
		t.Fatalf("%d go again and %d are told, want 2 and 3", n, len(r.got))
	}
	got, want := map[string]bool{}, []string{refused[0].ID, refused[1].ID}
	for _, e := range r.got {
		got[e.ID] = true
	}
	if len(got) != 3 || !got[want[0]] || !got[want[1]] {
		t.Errorf("told %v, want %v and another", got, want)
	}
}
