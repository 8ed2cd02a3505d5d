package service

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"picket"
)

// Source is where the server's logs come from.
type Source struct {
	ID        string `json:"id"` // chosen by the operator
	Location  string `json:"location"`
	Account   string `json:"accountId,omitempty"` // whose logs they are where nothing says so; empty for an archive of many accounts
	Region    string `json:"region,omitempty"`    // the same for regions
	Paused    bool   `json:"paused,omitempty"`
	Declared  bool   `json:"declared,omitempty"` // by the configuration that the server was started with
	Console   bool   `json:"console,omitempty"`  // added there, by who need not be the machine's operator
	CreatedAt int64  `json:"createdAt"`          // milliseconds since the epoch

	Key string `json:"key,omitempty"` // of one that is pushed to; told once, when the source is added

	Bucket // where the location is one
}

// pushLocation is the location of sources that are pushed to.
const pushLocation = "push"

// IsPush reports whether records are pushed to a source.
func (s *Source) IsPush() bool { return s.Location == pushLocation }

// Bucket says how a bucket is reached, and what of it is read.
type Bucket struct {
	Endpoint   string `json:"endpoint,omitempty"` // a URL; empty for AWS
	Role       string `json:"role,omitempty"`     // to be assumed first
	ExternalID string `json:"externalId,omitempty"`
	Queue      string `json:"queue,omitempty"` // URL of an SQS queue that is told of new objects
	Since      int64  `json:"since,omitempty"` // seconds since the epoch: what was written before is left out
}

// IsBucket reports whether a source is a bucket.
func (s *Source) IsBucket() bool { return strings.HasPrefix(s.Location, "s3://") }

const sourceKind = "source"

var roleARN = regexp.MustCompile(`^arn:[a-z-]+:iam::[0-9]{12}:role/.+$`)

var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func sourceKey(id string) picket.DocumentKey { return picket.DocumentKey{Kind: sourceKind, ID: id} }

// Check returns all that is wrong with a source that is to be added to a server of some regions.
func (s *Source) Check(regions []string) (wrong []error) {
	unless := func(right bool, format string, args ...any) {
		if !right {
			wrong = append(wrong, invalid(format, args...))
		}
	}
	unless(sourceID.MatchString(s.ID), "Source id %q: write a few small letters, digits and dashes.", s.ID)
	unless(s.ID != Pushes, "Source id %q stands for what accounts push by themselves: choose another.", s.ID)
	unless(s.IsBucket() || s.IsPush() || strings.HasPrefix(s.Location, "/"),
		"Location %q: give the full path of a folder, s3://BUCKET/PREFIX, or push.", s.Location)
	unless(s.IsBucket() || s.Bucket == Bucket{}, "Endpoint, role, external id, queue and since are for buckets, and %s is none.", s.Location)
	unless(s.ExternalID == "" || s.Role != "", "An external id is for a role: name it too.")
	unless(s.Role == "" || roleARN.MatchString(s.Role), "Role %q: write arn:aws:iam::ACCOUNT:role/NAME.", s.Role)
	unless(s.Account == "" || accountID.MatchString(s.Account), "Account id %q is not 12 digits.", s.Account)
	unless(s.Region == "" || slices.Contains(regions, s.Region), "Region %q is none of this server's.", s.Region)
	unless(s.Endpoint == "" || isURL(s.Endpoint), "The endpoint %q is no URL.", s.Endpoint)
	unless(s.Queue == "" || isURL(s.Queue), "The queue %q is no URL.", s.Queue)
	return wrong
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// AddSource adds a source; its id and its location are those of no other.
func (s *Service) AddSource(ctx context.Context, in Source) (Source, error) {
	if wrong := in.Check(s.Regions()); len(wrong) > 0 {
		return in, wrong[0]
	}
	if err := s.mayRead(in); err != nil {
		return in, err
	}
	in.Paused, in.Declared, in.Key = false, false, ""
	return update(ctx, s, func(tx picket.Tx) (Source, error) {
		out, err := s.addSource(tx, in)
		if err == nil && in.IsPush() {
			out.Key, err = newSourceKey(tx, in.ID)
		}
		return out, err
	})
}

func (s *Service) mayRead(of Source) error {
	if s.MayRead == nil {
		return nil
	}
	return s.MayRead(of)
}

func (s *Service) addSource(tx picket.Tx, in Source) (Source, error) {
	all, err := list[Source](tx, sourceKind, "")
	if err != nil {
		return in, err
	}
	for _, o := range all {
		if o.ID == in.ID || o.Location == in.Location && !in.IsPush() {
			return in, &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Source %s reads %s already.", o.ID, o.Location)}
		}
	}
	in.CreatedAt = s.now()
	if in.IsBucket() && in.Since == 0 {
		in.Since = in.CreatedAt / 1000
	}
	return in, tx.Documents().Put(sourceKey(in.ID), in)
}

// Sources lists the sources by id.
func (s *Service) Sources(ctx context.Context) ([]Source, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Source, error) { return list[Source](tx, sourceKind, "") })
}

// PauseSource stops reading from a source, or goes on.
func (s *Service) PauseSource(ctx context.Context, id string, paused bool) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		o, err := sourceOf(tx, id)
		if err != nil {
			return err
		}
		if o.Paused && !paused { // what could not come is not missing
			p, err := progressOf(tx, id)
			if err != nil {
				return err
			}
			p.Resumed = s.now() / 1000
			if err := tx.Documents().Put(progressKey(id), p); err != nil {
				return err
			}
		}
		o.Paused = paused
		return tx.Documents().Put(sourceKey(id), o)
	})
}

// RemoveSource forgets a source that the configuration doesn't declare. What it brought to the log is still read.
func (s *Service) RemoveSource(ctx context.Context, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		o, err := sourceOf(tx, id)
		if err != nil {
			return err
		}
		if o.Declared {
			return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf(
				"Source %s is in the server's configuration: take it out there, start the server again, and then remove it. Until then it can be paused.", id)}
		}
		for _, k := range []picket.DocumentKey{progressKey(id), {Kind: sourceKeyKind, ID: id}} {
			if err := tx.Documents().Delete(k); err != nil {
				return err
			}
		}
		return tx.Documents().Delete(sourceKey(id))
	})
}

// Source returns a source.
func (s *Service) Source(ctx context.Context, id string) (Source, error) {
	return view(ctx, s, func(tx picket.Tx) (Source, error) { return sourceOf(tx, id) })
}

// SourceOf is Source in a transaction.
func (s *Service) SourceOf(tx picket.Tx, id string) (Source, error) { return sourceOf(tx, id) }

func sourceOf(tx picket.Tx, id string) (Source, error) {
	o, err := get[Source](tx, sourceKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no source %s.", id)}
	}
	return o, err
}
