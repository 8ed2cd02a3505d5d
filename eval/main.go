// Command eval measures what the rules find, and find wrongly, on public data sets that are kept beside the tree: attack
// detonations, rule tests of other projects, captures, generated names, and AWS's own tester; and on simulated logs. It prints
// one table a suite and one of all finding types, and with --json rows of {suite, case, metric, value}. It asserts nothing; the
// numbers are for people. Run it with `make eval`.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"picket/finding"
	"picket/geodata"
	"picket/intel"
	"picket/rule"
	"picket/rules"
	"picket/scan"
)

// row is one measured value.
type row struct {
	Suite  string `json:"suite"`
	Case   string `json:"case"`
	Metric string `json:"metric"`
	Value  any    `json:"value"`
}

// eval is a run over one data folder.
type eval struct {
	data    string
	geo     rule.Locator
	rows    []row
	judged  map[place]*outcomes
	remarks []remark
}

func main() {
	data := flag.String("data", "../shared/data", "folder of the data sets")
	out := flag.String("json", "", "write rows to this file")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(2)
	}
}

func run(data, out string) error {
	if _, err := os.Stat(data); err != nil {
		return fmt.Errorf("the data sets are not there: %w", err)
	}
	geo, err := intel.NewGeo(geodata.Country(), geodata.ASN())
	if err != nil {
		return err
	}
	e := &eval{data: data}
	if country, _ := geo.Has(); country {
		e.geo = geo
	} else {
		fmt.Println("Without country and network data (make geodata), some rules are off.")
	}
	for _, suite := range []func() error{e.stratus, e.panther, e.trailDiscover, e.tester, e.flows, e.tunnels, e.generated, e.simulated, e.byType} {
		if err := suite(); err != nil {
			return err
		}
	}
	if out == "" {
		return nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, r := range e.rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

func (e *eval) add(suite, name, metric string, value any) {
	e.rows = append(e.rows, row{suite, name, metric, value})
}

// title begins a suite's table.
func title(text string, columns ...string) {
	fmt.Printf("\n## %s\n\n| %s |\n|%s\n", text, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

func line(cells ...any) {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = fmt.Sprint(c)
	}
	fmt.Printf("| %s |\n", strings.Join(text, " | "))
}

// world is what a scan of the suite knows beside the logs.
type world struct {
	lists []intel.List
	keys  map[string]bool // known to be compromised
	rules []rule.Any      // nil: all
}

// scan runs the rules over objects.
func (e *eval) scan(w world, objects ...scan.Object) *scan.Report {
	tables, _ := intel.Build(w.lists, intel.Options{})
	if w.rules == nil {
		w.rules = rules.All()
	}
	return scan.Run(context.Background(), scan.Config{
		Objects: objects, Rules: w.rules, Intel: tables, Geo: e.geo, Keys: w.keys, Region: "us-east-1", Account: "123456789012",
	}, &scan.Progress{})
}

// file is the object of one data file.
func (e *eval) file(path string) scan.Object {
	path = filepath.Join(e.data, path)
	return scan.Object{Name: path, Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }}
}

// text is an object of bytes.
func text(b []byte) scan.Object {
	return scan.Object{Name: "made up", Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// glob lists data files below folder, relative to the data.
func (e *eval) glob(pattern string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(e.data, pattern))
	for i, p := range paths {
		paths[i], _ = filepath.Rel(e.data, p)
	}
	return paths, err
}

// types lists the types of findings, signals in brackets, each once.
func types(findings []*finding.Result) []string {
	all := map[string]bool{}
	for _, f := range findings {
		t := *f.Type
		if len(f.Signals) > 0 {
			t += " (" + strings.Join(f.Signals, ", ") + ")"
		}
		all[t] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// raised reports whether a finding of a type is among findings.
func raised(findings []*finding.Result, typ string) bool {
	return slices.ContainsFunc(findings, func(f *finding.Result) bool { return *f.Type == typ })
}

// list writes types in a table's cell.
func list(types []string) string {
	if len(types) == 0 {
		return "–"
	}
	return strings.Join(types, "<br>")
}

// own tells Picket's own findings from those of GuardDuty's types, custom detection rules included.
func own(f *finding.Result) bool { return f.AdditionalInfo["origin"] == "picket" }
