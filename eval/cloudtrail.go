package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"picket/finding"
)

// stratus counts the attack techniques of Stratus Red Team that raise a specific finding.
func (e *eval) stratus() error {
	paths, err := e.glob("cloudtrail/stratus/*.json")
	if err != nil {
		return err
	}
	title("Stratus Red Team: technique → findings", "technique", "GuardDuty's types", "Picket's own")
	guardduty, all := 0, 0
	for _, p := range paths {
		technique := strings.TrimSuffix(filepath.Base(p), ".json")
		want := stratusLabels[technique]
		if want == nil {
			return fmt.Errorf("%s: the technique has no label", p)
		}
		report := e.scan(world{}, e.file(p))
		e.judge(verdict{suite: "stratus", name: technique, found: report.Findings, want: want})
		var theirs, ours []*finding.Result
		for _, f := range report.Findings {
			switch {
			case !specific(f, want):
			case own(f):
				ours = append(ours, f)
			default:
				theirs = append(theirs, f)
			}
		}
		line(technique, list(types(theirs)), list(types(ours)))
		guardduty += index(len(theirs) > 0)
		all += index(len(theirs)+len(ours) > 0)
		e.add("stratus", technique, "findings", append(types(theirs), types(ours)...))
	}
	fmt.Printf("\n%d of %d techniques with GuardDuty's types, %d with Picket's own signals.\n", guardduty, len(paths), all)
	e.add("stratus", "all", "guardduty", guardduty)
	e.add("stratus", "all", "all", all)
	return nil
}

// specific reports whether a finding is of a type that says what the technique does. Others say who calls, at most.
func specific(f *finding.Result, want []label) bool {
	return slices.ContainsFunc(want, func(l label) bool { return slices.Contains(l, *f.Type) })
}

// trailDiscover counts the events of the TrailDiscover collection that raise a finding alone. Most are reconnaissance that
// only a baseline could judge.
func (e *eval) trailDiscover() error {
	fired, all := 0, 0
	err := e.jsonLines("cloudtrail/traildiscover_A.jsonl", func(b []byte) error {
		var t struct{ Event json.RawMessage }
		if err := json.Unmarshal(b, &t); err != nil {
			return err
		}
		all++
		fired += index(len(e.scan(world{}, text(t.Event)).Findings) > 0)
		return nil
	})
	fmt.Printf("\n## TrailDiscover\n\n%d of %d single events raise a finding.\n", fired, all)
	e.add("traildiscover", "all", "raised", fired)
	return err
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (e *eval) jsonLines(path string, f func([]byte) error) error {
	in, err := os.Open(filepath.Join(e.data, path))
	if err != nil {
		return err
	}
	defer in.Close()
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		if err := f(sc.Bytes()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return sc.Err()
}
