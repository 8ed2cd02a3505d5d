package operator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"picket/service"
)

// DestinationOf names a destination.
type DestinationOf struct {
	ID string `json:"id"`
}

// Replayed is how much of what was given up goes again.
type Replayed struct {
	Count int `json:"count"`
}

func destinations(r router, s *service.Service) {
	question(r, "destination/add", func(ctx context.Context, in service.Destination) (service.Destination, error) {
		out, err := s.AddDestination(ctx, in)
		return out, errors.Join(err, auditDestination(ctx, s, "destination/add", in, err))
	})
	question(r, "destination/list", func(ctx context.Context, _ struct{}) ([]service.Destination, error) { return s.Destinations(ctx) })
	change := func(path string, f func(context.Context, string) (int, error)) {
		question(r, path, func(ctx context.Context, in DestinationOf) (Replayed, error) {
			d, err := s.Destination(ctx, in.ID)
			if err != nil {
				return Replayed{}, err
			}
			n, err := f(ctx, in.ID)
			return Replayed{n}, errors.Join(err, auditDestination(ctx, s, path, d, err))
		})
	}
	change("destination/test", func(ctx context.Context, id string) (int, error) { return 0, s.TestDestination(ctx, id) })
	change("destination/remove", func(ctx context.Context, id string) (int, error) { return 0, s.RemoveDestination(ctx, id) })
	change("destination/replay", s.ReplayDestination)
}

// auditDestination writes what was done to a destination to its account's audit log: without the secret, and without the path of
// the address, which often is one.
func auditDestination(ctx context.Context, s *service.Service, path string, d service.Destination, outcome error) error {
	host := ""
	if u, err := url.Parse(d.URL); err == nil {
		host = cmp.Or(u.Host, u.Opaque)
	}
	request, err := json.Marshal(map[string]any{
		"id": d.ID, "accountId": d.Account, "region": d.Region, "host": host, "format": d.Format, "minSeverity": d.MinSeverity,
		"accounts": d.Accounts, "digest": d.Digest, "quiet": d.Quiet, "zone": d.Zone,
	})
	if err != nil {
		return err
	}
	return s.OperatorEvent(ctx, d.Account, path, request, outcome)
}
