package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"picket/finding"
)

// pantherTest is one rule test: an event and whether Panther's rule should fire on it.
type pantherTest struct {
	Rule, Name string
	Expected   bool
	LogTypes   []string        `json:"log_types"`
	Event      json.RawMessage `json:"event"`
}

// panther counts findings on events that Panther's rules call benign, and on those that they call attacks. Its verdict is a
// hint: one rule's benign event may be another's attack.
func (e *eval) panther() error {
	var counts [2][2]int // expected → fired
	unread, unfair := 0, 0
	title("Panther's rule tests: findings on events that should be quiet", "rule", "test", "finding", "fair, because")
	err := e.jsonLines("rule_tests/panther_aws_tests_A.jsonl", func(b []byte) error {
		var t pantherTest
		if err := json.Unmarshal(b, &t); err != nil {
			return err
		}
		if !slices.Contains(t.LogTypes, "AWS.CloudTrail") {
			return nil
		}
		report := e.scan(world{}, text(t.record()))
		if report.Total() == 0 {
			unread++ // a record of another kind, or one without a time, that no scan can place
			return nil
		}
		counts[index(t.Expected)][index(len(report.Findings) > 0)]++
		v := verdict{suite: "panther", name: t.Rule + ": " + t.Name, found: report.Findings, fair: t.fair}
		if l := pantherLabels[t.Rule]; l != nil && t.Expected {
			v.want, v.short = []label{l}, t.parameters
		}
		e.judge(v)
		e.add("panther", v.name, "findings", types(report.Findings))
		if !t.Expected {
			unfair += index(t.complain(report.Findings))
		}
		return nil
	})
	quiet, loud := counts[0], counts[1]
	benign, attacks := quiet[0]+quiet[1], loud[0]+loud[1]
	fmt.Printf("\nBenign: %d of %d raise a finding, %d of them (%.1f %%) one that is not fair. Attacks: %d of %d. %d tests hold no CloudTrail record with a time.\n",
		quiet[1], benign, unfair, 100*float64(unfair)/float64(max(benign, 1)), loud[1], attacks, unread)
	for metric, n := range map[string]int{"raised": quiet[1], "unfair": unfair, "tests": benign} {
		e.add("panther", "benign", metric, n)
	}
	e.add("panther", "attacks", "raised", loud[1])
	e.add("panther", "attacks", "tests", attacks)
	e.add("panther", "all", "unread", unread)
	return err
}

// stored is how Panther keeps times.
var stored = regexp.MustCompile(`("eventTime": *"\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)[.0-9]*"`)

// record is the event as CloudTrail logs it.
func (t *pantherTest) record() []byte { return stored.ReplaceAll(t.Event, []byte(`${1}T${2}Z"`)) }

// parameters tells what the event says of the call: most of Panther's events say less than AWS does.
func (t *pantherTest) parameters(label) string {
	var c struct{ RequestParameters map[string]any }
	if err := json.Unmarshal(t.Event, &c); err != nil || len(c.RequestParameters) == 0 {
		return "the event has no parameters"
	}
	return "the event's parameters: " + strings.Join(slices.Sorted(maps.Keys(c.RequestParameters)), ", ")
}

// complain lists what a benign event raised and reports whether any of it isn't fair.
func (t *pantherTest) complain(findings []*finding.Result) bool {
	unfair := false
	for _, f := range findings {
		why := t.fair(f)
		if unfair = unfair || why == ""; why == "" {
			why = "**not fair**"
		}
		line(t.Rule, t.Name, list(types([]*finding.Result{f})), why)
	}
	return unfair
}

// call is what meanings ask of an event.
type call struct {
	EventName, ErrorCode, RecipientAccountId string
	UserIdentity                             struct{ Type, InvokedBy string }
	ResponseElements                         struct{ ConsoleLogin string }
	AdditionalEventData                      struct{ MFAUsed string }
	RequestParameters                        struct {
		LaunchPermission struct {
			Add struct {
				Items []struct{ UserId, Group string }
			}
		}
	}
}

// meaning is what a type says, written down apart from its rule.
type meaning struct {
	says string
	met  func(*call) bool
}

// meanings are those of the types that Panther's tests raise beside their own. What a type reports is a fact, harmless
// or not; of other types a finding without a label is simply false.
var meanings = map[string]meaning{
	"Exfiltration:EC2/TransferDataToCloudAccount": {"the image was shared with another account", func(c *call) bool {
		for _, to := range c.RequestParameters.LaunchPermission.Add.Items {
			if to.Group == "all" || to.UserId != "" && to.UserId != c.RecipientAccountId {
				return true
			}
		}
		return false
	}},
	"InitialAccess:IAM/ValidAccounts": {"somebody signed in with a password and without MFA", func(c *call) bool {
		return c.EventName == "ConsoleLogin" && c.ResponseElements.ConsoleLogin == "Success" && c.AdditionalEventData.MFAUsed == "No"
	}},
	"Persistence:IAM/AccountManipulation": {"a user was given a new key or password", func(c *call) bool {
		return c.EventName == "CreateAccessKey" || c.EventName == "UpdateLoginProfile" || c.EventName == "CreateLoginProfile"
	}},
	"Policy:IAMUser/RootCredentialUsage": {"the root user acted; what it did doesn't matter", func(c *call) bool {
		return c.UserIdentity.Type == "Root" && c.UserIdentity.InvokedBy == ""
	}},
}

// fair says why a finding is one although no label explains it, or "".
func (t *pantherTest) fair(f *finding.Result) string {
	var c call
	if err := json.Unmarshal(t.Event, &c); err != nil || c.ErrorCode != "" {
		return ""
	}
	if d, ok := meanings[*f.Type]; ok && d.met(&c) {
		return d.says
	}
	return ""
}
