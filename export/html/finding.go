package html

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"picket"
	"picket/finding"
	"picket/rule"
)

// row is a finding as the template reads it. What is long is made when it is asked for, so that a page of thousands is never
// in memory at once.
type row struct {
	*finding.Result
	Explanation []block
	share       int // bytes of evidence it may show
}

// Label is the band of the severity.
func (r *row) Label() string { return picket.Severity(*r.Severity).Label() }

// TypeParts is the type in parts, between which it may be broken over lines.
func (r *row) TypeParts() []string { return words(*r.Type) }

// words splits a name where one may break it: after a mark, and before the next word.
func words(name string) []string {
	var parts []string
	start, before := 0, rune(0)
	for i, c := range name {
		if unicode.IsUpper(c) && unicode.IsLower(before) || i > 0 && strings.ContainsRune("./!", before) {
			parts, start = append(parts, name[start:i]), i
		}
		before = c
	}
	return append(parts, name[start:])
}

// Subject says what the finding is about.
func (r *row) Subject() string { return finding.Subject(&r.Finding.Finding) }

// Began is the minute of the first record.
func (r *row) Began() string { return minute(r.First) }

// Ended is the minute of the last record.
func (r *row) Ended() string { return minute(r.Last) }

// Records is the evidence.
func (r *row) Records() *records { return newRecords(r.Evidence.Records, r.share) }

// JSON is the finding as GuardDuty exports it.
func (r *row) JSON() (string, error) {
	b, err := finding.Export(&r.Finding)
	return indent(string(b)), err
}

// Attack lists the ATT&CK techniques with their names.
func (r *row) Attack() []string {
	var all []string
	for _, t := range r.Techniques {
		all = append(all, strings.TrimSpace(t+" "+rule.TechniqueName(t)))
	}
	return all
}

// Threats lists what threat lists say.
func (r *row) Threats() []Fact {
	if r.Service.Evidence == nil {
		return nil
	}
	var all []Fact
	for _, d := range r.Service.Evidence.ThreatIntelligenceDetails {
		f := Fact{Name: value(d.ThreatListName), Value: strings.Join(d.ThreatNames, ", ")}
		if d.ThreatFileSha256 != nil {
			f.More = []string{"SHA-256 " + *d.ThreatFileSha256}
		}
		all = append(all, f)
	}
	return all
}

// Info is the additional information, by name.
func (r *row) Info() []Fact {
	var all []Fact
	for _, name := range slices.Sorted(maps.Keys(r.AdditionalInfo)) {
		all = append(all, infoFact(name, r.AdditionalInfo[name]))
	}
	return all
}

// infoFact writes scalars and lists of scalars in a line, and each member of other lists in one of its own.
func infoFact(name string, v any) Fact {
	var list []any
	b, err := json.Marshal(v)
	if err != nil {
		return Fact{Name: name, Value: fmt.Sprint(v)}
	}
	if json.Unmarshal(b, &list) != nil {
		return Fact{Name: name, Value: scalar(b)}
	}
	f := Fact{Name: name}
	var line []string
	for _, x := range list {
		b, _ := json.Marshal(x)
		if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
			f.More = append(f.More, members(x))
		} else {
			line = append(line, scalar(b))
		}
	}
	f.Value = strings.Join(line, ", ")
	return f
}

// members writes an object in a line, "ListUsers, count 3", and anything else as JSON.
func members(x any) string {
	m, ok := x.(map[string]any)
	if !ok {
		b, _ := json.Marshal(x)
		return string(b)
	}
	var parts []string
	if name, ok := m["name"].(string); ok {
		parts = append(parts, name)
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k == "name" {
			continue
		}
		b, _ := json.Marshal(m[k])
		v := scalar(b)
		if sec, ok := m[k].(float64); ok && strings.HasSuffix(k, "Seen") {
			v = stamp(int64(sec))
		}
		parts = append(parts, k+" "+v)
	}
	return strings.Join(parts, ", ")
}

// scalar writes JSON without the quotes of a string.
func scalar(b []byte) string {
	var s string
	if json.Unmarshal(b, &s) == nil && b[0] == '"' {
		return s
	}
	return string(b)
}

// stamp writes seconds since the epoch as people read a time, in UTC.
func stamp(sec int64) string { return time.Unix(sec, 0).UTC().Format(time.DateTime) }

func minute(sec int64) string { return time.Unix(sec, 0).UTC().Format("2006-01-02 15:04") }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
