// Package publish keeps what is to be told of findings in the store's outbox until their destinations have it: it is written in
// the transaction of the finding, and leaves when it was handed on or given up. It knows no technology of a destination, and
// decides nothing about findings: who calls says what is current for whom.
package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"picket"
	"picket/guardduty"
)

// Type is the technology of a destination.
type Type string

// The types of destinations: GuardDuty's, and the operator's.
const (
	S3      Type = "S3"
	Webhook Type = "WEBHOOK"
	Mail    Type = "MAIL"
)

// The kinds of destinations' documents. What is a detector's goes with the detector.
const (
	S3Kind       = "detector/publishingDestination"
	OperatorKind = "destination"
)

// Destination is where what an account sees goes.
type Destination struct {
	ID        string `json:"id"` // of the server's own
	Type      Type   `json:"type"`
	Account   string `json:"accountId,omitempty"`
	Region    string `json:"region,omitempty"` // empty: every region
	Queue     string `json:"queue,omitempty"`  // names what waits for it, if its id may have been another's; empty: the id does
	CreatedAt int64  `json:"createdAt"`        // milliseconds since the epoch

	Properties guardduty.DestinationProperties `json:"properties,omitzero"` // of S3

	URL         string          `json:"url,omitempty"`     // of the operator's: mailto: and the address of mail; what may be shown of webhooks'
	Address     []byte          `json:"address,omitempty"` // of webhooks, sealed; nil: the URL is it
	Format      string          `json:"format,omitempty"`  // of webhooks
	MinSeverity picket.Severity `json:"minSeverity,omitempty"`
	Accounts    []string        `json:"accounts,omitempty"` // that it is told of; empty: all
	Secret      []byte          `json:"secret,omitempty"`   // of webhooks, sealed
	Calm                        // of mail

	Unreadable error `json:"-"` // says that its document can't be read: then only what names it is set
}

// named is what a key alone tells of a destination.
func named(key picket.DocumentKey, queue string) Destination {
	d := Destination{ID: key.ID, Account: key.Account, Region: key.Region, Queue: queue}
	if key.Kind == S3Kind {
		d.Type = S3
	}
	return d
}

// Wants reports whether the destination is told of an account.
func (d Destination) Wants(account string) bool {
	return len(d.Accounts) == 0 || slices.Contains(d.Accounts, account)
}

// when returns when what is due at a time is told.
func (d Destination) when(due int64, severity picket.Severity) int64 {
	if d.Type != Mail {
		return due
	}
	return d.Calm.when(due, severity)
}

// Key names the destination's document.
func (d Destination) Key() picket.DocumentKey {
	kind := OperatorKind
	if d.Type == S3 {
		kind = S3Kind
	}
	return picket.DocumentKey{Kind: kind, Account: d.Account, Region: d.Region, ID: d.ID}
}

// State is how delivery to a destination goes.
type State struct {
	Status       guardduty.PublishingStatus `json:"status"`
	FailingSince int64                      `json:"failingSince,omitempty"` // milliseconds since the epoch, as all times here
	Error        string                     `json:"error,omitempty"`
	DeliveredAt  int64                      `json:"deliveredAt,omitempty"`
	Delivered    int64                      `json:"delivered,omitempty"`
}

func stateKey(of picket.DocumentKey) picket.DocumentKey {
	of.Kind += "-state"
	return of
}

// StateOf returns how delivery to a destination goes; what can't be read of it begins anew.
func StateOf(tx picket.Tx, d Destination) (State, error) {
	begun := State{Status: guardduty.PublishingStatusPendingVerification}
	s := begun
	err := tx.Documents().Get(stateKey(d.Key()), &s)
	if errors.Is(err, picket.ErrUnreadable) {
		return begun, nil
	}
	return s, unlessGone(err)
}

// Begin stores a destination, which is verified before anything goes there, and again if it was changed.
func Begin(tx picket.Tx, d Destination, now int64) error {
	if err := tx.Documents().Put(d.Key(), d); err != nil {
		return err
	}
	if err := tx.Documents().Put(stateKey(d.Key()), State{Status: guardduty.PublishingStatusPendingVerification}); err != nil {
		return err
	}
	return d.ring(tx, now, true)
}

// End deletes a destination. What waits for it goes with it, a little later.
func End(tx picket.Tx, d Destination, now int64) error {
	for _, key := range []picket.DocumentKey{d.Key(), stateKey(d.Key())} {
		if err := tx.Documents().Delete(key); err != nil {
			return err
		}
	}
	return d.ring(tx, now, true)
}

// Destinations returns those of an account for a region that can be read: an unreadable one, which takes nothing, is no reason
// to tell the others nothing.
func Destinations(tx picket.Tx, account, region string) ([]Destination, error) {
	var all []Destination
	for _, at := range []picket.DocumentKey{
		{Kind: S3Kind, Account: account, Region: region},
		{Kind: OperatorKind, Account: account, Region: region},
		{Kind: OperatorKind, Account: account},
	} {
		docs, err := tx.Documents().List(at.Kind, at.Account, at.Region, "", 1000)
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			if d := Decode(doc); d.Unreadable == nil {
				all = append(all, d)
			}
		}
	}
	return all, nil
}

// Decode reads a destination's document.
func Decode(doc picket.Document) Destination {
	var d Destination
	if err := json.Unmarshal(doc.Body, &d); err != nil {
		d = named(doc.DocumentKey, d.Queue)
		d.Unreadable = fmt.Errorf("its document can't be read, so remove it and add it again: %w", err)
		return d
	}
	d.Account, d.Region = doc.Account, doc.Region
	return d
}

func unlessGone(err error) error {
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil
	}
	return err
}
