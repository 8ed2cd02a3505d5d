package service

import (
	"context"
	"fmt"
	"slices"

	"picket"
	"picket/criteria"
)

// recordBatch bounds what is asked of the store at once.
const recordBatch = 500

// Record takes in what was found in the logs of an account in a region, in one transaction. A finding whose type and
// aggregation key are known is another occurrence of the one that is there: see merged. What the account's relation says is
// stamped on it, and the ARCHIVE filters of both sides judge it anew: a match archives it, no match makes it current, also
// where it was archived by hand. An account without an enabled detector, or one that is closed, gets nothing.
func (s *Service) Record(ctx context.Context, account, region string, found []picket.Finding) error {
	c := picket.Caller{Account: account, Region: region}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		d, err := recording(tx, account, region)
		if err != nil || d == nil {
			return err
		}
		return s.record(tx, c, d, found)
	})
}

// recording returns the detector that takes in what is found in an account, nil if none does.
func recording(tx picket.Tx, account, region string) (*detector, error) {
	d, err := detectorOf(tx, account, region)
	if err != nil || d == nil || !d.Enabled {
		return nil, err
	}
	closed, err := isClosed(tx, account)
	if err != nil || closed {
		return nil, err
	}
	return d, nil
}

func (s *Service) record(tx picket.Tx, c picket.Caller, d *detector, found []picket.Finding) error {
	r, err := s.newRecorder(tx, c, d)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(found, recordBatch) {
		if err := r.record(batch); err != nil {
			return fmt.Errorf("record findings: %w", err)
		}
	}
	return nil
}

// recorder is what holds for all findings of one account and region in one transaction.
type recorder struct {
	tx       picket.Tx
	owner    picket.Caller
	detector *detector
	now      int64
	relation picket.Member // the zero value if there is none

	ownerFilters, adminFilters []*archiver
	own, admin                 audience
}

func (s *Service) newRecorder(tx picket.Tx, c picket.Caller, d *detector) (*recorder, error) {
	r := &recorder{tx: tx, owner: c, detector: d, now: s.now()}
	relation, err := administratorOf(tx, c.Account, c.Region)
	if err != nil {
		return nil, err
	}
	if r.ownerFilters, err = archivers(tx, c); err != nil {
		return nil, err
	}
	if r.own, err = audienceOf(tx, c.Account, c.Region, d, r.now); err != nil || relation == nil {
		return r, err
	}
	r.relation = *relation
	if r.adminFilters, err = archivers(tx, picket.Caller{Account: relation.Administrator, Region: c.Region}); err != nil {
		return nil, err
	}
	theirs, err := detectorOf(tx, relation.Administrator, c.Region)
	if err != nil {
		return nil, err
	}
	r.admin, err = audienceOf(tx, relation.Administrator, c.Region, theirs, r.now)
	return r, err
}

// record takes in a batch.
func (r *recorder) record(batch []picket.Finding) error {
	keys := map[picket.FindingKey]int{} // index in all
	var all []picket.StoredFinding
	known, err := r.tx.Findings().ByKey(r.owner.Account, r.owner.Region, findingKeys(batch))
	if err != nil {
		return err
	}
	for _, f := range known {
		keys[findingKey(&f.Finding)] = len(all)
		all = append(all, f)
	}
	for _, f := range batch {
		if i, ok := keys[findingKey(&f)]; ok {
			all[i].Finding = merged(all[i].Finding, f, r.now)
			continue
		}
		keys[findingKey(&f)] = len(all)
		all = append(all, picket.StoredFinding{Finding: r.begun(f)})
	}
	if err := r.share(all); err != nil {
		return err
	}
	if err := r.judge(all); err != nil {
		return err
	}
	if err := r.publish(all, known); err != nil {
		return err
	}
	return r.tx.Findings().Save(r.owner.Account, r.owner.Region, all)
}

func findingKey(f *picket.Finding) picket.FindingKey {
	return picket.FindingKey{Type: *f.Type, Key: f.Key}
}

// findingKeys returns the keys of findings, each once.
func findingKeys(found []picket.Finding) []picket.FindingKey {
	seen := map[picket.FindingKey]bool{}
	var keys []picket.FindingKey
	for i := range found {
		if k := findingKey(&found[i]); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}

// share stamps findings with the relation that holds now. Where it is another one than before, the administrator's side
// begins anew, unless the administrator has a copy from an earlier relation.
func (r *recorder) share(all []picket.StoredFinding) error {
	var fresh []string
	for i := range all {
		f := &all[i]
		if f.Relation == r.relation.Relation {
			continue
		}
		f.Relation, f.Administrator, f.Admin = r.relation.Relation, r.relation.Administrator, picket.Side{}
		fresh = append(fresh, *f.Id)
	}
	if len(fresh) == 0 || r.relation.Administrator == "" {
		return nil
	}
	copies, err := r.tx.Findings().Get(r.relation.Administrator, r.owner.Region, fresh)
	if err != nil {
		return err
	}
	sides := map[string]picket.Side{}
	for _, f := range copies {
		sides[*f.Id] = f.Admin
	}
	for i := range all {
		if side, ok := sides[*all[i].Id]; ok {
			all[i].Admin = side
		}
	}
	return nil
}

// judge archives findings, or makes them current, on either side.
func (r *recorder) judge(all []picket.StoredFinding) error {
	for i := range all {
		f := &all[i]
		f.Owner.Archived, f.Admin.Archived = false, false
		if len(r.ownerFilters)+len(r.adminFilters) == 0 {
			continue
		}
		attrs := criteria.Attributes(f)
		sample := f.AdditionalInfo["sample"] == true
		f.Owner.Archived = archives(r.ownerFilters, attrs, f.Owner, sample)
		f.Admin.Archived = archives(r.adminFilters, attrs, f.Admin, sample)
	}
	if err := r.count(r.owner, r.ownerFilters); err != nil {
		return err
	}
	return r.count(picket.Caller{Account: r.relation.Administrator, Region: r.owner.Region}, r.adminFilters)
}
