package rules_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"picket/guardduty"
	"picket/rule"
	"picket/rules"
)

// TestCustomDetectionRules holds that the catalogue has every signal of GuardDuty's that Picket knows, each once, and that it
// says of each what clients read.
func TestCustomDetectionRules(t *testing.T) {
	types, signals := map[string]bool{}, map[string]string{}
	for _, r := range rules.All() {
		i := r.Info()
		if i.Origin != rule.Custom {
			if i.ID+i.Expression != "" {
				t.Errorf("%s is no custom detection rule, and has id %q", i.Name(), i.ID)
			}
			continue
		}
		types[string(i.Type)] = true
		signals[i.Signal] = i.ID
		for _, call := range r.(*rule.CloudTrail).On {
			for _, want := range []string{"eventSource = '" + call.Source + "'", "'" + call.Name} {
				if !strings.Contains(i.Expression, want) {
					t.Errorf("%s: its expression says nothing of %s", i.Name(), want)
				}
			}
		}
	}
	all := rules.CustomDetectionRules()
	if len(types) != 25 || len(signals) != 35 || len(all) != len(signals) {
		t.Errorf("got %d types, %d signals, %d in the catalogue; want 25, 35 and 35", len(types), len(signals), len(all))
	}
	id := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	technique := regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})? - [A-Z][A-Za-z]+( [^:]+)?(: [A-Z].+)?$`)
	for n, d := range all {
		if n > 0 && *all[n-1].RuleId >= *d.RuleId {
			t.Errorf("%s does not come after %s", *d.RuleId, *all[n-1].RuleId)
		}
		// The id is the name in another spelling, so that nobody looks for one and finds another.
		if !id.MatchString(*d.RuleId) || signals[*d.Name] != *d.RuleId || !strings.EqualFold(strings.ReplaceAll(*d.RuleId, "-", ""), *d.Name) {
			t.Errorf("%s: id %q", *d.Name, *d.RuleId)
		}
		if !technique.MatchString(*d.Technique) || strings.ContainsAny(*d.Description, "{}") || !slices.Contains(d.Severity.Values(), d.Severity) {
			t.Errorf("%s: technique %q, description %q, severity %q", *d.Name, *d.Technique, *d.Description, d.Severity)
		}
	}
}

// TestCatalogued shows what the catalogue says of a rule.
func TestCatalogued(t *testing.T) {
	all := rules.CustomDetectionRules()
	i := slices.IndexFunc(all, func(d guardduty.RuleDetail) bool { return *d.RuleId == "vpc-flow-logs-deleted" })
	if i < 0 {
		t.Fatal("vpc-flow-logs-deleted is not there")
	}
	d := all[i]
	got := fmt.Sprintln(*d.Name, d.Severity, d.DataSource, *d.Tactic, "|", *d.Technique, "|", *d.Service, d.Language, d.Schema, "|", *d.Definition.Expression)
	want := "VPCFlowLogsDeleted HIGH CloudTrailManagementEvent Defense Impairment | T1685.002 - Disable or Modify Tools: Disable or Modify Cloud Log | ec2 SQL CloudTrail | eventSource = 'ec2.amazonaws.com' AND eventName = 'DeleteFlowLogs' AND errorCode IS NULL\n"
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}
