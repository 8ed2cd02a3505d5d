package page_test

import (
	"strings"
	"testing"

	"picket/event"
	"picket/page"
	"picket/rule"
)

const dnsLine = `{"account_id":"111122223333","region":"us-east-1","query_timestamp":"2026-01-05T10:00:00Z","query_name":"bad.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.5","srcids":{"instance":"i-0a"}}`

// TestCheck holds that everything which is not as a page says is told, and what is so is not.
func TestCheck(t *testing.T) {
	met := map[string]bool{}
	rules := []rule.Any{
		&rule.DNS{Type: "Test:EC2/Bad", Severity: 5, Title: "Bad.", Description: "Bad.", Where: func(d *event.DNS, _ *rule.Env) bool { return d.Name == "bad.example" }},
		&rule.DNS{Type: "Test:EC2/First", Severity: 5, Title: "First.", Description: "First.", Where: func(d *event.DNS, _ *rule.Env) bool {
			again := met[d.Name] // which no rule may do
			met[d.Name] = true
			return !again
		}},
		&rule.DNS{Type: "Test:EC2/Broken", Where: func(*event.DNS, *rule.Env) bool { return true }, When: rule.Threshold[*event.DNS]{N: 1, Within: 60e9, Per: func(*event.DNS) string { panic("oops") }}},
	}
	f := func(fence, more string, want ...string) string {
		t.Helper()
		p, err := page.Parse([]byte("# Bad\n\n```dns " + fence + "\n" + dnsLine + "\n```\n" + more))
		if err != nil {
			t.Fatal(err)
		}
		made, wrong := p.Examples[0].Check(rules)
		if len(wrong) != len(want) {
			t.Fatalf("%s: got %q, want %q", fence, wrong, want)
		}
		for i := range want {
			if !strings.Contains(wrong[i], want[i]) {
				t.Errorf("%s: got %q, want %q", fence, wrong[i], want[i])
			}
		}
		return made
	}
	const bad = "fires Test:EC2/Bad"
	made := f(bad, "")
	f(bad, "```json finding\n"+made+"```\n")
	other := strings.Replace(made, `"severity": 5`, `"severity": 6`, 1)
	f(bad, "```json finding\n"+other+"```\n", "line 6: the finding is not what it makes (-page, +made):\n-   \"severity\": 6,\n+   \"severity\": 5,\n")
	f("quiet Test:EC2/Bad", "", "it fires")
	f("fires Test:EC2/Nothing", "", "no rule has this type")
	f("fires Test:EC2/Bad Signal", "", "no rule has this type and signal")
	f(bad, "```json part\n{\"type\": \"Test:EC2/Bad\", \"service\": {\"count\": 1}}\n```\n")
	f(bad, "```json part\n{\"service\": {\"count\": 2}}\n```\n", "line 6: the part of the finding is not what it makes (-page, +made):\n-       \"count\": 2\n+       \"count\": 1\n")
	f(bad, "```json part\n{\"service\": {\"wind\": 2}}\n```\n", "\"wind\": 2")
	f(bad, "```json part\n[{\"severity\": 5}, {\"severity\": 5}]\n```\n", "-   },\n-   {\n-     \"severity\": 5")
	f(bad, "```json part\n{\n```\n", "line 6: unexpected end of JSON")
	f("fires Test:EC2/First", "", "makes other findings (-in order)", "makes other findings", "makes other findings")
	f("fires Test:EC2/Broken", "", "BUG: oops")

	f(bad+"\n"+"{}", "", "record 1: ")
	f(bad+"\n"+strings.Replace(dnsLine, "bad", "good", 1)+"\n```\n\n```dns "+bad, "", "it does not fire")
}

// TestFindingIsOfTheFirst holds that the finding of a page belongs to its first example that fires.
func TestFindingIsOfTheFirst(t *testing.T) {
	p, err := page.Parse([]byte("```dns quiet A:B/C\na\n```\n```dns fires A:B/C\nb\n```\n```dns fires A:B/D\nc\n```\n```json finding\n{}\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Examples; e[0].Finding != nil || e[1].Finding == nil || e[1].Finding != p.Finding || e[2].Finding != nil {
		t.Errorf("got %+v", e)
	}
}
