package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/page"
	"picket/rule"
	"picket/rules"
)

func newRulesCommand(d deps) *cobra.Command {
	c := &cobra.Command{Use: "rules", Short: "List, explain and test what Picket detects"}
	c.AddCommand(newRulesListCommand(d), newRulesExplainCommand(d), newRulesTestCommand(d))
	return c
}

// listedRule is a rule as `rules list --json` prints it.
type listedRule struct {
	Type       string   `json:"type"`
	Signal     string   `json:"signal,omitempty"`
	ID         string   `json:"id,omitempty"` // of a custom detection rule
	Severity   float64  `json:"severity"`
	Source     string   `json:"source"`
	Origin     string   `json:"origin"`
	Techniques []string `json:"techniques"`
	Title      string   `json:"title"`
	Needs      []string `json:"needs,omitempty"`
}

func newRulesListCommand(d deps) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use: "list", Short: "List every rule: type, signal, severity, log, ATT&CK techniques", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all := rules.All()
			if asJSON {
				return listRulesJSON(d, all)
			}
			t := table.NewWriter()
			t.SetStyle(table.StyleLight)
			t.Style().Options.DrawBorder = false
			t.AppendHeader(table.Row{"type", "signal", "severity", "log", "origin", "ATT&CK", "needs"})
			for _, r := range all {
				i := r.Info()
				t.AppendRow(table.Row{i.Type, i.Signal, i.Severity.Label(), i.Kind, i.Origin, strings.Join(i.Techniques, " "), strings.Join(needs(i), " ")})
			}
			fmt.Fprintln(d.out, t.Render())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return c
}

func listRulesJSON(d deps, all []rule.Any) error {
	enc := json.NewEncoder(d.out)
	for _, r := range all {
		i := r.Info()
		row := listedRule{string(i.Type), i.Signal, i.ID, float64(i.Severity), i.Kind.String(), i.Origin.String(), i.Techniques, i.Title, needs(i)}
		if err := enc.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func needs(i *rule.Info) []string {
	var all []string
	for _, n := range i.Needs {
		all = append(all, string(n))
	}
	if i.NeedsGeo {
		all = append(all, "geo")
	}
	return all
}

func newRulesExplainCommand(d deps) *cobra.Command {
	return &cobra.Command{
		Use: "explain TYPE", Short: "Say what a finding type means, what is harmless, what to do; with examples", Args: cobra.ExactArgs(1),
		Example: `  picket rules explain 'Backdoor:EC2/C&CActivity.B!DNS'`,
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := pageOf(args[0])
			if err == nil && p == nil {
				err = fmt.Errorf("no rule detects %q; picket rules list names them all", args[0])
			}
			if err != nil {
				return err
			}
			fmt.Fprint(d.out, p.Text)
			return nil
		},
	}
}

// pageText is the page of a finding type as text; false if no rule detects it.
func pageText(typ string) (string, bool) {
	p, err := pageOf(typ)
	if err != nil || p == nil {
		return "", false
	}
	return p.Text, true
}

// pageOf returns the page of a finding type, in any case; nil if no rule detects it.
func pageOf(typ string) (*page.Page, error) {
	all := rules.All()
	i := slices.IndexFunc(all, func(r rule.Any) bool { return strings.EqualFold(string(r.Info().Type), typ) })
	if i < 0 {
		return nil, nil
	}
	p, err := rules.Page(all[i])
	if err != nil {
		return nil, fmt.Errorf("read the page of %s: %w", typ, err)
	}
	return p, nil
}

func newRulesTestCommand(d deps) *cobra.Command {
	return &cobra.Command{
		Use: "test DIR", Short: "Run the examples of the pages in a folder against the rules", Args: cobra.ExactArgs(1),
		Long: "Run the examples of every page (*.md) in a folder against the built-in rules: each block of records fenced as\n" +
			"```cloudtrail fires TYPE or ```flow quiet TYPE must do what it says, in any order. A block ```json part after an\n" +
			"example must agree with the finding, and ```json finding be exactly that of the page's first. Exit code 1 if one\n" +
			"does not.",
		RunE: func(_ *cobra.Command, args []string) error {
			pages, err := filepath.Glob(filepath.Join(args[0], "*.md"))
			if err == nil && len(pages) == 0 {
				err = fmt.Errorf("no pages (*.md) in %s", args[0])
			}
			if err != nil {
				return err
			}
			return testPages(d, pages)
		},
	}
}

func testPages(d deps, paths []string) error {
	all, passed, failed := rules.All(), 0, 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p, err := page.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for i := range p.Examples {
			e := &p.Examples[i]
			_, wrong := e.Check(all)
			for _, w := range wrong {
				fmt.Fprintf(d.out, "FAIL  %s %s: %s\n", path, e.Name(), w)
			}
			if len(wrong) > 0 {
				failed++
			} else {
				passed++
			}
		}
	}
	fmt.Fprintf(d.out, "%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		return exit(exitFindings)
	}
	return nil
}
