package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/service"
	"picket/storetest"
)

// TestListWhenTheStoreWasAway: at whatever point the store fails the reading of a list, it is read at the next look.
func TestListWhenTheStoreWasAway(t *testing.T) {
	for works := 0; ; works++ {
		for _, kept := range []bool{false, true} {
			w, ctx := newListWorld(t), context.Background()
			w.files["lists/a"] = "bad.example\n"
			id := w.create("s3://lists/a")
			whole := w.Store
			store := &storetest.Failing{Store: whole, Works: works, Kept: kept}
			w.Store = store
			_, err := w.ReadList(ctx)
			if !store.Failed() {
				return
			}
			if !errors.Is(err, storetest.ErrAway) {
				t.Errorf("call %d failed, the reader says %v", works, err)
			}
			w.read()
			w.status(id, "ACTIVE", "")
			w.inForce(id, "bad.example")
		}
	}
}

// TestStopWhileAListIsRead: a server that stops leaves the list to who comes next, and doesn't wait for a store that is away.
func TestStopWhileAListIsRead(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"] = "bad.example\n"
	id := w.create("s3://lists/a")
	whole := w.Store
	ctx, stop := context.WithCancel(t.Context())
	store := &storetest.Stopping{Store: whole, Stop: stop}
	w.Store = store
	w.FetchList = func(ctx context.Context, _ service.ListPlace, _, _ string) (service.ListFile, error) {
		w.ok(store.View(context.Background(), func(picket.Tx) error { return nil }))
		return service.ListFile{}, ctx.Err()
	}
	w.ReadLists(ctx, func(err error) { t.Error(err) })
	w.Store, w.FetchList = whole, w.fetch
	w.read()
	w.status(id, "ACTIVE", "")
	if store.Endless {
		t.Error("an update without an end")
	}
}

// reads reads what is due, also after errors, and returns these.
func (w listWorld) reads() string {
	w.t.Helper()
	var all []string
	for range 5 {
		if _, err := w.ReadList(context.Background()); err != nil {
			all = append(all, err.Error())
		}
	}
	return strings.Join(all, "\n")
}

// TestUnreadableLists: a list, or an entry for one, that can't be read holds up no other, nor the start of the server.
func TestUnreadableLists(t *testing.T) {
	w, ctx := newListWorld(t), context.Background()
	w.files["lists/a"], w.files["lists/b"] = "bad.example\n", "worse.example\n"
	a := w.create("s3://lists/a")
	key := picket.DocumentKey{Kind: "detector/threatentityset", Account: w.owner.Account, Region: w.owner.Region, ID: *a}
	var whole json.RawMessage
	put := func(doc any) {
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, doc) }))
	}
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &whole) }))
	b := w.create("s3://lists/b")
	put("a text")
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
		return tx.Outbox().Put(picket.OutboxEntry{Kind: "list", ID: "nothing", Body: json.RawMessage(`{`)})
	}))
	w.spoil("list", `{`)
	w.ok(w.Resume(ctx))
	if got := w.reads(); !strings.Contains(got, "can't be read") || !strings.Contains(got, `"nothing"`) {
		t.Errorf("the reader says %s", got)
	}
	w.inForce(b, "worse.example")
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error {
		all, err := tx.Outbox().Due("list", math.MaxInt64, 10)
		if len(all) != 2 {
			t.Errorf("%d lists wait", len(all))
		}
		return err
	}))
	status, err := w.Status(ctx)
	w.ok(err)
	if len(status.Lists) != 1 || status.Lists[0].ID != *a || !strings.Contains(status.Lists[0].Reason, "can't be read") {
		t.Errorf("shown as %+v", status.Lists)
	}
	put(whole)
	w.clock = w.clock.Add(time.Hour)
	w.read()
	w.inForce(a, "bad.example")
}

// TestListUnreadableWhileItIsRead: it is put off, and the others are read at once.
func TestListUnreadableWhileItIsRead(t *testing.T) {
	w, ctx := newListWorld(t), context.Background()
	w.files["lists/a"], w.files["lists/b"] = "bad.example\n", "worse.example\n"
	a := w.create("s3://lists/a")
	key := picket.DocumentKey{Kind: "detector/threatentityset", Account: w.owner.Account, Region: w.owner.Region, ID: *a}
	var whole json.RawMessage
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &whole) }))
	w.FetchList = func(ctx context.Context, place service.ListPlace, owner, etag string) (service.ListFile, error) {
		if place.Key == "a" {
			w.put(key, "a text")
		}
		return w.fetch(ctx, place, owner, etag)
	}
	b := w.create("s3://lists/b")
	if got := w.reads(); strings.Count(got, "can't be read") != 1 || !strings.Contains(got, *a) {
		t.Errorf("the reader says %s", got)
	}
	w.inForce(b, "worse.example")
	w.FetchList = w.fetch
	w.put(key, whole)
	w.clock = w.clock.Add(time.Hour)
	w.read()
	w.inForce(a, "bad.example")
}
