// Package asff writes findings in the AWS Security Finding Format, as BatchImportFindings of Security Hub takes them from a
// product of one's own. It says nothing that the finding doesn't, and cuts what the format has no room for.
package asff

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"picket"
)

// The format's bounds on texts, in characters.
const (
	maxTitle       = 256
	maxDescription = 1024
)

// document is a finding in the format: its required members, and those that GuardDuty fills.
type document struct {
	SchemaVersion   string
	ID              string `json:"Id"`
	ProductArn      string
	ProductName     string
	CompanyName     string
	Region          string
	GeneratorID     string `json:"GeneratorId"`
	AwsAccountID    string `json:"AwsAccountId"`
	Types           []string
	FirstObservedAt string `json:",omitempty"`
	LastObservedAt  string `json:",omitempty"`
	CreatedAt       string
	UpdatedAt       string
	Severity        severity
	Title           string
	Description     string
	ProductFields   map[string]string
	Resources       []resource
	Action          *action `json:",omitempty"`
	Workflow        workflow
	RecordState     string
	Sample          bool `json:",omitempty"`
}

type severity struct {
	Product    float64
	Label      string
	Normalized int
	Original   string
}

type workflow struct{ Status string }

// Marshal writes a finding.
func Marshal(f *picket.Finding) ([]byte, error) {
	region, account := value(f.Region), value(f.AccountId)
	d := document{
		SchemaVersion: "2018-10-08",
		ID:            value(f.Arn),
		ProductArn:    fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%[3]s/default", picket.AWSPartition(region), region, account),
		ProductName:   "Picket", CompanyName: "Picket",
		Region: region, AwsAccountID: account,
		Types:     []string{kind(picket.FindingType(value(f.Type)))},
		CreatedAt: value(f.CreatedAt), UpdatedAt: value(f.UpdatedAt),
		Severity: severityOf(f),
		Title:    cut(value(f.Title), maxTitle), Description: cut(value(f.Description), maxDescription),
		ProductFields: map[string]string{"aws/guardduty/type": value(f.Type), "aws/guardduty/id": value(f.Id)},
		Resources:     resources(f),
		Workflow:      workflow{"NEW"}, RecordState: "ACTIVE",
		Sample: f.AdditionalInfo["sample"] == true,
	}
	d.GeneratorID, _, _ = strings.Cut(d.ID, "/finding/")
	if s := f.Service; s != nil {
		d.FirstObservedAt, d.LastObservedAt = value(s.EventFirstSeen), value(s.EventLastSeen)
		d.Action = actionOf(s.Action)
		if s.Count != nil {
			d.ProductFields["aws/guardduty/service/count"] = fmt.Sprint(*s.Count)
		}
		if s.Archived != nil && *s.Archived {
			d.RecordState = "ARCHIVED"
		}
	}
	if len(f.Techniques) > 0 {
		d.ProductFields["picket/techniques"] = strings.Join(f.Techniques, ",")
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode finding %s as ASFF: %w", value(f.Id), err)
	}
	return b, nil
}

// severityOf gives each label the number that Security Hub gives it.
func severityOf(f *picket.Finding) severity {
	n := 0.0
	if f.Severity != nil {
		n = *f.Severity
	}
	label := strings.ToUpper(picket.Severity(n).Label())
	return severity{
		Product: n, Label: label, Original: fmt.Sprint(n),
		Normalized: map[string]int{"LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}[label],
	}
}

// purposes are the namespace and category of the format's taxonomy for the purpose of a finding type.
var purposes = map[string]string{
	"Backdoor":            "TTPs/Command and Control",
	"Behavior":            "Unusual Behaviors",
	"CredentialAccess":    "TTPs/Credential Access",
	"CryptoCurrency":      "Effects/Resource Consumption",
	"DefenseEvasion":      "TTPs/Defense Evasion",
	"Discovery":           "TTPs/Discovery",
	"Execution":           "TTPs/Execution",
	"Exfiltration":        "Effects/Data Exfiltration",
	"Impact":              "Effects",
	"InitialAccess":       "TTPs/Initial Access",
	"LateralMovement":     "TTPs/Lateral Movement",
	"Persistence":         "TTPs/Persistence",
	"PrivilegeEscalation": "TTPs/Privilege Escalation",
	"Recon":               "TTPs/Discovery",
	"Stealth":             "TTPs/Defense Evasion",
	"Trojan":              "TTPs/Command and Control",
	"UnauthorizedAccess":  "TTPs",
	"Policy":              "Software and Configuration Checks",
}

// kind is a type as namespace/category/classifier, in which the type itself has no slash.
func kind(t picket.FindingType) string {
	purpose := purposes[t.Purpose()]
	if purpose == "" {
		purpose = "TTPs"
	}
	return purpose + "/" + strings.ReplaceAll(string(t), "/", "-")
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	if text == "" {
		return "-" // the format wants a text
	}
	return text
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// whole reads a number that the contract writes as text; 0 if it is none.
func whole(text string) int64 {
	var n int64
	if _, err := fmt.Sscan(strings.TrimPrefix(text, "AS"), &n); err != nil || n > math.MaxUint32 {
		return 0
	}
	return n
}
