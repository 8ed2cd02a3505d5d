package event

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Place is what the path of a log file says about its records.
type Place struct {
	Kind         Kind
	Account      string
	Region       string
	Organization string
	Time         time.Time // of delivery, UTC; zero if the path has none
	Skip         string    // why the file holds no records that Picket reads, or ""
	Digest       bool      // it holds hashes of CloudTrail's log files
}

// ParsePath reads the folder layouts and file names that AWS uses (plain, organization, Hive-compatible, hourly) in any
// path or key whose parts are separated by slashes. What it does not find is zero: a path is a hint, never a verdict.
func ParsePath(path string) Place {
	var p Place
	parts := strings.Split(path, "/")
	folders, file := parts[:len(parts)-1], parts[len(parts)-1]
	logs, top := false, 0
	for i, part := range folders {
		switch key, value, hive := strings.Cut(part, "="); {
		case hive:
			p.hive(key, value)
		case part == "AWSLogs":
			p, logs, top = Place{}, true, i
		case IsAccount(part):
			if p.service("") {
				p.Account = part
			}
		case isOrganization(part):
			p.Organization = part
		case p.service(part):
		case IsRegion(part):
			p.Region = part
		case logs && i > 0 && IsAccount(folders[i-1]) && p.service(""):
			p.Skip = part + ": not a log that Picket reads"
		}
	}
	p.file(file)
	if p.Time.IsZero() {
		p.Time = folderTime(folders[top:])
	}
	return p
}

// service notes the kind of logs that a folder is named for and reports whether there is one; with "", whether none has
// been noted yet.
func (p *Place) service(name string) bool {
	switch name {
	case "":
		return p.Kind == KindUnknown && p.Skip == ""
	case "CloudTrail", "CloudTrail-NetworkActivity", "cloudtrail":
		p.Kind = KindCloudTrail
	case "vpcflowlogs":
		p.Kind = KindFlow
	case "vpcdnsquerylogs":
		p.Kind = KindDNS
	case "CloudTrail-Digest":
		p.Skip, p.Digest = "CloudTrail-Digest: hashes, no events", true
	case "CloudTrail-Insight":
		p.Skip = "CloudTrail-Insight: rates, no calls"
	case "CloudTrail-Aggregated":
		p.Skip = "CloudTrail-Aggregated: sums, no calls"
	default:
		return false
	}
	return true
}

func (p *Place) hive(key, value string) {
	switch {
	case key == "aws-account-id" && IsAccount(value):
		p.Account = value
	case key == "aws-service":
		p.service(value)
	case key == "aws-region" && IsRegion(value):
		p.Region = value
	}
}

// file reads the parts of a file name, which count more than the folders.
func (p *Place) file(name string) {
	parts := strings.Split(name, "_")
	if len(parts) < 4 {
		return
	}
	found := Place{Account: parts[0], Region: parts[2]}
	if !found.service(parts[1]) {
		return
	}
	if found.Kind == KindDNS {
		found.Account, found.Region = parts[2], ""
	}
	p.Kind, p.Skip, p.Digest = found.Kind, found.Skip, found.Digest
	if IsAccount(found.Account) {
		p.Account = found.Account
	}
	if IsRegion(found.Region) {
		p.Region = found.Region
	}
	for _, part := range parts[3:] {
		part, _, _ = strings.Cut(part, ".")
		for _, layout := range [...]string{"20060102T1504Z", "20060102T150405Z"} {
			if t, err := time.Parse(layout, part); err == nil {
				p.Time = t
			}
		}
	}
}

// folderTime reads the date folders, plain or Hive, with the hour if there is one.
func folderTime(folders []string) time.Time {
	for i := range folders {
		if i+3 > len(folders) {
			break
		}
		year, ok1 := number(folders[i], "year=", 4)
		month, ok2 := number(folders[i+1], "month=", 2)
		day, ok3 := number(folders[i+2], "day=", 2)
		if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > 31 {
			continue
		}
		hour := 0
		if i+3 < len(folders) {
			if h, ok := number(folders[i+3], "hour=", 2); ok && h < 24 {
				hour = h
			}
		}
		if t := time.Date(year, time.Month(month), day, hour, 0, 0, 0, time.UTC); t.Day() == day {
			return t
		}
	}
	return time.Time{}
}

func number(s, prefix string, digits int) (int, bool) {
	s = strings.TrimPrefix(s, prefix)
	if len(s) != digits || !allDigits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// IsAccount reports whether s has the form of an account's id.
func IsAccount(s string) bool { return len(s) == 12 && allDigits(s) }

func isOrganization(s string) bool {
	return len(s) >= 12 && strings.HasPrefix(s, "o-") && strings.Trim(s[2:], "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// IsRegion reports whether s has the form of a region's name: us-east-1, us-gov-west-1, eusc-de-east-1.
func IsRegion(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	words := strings.Split(s, "-")
	last := len(words) - 1
	return len(s) < 32 && last >= 2 && allDigits(words[last]) &&
		!slices.ContainsFunc(words[:last], func(w string) bool { return len(w) < 2 || strings.Trim(w, letters) != "" })
}
