package service

import (
	"context"
	"fmt"
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
}

const sourceKind = "source"

var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func sourceKey(id string) picket.DocumentKey { return picket.DocumentKey{Kind: sourceKind, ID: id} }

// AddSource adds a source; its id and its location are those of no other.
func (s *Service) AddSource(ctx context.Context, in Source) (Source, error) {
	switch {
	case !sourceID.MatchString(in.ID):
		return in, invalid("Source id %q: write a few small letters, digits and dashes.", in.ID)
	case !strings.HasPrefix(in.Location, "/"):
		return in, invalid("Location %q: give the full path of a folder.", in.Location)
	case in.Account != "" && !accountID.MatchString(in.Account):
		return in, invalid("Account id %q is not 12 digits.", in.Account)
	case in.Region != "" && !slices.Contains(s.Regions(), in.Region):
		return in, invalid("Region %q is none of this server's.", in.Region)
	}
	return in, s.Store.Update(ctx, func(tx picket.Tx) error {
		all, err := list[Source](tx, sourceKind, "")
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.ID == in.ID || o.Location == in.Location {
				return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Source %s reads %s already.", o.ID, o.Location)}
			}
		}
		in.CreatedAt, in.Paused = s.now(), false
		return tx.Documents().Put(sourceKey(in.ID), in)
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
		return tx.Documents().Delete(sourceKey(id))
	})
}

func sourceOf(tx picket.Tx, id string) (Source, error) {
	o, err := get[Source](tx, sourceKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no source %s.", id)}
	}
	return o, err
}
