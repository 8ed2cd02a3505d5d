package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"picket"
	"picket/finding"
	"picket/rule"
)

// RecordFound takes in what the logs of an account in a region showed since it was called last: see Record. Each finding grows
// from what is stored of it, so that it says the same however often what it is made of was taken in by pieces. read returns
// the log records of evidence; those that are stored already it need not know.
func (s *Service) RecordFound(tx picket.Tx, about *finding.About, account, region string, found []*finding.Aggregate, read func(rule.Evidence) (picket.EvidenceRecord, bool)) (Recorded, error) {
	c := picket.Caller{Account: account, Region: region}
	d, err := recording(tx, account, region)
	if err != nil || d == nil {
		return nil, err
	}
	r, err := s.newRecorder(tx, c, d)
	if err != nil {
		return nil, err
	}
	count := Recorded{}
	for batch := range slices.Chunk(found, recordBatch) {
		if err := r.grow(about, batch, read, count); err != nil {
			return nil, fmt.Errorf("record findings: %w", err)
		}
	}
	return count, nil
}

// Recorded counts findings that were taken in.
type Recorded map[RecordedAs]int

// RecordedAs is what is told apart in counting them.
type RecordedAs struct {
	Severity string // as Severity.Label says it
	New      bool   // else there was one, and this is another occurrence
}

// Backfill is RecordFound for what a scan found, in transactions of its own. It returns how many findings were taken in: all, or none
// where the account has no enabled detector.
func (s *Service) Backfill(ctx context.Context, about *finding.About, account, region string, found []*finding.Aggregate, read func(rule.Evidence) (picket.EvidenceRecord, bool)) (n int, err error) {
	for batch := range slices.Chunk(found, recordBatch) {
		count, err := update(ctx, s, func(tx picket.Tx) (Recorded, error) {
			return s.RecordFound(tx, about, account, region, batch, read)
		})
		if err != nil || count == nil {
			return n, err
		}
		n += len(batch)
	}
	return n, nil
}

// grow adds a batch, in which each finding is once, to what is stored, and counts it.
func (r *recorder) grow(about *finding.About, batch []*finding.Aggregate, read func(rule.Evidence) (picket.EvidenceRecord, bool), count Recorded) error {
	keys := make([]picket.FindingKey, len(batch))
	for i, a := range batch {
		keys[i] = picket.FindingKey{Type: string(a.Type), Key: a.Key}
	}
	known, err := r.tx.Findings().ByKey(r.owner.Account, r.owner.Region, keys)
	if err != nil {
		return err
	}
	stored := map[picket.FindingKey]picket.StoredFinding{}
	for _, f := range known {
		stored[findingKey(&f.Finding)] = f
	}
	all := make([]picket.StoredFinding, 0, len(batch))
	for i, a := range batch {
		f := stored[keys[i]]
		isNew := f.Id == nil
		grown, err := r.grown(about, f.Finding, a, read)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", a.Type, r.owner.Account, err)
		}
		if grown == nil {
			continue
		}
		f.Finding = *grown
		all = append(all, f)
		count[RecordedAs{picket.Severity(*f.Severity).Label(), isNew}]++
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

// grown is what the finding old is with what was found since; old is the zero value if there is none. It is nil if that is nothing
// new: who reads a record again, of a copy or in a backfill, must not have it judged and published again.
func (r *recorder) grown(about *finding.About, old picket.Finding, a *finding.Aggregate, read func(rule.Evidence) (picket.EvidenceRecord, bool)) (*picket.Finding, error) {
	whole, known := a, rule.EvidenceList(nil)
	if len(old.State) > 0 {
		whole = new(finding.Aggregate)
		if err := whole.UnmarshalBinary(old.State); err != nil {
			return nil, err
		}
		known = slices.Clone(whole.Evidence())
		whole.Merge(a)
	}
	state, err := whole.MarshalBinary()
	if err != nil {
		return nil, err
	}
	result := whole.Result(about)
	f := result.Finding
	f.State, f.Evidence.Records = state, recordsOf(result.Refs, old.Evidence, read)
	if old.Id == nil {
		f.Latency = r.now - f.Last*1000
		f = r.begun(f)
		return &f, nil
	}
	f.Latency = old.Latency
	service := *f.Service
	service.DetectorId = &r.detector.ID
	f.Service = &service
	f.AccountId, f.Region, f.Id, f.Arn, f.CreatedAt = old.AccountId, old.Region, old.Id, old.Arn, old.CreatedAt
	f.UpdatedAt = ptr(timeText(r.now))
	setEventTimes(&f)
	if sameRecords(known, result.Refs) {
		same, err := saysTheSame(old, f)
		if err != nil || same {
			return nil, err
		}
	}
	return &f, nil
}

// sameRecords reports whether evidence is of the same records, wherever they were read.
func sameRecords(a, b rule.EvidenceList) bool {
	return slices.EqualFunc(a, b, func(x, y rule.Evidence) bool { return x.Compare(y) == 0 })
}

// saysTheSame reports whether two states of a finding tell people the same, but for when they were stored and the texts of records.
func saysTheSame(a, b picket.Finding) (bool, error) {
	a.State, a.UpdatedAt, a.Evidence.Records = nil, nil, nil
	b.State, b.UpdatedAt, b.Evidence.Records = nil, nil, nil
	x, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare findings: %w", err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("compare findings: %w", err)
	}
	return bytes.Equal(x, y), nil
}

// recordsOf is the records that refs name, of those that were stored or are read now, as many as there is room for.
func recordsOf(refs rule.EvidenceList, old picket.Evidence, read func(rule.Evidence) (picket.EvidenceRecord, bool)) (out []picket.EvidenceRecord) {
	type place struct {
		message uint64
		offset  int64
	}
	stored := map[place]picket.EvidenceRecord{}
	for _, r := range old.Records {
		stored[place{r.Message, r.Offset}] = r
	}
	size := 0
	for _, e := range refs {
		r, ok := read(e)
		if !ok {
			r, ok = stored[place{e.Object, e.Offset}]
		}
		if size += len(r.Text); !ok || size > evidenceBytes {
			continue
		}
		r.Message, r.Time = e.Object, int64(e.Sec)
		out = append(out, r)
	}
	return out
}
