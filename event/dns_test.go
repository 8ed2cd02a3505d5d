package event

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDNSFields(t *testing.T) {
	in := `{"version":"1.100000","account_id":"111122223333","region":"eu-west-1","vpc_id":"vpc-1","query_timestamp":"2026-01-02T03:04:05Z",
		"query_name":"wWw.Example.COM.","query_type":"TYPE65","query_class":"IN","rcode":"NOERROR",
		"answers":[{"Rdata":"x.example.","Type":"CNAME","Class":"IN"},{"Rdata":"192.0.2.1","Type":"A","Class":"IN"}],
		"srcaddr":"10.0.0.1","srcport":"4000","transport":"UDP","srcids":{"instance":"i-1","resolver_endpoint":"rslvr-in-1"},
		"firewall_rule_group_id":"g","firewall_rule_action":"BLOCK","firewall_domain_list_id":"l","additional_properties":{"is_delayed":true}}`
	want := &DNS{
		Ref: Ref{Sec: 1767323045}, Raw: in, Time: 1767323045, Account: "111122223333", Region: "eu-west-1", VPC: "vpc-1", Name: "www.example.com",
		Type: "TYPE65", RCode: "NOERROR", Transport: "UDP", Src: "10.0.0.1", Instance: "i-1", ResolverEndpoint: "rslvr-in-1", FirewallAction: "BLOCK",
		Answers: `[{"Rdata":"x.example.","Type":"CNAME","Class":"IN"},{"Rdata":"192.0.2.1","Type":"A","Class":"IN"}]`,
	}
	got, err := ParseDNS([]byte(in))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestDNSNames(t *testing.T) {
	f := func(logged, want string) {
		t.Helper()
		in := strings.Replace(query("NAME"), "NAME.", logged, 1)
		d, err := ParseDNS([]byte(in))
		if err != nil || d.Name != want || d.Raw != in {
			t.Errorf("%s: got %+v, %v, want %s", logged, d, err, want)
		}
	}
	f("a.example.", "a.example")
	f("a.example", "a.example")
	f("A-1.eXample.", "a-1.example")
	f(".", "")
	f(`\\052.example.`, "*.example")
	f(`a\\056b.example.`, `a\056b.example`)
	f(`a\\000b\\377\\5.example.`, `a\000b\377\5.example`)
	f(`\u0041.example.`, "a.example")
	f(`\\101.example.`, "a.example")
	f("1.0.0.10.in-addr.arpa.", "1.0.0.10.in-addr.arpa")
}

func TestDNSQuirks(t *testing.T) {
	d, err := ParseDNS([]byte(`{"query_timestamp":"2026-01-02T03:04:05.5Z","query_name":"x.","srcport":53,"srcids":null}`))
	if err != nil || d.Answers.Exists() || d.Instance != "" || d.Account != "" {
		t.Errorf("got %+v, %v", d, err)
	}
	f := func(in, want string) {
		t.Helper()
		if _, err := ParseDNS([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", in, err, want)
		}
	}
	f(`{"query_timestamp":"2026-01-02T03:04:05Z"}`, "query_name")
	f(`{"query_timestamp":"2026-01-02T03:04:05Z","query_name":null}`, "query_name")
	f(`{"query_timestamp":1767322800,"query_name":"x."}`, "query_timestamp")
	f(`{"query_name":"x."}`, "query_timestamp")
	f(`nothing`, "not a JSON object")
}
