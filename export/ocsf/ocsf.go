// Package ocsf writes findings as Detection Findings (class 2004) of the Open Cybersecurity Schema Framework, with its cloud
// profile. What the class has no place for is left out, or stands under unmapped.
package ocsf

import (
	"encoding/json"
	"fmt"
	"time"

	"picket"
	"picket/guardduty"
)

// The class, as the framework numbers it.
const (
	version  = "1.3.0"
	category = 2
	class    = 2004
)

// The activities of the class.
const (
	create = 1
	update = 2
)

// document is an event of the class: its required members, and what GuardDuty's findings say of the others.
type document struct {
	ActivityID   int          `json:"activity_id"`
	ActivityName string       `json:"activity_name"`
	CategoryUID  int          `json:"category_uid"`
	CategoryName string       `json:"category_name"`
	ClassUID     int          `json:"class_uid"`
	ClassName    string       `json:"class_name"`
	TypeUID      int          `json:"type_uid"`
	TypeName     string       `json:"type_name"`
	SeverityID   int          `json:"severity_id"`
	Severity     string       `json:"severity"`
	StatusID     int          `json:"status_id"`
	Status       string       `json:"status"`
	Time         int64        `json:"time"` // milliseconds since the epoch, as all times here
	StartTime    int64        `json:"start_time,omitempty"`
	EndTime      int64        `json:"end_time,omitempty"`
	Count        int32        `json:"count,omitempty"`
	Message      string       `json:"message"`
	Metadata     metadata     `json:"metadata"`
	Cloud        cloud        `json:"cloud"`
	FindingInfo  info         `json:"finding_info"`
	Resources    []resource   `json:"resources,omitempty"`
	Evidences    []evidence   `json:"evidences,omitempty"`
	Observables  []observable `json:"observables,omitempty"`
	Unmapped     unmapped     `json:"unmapped"`
}

type metadata struct {
	Version  string   `json:"version"`
	Product  product  `json:"product"`
	Profiles []string `json:"profiles"`
	UID      string   `json:"uid,omitempty"`
}

type product struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
}

type cloud struct {
	Provider string  `json:"provider"`
	Region   string  `json:"region,omitempty"`
	Account  account `json:"account"`
}

type account struct {
	UID    string `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type info struct {
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Desc          string   `json:"desc,omitempty"`
	Types         []string `json:"types"`
	CreatedTime   int64    `json:"created_time,omitempty"`
	ModifiedTime  int64    `json:"modified_time,omitempty"`
	FirstSeenTime int64    `json:"first_seen_time,omitempty"`
	LastSeenTime  int64    `json:"last_seen_time,omitempty"`
	Attacks       []attack `json:"attacks,omitempty"`
}

type attack struct {
	Technique technique `json:"technique"`
	Version   string    `json:"version"`
}

type technique struct {
	UID string `json:"uid"`
}

// unmapped is what GuardDuty says and the class has no place for.
type unmapped struct {
	Severity     float64 `json:"severity"`
	DetectorID   string  `json:"detector_id,omitempty"`
	ResourceRole string  `json:"resource_role,omitempty"`
	Sample       bool    `json:"sample,omitempty"`
}

// Marshal writes a finding; eventID tells this event of it from others, and may be empty.
func Marshal(f *picket.Finding, eventID string) ([]byte, error) {
	d := document{
		ActivityID: create, ActivityName: "Create", CategoryUID: category, CategoryName: "Findings", ClassUID: class, ClassName: "Detection Finding",
		StatusID: 1, Status: "New", Message: value(f.Title), Time: millis(f.UpdatedAt),
		Metadata: metadata{
			Version: version, Product: product{Name: "Picket", VendorName: "Picket"}, Profiles: []string{"cloud"}, UID: eventID,
		},
		Cloud: cloud{
			Provider: "AWS", Region: value(f.Region),
			Account: account{UID: value(f.AccountId), Type: "AWS Account", TypeID: 10},
		},
		FindingInfo: info{
			UID: value(f.Arn), Title: value(f.Title), Desc: value(f.Description), Types: []string{value(f.Type)},
			CreatedTime: millis(f.CreatedAt), ModifiedTime: millis(f.UpdatedAt),
		},
		Resources: resources(f),
		Unmapped:  unmapped{Severity: value(f.Severity), Sample: f.AdditionalInfo["sample"] == true},
	}
	d.SeverityID, d.Severity = severity(picket.Severity(value(f.Severity)))
	for _, t := range f.Techniques {
		d.FindingInfo.Attacks = append(d.FindingInfo.Attacks, attack{technique{t}, "ATT&CK"})
	}
	if s := f.Service; s != nil {
		d.service(s)
	}
	d.TypeUID, d.TypeName = class*100+d.ActivityID, d.ClassName+": "+d.ActivityName
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode finding %s as OCSF: %w", value(f.Id), err)
	}
	return b, nil
}

// service fills in what the service saw. A finding that was seen again is an update.
func (d *document) service(s *guardduty.Service) {
	if d.Count = value(s.Count); d.Count > 1 {
		d.ActivityID, d.ActivityName = update, "Update"
	}
	if value(s.Archived) {
		d.StatusID, d.Status = 3, "Suppressed"
	}
	d.StartTime, d.EndTime = millis(s.EventFirstSeen), millis(s.EventLastSeen)
	d.FindingInfo.FirstSeenTime, d.FindingInfo.LastSeenTime = d.StartTime, d.EndTime
	d.Unmapped.DetectorID, d.Unmapped.ResourceRole = value(s.DetectorId), value(s.ResourceRole)
	d.Evidences = evidences(s.Action)
	d.Observables = observables(d.Evidences)
}

func severity(s picket.Severity) (int, string) {
	label := s.Label()
	return map[string]int{"Low": 2, "Medium": 3, "High": 4, "Critical": 5}[label], label
}

// millis reads a time of a finding; 0 if there is none.
func millis(text *string) int64 {
	t, err := time.Parse(time.RFC3339, value(text))
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
