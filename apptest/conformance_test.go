package apptest

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	contract "picket/guardduty"
)

var update = flag.Bool("update", false, "write docs/conformance.md")

// keptOnly says of operations that succeed what doesn't follow from them yet.
var keptOnly = map[string]string{
	"MalwareProtectionPlan": "plans are kept, with status WARNING; there is no scanner",
	"MalwareScanSettings":   "settings are kept; there is no scanner",
	"MalwareScans":          "always empty; there is no scanner",
}

// otherwise says of operations that work what is otherwise than with GuardDuty.
var otherwise = map[string]string{
	"ListCoverage":              "the instances that logs tell of, where RUNTIME_MONITORING is on: `UNHEALTHY`, as no agent watches them; `picket coverage` shows what logs cover. A page tells of 1,000 accounts at most, and may be empty before the last; by `INSTANCE_ID` or `UPDATED_AT` the first 10,000 accounts by id are listed, up to 10,000 instances",
	"GetCoverageStatistics":     "counts what ListCoverage lists; of the first 10,000 accounts by id, up to 10,000 instances",
	"GetUsageStatistics":        "tells of the analysed records, in `GB` or `EVENTS`; the price, in `USD`, is 0.00",
	"GetRemainingFreeTrialDays": "counts down, and everything stays free",

	"CreateCustomDetectionRuleAssociation":      "live rules raise findings; a dry run raises none; the console shows how many records it matched, in place of CloudWatch",
	"CreateCustomDetectionRuleOrgConfiguration": "applies to members, and is not among their own associations",
}

// TestConformancePage holds docs/conformance.md to what the story of all operations, which the SDKs tell, wants of each.
func TestConformancePage(t *testing.T) {
	works, refusal := map[string]bool{}, map[string]string{}
	for _, st := range story {
		if st.refused == "" {
			works[st.operation] = true
		} else {
			refusal[st.operation] = st.refused
		}
	}
	var page strings.Builder
	page.WriteString(conformanceHead)
	for _, op := range contract.Operations() {
		verdict, note := "works", ""
		switch {
		case works[op.Name]:
			note = otherwise[op.Name]
			for part, why := range keptOnly {
				if strings.Contains(op.Name, part) {
					verdict, note = "kept only", why
				}
			}
		case refusal[op.Name] != "":
			verdict, note = "refused", "“… "+refusal[op.Name]+" …”"
		default:
			t.Errorf("%s is not in the story", op.Name)
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", op.Name, verdict, note)
	}
	const file = "../docs/conformance.md"
	if *update {
		must(0, os.WriteFile(file, []byte(page.String()), 0o644))(t)
	}
	have := must(os.ReadFile(file))(t)
	if diff := cmp.Diff(string(have), page.String()); diff != "" {
		t.Errorf("go test ./apptest -run Conformance -update writes the page anew (-have +want):\n%s", diff)
	}
}

const conformanceHead = `# Conformance

Every operation of the GuardDuty API, as the tests call it through the AWS SDKs for Go and JavaScript, on SQLite and on
PostgreSQL. The tests write this page. Works: it does what GuardDuty does. Kept only: it is validated, stored and returned,
and what should follow from it doesn't yet. Refused: it answers one error that says so.

| operation | | |
|---|---|---|
`
