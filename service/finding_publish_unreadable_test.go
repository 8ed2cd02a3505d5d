package service_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/publish"
	"picket/service"
	"picket/sqlstore"
)

// spoil puts something in place of the bodies of all entries of the outbox of a kind, or, if it ends with a slash, of the kinds that
// begin so, and returns how they were.
func (w *world) spoil(of, with string) (was []picket.OutboxEntry) {
	w.t.Helper()
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		was = nil
		counts, err := tx.Outbox().Counts()
		if err != nil {
			return err
		}
		for kind := range counts {
			if kind != of && (!strings.HasSuffix(of, "/") || !strings.HasPrefix(kind, of)) {
				continue
			}
			all, err := tx.Outbox().Due(kind, math.MaxInt64, 1000)
			if err != nil {
				return err
			}
			was = append(was, all...)
			for _, e := range all {
				e.Body = json.RawMessage(with)
				if err := tx.Outbox().Put(e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	if len(was) == 0 {
		w.t.Fatalf("nothing of %s is in the outbox", of)
	}
	return was
}

// runs serves what is due, also after errors, and returns what was logged.
func (w *world) runs() string {
	w.t.Helper()
	var log bytes.Buffer
	worker := publish.Worker{Store: w.Store, Senders: w.Senders, Log: slog.New(slog.NewTextHandler(&log, nil))}
	for range 10 {
		if _, err := worker.Step(context.Background(), w.Now().UnixMilli()); err != nil {
			log.WriteString(err.Error() + "\n")
		}
	}
	return log.String()
}

// said wants what was told and logged.
func (w *world) told(r *receiver, want, logged string) {
	w.t.Helper()
	log := w.runs()
	if got := r.said(); got != want || !strings.Contains(log, logged) || logged == "" && log != "" {
		w.t.Errorf("told %q, want %q; logged %q, want %q", got, want, log, logged)
	}
}

// TestUnreadableBell: a destination whose entry can't be read waits for the next event, and holds up nothing else.
func TestUnreadableBell(t *testing.T) {
	for _, bell := range []string{`"soc"`, `{}`, `{`} {
		w, r := newWorld(t), &receiver{}
		_, member, stranger := w.family()
		w.publishes(r, member, "soc", 0)
		w.deliver(0)
		w.records(member, hit(member.Account, ssh, "x", 100))
		w.spoil("publish", bell)
		w.publishes(r, stranger, "theirs", 0)
		w.records(stranger, hit(stranger.Account, ssh, "theirs", 100))
		w.ok(w.Resume(context.Background()))
		w.told(r, "333333333333 title theirs 1", "put off")
		w.records(member, hit(member.Account, ssh, "y", 100))
		w.told(r, "222222222222 title x 1, 222222222222 title y 1", "")
	}
}

// TestUnreadableDestination: it is shown as one that fails, and costs itself alone.
func TestUnreadableDestination(t *testing.T) {
	w, r, ctx := newWorld(t), &receiver{}, context.Background()
	_, member, stranger := w.family()
	w.publishes(r, member, "soc", 0)
	w.publishes(r, member, "other", 0)
	w.publishes(r, stranger, "theirs", 0)
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	key := picket.DocumentKey{Kind: publish.OperatorKind, Account: member.Account, ID: "soc"}
	var whole json.RawMessage
	put := func(doc any) {
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, doc) }))
	}
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error { return tx.Documents().Get(key, &whole) }))
	put("soc")
	fails := func() service.Destination {
		t.Helper()
		d := w.destination("soc")
		if d.Account != member.Account || d.State.FailingSince == 0 || !strings.Contains(d.State.Error, "can't be read") {
			t.Errorf("shown as %+v", d)
		}
		return d
	}
	fails()
	w.ok(w.Resume(ctx))
	w.told(r, "222222222222 title x 1", "can't be read")
	since := fails().State.FailingSince
	w.records(member, hit(member.Account, ssh, "y", 100))
	w.records(stranger, hit(stranger.Account, ssh, "z", 100))
	w.told(r, "222222222222 title y 1, 333333333333 title z 1", "can't be read")
	w.clock = w.clock.Add(time.Hour)
	w.told(r, "", "can't be read")
	if d := fails(); d.State.FailingSince != since {
		t.Errorf("fails since %d, then since %d", since, d.State.FailingSince)
	}
	put(whole)
	w.clock = w.clock.Add(time.Hour)
	w.told(r, "222222222222 title x 1", "")
	put("soc")
	w.ok(w.RemoveDestination(ctx, "soc"))
	w.told(r, "", "")
}

// TestUnreadablePublishingDestination: a detector's is described and listed as one that fails, and can be removed and added again.
func TestUnreadablePublishingDestination(t *testing.T) {
	w, r, ctx := newWorld(t), &receiver{}, context.Background()
	_, member, _ := w.family()
	w.Senders = map[publish.Type]publish.Sender{publish.S3: r}
	create := func() (*string, error) {
		made, err := w.CreatePublishingDestination(ctx, member, &guardduty.CreatePublishingDestinationRequest{
			DetectorId: w.detector(member), DestinationType: guardduty.DestinationTypeS3, DestinationProperties: &guardduty.DestinationProperties{
				DestinationArn: guardduty.Ptr("arn:aws:s3:::findings"), KmsKeyArn: guardduty.Ptr("arn:aws:kms:us-east-1:222222222222:key/1"),
			},
		})
		if err != nil {
			return nil, err
		}
		return made.DestinationId, nil
	}
	id, err := create()
	w.ok(err)
	key := picket.DocumentKey{Kind: publish.S3Kind, Account: member.Account, Region: member.Region, ID: *id}
	w.ok(w.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, "a text") }))
	const fails = guardduty.PublishingStatusUnableToPublishFixDestinationProperty
	shown := func() {
		t.Helper()
		d, err := w.DescribePublishingDestination(ctx, member, &guardduty.DescribePublishingDestinationRequest{DetectorId: w.detector(member), DestinationId: id})
		w.ok(err)
		if d.Status != fails || *d.PublishingFailureStartTimestamp == 0 || *d.DestinationId != *id || d.DestinationType != guardduty.DestinationTypeS3 {
			t.Errorf("described as %+v", d)
		}
		all, err := w.ListPublishingDestinations(ctx, member, &guardduty.ListPublishingDestinationsRequest{DetectorId: w.detector(member)})
		w.ok(err)
		if len(all.Destinations) != 1 || *all.Destinations[0].DestinationId != *id || all.Destinations[0].Status != fails {
			t.Errorf("listed as %+v", all.Destinations)
		}
	}
	shown()
	w.told(r, "", "can't be read")
	shown()
	_, err = create()
	w.refused(err, "The request is rejected because a publishingDestination with the given type already exists.")
	_, err = w.UpdatePublishingDestination(ctx, member, &guardduty.UpdatePublishingDestinationRequest{DetectorId: w.detector(member), DestinationId: id})
	if picket.ErrorCode(err) == "" || !strings.Contains(err.Error(), "remove it and add it again") {
		t.Errorf("changed: %v", err)
	}
	_, err = w.DeletePublishingDestination(ctx, member, &guardduty.DeletePublishingDestinationRequest{DetectorId: w.detector(member), DestinationId: id})
	w.ok(err)
	_, err = create()
	w.ok(err)
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.told(r, "222222222222 title x 1", "")
}

// TestUnreadableEntry: what waits and can't be read is given up, can be replayed, and holds up nothing else of its destination.
func TestUnreadableEntry(t *testing.T) {
	for _, body := range []string{`"x"`, `{`, `{"region":"us-east-1"}`} {
		w, r := newWorld(t), &receiver{}
		_, member, _ := w.family()
		w.publishes(r, member, "soc", 0)
		w.deliver(0)
		w.records(member, hit(member.Account, ssh, "x", 100))
		was := w.spoil("publish/", body)
		w.records(member, hit(member.Account, ssh, "y", 100))
		w.told(r, "222222222222 title y 1", "set aside")
		shows := func(waiting, givenUp int) {
			t.Helper()
			if d := w.destination("soc"); d.Waiting != waiting || d.GivenUp != givenUp || d.State.FailingSince != 0 {
				t.Errorf("%s: %+v", body, d)
			}
		}
		shows(0, 1)
		replay := func() {
			t.Helper()
			n, err := w.ReplayDestination(context.Background(), "soc")
			w.ok(err)
			if n != 1 {
				t.Errorf("%d replayed", n)
			}
		}
		replay()
		if now := w.spoil("publish/", body); string(now[0].Body) != body {
			t.Errorf("replayed as %s, was %s", now[0].Body, body)
		}
		w.told(r, "", "set aside")
		shows(0, 1)
		w.spoil("publish-dead/", body)
		replay()
		w.told(r, "", "set aside")
		shows(0, 1)
		w.spoil("publish-dead/", string(was[0].Body))
		replay()
		w.told(r, "222222222222 title x 1", "")
		shows(0, 0)
	}
}

// TestEntryThatBecomesReadable: what is told anew of a finding takes the place of what can't be read, also while it is set aside.
func TestEntryThatBecomesReadable(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.spoil("publish/", `{`)
	w.records(member, hit(member.Account, ssh, "x", 101))
	w.deliver(7 * time.Hour)
	if got := r.said(); got != "222222222222 title x 2" {
		t.Errorf("told %q", got)
	}
	w.records(member, hit(member.Account, ssh, "x", 102))
	w.spoil("publish/", `{`)
	w.records(member, hit(member.Account, ssh, "y", 100))
	w.clock = w.clock.Add(7 * time.Hour)
	r.while = func() {
		r.while = nil
		w.records(member, hit(member.Account, ssh, "x", 103))
	}
	w.deliver(0)
	w.deliver(7 * time.Hour)
	if got, d := r.said(), w.destination("soc"); got != "222222222222 title x 4, 222222222222 title y 1" || d.Waiting != 0 {
		t.Errorf("told %q; %+v", got, d)
	}
}

// TestUnreadableFinding: a finding that can't be read is given up, and the others of its batch go.
func TestUnreadableFinding(t *testing.T) {
	w, r, dir := newWorld(t), &receiver{}, t.TempDir()
	store, err := sqlstore.Open(t.Context(), dir)
	w.ok(err)
	t.Cleanup(func() { store.Close() })
	w.Store = store
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	db, err := sql.Open("sqlite", filepath.Join(dir, "picket.db"))
	w.ok(err)
	defer db.Close()
	var doc []byte
	w.ok(db.QueryRow("SELECT doc FROM finding_docs").Scan(&doc))
	_, err = db.Exec("UPDATE finding_docs SET doc = x'00'")
	w.ok(err)
	w.records(member, hit(member.Account, ssh, "y", 100), hit(member.Account, ssh, "z", 100))
	w.told(r, "222222222222 title y 1, 222222222222 title z 1", "set aside")
	if d := w.destination("soc"); d.Waiting != 0 || d.GivenUp != 1 || d.State.FailingSince != 0 {
		t.Errorf("%+v", d)
	}
	_, err = db.Exec("UPDATE finding_docs SET doc = ? WHERE doc = x'00'", doc)
	w.ok(err)
	_, err = w.ReplayDestination(context.Background(), "soc")
	w.ok(err)
	w.told(r, "222222222222 title x 1", "")
}
