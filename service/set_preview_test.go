package service_test

import (
	"context"
	"errors"
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
		return now()
	}
	w.ok(look(t.Context(), mine))
	if looks == 0 {
		t.Error("nothing was compiled")
	}
}
