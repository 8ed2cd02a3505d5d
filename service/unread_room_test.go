package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/service"
)

// TestRoomOfWhatWasKept: what is kept stays kept when it is read again in vain, though there is no room for it.
func TestRoomOfWhatWasKept(t *testing.T) {
	w, ctx, seq := newWorld(t), context.Background(), int64(0)
	const account, full = "111122223333", 64 << 20
	part, room := picket.PartitionOf(account), picket.DocumentKey{Kind: "unread-room", ID: account}
	put := func(o picket.LogObject) {
		t.Helper()
		seq++
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
			return w.PutUnreadOf(tx, part, seq, o, []service.Unread{{Account: account, Source: o.Source, Object: o.Name, Reason: "no record", Count: 1}})
		}))
	}
	f := func(kept, counted, taken int) (all []service.Unread) {
		t.Helper()
		all, err := w.Unread(ctx)
		w.ok(err)
		k, c, took := 0, 0, 0
		for _, u := range all {
			if u.Lost == 0 {
				k++
			}
			c += int(u.Lost)
		}
		w.ok(w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(room, &took) }))
		if k != kept || c != counted || took != taken {
			t.Errorf("%d are kept, %d counted, and %d bytes taken; want %d, %d and %d", k, c, took, kept, counted, taken)
		}
		return all
	}
	push := picket.LogObject{Source: service.Pushes, Name: "push/x", Inline: make([]byte, 10), Account: account, Only: true}
	put(push)
	one := f(1, 0, 10)[0].ID
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(room, full+100) }))
	_, err := w.ReplayUnread(ctx, one)
	w.ok(err)
	f(0, 0, full+90)
	var again picket.LogObject
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error {
		log, err := tx.Log().Read(part, 0, 10)
		again = *log[len(log)-1].Object
		return err
	}))
	put(again)
	one = f(1, 0, full+100)[0].ID
	put(push)
	f(1, 1, full+100)
	w.ok(w.ForgetUnread(ctx, one))
	f(0, 1, full+90)
}

// TestRoomOfQuarantine: of what an account pushes and nobody can read, so much is kept, and the rest is counted.
func TestRoomOfQuarantine(t *testing.T) {
	w, ctx, seq := newWorld(t), context.Background(), int64(0)
	put := func(account string, mib int) {
		t.Helper()
		seq++
		o := picket.LogObject{Source: service.Pushes, Name: "push/x", Inline: make([]byte, mib<<20), Account: account, Only: true}
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
			return w.PutUnreadOf(tx, picket.PartitionOf(account), seq, o, []service.Unread{
				{Account: account, Source: o.Source, Object: o.Name, Reason: "no record", Sample: "rubbish", Count: 3, Again: []picket.Stretch{{}}},
			})
		}))
	}
	f := func(kept int, counted int64) (first, full service.Unread) {
		t.Helper()
		all, err := w.Unread(ctx)
		w.ok(err)
		got := 0
		for _, u := range all {
			switch {
			case strings.HasPrefix(u.Reason, "counted and not kept"):
				full = u
			case got == 0:
				first = u
				fallthrough
			default:
				got++
			}
		}
		if got != kept || full.Count != counted || full.Lost != counted {
			t.Errorf("%d are kept and %+v counted, want %d and %d", got, full, kept, counted)
		}
		return first, full
	}
	const one, two = "111122223333", "444455556666"
	put(one, 40)
	put(one, 20)
	f(2, 0)
	put(one, 10)
	put(one, 10)
	first, full := f(2, 6)
	if !strings.HasSuffix(full.Reason, "no record") || full.Sample != "rubbish" || full.Account != one {
		t.Errorf("told as %+v", full)
	}
	if _, err := w.ReplayUnread(ctx, full.ID); err == nil {
		t.Error("what is not kept is read again")
	}
	put(two, 10)
	f(3, 6)
	w.ok(w.ForgetUnread(ctx, first.ID))
	put(one, 10)
	f(3, 6)
	w.clock = w.clock.Add(91 * 24 * time.Hour)
	w.ok(w.Sweep(ctx))
	f(0, 0)
	put(one, 40)
	f(1, 0)
}
