package iam_test

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/page"
	"picket/rules/iam"
)

// finding is what the pages' examples don't show of a finding but for the first.
type finding struct {
	Severity float64
	Count    int32
}

func TestSeverityAndCount(t *testing.T) {
	f := func(stem, typ string, want ...finding) {
		t.Helper()
		text, err := fs.ReadFile(iam.Docs, stem+".md")
		if err != nil {
			t.Fatal(err)
		}
		p, err := page.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []finding
		for _, e := range p.Examples {
			if !e.Fires || e.Type != typ {
				continue
			}
			rs, err := e.Run(iam.Rules(), page.Order{Shards: 1})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rs {
				if e.Matches(r) {
					got = append(got, finding{*r.Severity, *r.Service.Count})
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want, +got):\n%s", typ, d)
		}
	}
	low, medium, high := finding{2, 1}, finding{5, 1}, finding{8, 1}
	f("password_policy_change", "Stealth:IAMUser/PasswordPolicyChange",
		medium,                                      // four losses
		low, low, low, low, low, low, low, low, low, // each alone
		low, medium, medium, high, // two to five
		medium, low, // six and seven characters
		high, low, low)
	for stem, name := range map[string]string{"instance": "Instance", "resource": "Resource"} {
		f(stem+"_credential_exfiltration", "UnauthorizedAccess:IAMUser/"+name+"CredentialExfiltration.InsideAWS",
			high, medium, finding{8, 3})
	}
}
