package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"picket"
	"picket/intel"
)

// putRoute tells the log what is analysed of an account in a region from now on: in the transaction that changes it, so that
// who reads the log sees each change at one place between its records, and of which records it is. A nil detector is none, and so is
// that of a closed account: administrators and organizations change it all the same.
func (s *Service) putRoute(tx picket.Tx, account, region string, d *detector) error {
	return s.tellRoute(tx, account, region, d, false)
}

func (s *Service) tellRoute(tx picket.Tx, account, region string, d *detector, again bool) error {
	closed, err := isClosed(tx, account)
	if err != nil {
		return err
	}
	if closed {
		d = nil
	}
	r := d.route(account, region)
	r.At, r.Again = s.now()/1000, again
	return tx.Log().Append(picket.PartitionOf(account), picket.Message{Route: &r})
}

// ClockSetBack takes up what waits for a time that the clock had said, and tells the log once more what is analysed, so that no pause
// lies in the future. It is for the server to call when its clock was set back while it ran.
func (s *Service) ClockSetBack(ctx context.Context) error {
	if err := s.Resume(ctx); err != nil {
		return err
	}
	var unreadable error
	for after, more := (picket.DocumentKey{}), true; more; {
		var last picket.DocumentKey
		var some error
		err := s.Store.Update(ctx, func(tx picket.Tx) error {
			docs, err := tx.Documents().All(detectors, after, sweepBatch)
			some, last, more = nil, after, len(docs) == sweepBatch
			for _, doc := range docs {
				if err != nil {
					break
				}
				last = doc.DocumentKey
				var d detector
				if d, err = decode[detector](doc); err == nil {
					err = s.tellRoute(tx, doc.Account, doc.Region, &d, true)
				}
				if errors.Is(err, picket.ErrUnreadable) {
					some, err = errors.Join(some, err), nil
				}
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("tell what is analysed: %w", err)
		}
		after, unreadable = last, errors.Join(unreadable, some)
	}
	return unreadable
}

// route is what is analysed of an account in a region.
func (d *detector) route(account, region string) picket.Route {
	r := picket.Route{Account: account, Region: region, Rules: []string{}}
	if d == nil {
		return r
	}
	r.Enabled, r.Rules = d.Enabled, append(r.Rules, d.Rules...)
	for name, f := range d.Features {
		if f.Enabled {
			r.Features = append(r.Features, name)
		}
	}
	slices.Sort(r.Features)
	return r
}

// Analysed is what is analysed of an account in a region, and the account's own lists there that are in force.
type Analysed struct {
	picket.Route
	Own *intel.Tables // nil without lists
}

// Analysed returns it of every account that is open, as the log says it for the records to come.
func (s *Service) Analysed(ctx context.Context) (all []Analysed, err error) {
	return view(ctx, s, func(tx picket.Tx) (all []Analysed, err error) {
		lists := map[[2]string][]picket.List{}
		for _, kind := range setKinds {
			err := each(tx, kind.document(), func(at picket.DocumentKey, l set) {
				if l.Version != "" {
					where := [2]string{at.Account, at.Region}
					lists[where] = append(lists[where], inForce(picket.Operator(at.Account, at.Region), kind, l))
				}
			})
			if err != nil {
				return nil, err
			}
		}
		closed := map[string]bool{}
		err = eachDocument(tx, accountKind, func(doc picket.Document) error {
			a, err := decode[Account](doc)
			closed[doc.ID] = err == nil && a.ClosedAt != 0
			return nil
		})
		if err != nil {
			return nil, err
		}
		err = each(tx, detectors, func(at picket.DocumentKey, d detector) {
			if closed[at.Account] {
				return
			}
			all = append(all, Analysed{Route: d.route(at.Account, at.Region)})
		})
		for i := range all {
			if err != nil {
				break
			}
			of := lists[[2]string{all[i].Account, all[i].Region}]
			slices.SortFunc(of, func(a, b picket.List) int { return cmp.Compare(a.ID, b.ID) }) // the first of equals is named
			all[i].Own, err = tablesOf(tx, of)
		}
		return all, err
	})
}

// routed reports whether two states of a detector are analysed in the same way.
func (d *detector) routed(o *detector) bool {
	if d.Enabled != o.Enabled || !slices.Equal(d.Rules, o.Rules) {
		return false
	}
	for name := range d.Features {
		if d.Features[name].Enabled != o.Features[name].Enabled {
			return false
		}
	}
	return true
}
