// Package ruletest runs every page of a family of rules: each example must fire or stay quiet as it says, whatever the
// order of its records and the number of shards, and with a restart among them, and the finding on the page must be the
// one that the rules make.
package ruletest

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/finding"
	"picket/page"
	"picket/rule"
)

var update = flag.Bool("update", false, "write the findings that the rules make into the pages")

// Run checks a family in its own directory: every behaviour has its code and its page, every type and signal has an
// example that fires it and one that does not, every example names a rule of its page and does what it says, and no
// page is left over.
func Run(t *testing.T, rules []rule.Any, docs fs.FS) {
	t.Helper()
	if len(rules) == 0 {
		t.Fatal("no rules")
	}
	behaviours := map[string][]rule.Any{}
	for _, r := range rules {
		stem := r.Info().Type.Stem()
		behaviours[stem] = append(behaviours[stem], r)
	}
	pages, err := fs.Glob(docs, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if behaviours[strings.TrimSuffix(p, ".md")] == nil {
			t.Errorf("%s: no rule", p)
		}
	}
	for stem, rules := range behaviours {
		t.Run(stem, func(t *testing.T) { behaviour(t, stem, rules, docs) })
	}
}

func behaviour(t *testing.T, stem string, rules []rule.Any, docs fs.FS) {
	if _, err := os.Stat(stem + ".go"); err != nil {
		t.Errorf("want the rule in its own file: %v", err)
	}
	text, err := fs.ReadFile(docs, stem+".md")
	if err != nil {
		t.Fatalf("want a page: %v", err)
	}
	p, err := page.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if want := rules[0].Info().Type.Behavior(); p.Title != want {
		t.Errorf("title is %q, want %q", p.Title, want)
	}
	seen, first := map[string]bool{}, true
	for i := range p.Examples {
		e := &p.Examples[i]
		seen[e.Name()[strings.Index(e.Name(), ": "):]] = true
		of := ofType(rules, e.Type, e.Signal)
		if len(of) == 0 {
			t.Errorf("%s: the page's rules have no such type and signal", e.Name())
			continue
		}
		results := example(t, e, ofType(rules, e.Type, ""))
		if e.Part != nil {
			part(t, e, results)
		}
		if e.Fires && first {
			sample(t, stem, p, e, results)
			first = false
		}
	}
	for _, r := range rules {
		for _, verb := range []string{": fires ", ": quiet "} {
			if !seen[verb+r.Info().Name()] {
				t.Errorf("want an example%s%s", verb[1:], r.Info().Name())
			}
		}
	}
}

func ofType(rules []rule.Any, typ, signal string) []rule.Any {
	return slices.DeleteFunc(slices.Clone(rules), func(r rule.Any) bool {
		return string(r.Info().Type) != typ || signal != "" && r.Info().Signal != signal
	})
}

// example runs e in several orders and returns what it makes.
func example(t *testing.T, e *page.Example, rules []rule.Any) []*finding.Result {
	var results []*finding.Result
	var want string
	for _, o := range []page.Order{{Shards: 1}, {Shards: 2, Shuffle: 1}, {Shards: 7, Shuffle: 2}, {Shards: 1, Shuffle: 3, Restart: true}} {
		rs, err := e.Run(rules, o)
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
			return nil
		}
		got := render(t, rs)
		if results == nil {
			results, want = append([]*finding.Result{}, rs...), got
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %+v makes other findings (-in order):\n%s", e.Name(), o, d)
		}
	}
	if fired := slices.ContainsFunc(results, e.Matches); fired != e.Fires {
		t.Errorf("%s: fired = %v", e.Name(), fired)
	}
	return results
}

func render(t *testing.T, rs []*finding.Result) string {
	var b bytes.Buffer
	for _, r := range rs {
		b.Write(pretty(t, r))
		for _, e := range r.Refs {
			b.WriteString(" " + string(rune('0'+e.Offset%10)))
		}
	}
	return b.String()
}

func pretty(t *testing.T, r *finding.Result) []byte {
	t.Helper()
	line, err := finding.Export(&r.Finding)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, line, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// part compares what the page shows of the example's findings with them.
func part(t *testing.T, e *page.Example, results []*finding.Result) {
	var want any
	if err := json.Unmarshal([]byte(e.Part.Text), &want); err != nil {
		t.Errorf("line %d: %v", e.Part.Line, err)
		return
	}
	if _, several := want.([]any); !several {
		want = []any{want}
	}
	got := []any{}
	for _, r := range results {
		if !e.Matches(r) {
			continue
		}
		var f any
		if err := json.Unmarshal(pretty(t, r), &f); err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if d := cmp.Diff(want, shown(got, want)); d != "" {
		t.Errorf("%s: the page's part of the finding is not what it makes (-page, +made):\n%s", e.Name(), d)
	}
}

// shown is got without the members of objects that want does not name.
func shown(got, want any) any {
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			named := map[string]any{}
			for k, v := range got {
				if w, ok := want[k]; ok {
					named[k] = shown(v, w)
				}
			}
			return named
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range got {
				got[i] = shown(got[i], want[i])
			}
			return got
		}
	}
	return got
}

// sample compares the page's finding with what its first firing example makes.
func sample(t *testing.T, stem string, p *page.Page, e *page.Example, results []*finding.Result) {
	i := slices.IndexFunc(results, e.Matches)
	if i < 0 {
		return
	}
	got := string(pretty(t, results[i]))
	switch {
	case p.Finding != nil && p.Finding.Text == got:
	case *update:
		text := p.Text
		if p.Finding == nil {
			text = strings.TrimRight(text, "\n") + "\n\n```json finding\n" + got + "```\n"
		} else {
			text = strings.Replace(text, "```json finding\n"+p.Finding.Text+"```", "```json finding\n"+got+"```", 1)
		}
		if err := os.WriteFile(stem+".md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	case p.Finding == nil:
		t.Errorf("want a ```json finding block; go test -update writes it")
	default:
		t.Errorf("the page's finding is not what %s makes (-page, +made); go test -update writes it:\n%s", e.Name(), cmp.Diff(p.Finding.Text, got))
	}
}
