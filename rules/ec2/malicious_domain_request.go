package ec2

import (
	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Impact:EC2/MaliciousDomainRequest.Reputation",
	Severity:    picket.High,
	Techniques:  []string{"T1071"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a domain with the reputation of being malicious.",
	Description: "The EC2 instance {instance} looked up {domain}, a name of low reputation that is tied to domains and addresses known to be malicious.",
	Needs:       []intel.Category{intel.RepMalicious},
	Where:       asksFor(intel.RepMalicious),
	Key:         registered,
	Note:        noteName(intel.RepMalicious),
}, &rule.DNS{
	Type:        "Impact:EC2/MaliciousDomainRequest.Custom",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a domain on a custom threat list.",
	Description: "The EC2 instance {instance} looked up {domain}, which is on a threat list that this account brought.",
	Needs:       []intel.Category{intel.Custom},
	Where:       func(r *event.DNS, env *rule.Env) bool { return env.Name(r).Has(intel.Custom, r.Time) },
	Key:         registered,
	Note:        noteName(intel.Custom),
})
