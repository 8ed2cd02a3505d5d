package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"picket/finding"
	"picket/intel"
	"picket/scan"
	"picket/simulate"
	"picket/source/file"
)

// companies is how many simulated companies are judged; each has a seed of its own.
const companies = 3

// simulated scans the logs of companies with attacks in them, each of which has a label. Everything else in the logs is
// ordinary use: what no label explains is false.
func (e *eval) simulated() error {
	title("Simulated logs: three days of three accounts, with attacks", "seed", "records", "attacks", "found", "findings")
	for seed := range uint64(companies) {
		if err := e.company(simulate.Options{Days: 3, Accounts: 3, Seed: seed + 1, Attacks: true}); err != nil {
			return err
		}
	}
	return nil
}

func (e *eval) company(opts simulate.Options) error {
	dir, err := os.MkdirTemp("", "picket-eval-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	summary, err := simulate.Run(opts, dir)
	if err != nil {
		return err
	}
	w, err := simulatedWorld(dir)
	if err != nil {
		return err
	}
	objects, problems := file.List([]string{filepath.Join(dir, "AWSLogs")}, &scan.Filter{})
	if len(problems) > 0 {
		return fmt.Errorf("list simulated logs: %s: %s", problems[0].Object, problems[0].Reason)
	}
	report := e.scan(w, objects...)
	name := fmt.Sprintf("seed %d", opts.Seed)
	met := make([]bool, len(summary.Labels))
	for _, f := range report.Findings {
		e.judgeSimulated(name, f, w, summary.Labels, met)
	}
	found := 0
	for i, l := range summary.Labels {
		found += index(met[i])
		if !met[i] {
			e.judge(verdict{suite: "simulate", name: name + ": " + l.Attack, want: one(string(l.Type))})
		}
	}
	line(opts.Seed, report.Total(), len(met), found, len(report.Findings))
	e.add("simulate", name, "records", report.Total())
	e.add("simulate", name, "attacks", len(met))
	e.add("simulate", name, "found", found)
	e.add("simulate", name, "findings", len(report.Findings))
	return nil
}

// judgeSimulated looks for the labels that a finding meets. A finding of another type is a fair one where it began with what
// an attack did there and then: an attack often deserves more than the one type that its label names. So is one of a key that
// the scan was told to be compromised, whoever uses it.
func (e *eval) judgeSimulated(company string, f *finding.Result, w world, labels []simulate.Label, met []bool) {
	why, about := "", about(f)
	v := verdict{
		suite: "simulate", name: fmt.Sprintf("%s: %s (%s, %s)", company, *f.Title, *f.AccountId, *f.Region),
		found: []*finding.Result{f}, fair: func(*finding.Result) string { return why },
	}
	if k := f.Resource.AccessKeyDetails; k != nil && k.AccessKeyId != nil && w.keys[*k.AccessKeyId] {
		why = "the scan was told that the access key is compromised"
	}
	for i, l := range labels {
		if l.Account != *f.AccountId || !slices.Contains(about, l.Resource) {
			continue
		}
		follows, began := times(f, l)
		switch {
		case follows && string(l.Type) == *f.Type:
			met[i] = true
			v.want = one(*f.Type)
		case began && why == "":
			why = "the same resource at the same time: " + l.Attack
		}
	}
	e.judge(v)
}

const (
	// around is how long before an attack and after it records may still be its own: some attacks begin with what their victim
	// did.
	around = 10 * time.Minute
	// after is how long an attack may have consequences: who signs in at home the same day is still too far from the thief.
	after = 24 * time.Hour
)

// times reports whether a finding may follow from an attack, and whether it began with it.
func times(f *finding.Result, l simulate.Label) (follows, began bool) {
	first, err := time.Parse(time.RFC3339, *f.Service.EventFirstSeen)
	last, err2 := time.Parse(time.RFC3339, *f.Service.EventLastSeen)
	if err != nil || err2 != nil {
		return false, false
	}
	start := l.Start.Add(-around)
	return !last.Before(start) && !first.After(l.End.Add(after)), !first.Before(start) && !first.After(l.End.Add(around))
}

// about names what a finding is about: instance, user, buckets, what was acted on.
func about(f *finding.Result) []string {
	var names []string
	if i := f.Resource.InstanceDetails; i != nil && i.InstanceId != nil {
		names = append(names, *i.InstanceId)
	}
	if k := f.Resource.AccessKeyDetails; k != nil && k.UserName != nil {
		names = append(names, *k.UserName)
	}
	for _, b := range f.Resource.S3BucketDetails {
		if b.Name != nil {
			names = append(names, *b.Name)
		}
	}
	if a := f.Service.Action; a != nil && a.AwsApiCallAction != nil {
		names = slices.AppendSeq(names, maps.Values(a.AwsApiCallAction.AffectedResources))
	}
	return names
}

// simulatedWorld reads the lists and keys that stand beside simulated logs.
func simulatedWorld(dir string) (world, error) {
	w := world{lists: intel.Resolvers(), keys: map[string]bool{}}
	paths, err := filepath.Glob(filepath.Join(dir, "intel", "*.txt"))
	if err != nil {
		return w, err
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			return w, err
		}
		name := strings.TrimSuffix(filepath.Base(p), ".txt")
		list, _, err := intel.ListFromReader(name, intel.Category(name), "", "", bytes.NewReader(b))
		if err != nil {
			return w, fmt.Errorf("%s: %w", p, err)
		}
		w.lists = append(w.lists, list)
	}
	b, err := os.ReadFile(filepath.Join(dir, "compromised-keys.txt"))
	for _, key := range strings.Fields(string(b)) {
		w.keys[key] = true
	}
	return w, err
}
