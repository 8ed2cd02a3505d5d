package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"picket/event"
	"picket/export/html"
	"picket/export/text"
	"picket/rule"
	"picket/rules"
	"picket/scan"
)

func writeHTML(d deps, o *scanFlags, cfg *scan.Config, r *scan.Report) error {
	page := &html.Report{
		Inputs: inputs(cfg.Objects), Facts: scanFacts(o, cfg, r), Warnings: warnings(r),
		First: r.First, Last: r.Last, Findings: r.Findings, Page: explanations(),
	}
	return html.Write(d.out, page)
}

// explanations returns what finds the page on a finding type. A type without one is explained by its description alone.
func explanations() func(typ string) string {
	byType := map[string]rule.Any{}
	for _, r := range rules.All() {
		byType[string(r.Info().Type)] = r
	}
	return func(typ string) string {
		r, ok := byType[typ]
		if !ok {
			return ""
		}
		p, err := rules.Page(r)
		if err != nil {
			return ""
		}
		return p.Text
	}
}

// inputs are the folders that hold all objects, one for each bucket or top folder.
func inputs(objects []scan.Object) []string {
	folders := map[string]string{}
	for _, o := range objects {
		root := rootOf(o.Name)
		if folder, ok := folders[root]; ok {
			folders[root] = common(folder, o.Name)
		} else {
			folders[root] = o.Name
		}
	}
	if len(folders) == 0 {
		return []string{"no files"}
	}
	return slices.Sorted(maps.Values(folders))
}

// rootOf is the bucket of an object, or the first folder of a path.
func rootOf(name string) string {
	scheme, rest, remote := strings.Cut(name, "://")
	if !remote {
		scheme, rest = "", name
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
	return scheme + ":" + first
}

// common is the deepest folder that holds both a and b, or a if they are the same.
func common(a, b string) string {
	for a != b && !strings.HasPrefix(b, strings.TrimSuffix(a, "/")+"/") {
		i := strings.LastIndexByte(strings.TrimSuffix(a, "/"), '/')
		if i < 0 {
			return path.Dir(a)
		}
		a = a[:i]
	}
	return a
}

// scanFacts says what was read and how.
func scanFacts(o *scanFlags, cfg *scan.Config, r *scan.Report) []html.Fact {
	facts := []html.Fact{{Name: "Read", Value: fmt.Sprintf("%s, %s (%s unpacked) in %s", plural(r.Objects, "file"), bytes(r.Stored), bytes(r.Bytes), duration(r.Duration))}}
	var kinds []string
	for _, k := range []event.Kind{event.KindCloudTrail, event.KindFlow, event.KindDNS} {
		if r.Records[k] > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %s", number(r.Records[k]), k))
		}
	}
	records := plural(int(r.Total()), "record")
	if len(kinds) > 0 {
		records += ": " + strings.Join(kinds, ", ")
	}
	facts = append(facts, html.Fact{Name: "Records", Value: records})
	if r.Total() > 0 {
		facts = append(facts,
			html.Fact{Name: "Time", Value: text.Stamp(r.First) + " to " + text.Stamp(r.Last) + " UTC"},
			html.Fact{Name: "Accounts", Value: accounts(r), More: manyAccounts(r)})
	}
	if kept := o.narrowed(); kept != "" {
		facts = append(facts, html.Fact{Name: "Narrowed by", Value: kept})
	}
	if not := notRead(r); len(not) > 0 {
		facts = append(facts, html.Fact{Name: "Not analysed", More: not})
	}
	return append(facts, rulesFact(o, cfg))
}

// fewAccounts is how many are named in a line.
const fewAccounts = 6

func accounts(r *scan.Report) string {
	if len(r.Accounts) > fewAccounts {
		return ""
	}
	return strings.Join(r.Accounts, ", ")
}

func manyAccounts(r *scan.Report) []string {
	if len(r.Accounts) <= fewAccounts {
		return nil
	}
	if r.MoreAccounts {
		return append(slices.Clone(r.Accounts), "and more")
	}
	return r.Accounts
}

// narrowed says which flags left something out.
func (o *scanFlags) narrowed() string {
	var parts []string
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"since", []string{o.since}},
		{"until", []string{o.until}},
		{"account", o.accounts},
		{"region", o.regions},
		{"type", o.types},
		{"severity", []string{o.severity}},
		{"rules", o.sets},
	} {
		if v := strings.Join(f.values, ","); v != "" {
			parts = append(parts, "--"+f.name+" "+v)
		}
	}
	return strings.Join(parts, " ")
}

// notRead says what was left out on purpose.
func notRead(r *scan.Report) []string {
	var lines []string
	if r.Filtered > 0 {
		lines = append(lines, plural(int(r.Filtered), "record")+" outside the time, accounts or regions asked for")
	}
	why := map[string]int{}
	for _, s := range r.Skipped {
		why[s.Reason]++
	}
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		lines = append(lines, plural(why[reason], "file")+" skipped: "+reason)
	}
	return lines
}

// rulesFact says which rules ran, and which could not for want of data.
func rulesFact(o *scanFlags, cfg *scan.Config) html.Fact {
	f := html.Fact{Name: "Rules", Value: plural(len(cfg.Rules), "rule") + " ran"}
	whole := *cfg
	whole.Rules, _ = o.chosenRules()
	without := disarm(&whole)
	if len(without) == 0 {
		return f
	}
	var lacking []string
	for _, x := range without {
		lacking = append(lacking, strings.Join(x.needs, " or "))
	}
	slices.Sort(lacking)
	f.Value += fmt.Sprintf("; %d could not, for want of data: %s", len(without), strings.Join(slices.Compact(lacking), ", "))
	return f
}

// warnings are the problems of a scan, each in a line: first what concerns the whole.
func warnings(r *scan.Report) []string {
	var b strings.Builder
	whole := *r
	whole.Problems = nil
	trouble(&b, &whole)
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "warning")))
	}
	for _, p := range r.Problems {
		lines = append(lines, cmp.Or(p.Object, "scan")+": "+told(p))
	}
	return lines
}
