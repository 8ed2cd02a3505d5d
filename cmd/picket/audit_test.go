package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/operator"
	"picket/service"
)

// What the operator does to a source, and to what could not be read, is in the audit log of the account whose logs those are; of
// what is of many accounts, in the server's own.
func TestWhatTheOperatorDoesIsAudited(t *testing.T) {
	ctx := t.Context()
	s, err := openServer(ctx, config{Data: t.TempDir(), Regions: []string{home}}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	err = s.store.Update(ctx, func(tx picket.Tx) error {
		return s.service.PutUnread(tx, "000-1", []service.Unread{{Account: member, Object: "of one"}, {Object: "of nobody"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	client := operator.NewClient(operator.Direct{Handler: s.operator()})
	f := func(path string, in any, refused bool) {
		t.Helper()
		if err := client.Do(ctx, path, in, nil); (err != nil) != refused {
			t.Errorf("%s: %v", path, err)
		}
	}
	for id, account := range map[string]string{"own": member, "archive": ""} {
		f("source/add", service.Source{ID: id, Location: "/logs/" + id, Account: account}, false)
		f("source/pause", operator.SourceOf{ID: id, Paused: true}, false)
		f("source/pause", operator.SourceOf{ID: id}, false)
		f("source/test", operator.SourceOf{ID: id}, true)
		f("source/remove", operator.SourceOf{ID: id}, false)
		f("source/remove", operator.SourceOf{ID: id}, true)
	}
	for _, id := range []string{"000-1-0", "000-1-1"} {
		f("quarantine/replay", operator.UnreadOf{ID: id}, true) // no object is there
		f("quarantine/forget", operator.UnreadOf{ID: id}, false)
	}
	f("quarantine/replay", operator.UnreadOf{}, false)

	done := []string{"source/add", "source/pause", "source/pause", "source/remove", "quarantine/replay BadRequestException", "quarantine/forget"}
	want := map[string][]string{member: done, "": append(slices.Clone(done), "quarantine/replay")}
	got := map[string][]string{}
	records, err := s.service.Audit(ctx, "", 0, 100)
	for _, r := range records {
		var e struct{ EventName, ErrorCode string }
		err = errors.Join(err, json.Unmarshal(r.Event, &e))
		if e.ErrorCode != "" {
			e.EventName += " " + e.ErrorCode
		}
		got[r.Account] = append(got[r.Account], e.EventName)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of accounts %q:\n%s", slices.Sorted(maps.Keys(got)), diff)
	}
}
