package publish

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/finding"
)

// Event is one thing to tell a destination: a finding, or a message of a type.
type Event struct {
	ID              string // the same whenever the same is told
	Account, Region string // of who sees it
	Time            string // as GuardDuty writes times
	Finding         *picket.Finding
	Type            string
	Message         json.RawMessage
}

// Lines are what a message says, for people: each of its members.
func (e Event) Lines() ([]string, error) {
	var about map[string]any
	if err := json.Unmarshal(e.Message, &about); err != nil {
		return nil, fmt.Errorf("read event %s: %w", e.ID, err)
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(about)) {
		values, ok := about[name].([]any)
		if !ok {
			values = []any{about[name]}
		}
		for _, v := range values {
			if v == nil || v == "" {
				continue
			}
			out = append(out, fmt.Sprintf("%s: %v", name, v))
		}
	}
	return out, nil
}

// Sender hands events on, with a technology.
type Sender interface {
	// Verify makes sure that the destination can be written, as far as that can be told before there is anything to tell.
	Verify(ctx context.Context, d Destination) error
	// Send hands events on and returns how many, from the first, it did. An error that is a *Refused is about the event after
	// them, any other about the destination. What is nothing for the destination counts as handed on.
	Send(ctx context.Context, d Destination, events []Event) (int, error)
}

// Refused says that a destination takes this event neither now nor later.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return r.Reason }

// EventBridge writes an event as EventBridge delivers GuardDuty's. What GuardDuty doesn't tell has a source of its own, so that
// nobody takes it for GuardDuty's.
func EventBridge(e Event) ([]byte, error) {
	doc := map[string]any{
		"version": "0", "id": e.ID, "account": e.Account, "region": e.Region, "time": e.Time, "resources": []string{},
		"source": "picket", "detail-type": e.Type, "detail": e.Message,
	}
	if e.Finding != nil {
		detail, err := finding.Export(e.Finding)
		if err != nil {
			return nil, err
		}
		doc["source"], doc["detail-type"], doc["detail"] = "aws.guardduty", "GuardDuty Finding", json.RawMessage(detail)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	return b, nil
}

// findingEvent tells of a finding as it is for the viewer; nil if it is not current for it. Its id follows from what is told,
// so that a delivery can be repeated, but a change of the finding is never taken for a repetition.
func findingEvent(f *picket.StoredFinding, viewer, region string) *Event {
	side := f.Admin
	if *f.AccountId == viewer {
		side = f.Owner
	}
	if side.Archived {
		return nil
	}
	out, service, current := f.Finding, *f.Service, false
	service.Archived, service.UserFeedback = &current, nil
	if side.Feedback != "" {
		feedback := string(side.Feedback)
		service.UserFeedback = &feedback
	}
	out.Service = &service
	count := int32(0)
	if service.Count != nil {
		count = *service.Count
	}
	return &Event{
		ID: eventID(viewer, region, *f.Id, *f.UpdatedAt, fmt.Sprint(count)), Account: viewer, Region: region,
		Time: seconds(*f.UpdatedAt), Finding: &out,
	}
}

// messageEvent tells a message. One that has waited since before messages had names is named by the entry that holds it.
func messageEvent(d Destination, entry string, w waiting) *Event {
	return &Event{
		ID: eventID(d.Account, cmp.Or(w.Event, entry)), Account: d.Account, Region: w.Region, Type: w.Type, Message: w.Message,
		Time: time.UnixMilli(w.Since).UTC().Format(time.RFC3339),
	}
}

// eventID makes a UUID of what an event is about.
func eventID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // version 8: of our own making
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// seconds is a time of a finding without its fraction, as EventBridge writes times.
func seconds(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.UTC().Format(time.RFC3339)
}
