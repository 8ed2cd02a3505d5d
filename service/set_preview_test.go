package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"picket"
	"picket/service"
)

// TestPreviewsTakeTurns: an account has one preview at a time; while the file of one is on its way others go on, and while it is
// compiled they wait.
func TestPreviewsTakeTurns(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"] = "bad.example\n"
	mine := service.ListOf{Account: w.owner.Account, Region: region, ID: *w.create("s3://lists/a")}
	neighbour := listWorld{w.world, w.bucket, w.account("444455556666")}
	w.enable(neighbour.owner)
	theirs := service.ListOf{Account: neighbour.owner.Account, Region: region, ID: *neighbour.create("s3://lists/a")}
	look := func(ctx context.Context, of service.ListOf) error {
		t.Helper()
		out, err := w.PreviewList(ctx, of)
		if err == nil && out.Entries != 1 {
			t.Errorf("got %+v", out)
		}
		return err
	}
	fetching := false
	w.FetchList = func(ctx context.Context, place service.ListPlace, owner, etag string) (service.ListFile, error) {
		if place.Account == mine.Account && !fetching {
			fetching = true
			if got := picket.ErrorCode(look(ctx, mine)); got != picket.CodeThrottling {
				t.Errorf("a second one of the account: got %q", got)
			}
			w.ok(look(ctx, theirs))
		}
		return w.fetch(ctx, place, owner, etag)
	}
	w.ok(look(t.Context(), mine))

	hangUp := func() {}
	w.FetchList = func(ctx context.Context, place service.ListPlace, owner, etag string) (service.ListFile, error) {
		if place.Account == theirs.Account {
			hangUp()
		}
		return w.fetch(ctx, place, owner, etag)
	}
	now, looks := w.Now, 0
	w.Now = func() time.Time { // asked when a list is compiled
		if looks++; looks == 1 {
			for range 20 { // a turn that is free may be taken by who hangs up, or not
				var ctx context.Context
				ctx, hangUp = context.WithCancel(t.Context())
				if err := look(ctx, theirs); !errors.Is(err, context.Canceled) || looks > 1 {
					t.Fatalf("it doesn't wait for the first: %v", err)
				}
			}
		}
		if looks == 2 { // the findings are looked at
			w.ok(look(t.Context(), theirs))
		}
		return now()
	}
	w.ok(look(t.Context(), mine))
	if looks < 3 {
		t.Error("nothing was compiled")
	}
}

// TestPreviewsHoldFewFiles: while four files are on their way or wait, others are told to come again.
func TestPreviewsHoldFewFiles(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"] = "bad.example\n"
	var lists []service.ListOf
	for i := range 5 {
		one := w
		if i > 0 {
			one.owner = w.account(fmt.Sprintf("44445555666%d", i))
			w.enable(one.owner)
		}
		lists = append(lists, service.ListOf{Account: one.owner.Account, Region: region, ID: *one.create("s3://lists/a")})
	}
	var got []picket.Code
	next := 0
	preview := func() {
		of := lists[next]
		next++
		_, err := w.PreviewList(t.Context(), of)
		got = append(got, picket.ErrorCode(err))
	}
	w.FetchList = func(ctx context.Context, place service.ListPlace, owner, etag string) (service.ListFile, error) {
		if next < len(lists) {
			preview()
		}
		return w.fetch(ctx, place, owner, etag)
	}
	preview()
	if want := []picket.Code{picket.CodeThrottling, "", "", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	next = 4
	preview()
	if last := got[len(got)-1]; last != "" {
		t.Errorf("afterwards: %q", last)
	}
}
