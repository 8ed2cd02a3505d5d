package service

import (
	"context"
	"fmt"
	"slices"

	"picket"
)

// ListHit is what the records of an account had to do with an entry of one of its lists since they were counted last.
type ListHit struct {
	Account, Region, List string
	Entry                 string // the address or name, as the record has it
	Count                 int64
}

// listHits are the hits of a list since it was made.
type listHits struct {
	Total   int64            `json:"total"`
	Last    int64            `json:"last"` // milliseconds since the epoch, when they were counted
	Entries map[string]int64 `json:"entries"`
}

const (
	hitKind    = belongings + "list-hits"
	hitEntries = 1000 // told apart
)

// AddListHits adds to what is noted.
func (s *Service) AddListHits(tx picket.Tx, hits []ListHit) error {
	byList := map[picket.DocumentKey][]ListHit{}
	for _, h := range hits {
		k := picket.DocumentKey{Kind: hitKind, Account: h.Account, Region: h.Region, ID: h.List}
		byList[k] = append(byList[k], h)
	}
	for k, hits := range byList {
		sum, err := hitsOf(tx, k)
		if err != nil {
			return err
		}
		for _, h := range hits {
			sum.Total += h.Count
			if _, known := sum.Entries[h.Entry]; known || len(sum.Entries) < hitEntries {
				sum.Entries[h.Entry] += h.Count
			}
		}
		sum.Last = s.now()
		if err := tx.Documents().Put(k, sum); err != nil {
			return err
		}
	}
	return nil
}

func hitsOf(tx picket.Tx, k picket.DocumentKey) (listHits, error) {
	sum, err := get[listHits](tx, k)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = nil
	}
	if sum.Entries == nil {
		sum.Entries = map[string]int64{}
	}
	return sum, err
}

// ListOf names a list, or those of an account in a region.
type ListOf struct {
	Account string `json:"accountId"`
	Region  string `json:"region"`
	ID      string `json:"id,omitempty"`
}

// ListInfo is a list as the operator sees it.
type ListInfo struct {
	ID        string           `json:"id"`
	Kind      string           `json:"kind"`
	Path      string           `json:"-"` // below the detector, in the API
	Name      string           `json:"name"`
	Location  string           `json:"location"`
	Status    string           `json:"status"`
	Reason    string           `json:"reason,omitempty"`
	Entries   int              `json:"entries"`
	ReadAt    int64            `json:"readAt,omitempty"`    // milliseconds since the epoch
	ChangedAt int64            `json:"changedAt,omitempty"` // when other content was seen at the location
	Hits      int64            `json:"hits"`
	LastHit   int64            `json:"lastHit,omitempty"`
	HitsOf    map[string]int64 `json:"hitsOf,omitempty"` // by address or name, a thousand at most
}

// Lists lists the lists of an account in a region.
func (s *Service) Lists(ctx context.Context, in ListOf) ([]ListInfo, error) {
	return view(ctx, s, func(tx picket.Tx) ([]ListInfo, error) {
		out, c := []ListInfo{}, picket.Operator(in.Account, in.Region)
		for _, kind := range setKinds {
			sets, err := liveSets(tx, c, kind)
			if err != nil {
				return nil, err
			}
			for _, l := range sets {
				if in.ID != "" && in.ID != l.ID {
					continue
				}
				hits, err := hitsOf(tx, key(c, hitKind, l.ID))
				if err != nil {
					return nil, err
				}
				out = append(out, ListInfo{
					l.ID, kind.name, kind.path + "/" + l.ID, l.Name, l.Location, l.status(), l.Reason, l.Entries, l.ReadAt, l.ChangedAt, hits.Total, hits.Last, hits.Entries,
				})
			}
		}
		if in.ID != "" && len(out) == 0 {
			return nil, noList(in)
		}
		return out, nil
	})
}

func noList(in ListOf) error {
	return &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("Account %s has no list %q in %s.", in.Account, in.ID, in.Region)}
}

func (s *Service) anyList(ctx context.Context, in ListOf) (kind setKind, l set, err error) {
	err = s.Store.View(ctx, func(tx picket.Tx) error {
		for _, k := range setKinds {
			sets, err := liveSets(tx, picket.Operator(in.Account, in.Region), k)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(sets, func(l set) bool { return l.ID == in.ID }); i >= 0 {
				kind, l = k, sets[i]
				return nil
			}
		}
		return noList(in)
	})
	return kind, l, err
}
