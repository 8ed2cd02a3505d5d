// Package ruletest runs every page of a family of rules: each example must fire or stay quiet as it says, whatever the
// order of its records and the number of shards, and with a restart among them, and the finding on the page must be the
// one that the rules make.
package ruletest

import (
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

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
	if p.Finding == nil && !*update {
		t.Error("want a ```json finding block; go test -update writes it")
	}
	seen, first := map[string]bool{}, true
	for i := range p.Examples {
		e := &p.Examples[i]
		seen[e.Name()[strings.Index(e.Name(), ": "):]] = true
		if *update {
			e.Finding = nil
		}
		made, wrong := e.Check(rules)
		for _, w := range wrong {
			t.Errorf("%s: %s", e.Name(), w)
		}
		if *update && e.Fires && first && made != "" {
			write(t, stem, p, made)
		}
		first = first && !e.Fires
	}
	for _, r := range rules {
		for _, verb := range []string{": fires ", ": quiet "} {
			if !seen[verb+r.Info().Name()] {
				t.Errorf("want an example%s%s", verb[1:], r.Info().Name())
			}
		}
	}
}

// write writes the finding that the rules make into the page.
func write(t *testing.T, stem string, p *page.Page, made string) {
	text := strings.TrimRight(p.Text, "\n") + "\n\n```json finding\n" + made + "```\n"
	if p.Finding != nil {
		text = strings.Replace(p.Text, "```json finding\n"+p.Finding.Text+"```", "```json finding\n"+made+"```", 1)
	}
	if err := os.WriteFile(stem+".md", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
