package ec2

import (
	"time"

	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// Malware asks for name after name until one exists; people and programs ask for names that do. So only names that don't
// exist are counted, and those that do speak against: sites with names made of abbreviations are strange too.
const (
	dgaNames   = 10 // registered domains that look generated and don't exist, within an hour
	dgaMissing = 40 // percent of the queries for names that look generated
)

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/DGADomainRequest.B",
	Severity:    picket.High,
	Techniques:  []string{"T1568.002"},
	Title:       "The EC2 instance {instance} asks for domains that an algorithm may have made up.",
	Description: "The EC2 instance {instance} asked for {domain} and other domains with names like random letters, many of which don't exist. Malware looks for its command servers in this way.",
	Where: func(r *event.DNS, env *rule.Env) bool {
		return generated(r.Name) && !env.TrustedDomain(r.Account, r.Region, r.Name)
	},
	When: rule.Distinct[*event.DNS]{
		Of:     missingHash,
		N:      dgaNames,
		Within: time.Hour,
		Add: func(r *event.DNS, t *rule.Tally) {
			if missing(r) {
				t.Sum[0]++
			}
		},
		Decide: func(t *rule.Tally) bool {
			names := t.Distinct
			if t.Sum[0] < t.Records {
				names-- // the value of those that exist
			}
			return names >= dgaNames && t.Sum[0]*100 >= dgaMissing*t.Records
		},
	},
	Note: func(n *rule.Note, r *event.DNS, _ *rule.Env) { n.Add("domain", r.Name) },
}, &rule.DNS{
	Type:        "Trojan:EC2/DGADomainRequest.C!DNS",
	Severity:    picket.High,
	Techniques:  []string{"T1568.002"},
	Title:       "The EC2 instance {instance} asked for a domain that malware generates.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list says that an algorithm of malware makes up that name to find its command servers.",
	Needs:       []intel.Category{intel.DGA},
	Where:       asksFor(intel.DGA),
	Note: func(n *rule.Note, r *event.DNS, env *rule.Env) {
		noteName(intel.DGA)(n, r, env)
		n.Add("domain", r.Name)
	},
})

func missing(r *event.DNS) bool { return r.RCode == "NXDOMAIN" }

// missingHash is the registered domain of a name that doesn't exist. Those that do are one value together.
func missingHash(r *event.DNS) uint64 {
	if !missing(r) {
		return 0
	}
	return rule.Hash(registered(r))
}
