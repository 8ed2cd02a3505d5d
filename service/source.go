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
	CreatedAt int64  `json:"createdAt"` // milliseconds since the epoch

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

// AddSource adds a source; its id and its location are those of no other.
func (s *Service) AddSource(ctx context.Context, in Source) (Source, error) {
	switch {
	case !sourceID.MatchString(in.ID):
		return in, invalid("Source id %q: write a few small letters, digits and dashes.", in.ID)
	case in.ID == Pushes:
		return in, invalid("Source id %q stands for what accounts push by themselves: choose another.", in.ID)
	case !in.IsBucket() && !in.IsPush() && !strings.HasPrefix(in.Location, "/"):
		return in, invalid("Location %q: give the full path of a folder, s3://BUCKET/PREFIX, or push.", in.Location)
	case !in.IsBucket() && in.Bucket != Bucket{}:
		return in, invalid("Endpoint, role, external id, queue and since are for buckets, and %s is none.", in.Location)
	case in.ExternalID != "" && in.Role == "":
		return in, invalid("An external id is for a role: name it too.")
	case in.Role != "" && !roleARN.MatchString(in.Role):
		return in, invalid("Role %q: write arn:aws:iam::ACCOUNT:role/NAME.", in.Role)
	case in.Account != "" && !accountID.MatchString(in.Account):
		return in, invalid("Account id %q is not 12 digits.", in.Account)
	case in.Region != "" && !slices.Contains(s.Regions(), in.Region):
		return in, invalid("Region %q is none of this server's.", in.Region)
	}
	for name, address := range map[string]string{"endpoint": in.Endpoint, "queue": in.Queue} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return in, invalid("The %s %q is no URL.", name, address)
		}
	}
	in.CreatedAt, in.Paused = s.now(), false
	if in.IsBucket() && in.Since == 0 {
		in.Since = in.CreatedAt / 1000
	}
	return update(ctx, s, func(tx picket.Tx) (Source, error) {
		all, err := list[Source](tx, sourceKind, "")
		if err != nil {
			return in, err
		}
		for _, o := range all {
			if o.ID == in.ID || o.Location == in.Location && !in.IsPush() {
				return in, &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Source %s reads %s already.", o.ID, o.Location)}
			}
		}
		in.Key = ""
		if err := tx.Documents().Put(sourceKey(in.ID), in); err != nil || !in.IsPush() {
			return in, err
		}
		in.Key, err = newSourceKey(tx, in.ID)
		return in, err
	})
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
		o.Paused = paused
		return tx.Documents().Put(sourceKey(id), o)
	})
}

// RemoveSource forgets a source. What it brought to the log is still read.
func (s *Service) RemoveSource(ctx context.Context, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := sourceOf(tx, id); err != nil {
			return err
		}
		for _, k := range []picket.DocumentKey{progressKey(id), {Kind: sourceKeyKind, ID: id}} {
			if err := tx.Documents().Delete(k); err != nil {
				return err
			}
		}
		return tx.Documents().Delete(sourceKey(id))
	})
}

// SourceOf returns a source.
func (s *Service) SourceOf(tx picket.Tx, id string) (Source, error) { return sourceOf(tx, id) }

func sourceOf(tx picket.Tx, id string) (Source, error) {
	o, err := get[Source](tx, sourceKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no source %s.", id)}
	}
	return o, err
}
