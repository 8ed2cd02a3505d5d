package rules_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/event"
	"picket/finding"
	"picket/page"
	"picket/rules"
)

// maxFuzzed is how many bytes of records a rule is tried on.
const maxFuzzed = 16 << 10

// FuzzRules tries every rule on records of any content: it must not panic, its findings must not depend on the order of the
// records, and they must be good to export. The seeds are the pages' own examples.
func FuzzRules(f *testing.F) {
	all := rules.All()
	for _, r := range all {
		p, err := rules.Page(r)
		if err != nil {
			f.Fatal(err)
		}
		for i := range p.Examples {
			if e := &p.Examples[i]; e.Fires && e.Type == string(r.Info().Type) {
				f.Add(byte(e.Kind), e.Given, e.Text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind byte, given, text string) {
		if expanded, err := page.Expand(text); err != nil || len(expanded) > maxFuzzed {
			return
		}
		e := page.Example{Kind: event.Kind(kind % byte(event.KindDNS+1)), Given: given, Block: page.Block{Text: text}}
		results, err := e.Run(all, page.Order{Shards: 1})
		if err != nil {
			return
		}
		for _, o := range []page.Order{{Shards: 3, Shuffle: 1}, {Shards: 2, Shuffle: 2}} {
			shuffled, err := e.Run(all, o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(exports(t, results), exports(t, shuffled)); diff != "" {
				t.Errorf("other findings in the order %+v:\n%s", o, diff)
			}
		}
	})
}

// exports are the findings as text, sorted.
func exports(t *testing.T, results []*finding.Result) []string {
	var all []string
	for _, r := range results {
		line, err := finding.Export(&r.Finding)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(line) || strings.TrimSpace(*r.Title) == "" {
			t.Errorf("not good to export: %s", line)
		}
		all = append(all, string(line))
	}
	slices.Sort(all)
	return all
}
