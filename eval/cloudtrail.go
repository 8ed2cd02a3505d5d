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

// general are the types that say little about a technique: they fire on who calls, not on what is done.
var general = []string{"Policy:IAMUser/RootCredentialUsage"}

// stratus counts the attack techniques of Stratus Red Team that raise a specific finding.
func (e *eval) stratus() error {
	paths, err := e.glob("cloudtrail/stratus/*.json")
	if err != nil {
		return err
	}
	title("Stratus Red Team: technique → findings", "technique", "GuardDuty's types", "Picket's own")
	guardduty, all := 0, 0
	for _, p := range paths {
		report := e.scan(world{}, e.file(p))
		specific := slices.DeleteFunc(report.Findings, func(f *finding.Result) bool { return slices.Contains(general, *f.Type) })
		var theirs, ours []*finding.Result
		for _, f := range specific {
			if own(f) {
				ours = append(ours, f)
			} else {
				theirs = append(theirs, f)
			}
		}
		technique := strings.TrimSuffix(filepath.Base(p), ".json")
		line(technique, list(types(theirs)), list(types(ours)))
		if len(theirs) > 0 {
			guardduty++
		}
		if len(specific) > 0 {
			all++
		}
		e.add("stratus", technique, "findings", types(specific))
	}
	fmt.Printf("\n%d of %d techniques with GuardDuty's types, %d with Picket's own signals.\n", guardduty, len(paths), all)
	e.add("stratus", "all", "guardduty", guardduty)
	e.add("stratus", "all", "all", all)
	return nil
}

// pantherTest is one rule test: an event and whether Panther's rule should fire on it.
type pantherTest struct {
	Rule, Name string
	Expected   bool
	LogType    string          `json:"p_log_type"`
	LogTypes   []string        `json:"log_types"`
	Event      json.RawMessage `json:"event"`
}

// panther counts findings on events that Panther's rules call benign, and on those that they call attacks. Its verdict is a
// hint: one rule's benign event may be another's attack.
func (e *eval) panther() error {
	var counts [2][2]int // expected → fired
	title("Panther's rule tests: findings on events that should be quiet", "rule", "test", "findings")
	err := e.jsonLines("rule_tests/panther_aws_tests_A.jsonl", func(b []byte) error {
		var t pantherTest
		if err := json.Unmarshal(b, &t); err != nil {
			return err
		}
		if !slices.Contains(t.LogTypes, "AWS.CloudTrail") {
			return nil
		}
		findings := e.scan(world{}, text(t.Event)).Findings
		counts[index(t.Expected)][index(len(findings) > 0)]++
		e.add("panther", t.Rule+": "+t.Name, "findings", types(findings))
		if !t.Expected && len(findings) > 0 {
			line(t.Rule, t.Name, list(types(findings)))
		}
		return nil
	})
	quiet, loud := counts[0], counts[1]
	fmt.Printf("\nBenign: %d of %d raise a finding (%.1f %%). Attacks: %d of %d.\n", quiet[1], quiet[0]+quiet[1],
		100*float64(quiet[1])/float64(max(quiet[0]+quiet[1], 1)), loud[1], loud[0]+loud[1])
	e.add("panther", "benign", "raised", quiet[1])
	e.add("panther", "benign", "tests", quiet[0]+quiet[1])
	e.add("panther", "attacks", "raised", loud[1])
	e.add("panther", "attacks", "tests", loud[0]+loud[1])
	return err
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
