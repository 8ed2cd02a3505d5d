package ec2

import (
	"time"

	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// Malware asks for name after name until one exists; people and programs ask for names that do. Sites with names made of
// abbreviations are found too, but they answer.
const (
	dgaNames     = 10 // registered domains that look generated, within an hour
	dgaMissing   = 70 // percent of the queries for them that find nothing
	dgaMany      = 30 // or so many of them,
	dgaManyAlive = 40 // and so many percent
)

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/DGADomainRequest.B",
	Severity:    picket.High,
	Techniques:  []string{"T1568.002"},
	Title:       "The EC2 instance {instance} asks for domains that an algorithm may have made up.",
	Description: "The EC2 instance {instance} asked for {domain} and other domains with names like random letters, most of which don't exist. Malware looks for its command servers in this way.",
	Where: func(r *event.DNS, env *rule.Env) bool {
		return generated(r.Name) && !env.Intel.TrustedDomain(r.Account, r.Name)
	},
	When: rule.Distinct[*event.DNS]{
		Of:     func(r *event.DNS) uint64 { return rule.Hash(registered(r)) },
		N:      dgaNames,
		Within: time.Hour,
		Add: func(r *event.DNS, t *rule.Tally) {
			if r.RCode == "NXDOMAIN" {
				t.Sum[0]++
			}
		},
		Decide: func(t *rule.Tally) bool {
			missing := t.Sum[0] * 100
			return missing >= dgaMissing*t.Records || t.Distinct >= dgaMany && missing >= dgaManyAlive*t.Records
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
