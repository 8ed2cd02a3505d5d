package service

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// CreateSampleFindings makes a finding of each of the types, or of all that GuardDuty and Picket's rules have. A sample is
// marked so in additionalInfo, and is no occurrence of a real finding; asked for again, it is the same one with a higher
// count. Samples are shared with the administrator and judged by filters as others are.
func (s *Service) CreateSampleFindings(ctx context.Context, c picket.Caller, in *guardduty.CreateSampleFindingsRequest) (*guardduty.CreateSampleFindingsResponse, error) {
	all, err := s.samples()
	if err != nil {
		return nil, err
	}
	known := slices.Sorted(maps.Keys(all))
	wanted := known
	if len(in.FindingTypes) > 0 {
		wanted = distinct(in.FindingTypes)
	}
	for _, t := range wanted {
		if _, ok := all[t]; !ok {
			return nil, refuse(invalidValue, "findingTypes has %q, which is no finding type; did you mean %q?", t, criteria.Nearest(t, known))
		}
	}
	return update(ctx, s, func(tx picket.Tx) (*guardduty.CreateSampleFindingsResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		var made []picket.Finding
		now := s.now()
		for _, t := range wanted {
			f, err := sampleFor(c, d, all[t], now)
			if err != nil {
				return nil, err
			}
			made = append(made, f)
		}
		return &guardduty.CreateSampleFindingsResponse{}, s.record(tx, c, d, made)
	})
}

// samples returns a sample of each finding type: what its rule makes, or else what the contract says of such a type.
func (s *Service) samples() (map[string]picket.Finding, error) {
	all := map[string]picket.Finding{}
	for line := range strings.Lines(sampleTypes) {
		f, err := shapeSample(strings.Fields(line))
		if err != nil {
			return nil, err
		}
		all[*f.Type] = f
	}
	if s.Samples == nil {
		return all, nil
	}
	made, err := s.Samples()
	if err != nil {
		return nil, fmt.Errorf("make samples: %w", err)
	}
	for _, f := range made {
		all[*f.Type] = f
	}
	return all, nil
}

// sampleTypes has a line a finding type of GuardDuty's: its type, severity, resource, role, and its action or the member of
// service that says what happened.
//
//go:embed sample_types.txt
var sampleTypes string

// sampleFor makes of a sample one for an account: its own in every place where the sample names an account or region, and
// of now.
func sampleFor(c picket.Caller, d *detector, sample picket.Finding, now int64) (picket.Finding, error) {
	text, err := json.Marshal(sample)
	if err != nil {
		return sample, fmt.Errorf("encode sample of %s: %w", *sample.Type, err)
	}
	partition := picket.AWSPartition(c.Region)
	own := strings.NewReplacer(*sample.AccountId, c.Account, *sample.Region, c.Region, "arn:aws:", "arn:"+partition+":").Replace(string(text))
	var f picket.Finding
	if err := json.Unmarshal([]byte(own), &f); err != nil {
		return f, fmt.Errorf("decode sample of %s: %w", *sample.Type, err)
	}
	f.Partition = &partition
	f.Key = "sample/" + d.ID // no log can lead to it: nobody else knows the id
	f.Evidence = picket.Evidence{}
	f.Service.Count = guardduty.Ptr(int32(1))
	happened(&f, now)
	if f.AdditionalInfo == nil {
		f.AdditionalInfo = map[string]any{}
	}
	f.AdditionalInfo["sample"] = true
	info, err := json.Marshal(f.AdditionalInfo)
	if err != nil {
		return f, fmt.Errorf("encode sample of %s: %w", *sample.Type, err)
	}
	f.Service.AdditionalInfo = &guardduty.ServiceAdditionalInfo{Type: ptr("default"), Value: ptr(string(info))}
	return f, nil
}

// happened sets the times of events.
func happened(f *picket.Finding, now int64) {
	f.First, f.Last = now/1000, now/1000
	if f.Service.Detection == nil || f.Service.Detection.Sequence == nil {
		return
	}
	signals := f.Service.Detection.Sequence.Signals
	for i := range signals {
		signal, began := &signals[i], time.UnixMilli(now).Add(-time.Duration(len(signals)-1-i)*time.Hour)
		at := guardduty.NewTimestamp(began)
		signal.CreatedAt, signal.UpdatedAt, signal.FirstSeenAt, signal.LastSeenAt = at, at, at, at
		f.First = min(f.First, began.Unix())
	}
}

// shapeSample makes a sample of a type that no rule makes, of the columns of sampleTypes.
func shapeSample(columns []string) (picket.Finding, error) {
	severity, err := strconv.ParseFloat(columns[1], 64)
	if err != nil {
		return picket.Finding{}, fmt.Errorf("BUG: sample_types.txt: %w", err)
	}
	typ, resource, role, what := columns[0], columns[2], columns[3], columns[4]
	var f picket.Finding
	f.Finding = guardduty.Finding{
		Type: &typ, Severity: &severity, SchemaVersion: ptr("2.0"), Partition: ptr("aws"),
		AccountId: ptr(sampleAccount), Region: ptr(sampleRegion),
		Title:       ptr("Sample of " + typ + "."),
		Description: ptr("Somebody asked for this sample; nothing happened."),
		Resource:    &guardduty.Resource{ResourceType: &resource},
		Service:     &guardduty.Service{ServiceName: ptr("guardduty"), ResourceRole: &role},
	}
	invent(f.Resource, resourceMembers[resource]...)
	if member, ok := actionMembers[what]; ok {
		f.Service.Action = &guardduty.Action{ActionType: &what}
		invent(f.Service.Action, member)
	} else {
		invent(f.Service, what)
	}
	if strings.HasPrefix(typ, "AttackSequence:") {
		inventSteps(f.Service.Detection.Sequence)
	}
	return f, nil
}
