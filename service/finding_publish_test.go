package service_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/publish"
	"picket/service"
	"picket/storetest"
)

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

// receiver is a destination of every kind: it keeps what it is sent, and takes it or not.
type receiver struct {
	got    []publish.Event
	down   error
	takes  int    // before it is down
	verify error  // stops it while it is verified, where r.while does
	while  func() // happens while it is being sent to
}

func (r *receiver) Verify(context.Context, publish.Destination) error {
	if r.verify != nil {
		r.while()
		return r.verify
	}
	return r.down
}

func (r *receiver) Send(_ context.Context, _ publish.Destination, events []publish.Event) (int, error) {
	r.got = append(r.got, events...)
	if r.while != nil {
		r.while()
	}
	if r.down != nil {
		return r.takes, r.down
	}
	return len(events), nil
}

// said is what came since it was asked last, as "account title count", sorted.
func (r *receiver) said() string {
	var all []string
	for _, e := range r.got {
		if e.Finding == nil {
			all = append(all, e.Account+" "+e.Type)
			continue
		}
		all = append(all, fmt.Sprintf("%s %s %d", e.Account, *e.Finding.Title, *e.Finding.Service.Count))
	}
	r.got = nil
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// publishes gives the world a receiver, and an account a webhook to it.
func (w *world) publishes(r *receiver, c picket.Caller, id string, least picket.Severity) {
	w.t.Helper()
	w.Senders = map[publish.Type]publish.Sender{publish.Webhook: r, publish.S3: r}
	_, err := w.AddDestination(context.Background(), service.Destination{ID: id, Account: c.Account, URL: "https://soc.example.com", MinSeverity: least})
	w.ok(err)
}

// deliver has all delivered that is due after a while.
func (w *world) deliver(after time.Duration) {
	w.t.Helper()
	w.clock = w.clock.Add(after)
	worker := publish.Worker{Store: w.Store, Senders: w.Senders, Log: discard}
	for {
		more, err := worker.Step(context.Background(), w.Now().UnixMilli())
		w.ok(err)
		if !more {
			return
		}
	}
}

// destination returns a destination of the operator's list.
func (w *world) destination(id string) service.Destination {
	w.t.Helper()
	all, err := w.Destinations(context.Background())
	w.ok(err)
	i := slices.IndexFunc(all, func(d service.Destination) bool { return d.ID == id })
	if i < 0 {
		w.t.Fatalf("there is no destination %s", id)
	}
	return all[i]
}

// TestEachSidePublishesWhatIsCurrentForIt holds who is told of what, and when.
func TestEachSidePublishesWhatIsCurrentForIt(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.publishes(r, admin, "admin", 0)
	w.publishes(r, member, "member", 0)
	w.publishes(r, stranger, "stranger", 0)
	_, err := w.UpdateDetector(context.Background(), admin, &guardduty.UpdateDetectorRequest{
		DetectorId: w.detector(admin), FindingPublishingFrequency: guardduty.FindingPublishingFrequencyFifteenMinutes,
	})
	w.ok(err)
	f := func(after time.Duration, want string) {
		t.Helper()
		w.deliver(after)
		if got := r.said(); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	w.records(member, hit(member.Account, ssh, "x", 100), hit(member.Account, ssh, "y", 100))
	f(0, "111111111111 title x 1, 111111111111 title y 1, 222222222222 title x 1, 222222222222 title y 1")
	w.records(member, hit(member.Account, ssh, "x", 101))
	f(0, "")
	w.records(member, hit(member.Account, ssh, "x", 102))
	f(16*time.Minute, "111111111111 title x 3") // the member's updates go every six hours
	w.ok(w.archive(member, *w.sees(member, `{}`)["title x"].Id))
	f(6*time.Hour, "")
	w.ok(w.createFilter(admin, "quiet", `{"resource.instanceDetails.instanceId":{"equals":["i-y"]}}`, func(r *guardduty.CreateFilterRequest) {
		r.Action = guardduty.FilterActionArchive
	}))
	w.records(member, hit(member.Account, ssh, "y", 101))
	f(6*time.Hour, "222222222222 title y 2")
	w.sample(member, ssh)
	f(6*time.Hour, "")
	w.ok(w.monitorSelf(admin, false)) // its own logs aren't analysed; its members' are, and it sees what they find
	w.records(member, hit(member.Account, ssh, "w", 101))
	f(0, "111111111111 title w 1, 222222222222 title w 1")
	w.ok(w.leave(member))
	f(time.Minute, "111111111111 GuardDuty Member Relationship Change, 222222222222 GuardDuty Member Relationship Change")
	w.records(member, hit(member.Account, ssh, "z", 101))
	f(0, "222222222222 title z 1")
}

func TestSeverityOfDestinations(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "high", picket.High)
	low, high := hit(member.Account, ssh, "low", 100), hit(member.Account, ssh, "high", 100)
	high.Severity = guardduty.Ptr(8.0)
	w.records(member, low, high)
	w.deliver(0)
	if got := r.said(); got != "222222222222 title high 1" {
		t.Errorf("told %q", got)
	}
	risen := hit(member.Account, ssh, "low", 101)
	risen.Severity = guardduty.Ptr(8.0)
	w.records(member, risen, high)
	w.deliver(0)
	if got := r.said(); got != "222222222222 title low 2" { // at once, as it is new there; the other is an update
		t.Errorf("told %q", got)
	}
}

// TestDelivery holds that everything goes at least once, the same under the same id, and another under another.
func TestDelivery(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	r.down = errors.New("no answer")
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.deliver(0)
	since := w.destination("soc").State.FailingSince
	w.deliver(0)
	if len(r.got) != 1 || since == 0 {
		t.Fatalf("%d tries at once, failing since %d", len(r.got), since)
	}
	w.deliver(time.Minute)
	w.records(member, hit(member.Account, ssh, "x", 101))
	w.deliver(time.Hour)
	if d := w.destination("soc"); len(r.got) != 1 || d.State.FailingSince != since || d.State.Error != "no answer" || d.Waiting != 1 {
		t.Fatalf("%d tries that a failing verification lets through; %+v", len(r.got), d)
	}
	r.down = nil
	w.deliver(2 * time.Hour)
	if d := w.destination("soc"); d.State.FailingSince != 0 || d.State.Delivered != 1 || d.Waiting != 0 {
		t.Errorf("after it came back: %+v", d)
	}
	if len(r.got) != 2 || r.got[0].ID == r.got[1].ID {
		t.Errorf("a finding and its change went as %v", r.got)
	}
	r.got = nil

	// A worker that dies after it sent: the lease ends, and the same goes again under the same id.
	w.records(member, hit(member.Account, ssh, "y", 100))
	ctx, die := context.WithCancel(context.Background())
	r.while = func() { die(); panic("dead") }
	func() {
		defer func() { _ = recover() }()
		worker := publish.Worker{Store: w.Store, Senders: w.Senders, Log: discard}
		_, _ = worker.Step(ctx, w.Now().UnixMilli())
	}()
	r.while = nil
	w.deliver(time.Minute)
	if len(r.got) != 1 {
		t.Errorf("%d deliveries while another worker has it", len(r.got))
	}
	w.deliver(10 * time.Minute)
	if len(r.got) != 2 || r.got[0].ID != r.got[1].ID {
		t.Errorf("what went twice went as %v", r.got)
	}
	r.got = nil

	// What changes while it is being sent goes again.
	w.records(member, hit(member.Account, ssh, "z", 100))
	r.while = func() {
		r.while = nil
		w.records(member, hit(member.Account, ssh, "z", 101))
	}
	w.deliver(0)
	w.deliver(7 * time.Hour)
	if got, want := r.said(), "222222222222 title z 1, 222222222222 title z 2"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestDeliveryWhenTheStoreWasAway: at whatever point a worker's store fails it, what waits goes within a minute, and once.
func TestDeliveryWhenTheStoreWasAway(t *testing.T) {
	for works := 0; ; works++ {
		for _, kept := range []bool{false, true} {
			w, r := newWorld(t), &receiver{}
			_, member, _ := w.family()
			w.publishes(r, member, "soc", 0)
			w.records(member, hit(member.Account, ssh, "x", 100))
			store := &storetest.Failing{Store: w.Store, Works: works, Kept: kept}
			worker := publish.Worker{Store: store, Senders: w.Senders, Log: discard}
			_, err := worker.Step(context.Background(), w.Now().UnixMilli())
			if !store.Failed() {
				return
			}
			if !errors.Is(err, storetest.ErrAway) {
				t.Errorf("call %d failed, the worker says %v", works, err)
			}
			w.clock = w.clock.Add(time.Minute)
			_, err = worker.Step(context.Background(), w.Now().UnixMilli())
			w.ok(err)
			d, got := w.destination("soc"), r.said()
			if d.Waiting != 0 || d.State.Delivered != 1 || d.State.FailingSince != 0 || got != "222222222222 title x 1" {
				t.Errorf("after call %d failed (kept %t): %+v, told %q", works, kept, d, got)
			}
		}
	}
}

// TestDestinationIsAddedAgain: a worker that could not clear what was removed leaves what was added since under its name alone.
func TestDestinationIsAddedAgain(t *testing.T) {
	w, r, ctx := newWorld(t), &receiver{}, context.Background()
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	w.ok(w.RemoveDestination(ctx, "soc"))
	store := &storetest.Failing{Store: w.Store, Works: 1}
	worker := publish.Worker{Store: store, Senders: w.Senders, Log: discard}
	if _, err := worker.Step(ctx, w.Now().UnixMilli()); !errors.Is(err, storetest.ErrAway) {
		t.Fatalf("the store failed, the worker says %v", err)
	}
	w.publishes(r, member, "soc", 0)
	w.records(member, hit(member.Account, ssh, "x", 100))
	for range 2 {
		_, err := worker.Step(ctx, w.Now().UnixMilli())
		w.ok(err)
	}
	if got := r.said(); got != "222222222222 title x 1" {
		t.Errorf("told %q", got)
	}
}

// TestNameOfADestinationIsUsedAgain: what waits for a destination, or was given up, is nothing to one that gets its name.
func TestNameOfADestinationIsUsedAgain(t *testing.T) {
	nameIsUsedAgain(t, func(member, _ picket.Caller) picket.Caller { return member })
	nameIsUsedAgain(t, func(_, stranger picket.Caller) picket.Caller { return stranger })
}

func nameIsUsedAgain(t *testing.T, by func(member, stranger picket.Caller) picket.Caller) {
	t.Helper()
	w, r, ctx := newWorld(t), &receiver{}, context.Background()
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	r.down = &publish.Refused{Reason: "too long"}
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.deliver(0)
	r.down, r.got = errors.New("no answer"), nil
	w.ok(w.leave(member))
	w.deliver(time.Minute)
	if d := w.destination("soc"); d.GivenUp != 1 || d.Waiting != 1 {
		t.Fatalf("before: %+v", d)
	}
	w.ok(w.RemoveDestination(ctx, "soc"))
	r.down, r.got = nil, nil
	next := by(member, stranger)
	w.publishes(r, next, "soc", 0)
	if d := w.destination("soc"); d.GivenUp != 0 || d.Waiting != 0 {
		t.Errorf("a new destination: %+v", d)
	}
	n, err := w.ReplayDestination(ctx, "soc")
	w.ok(err)
	w.records(next, hit(next.Account, ssh, "new", 100))
	w.deliver(2 * time.Hour)
	if got := r.said(); n != 0 || got != next.Account+" title new 1" {
		t.Errorf("%d replayed, told %q", n, got)
	}
	if d := w.destination("soc"); d.State.Status != guardduty.PublishingStatusPublishing || d.State.Delivered != 1 {
		t.Errorf("the new one after the old one was cleared: %+v", d)
	}
	w.ok(w.Store.View(ctx, func(tx picket.Tx) error {
		counts, err := tx.Outbox().Counts()
		for kind, n := range counts {
			if strings.HasPrefix(kind, "publish") {
				t.Errorf("%d of %s are left", n, kind)
			}
		}
		return err
	}))
}

// TestGivenUp holds that what can't be delivered is set aside, seen and sent again when somebody asks.
func TestGivenUp(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	r.down = &publish.Refused{Reason: "too long"}
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.deliver(0)
	if d := w.destination("soc"); d.GivenUp != 1 || d.Waiting != 0 || d.State.FailingSince != 0 {
		t.Errorf("after a refusal: %+v", d)
	}
	r.down = errors.New("no answer")
	w.records(member, hit(member.Account, ssh, "y", 100))
	for range 90 {
		w.deliver(time.Hour)
	}
	if d := w.destination("soc"); d.GivenUp != 2 || d.Waiting != 0 || d.State.FailingSince == 0 {
		t.Errorf("after three days: %+v", d)
	}
	r.got, r.down = nil, nil
	n, err := w.ReplayDestination(context.Background(), "soc")
	w.ok(err)
	w.deliver(0)
	if got := r.said(); n != 2 || got != "222222222222 title x 1, 222222222222 title y 1" {
		t.Errorf("%d replayed, told %q", n, got)
	}
}

// TestDeliveryAfterTheClockWasAhead: a date that was wrong for a while gives nothing up, and holds nothing back once it is right.
func TestDeliveryAfterTheClockWasAhead(t *testing.T) {
	const ahead = 100 * 24 * time.Hour
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.publishes(r, member, "soc", 0)
	w.deliver(0)
	r.down = errors.New("no answer")
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.deliver(0)
	w.deliver(ahead)
	w.records(member, hit(member.Account, ssh, "y", 100))
	w.deliver(0)
	r.got, r.down = nil, nil
	w.clock = w.clock.Add(-ahead)
	w.ok(w.Resume(context.Background()))
	w.deliver(0)
	if d, got := w.destination("soc"), r.said(); d.GivenUp != 0 || d.Waiting != 0 || got != "222222222222 title x 1, 222222222222 title y 1" {
		t.Errorf("%+v, told %q", d, got)
	}
}

// TestPublishingStatus holds the states that DescribePublishingDestination tells.
func TestPublishingStatus(t *testing.T) {
	w, r := newWorld(t), &receiver{}
	_, member, _ := w.family()
	w.Senders = map[publish.Type]publish.Sender{publish.S3: r}
	properties := &guardduty.DestinationProperties{
		DestinationArn: guardduty.Ptr("arn:aws:s3:::findings"), KmsKeyArn: guardduty.Ptr("arn:aws:kms:us-east-1:222222222222:key/1"),
	}
	made, err := w.CreatePublishingDestination(context.Background(), member, &guardduty.CreatePublishingDestinationRequest{
		DetectorId: w.detector(member), DestinationType: guardduty.DestinationTypeS3, DestinationProperties: properties,
	})
	w.ok(err)
	f := func(want guardduty.PublishingStatus, failing bool) {
		t.Helper()
		d, err := w.DescribePublishingDestination(context.Background(), member, &guardduty.DescribePublishingDestinationRequest{
			DetectorId: w.detector(member), DestinationId: made.DestinationId,
		})
		w.ok(err)
		if d.Status != want || (*d.PublishingFailureStartTimestamp != 0) != failing {
			t.Errorf("%s since %d, want %s", d.Status, *d.PublishingFailureStartTimestamp, want)
		}
	}
	f(guardduty.PublishingStatusPendingVerification, false)
	r.down = errors.New("no such bucket")
	w.deliver(0)
	f(guardduty.PublishingStatusUnableToPublishFixDestinationProperty, true)
	w.records(member, hit(member.Account, ssh, "x", 100))
	w.deliver(time.Hour)
	f(guardduty.PublishingStatusUnableToPublishFixDestinationProperty, true)
	r.down = nil
	_, err = w.UpdatePublishingDestination(context.Background(), member, &guardduty.UpdatePublishingDestinationRequest{
		DetectorId: w.detector(member), DestinationId: made.DestinationId, DestinationProperties: properties,
	})
	w.ok(err)
	f(guardduty.PublishingStatusPendingVerification, false)
	w.deliver(0)
	f(guardduty.PublishingStatusPublishing, false)
	if got := r.said(); got != "222222222222 title x 1" {
		t.Errorf("told %q", got)
	}
	_, err = w.DeletePublishingDestination(context.Background(), member, &guardduty.DeletePublishingDestinationRequest{
		DetectorId: w.detector(member), DestinationId: made.DestinationId,
	})
	w.ok(err)
	w.records(member, hit(member.Account, ssh, "x", 101))
	w.deliver(7 * time.Hour)
	if got := r.said(); got != "" {
		t.Errorf("told a destination that was deleted: %q", got)
	}
}
