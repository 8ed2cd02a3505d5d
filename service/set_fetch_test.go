package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/intel"
	"picket/service"
)

// bucket is where lists are, by location, and what goes wrong there.
type bucket struct {
	files map[string]string
	fails error
}

func (b *bucket) fetch(_ context.Context, place service.ListPlace, _, etag string) (service.ListFile, error) {
	body, ok := b.files[place.Bucket+"/"+place.Key+place.URL]
	switch {
	case b.fails != nil:
		return service.ListFile{}, b.fails
	case !ok:
		return service.ListFile{}, fmt.Errorf("%wthere is nothing", service.ErrForGood)
	case etag == body:
		return service.ListFile{ETag: etag}, nil
	}
	return service.ListFile{Body: []byte(body), ETag: body}, nil
}

// listWorld is an account with a bucket of lists.
type listWorld struct {
	*world
	*bucket
	owner picket.Caller
}

func newListWorld(t *testing.T) listWorld {
	w := listWorld{newWorld(t), &bucket{files: map[string]string{}}, as("111122223333")}
	w.FetchList = w.fetch
	w.account(w.owner.Account)
	w.enable(w.owner)
	return w
}

func (w listWorld) create(location string) *string {
	w.t.Helper()
	out, err := w.CreateThreatEntitySet(context.Background(), w.owner, &guardduty.CreateThreatEntitySetRequest{
		DetectorId: w.detector(w.owner), Name: &location, Format: guardduty.ThreatEntitySetFormatTxt, Location: &location, Activate: guardduty.Ptr(true),
	})
	w.ok(err)
	return out.ThreatEntitySetId
}

func (w listWorld) update(id *string, activate bool) {
	w.t.Helper()
	_, err := w.UpdateThreatEntitySet(context.Background(), w.owner, &guardduty.UpdateThreatEntitySetRequest{
		DetectorId: w.detector(w.owner), ThreatEntitySetId: id, Activate: &activate,
	})
	w.ok(err)
}

// read reads whatever is due.
func (w listWorld) read() {
	w.t.Helper()
	for found := true; found; {
		var err error
		found, err = w.ReadList(context.Background())
		w.ok(err)
	}
}

// status wants what people are told of a list.
func (w listWorld) status(id *string, want, reason string) {
	w.t.Helper()
	out, err := w.GetThreatEntitySet(context.Background(), w.owner, &guardduty.GetThreatEntitySetRequest{DetectorId: w.detector(w.owner), ThreatEntitySetId: id})
	w.ok(err)
	got := ""
	if out.ErrorDetails != nil {
		got = *out.ErrorDetails
	}
	if string(out.Status) != want || !strings.Contains(got, reason) || (reason == "") != (got == "") {
		w.t.Errorf("the list is %s, %q; want %s, %q", out.Status, got, want, reason)
	}
}

// inForce wants what the log says last of a list: the words, by the tables that are made of it.
func (w listWorld) inForce(id *string, names ...string) {
	w.t.Helper()
	var last picket.List
	w.ok(w.Store.View(context.Background(), func(tx picket.Tx) error {
		messages, err := tx.Log().Read(picket.PartitionOf(w.owner.Account), 0, 100)
		for _, m := range messages {
			if m.List != nil && m.List.ID == *id {
				last = *m.List
			}
		}
		return err
	}))
	var all []picket.List
	if last.Version != "" {
		all = append(all, last)
	}
	tables, err := w.Tables(context.Background(), all)
	w.ok(err)
	n := 0
	if tables != nil {
		n = tables.Count(intel.Custom)
	}
	for _, name := range names {
		if tables == nil || !tables.Domain("any", name).Any() {
			w.t.Errorf("%s is not in force", name)
		}
	}
	if n != len(names) {
		w.t.Errorf("%d entries are in force, want %d", n, len(names))
	}
}

// What an account asks for comes into force when its file was read; what is at the location later, when it asks again.
func TestListsComeIntoForce(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"] = "bad.example\nworse.example\n"
	id := w.create("s3://lists/a")
	w.status(id, "ACTIVATING", "")
	w.inForce(id)
	w.read()
	w.status(id, "ACTIVE", "")
	w.inForce(id, "bad.example", "worse.example")

	w.files["lists/a"] = "worst.example\n"
	w.clock = w.clock.Add(time.Hour)
	w.read()
	w.status(id, "ACTIVE", "")
	w.inForce(id, "bad.example", "worse.example")
	w.update(id, true)
	w.read()
	w.inForce(id, "worst.example")

	delete(w.files, "lists/a")
	w.update(id, true)
	w.read()
	w.status(id, "ERROR", "there is nothing; what was activated before stays in force")
	w.inForce(id, "worst.example")
	w.update(id, false)
	w.status(id, "INACTIVE", "")
	w.inForce(id)
	w.files["lists/a"] = "worst.example\n"
	w.update(id, true)
	w.read()
	w.inForce(id, "worst.example")
	w.ok(w.disable(w.owner))
	w.inForce(id)
}

// A place that fails is tried again, and an answer to an old question is none.
func TestListsThatFail(t *testing.T) {
	w := newListWorld(t)
	w.files["lists/a"], w.fails = "bad.example\n", errors.New("connection refused")
	id := w.create("s3://lists/a")
	w.read()
	w.status(id, "ACTIVATING", "")
	w.clock = w.clock.Add(time.Minute)
	w.read()
	w.clock = w.clock.Add(time.Minute)
	w.read()
	w.status(id, "ERROR", "connection refused")
	w.fails = nil
	w.clock = w.clock.Add(2 * time.Minute)
	w.read()
	w.status(id, "ACTIVE", "")

	w.update(id, true)
	w.FetchList = func(ctx context.Context, place service.ListPlace, owner, etag string) (service.ListFile, error) {
		w.update(id, false)
		return w.fetch(ctx, place, owner, etag)
	}
	w.read()
	w.status(id, "INACTIVE", "")
	w.inForce(id)
	w.FetchList = w.fetch
	for location, file := range map[string]string{"s3://lists/none": "# nothing\n", "s3://lists/local": "10.0.0.1\n"} {
		w.files[strings.TrimPrefix(location, "s3://")] = file
		id := w.create(location)
		w.read()
		w.status(id, "ERROR", "nothing in the file is an address or a domain name")
	}
	var many strings.Builder
	for i := range 2001 {
		fmt.Fprintf(&many, "8.8.%d.%d\n", i/256, i%256)
	}
	w.files["lists/many"] = many.String()
	out, err := w.CreateIPSet(context.Background(), w.owner, &guardduty.CreateIPSetRequest{
		DetectorId: w.detector(w.owner), Name: guardduty.Ptr("many"), Format: guardduty.IpSetFormatTxt, Location: guardduty.Ptr("s3://lists/many"), Activate: guardduty.Ptr(true),
	})
	w.ok(err)
	trusted := func(want guardduty.IpSetStatus) {
		t.Helper()
		w.read()
		got, err := w.GetIPSet(context.Background(), w.owner, &guardduty.GetIPSetRequest{DetectorId: w.detector(w.owner), IpSetId: out.IpSetId})
		w.ok(err)
		if got.Status != want {
			t.Errorf("a list of 2,001 trusted addresses is %s, want %s", got.Status, want)
		}
	}
	trusted(guardduty.IpSetStatusError)
	w.Settings.OpenQuotas = true
	_, err = w.UpdateIPSet(context.Background(), w.owner, &guardduty.UpdateIPSetRequest{DetectorId: w.detector(w.owner), IpSetId: out.IpSetId, Activate: guardduty.Ptr(true)})
	w.ok(err)
	trusted(guardduty.IpSetStatusActive)
}

// Of a file no more is read than is bearable, whatever would be left of it; without quotas that is more.
func TestListsThatAreTooLong(t *testing.T) {
	w := newListWorld(t)
	lines := func(n int) { w.files["lists/long"] = strings.Repeat("b.io\n", n) }
	lines(2*intel.MaxThreatIPs + 1)
	id := w.create("s3://lists/long")
	w.read()
	w.status(id, "ERROR", "more than 500000 entries, and GuardDuty's quota is 250000")
	w.Settings.OpenQuotas = true
	w.update(id, true)
	w.read()
	w.status(id, "ACTIVE", "")
	w.inForce(id, "b.io")
	lines(4*intel.MaxThreatIPs + 1)
	w.update(id, true)
	w.read()
	w.status(id, "ERROR", "more than 1000000 entries")
}

// Every form in which people write a place in S3 is read as that place; addresses that aren't S3's must be https.
func TestListPlaces(t *testing.T) {
	f := func(location, want string) {
		t.Helper()
		w := newListWorld(t)
		got := ""
		w.FetchList = func(_ context.Context, p service.ListPlace, _, _ string) (service.ListFile, error) {
			got = strings.Join([]string{p.Bucket, p.Key, p.Region, p.URL}, " ")
			return service.ListFile{}, fmt.Errorf("%wseen", service.ErrForGood)
		}
		_, err := w.CreateThreatIntelSet(context.Background(), w.owner, &guardduty.CreateThreatIntelSetRequest{
			DetectorId: w.detector(w.owner), Name: guardduty.Ptr("l"), Format: guardduty.ThreatIntelSetFormatTxt, Location: &location, Activate: guardduty.Ptr(true),
		})
		if want == "" {
			w.refused(err, "The request is rejected because an invalid or out-of-range value")
			return
		}
		w.ok(err)
		if w.read(); got != want {
			t.Errorf("%s is read as %q, want %q", location, got, want)
		}
	}
	f("s3://b/d/f", "b d/f  ")
	f("https://s3.amazonaws.com/b/d/f", "b d/f  https://s3.amazonaws.com/b/d/f")
	f("https://s3-eu-west-1.amazonaws.com/b/f", "b f eu-west-1 https://s3-eu-west-1.amazonaws.com/b/f")
	f("https://s3.eu-west-1.amazonaws.com/b/f", "b f eu-west-1 https://s3.eu-west-1.amazonaws.com/b/f")
	f("http://b.s3.amazonaws.com/f", "b f  https://b.s3.amazonaws.com/f")
	f("http://b.s3-eu-west-1.amazonaws.com/f", "b f eu-west-1 https://b.s3-eu-west-1.amazonaws.com/f")
	f("https://b.c.s3.cn-north-1.amazonaws.com.cn/f", "b.c f cn-north-1 https://b.c.s3.cn-north-1.amazonaws.com.cn/f")
	f("https://s3.amazonaws.com/b/f?X-Amz-Signature=s", "   https://s3.amazonaws.com/b/f?X-Amz-Signature=s")
	f("https://lists.example.com/f", "   https://lists.example.com/f")
	for _, location := range []string{"http://lists.example.com/f", "s3://b", "https://s3.amazonaws.com/b", "https://host", "file:///etc/passwd", "https://user:secret@host/f", "/f"} {
		f(location, "")
	}
}

// A content is kept until the state that is kept of its partition was made without it.
func TestVersionsAreKeptWhileNeeded(t *testing.T) {
	w, ctx := newListWorld(t), context.Background()
	w.files["lists/a"] = "bad.example\n"
	id := w.create("s3://lists/a")
	w.read()
	contents := func() (n int) {
		w.ok(w.Store.View(ctx, func(tx picket.Tx) error {
			docs, err := tx.Documents().List("list-piece", w.owner.Account, w.owner.Region, "", 10)
			n = len(docs)
			return err
		}))
		return n
	}
	part := picket.PartitionOf(w.owner.Account)
	keep := func() {
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
			p, _, err := tx.Log().Own(part)
			if err != nil {
				return err
			}
			return tx.Log().KeepState(part, p.Epoch, p.Last, []byte("state"), 0)
		}))
	}
	f := func(want int) {
		t.Helper()
		w.ok(w.Sweep(ctx))
		if got := contents(); got != want {
			t.Errorf("%d contents are kept, want %d", got, want)
		}
	}
	f(1)
	keep()
	f(1)
	w.update(id, false)
	f(1)
	keep()
	f(0)
}
