package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/service"
)

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
