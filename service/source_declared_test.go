package service_test

import (
	"context"
	"strings"
	"testing"

	"picket/service"
)

// What a configuration declares is there after a start, with its settings of now; nothing that was read is forgotten or stopped
// by a file that says something else.
func TestSourcesAreDeclared(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	declare := func(refused string, changes int, sources ...service.Source) {
		t.Helper()
		got, err := w.DeclareSources(ctx, sources)
		if err != nil && refused == "" || refused != "" && (err == nil || !strings.Contains(err.Error(), refused)) {
			t.Errorf("got %v, want %q", err, refused)
		}
		if len(got) != changes {
			t.Errorf("changes: got %q, want %d", got, changes)
		}
	}
	source := func(id string) service.Source {
		t.Helper()
		all, err := w.Sources(ctx)
		w.ok(err)
		for _, o := range all {
			if o.ID == id {
				return o
			}
		}
		t.Fatalf("no source %s in %+v", id, all)
		return service.Source{}
	}
	bucket := service.Source{ID: "central", Location: "s3://trail"}
	folder := service.Source{ID: "folder", Location: "/logs"}
	_, err := w.AddSource(ctx, folder)
	w.ok(err)
	declare("", 2, bucket, folder)
	declare("", 0, bucket, folder)
	added := source("central")
	if !added.Declared || added.Since == 0 || added.Since != added.CreatedAt/1000 || !source("folder").Declared {
		t.Errorf("got %+v and %+v", added, source("folder"))
	}

	w.ok(w.PauseSource(ctx, "central", true))
	bucket.Account = "111122223333"
	declare("", 1, bucket, folder)
	if got := source("central"); got.Account != bucket.Account || !got.Paused || got.Since != added.Since || got.CreatedAt != added.CreatedAt {
		t.Errorf("after a change of its account: %+v", got)
	}

	audited, err := w.LatestAudit(ctx, bucket.Account, 0, 10)
	if w.ok(err); len(audited) != 1 || !strings.Contains(string(audited[0].Event), `"eventName":"source/declare"`) {
		t.Errorf("the account has %d audit records: %+v", len(audited), audited)
	}
	audited, err = w.LatestAudit(ctx, "", 0, 10)
	if w.ok(err); len(audited) != 2 {
		t.Errorf("the server has %d audit records of its own, of two archives: %+v", len(audited), audited)
	}

	moved, earlier, same := bucket, bucket, folder
	moved.Location, earlier.Since, same.ID = "s3://other", 1, "same"
	declare("id of its own", 0, moved)
	declare("source backfill", 0, earlier)
	declare("reads /logs already", 0, folder, same)
	if err := w.RemoveSource(ctx, "central"); err == nil || !strings.Contains(err.Error(), "take it out there") {
		t.Errorf("remove what is declared: %v", err)
	}

	declare("", 1, folder)
	if got := source("central"); got.Declared || got.Account != bucket.Account {
		t.Errorf("not declared any more: %+v", got)
	}
	w.ok(w.RemoveSource(ctx, "central"))
}

// The key of a declared source that is pushed to is the one that the file names now, and is shown nowhere.
func TestDeclaredKey(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	for _, key := range []string{"the first key", "the second key"} {
		_, err := w.DeclareSources(ctx, []service.Source{{ID: "flows", Location: "push", Key: key}})
		w.ok(err)
		got, err := w.PushSource(ctx, "flows", key)
		w.ok(err)
		if got.Key != "" {
			t.Errorf("%+v has a key", got)
		}
	}
	if _, err := w.PushSource(ctx, "flows", "the first key"); err == nil {
		t.Error("a key that was replaced is taken")
	}
}
