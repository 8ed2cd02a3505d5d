package finding

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/guardduty"
	"picket/rule"
)

// Result is the aggregate as a finding. It is valid until the aggregate takes in more.
func (a *Aggregate) Result(about *About) *Result {
	detector := DetectorID(a.Account, a.Region)
	d := about.document(&a.latestHit)
	r := &Result{Refs: a.evidence}
	r.First, r.Last, r.Key = a.first, a.last, a.Key
	r.Techniques, r.Signals = a.techniques(), slices.Sorted(maps.Keys(a.signals))
	for _, signal := range slices.Sorted(maps.Keys(a.crossed)) {
		r.Evidence.Crossed = append(r.Evidence.Crossed, a.crossed[signal])
	}
	r.AdditionalInfo, r.UserIdentity = a.additionalInfo(d.info), d.identity
	partition := picket.AWSPartition(a.Region)
	r.Finding.Finding = guardduty.Finding{
		SchemaVersion: guardduty.Ptr("2.0"), AccountId: &a.Account, Region: &a.Region, Partition: &partition, Id: &a.ID,
		Arn:         guardduty.Ptr("arn:" + partition + ":guardduty:" + a.Region + ":" + a.Account + ":detector/" + detector + "/finding/" + a.ID),
		Type:        guardduty.Ptr(string(a.Type)),
		Severity:    guardduty.Ptr(float64(a.severity)),
		Title:       &d.title,
		Description: &d.text,
		CreatedAt:   iso(a.first), UpdatedAt: iso(a.last),
		Resource: d.resource,
		Service: &guardduty.Service{
			ServiceName: guardduty.Ptr("guardduty"), DetectorId: &detector, Action: d.action, Evidence: d.evidence,
			ResourceRole: &d.role, EventFirstSeen: iso(a.first), EventLastSeen: iso(a.last),
			Archived: guardduty.Ptr(false), Count: guardduty.Ptr(int32(a.windows.n)),
		},
	}
	if probe := r.Service.Action.PortProbeAction; probe != nil {
		probe.PortProbeDetails = sorted[guardduty.PortProbeDetail](a.samples[probes])
	}
	if a.latestHit.Rule.Origin == rule.Custom {
		names := strings.Join(r.Signals, ", ")
		r.CustomDetectionRuleName = &names
		r.Service.Detection = &guardduty.Detection{Sequence: a.sequence(d.text)}
	}
	encoded, _ := json.Marshal(r.AdditionalInfo)
	r.Service.AdditionalInfo = &guardduty.ServiceAdditionalInfo{Value: guardduty.Ptr(string(encoded)), Type: guardduty.Ptr("default")}
	return r
}

// Evidence is the places of the records behind the finding.
func (a *Aggregate) Evidence() rule.EvidenceList { return a.evidence }

// Renumber has other numbers stand for the objects that evidence names.
func (a *Aggregate) Renumber(number func(uint64) uint64) {
	old := a.evidence
	a.evidence = nil
	for _, e := range old {
		e.Object = number(e.Object)
		a.evidence.Add(e)
	}
}

func (a *Aggregate) techniques() []string {
	all := slices.Clone(a.latestHit.Rule.Techniques)
	for _, s := range a.signals {
		all = append(all, s.rule.Techniques...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// additionalInfo is what the latest hit says, the lists that grew over all hits, and where the type comes from.
func (a *Aggregate) additionalInfo(latest map[string]any) map[string]any {
	info := maps.Clone(latest)
	if info == nil {
		info = map[string]any{}
	}
	for name, list := range a.samples {
		if name != probes {
			info[name] = sorted[any](list)
		}
	}
	if len(a.calls) > 0 {
		list := []any{}
		for _, name := range slices.Sorted(maps.Keys(a.calls)) {
			n := a.calls[name]
			list = append(list, map[string]any{"name": name, "count": len(n.records), "firstSeen": n.first, "lastSeen": n.last})
		}
		info["apiCalls"] = list
	}
	if a.latestHit.Rule.Origin == rule.Picket {
		info["origin"] = "picket"
	}
	return info
}

func sorted[V any](list map[string]any) []V {
	out := make([]V, 0, len(list))
	for _, order := range slices.Sorted(maps.Keys(list)) {
		out = append(out, list[order].(V))
	}
	return out
}

// sequence lists the signals of a custom detection rule, as service.detection.sequence.
func (a *Aggregate) sequence(description string) *guardduty.Sequence {
	s := &guardduty.Sequence{Uid: &a.ID, Description: &description}
	for _, name := range slices.Sorted(maps.Keys(a.signals)) {
		g := a.signals[name]
		s.Signals = append(s.Signals, guardduty.Signal{
			Uid: guardduty.Ptr(digest("signal", a.ID, name)), Type: guardduty.SignalTypeCloudTrail, Name: &name,
			Description: &g.rule.Title, Severity: guardduty.Ptr(float64(g.severity)), Count: guardduty.Ptr(int32(g.windows.n)),
			CreatedAt: stamp(g.first), UpdatedAt: stamp(g.last), FirstSeenAt: stamp(g.first), LastSeenAt: stamp(g.last),
		})
	}
	return s
}

func stamp(sec int64) *guardduty.Timestamp {
	return &guardduty.Timestamp{Time: time.Unix(sec, 0).UTC()}
}

func iso(sec int64) *string {
	return guardduty.Ptr(time.Unix(sec, 0).UTC().Format("2006-01-02T15:04:05.000Z"))
}
