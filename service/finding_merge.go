package service

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
)

// begun is a finding that was never seen before: it gets an id, and the names of its account, region and detector.
func (r *recorder) begun(f picket.Finding) picket.Finding {
	about := *f.Service
	about.DetectorId, about.UserFeedback = &r.detector.ID, nil
	f.Id = ptr(newID())
	f.AccountId, f.Region = &r.owner.Account, &r.owner.Region
	f.Arn = ptr(arn(r.owner, "detector/"+r.detector.ID+"/finding/"+*f.Id))
	f.CreatedAt, f.UpdatedAt = ptr(timeText(r.now)), ptr(timeText(r.now))
	f.Service = &about
	setEventTimes(&f)
	return f
}

// merged is another occurrence f of the finding old. What it says is what the occurrence with the latest event says; its
// severity is the highest, its count the sum, its first and last events the extremes, and signals, techniques and evidence
// are of both. It is the finding old: its id and its time of creation stay.
func merged(old, f picket.Finding, now int64) picket.Finding {
	m, earlier := f, old
	if f.Last < old.Last {
		m, earlier = old, f
	}
	about := *m.Service
	about.Count = guardduty.Ptr(sum(old.Service.Count, f.Service.Count))
	about.DetectorId = old.Service.DetectorId
	about.Detection = mergedDetection(about.Detection, earlier.Service.Detection)
	m.Service = &about
	m.AccountId, m.Region, m.Id, m.Arn, m.CreatedAt = old.AccountId, old.Region, old.Id, old.Arn, old.CreatedAt
	m.UpdatedAt = ptr(timeText(now))
	m.Severity = guardduty.Ptr(max(*old.Severity, *f.Severity))
	m.First, m.Last = min(old.First, f.First), max(old.Last, f.Last)
	m.Signals, m.Techniques = union(old.Signals, f.Signals), union(old.Techniques, f.Techniques)
	if m.CustomDetectionRuleName != nil {
		m.CustomDetectionRuleName = ptr(strings.Join(m.Signals, ", "))
	}
	m.Evidence = picket.Evidence{
		Records: mergedRecords(old.Evidence.Records, f.Evidence.Records), Crossed: mergedCrossed(old.Evidence.Crossed, f.Evidence.Crossed),
	}
	setEventTimes(&m)
	return m
}

// setEventTimes writes the times of the first and last events where the API has them.
func setEventTimes(f *picket.Finding) {
	f.Service.EventFirstSeen, f.Service.EventLastSeen = ptr(timeText(f.First*1000)), ptr(timeText(f.Last*1000))
}

// sum adds two counts that may be missing, and stops at the largest.
func sum(a, b *int32) int32 {
	n := int64(0)
	for _, p := range []*int32{a, b} {
		if p != nil {
			n += int64(*p)
		}
	}
	return int32(min(n, math.MaxInt32))
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// mergedDetection adds the signals of the earlier occurrence to those of the later one.
func mergedDetection(later, earlier *guardduty.Detection) *guardduty.Detection {
	if later == nil || later.Sequence == nil || earlier == nil || earlier.Sequence == nil {
		return later
	}
	sequence := *later.Sequence
	sequence.Signals = mergedSignals(sequence.Signals, earlier.Sequence.Signals)
	return &guardduty.Detection{Anomaly: later.Anomaly, Sequence: &sequence}
}

// mergedSignals returns the signals of two occurrences by name.
func mergedSignals(later, earlier []guardduty.Signal) []guardduty.Signal {
	all := slices.Clone(later)
	for _, e := range earlier {
		i := slices.IndexFunc(all, func(s guardduty.Signal) bool { return str(s.Name) == str(e.Name) })
		if i < 0 {
			all = append(all, e)
			continue
		}
		s := &all[i]
		s.Count = guardduty.Ptr(sum(s.Count, e.Count))
		s.CreatedAt, s.FirstSeenAt = first(s.CreatedAt, e.CreatedAt), first(s.FirstSeenAt, e.FirstSeenAt)
	}
	slices.SortFunc(all, func(a, b guardduty.Signal) int { return cmp.Compare(str(a.Name), str(b.Name)) })
	return all
}

// first is the earlier of two times that may be missing.
func first(a, b *guardduty.Timestamp) *guardduty.Timestamp {
	if a == nil || b != nil && b.Before(a.Time) {
		return b
	}
	return a
}

// Evidence is bounded: by records at either end, and by the bytes of their texts.
const (
	evidenceEnds  = 10
	evidenceBytes = 256 << 10
)

// mergedRecords keeps the first and the last records of both, each once, by time.
func mergedRecords(a, b []picket.EvidenceRecord) []picket.EvidenceRecord {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y picket.EvidenceRecord) int {
		return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.Object, y.Object), cmp.Compare(x.Offset, y.Offset))
	})
	all = slices.CompactFunc(all, func(x, y picket.EvidenceRecord) bool { return x.Object == y.Object && x.Offset == y.Offset })
	if n := len(all); n > 2*evidenceEnds {
		all = slices.Delete(all, evidenceEnds, n-evidenceEnds)
	}
	size := 0
	return slices.DeleteFunc(all, func(r picket.EvidenceRecord) bool {
		size += len(r.Text)
		return size > evidenceBytes
	})
}

// mergedCrossed keeps the latest of what each signal crossed, by name, as one finding does while it grows.
func mergedCrossed(a, b []picket.Crossed) []picket.Crossed {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y picket.Crossed) int { return cmp.Or(strings.Compare(x.Signal, y.Signal), y.Compare(x)) })
	return slices.CompactFunc(all, func(x, y picket.Crossed) bool { return x.Signal == y.Signal })
}
