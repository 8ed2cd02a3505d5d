package service

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
	"picket/publish"
)

// Destination is where what an account sees goes, as the operator has it.
type Destination struct {
	ID          string          `json:"id"` // chosen by the operator; an S3 destination has GuardDuty's
	Type        publish.Type    `json:"type"`
	Account     string          `json:"accountId"`
	Region      string          `json:"region,omitempty"` // empty: every region
	URL         string          `json:"url,omitempty"`
	Format      string          `json:"format,omitempty"`
	MinSeverity picket.Severity `json:"minSeverity,omitempty"`
	Accounts    []string        `json:"accounts,omitempty"` // that it is told of; empty: all
	Secret      string          `json:"secret,omitempty"`   // of webhooks: given, or made and shown once
	publish.Calm
	State   publish.State `json:"state"`
	Waiting int           `json:"waiting"`
	GivenUp int           `json:"givenUp"`
}

// mostReplayed bounds what is replayed at once.
const mostReplayed = 1000

// secretPrefix is how secrets of webhooks are written.
const secretPrefix = "whsec_"

// AddDestination adds a webhook, or an address that mail goes to. A webhook without a secret is given one.
func (s *Service) AddDestination(ctx context.Context, in Destination) (Destination, error) {
	in.Type = publish.Webhook
	if strings.HasPrefix(in.URL, mailto) {
		in.Type = publish.Mail
	}
	if err := s.checkDestination(in); err != nil {
		return in, err
	}
	d := publish.Destination{
		ID: in.ID, Queue: newID(), Type: in.Type, Account: in.Account, Region: in.Region, URL: in.URL, Format: in.Format, MinSeverity: in.MinSeverity,
		Accounts: in.Accounts, Calm: in.Calm, CreatedAt: s.now(),
	}
	if in.Type == publish.Webhook {
		if in.Secret == "" {
			b := make([]byte, 32)
			rand.Read(b)
			in.Secret = secretPrefix + base64.StdEncoding.EncodeToString(b)
		}
		d.Secret = s.Master.Seal(secretName(in.ID), []byte(in.Secret))
	}
	sender, ok := s.Senders[in.Type]
	if !ok {
		return in, fmt.Errorf("BUG: no sender of type %s", in.Type)
	}
	if err := sender.Verify(ctx, d); err != nil {
		return in, invalid("Destination %s: %v.", in.ID, err)
	}
	if in.Type == publish.Webhook {
		d.Address, d.URL = s.sealAddress(in.ID, in.URL)
	}
	return in, s.Store.Update(ctx, func(tx picket.Tx) error {
		if a, err := accountOf(tx, in.Account); err != nil || a == nil {
			return cmpErr(err, invalid("There is no account %q on this server.", in.Account))
		}
		all, err := allDestinations(tx)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.ID == in.ID {
				return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("There is a destination %s already.", in.ID)}
			}
		}
		return publish.Begin(tx, d, d.CreatedAt)
	})
}

// mailto begins the URL of an address.
const mailto = "mailto:"

func (s *Service) checkDestination(in Destination) error {
	switch isMail := in.Type == publish.Mail; {
	case !sourceID.MatchString(in.ID):
		return invalid("Destination id %q: write a few small letters, digits and dashes.", in.ID)
	case in.Region != "" && !slices.Contains(s.Regions(), in.Region):
		return invalid("Region %q is none of this server's.", in.Region)
	case isMail && (in.Format != "" || in.Secret != ""):
		return invalid("Format and secret are for webhooks, and %s is an address.", in.URL)
	case !isMail && in.Calm != (publish.Calm{}):
		return invalid("Digest and quiet hours are for mail: write mailto:ADDRESS.")
	case in.Secret == "" && in.Format == "pagerduty":
		return invalid("PagerDuty wants its routing key as the secret.")
	}
	for _, account := range in.Accounts {
		if !accountID.MatchString(account) {
			return invalid("Account id %q is not 12 digits.", account)
		}
	}
	if err := in.Check(); err != nil {
		return invalid("Destination %s: %v.", in.ID, err)
	}
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// What a webhook's secret and its address are sealed as.
func secretName(id string) string  { return "destination " + id }
func addressName(id string) string { return "address of destination " + id }

// shownAddress is what of a webhook's address is no secret: the path of Slack's, as of others', is one.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/…"
}

// sealAddresses seals the addresses of webhooks that an earlier release stored in the clear.
func (s *Service) sealAddresses(ctx context.Context) error {
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		all, err := allDestinations(tx)
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Type != publish.Webhook || d.Address != nil || d.Unreadable != nil {
				continue
			}
			d.Address, d.URL = s.sealAddress(d.ID, d.URL)
			if err := tx.Documents().Put(d.Key(), d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seal the addresses of webhooks: %w", err)
	}
	return nil
}

// sealAddress seals the address of a webhook, and returns what may be shown of it too.
func (s *Service) sealAddress(id, address string) (sealed []byte, shown string) {
	return s.Master.Seal(addressName(id), []byte(address)), shownAddress(address)
}

// OpenDestination opens the address of a webhook, and what requests to it are signed with.
func (s *Service) OpenDestination(d publish.Destination) (address string, secret []byte, err error) {
	address = d.URL
	if d.Address != nil {
		plain, err := s.Master.Open(addressName(d.ID), d.Address)
		if err != nil {
			return "", nil, err
		}
		address = string(plain)
	}
	secret, err = s.Master.Open(secretName(d.ID), d.Secret)
	if text, ok := strings.CutPrefix(string(secret), secretPrefix); ok {
		secret, err = base64.StdEncoding.DecodeString(text)
	}
	return address, secret, err
}

// Destinations lists where what accounts see goes, of every account.
func (s *Service) Destinations(ctx context.Context) ([]Destination, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Destination, error) {
		counts, err := tx.Outbox().Counts()
		if err != nil {
			return nil, err
		}
		return destinations(tx, counts, s.now())
	})
}

// destinations lists all; counts is what the outbox counts.
func destinations(tx picket.Tx, counts map[string]int, now int64) ([]Destination, error) {
	all, err := allDestinations(tx)
	if err != nil {
		return nil, err
	}
	out := []Destination{}
	for _, d := range all {
		o := shownDestination(d)
		if o.State, err = stateOf(tx, d, now); err != nil {
			return nil, err
		}
		o.Waiting, o.GivenUp = publish.Waiting(counts, d)
		out = append(out, o)
	}
	return out, nil
}

// stateOf is how delivery to a destination goes.
func stateOf(tx picket.Tx, d publish.Destination, now int64) (publish.State, error) {
	state, err := publish.StateOf(tx, d)
	if d.Unreadable != nil && state.FailingSince == 0 { // no worker has tried it yet
		state.Status = guardduty.PublishingStatusUnableToPublishFixDestinationProperty
		state.FailingSince, state.Error = now, d.Unreadable.Error()
	}
	return state, err
}

// Destination returns one of them.
func (s *Service) Destination(ctx context.Context, id string) (Destination, error) {
	return view(ctx, s, func(tx picket.Tx) (Destination, error) {
		d, err := anyDestination(tx, id)
		return shownDestination(d), err
	})
}

// shownDestination is a destination without its state and what is secret of it.
func shownDestination(d publish.Destination) Destination {
	out := Destination{
		ID: d.ID, Type: d.Type, Account: d.Account, Region: d.Region, URL: d.URL, Format: d.Format, MinSeverity: d.MinSeverity,
		Accounts: d.Accounts, Calm: d.Calm,
	}
	switch d.Type {
	case publish.S3:
		out.URL = str(d.Properties.DestinationArn)
	case publish.Webhook:
		out.URL = shownAddress(d.URL)
	}
	return out
}

// RemoveDestination forgets a webhook and what waits for it.
func (s *Service) RemoveDestination(ctx context.Context, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		d, err := anyDestination(tx, id)
		if err != nil {
			return err
		}
		if d.Type == publish.S3 {
			return invalid("Destination %s is a detector's: delete it with DeletePublishingDestination.", id)
		}
		return publish.End(tx, d, s.now())
	})
}

// ReplayDestination lets what was given up go again, and returns how many there were.
func (s *Service) ReplayDestination(ctx context.Context, id string) (int, error) {
	return update(ctx, s, func(tx picket.Tx) (int, error) {
		d, err := anyDestination(tx, id)
		if err != nil {
			return 0, err
		}
		return publish.Replay(tx, d, s.now(), mostReplayed)
	})
}

// TestDestination sends a sample finding to a destination, which is marked as one, and waits for the answer.
func (s *Service) TestDestination(ctx context.Context, id string) error {
	d, err := view(ctx, s, func(tx picket.Tx) (publish.Destination, error) { return anyDestination(tx, id) })
	if err != nil {
		return err
	}
	if d.Unreadable != nil {
		return invalid("Destination %s: %v.", id, d.Unreadable)
	}
	sender := s.Senders[d.Type]
	if d.Type == publish.S3 {
		err = sender.Verify(ctx, d)
	} else {
		var e publish.Event
		if e, err = s.testEvent(d); err != nil {
			return err
		}
		_, err = sender.Send(ctx, d, []publish.Event{e})
	}
	if err != nil {
		return invalid("Destination %s: %v.", id, err)
	}
	return nil
}

func (s *Service) testEvent(d publish.Destination) (publish.Event, error) {
	all, err := s.samples()
	if err != nil {
		return publish.Event{}, err
	}
	c := picket.Caller{Account: d.Account, Region: d.Region}
	if c.Region == "" {
		c.Region = s.Regions()[0]
	}
	own := &detector{ID: newID(), Account: c.Account}
	f, err := sampleFor(c, own, all["Stealth:IAMUser/CloudTrailLoggingDisabled"], s.now())
	if err != nil {
		return publish.Event{}, err
	}
	f = (&recorder{owner: c, detector: own, now: s.now()}).begun(f)
	f.Service.Archived = guardduty.Ptr(false)
	return publish.Event{ID: newID(), Account: c.Account, Region: c.Region, Time: *f.UpdatedAt, Finding: &f}, nil
}

// endDestinations ends those of an account that are of some kinds, so that what waits for them goes too.
func (s *Service) endDestinations(tx picket.Tx, c picket.Caller, kinds ...string) error {
	all, err := publish.Destinations(tx, c.Account, c.Region)
	if err != nil {
		return err
	}
	for _, d := range all {
		if !slices.Contains(kinds, d.Key().Kind) {
			continue
		}
		if err := publish.End(tx, d, s.now()); err != nil {
			return err
		}
	}
	return nil
}

func anyDestination(tx picket.Tx, id string) (publish.Destination, error) {
	all, err := allDestinations(tx)
	if err != nil {
		return publish.Destination{}, err
	}
	for _, d := range all {
		if d.ID == id {
			return d, nil
		}
	}
	return publish.Destination{}, &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no destination %s.", id)}
}

// allDestinations lists those of every account.
func allDestinations(tx picket.Tx) (all []publish.Destination, err error) {
	for _, kind := range []string{publish.OperatorKind, publish.S3Kind} {
		err := eachDocument(tx, kind, func(doc picket.Document) error {
			all = append(all, publish.Decode(doc))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
