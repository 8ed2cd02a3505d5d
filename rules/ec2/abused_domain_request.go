package ec2

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Impact:EC2/AbusedDomainRequest.Reputation",
	Severity:    picket.Medium,
	Techniques:  []string{"T1583.001"},
	Title:       "The EC2 instance {instance} asked for {domain}, under a domain that is often abused.",
	Description: "The EC2 instance {instance} looked up {domain}. Anybody gets such names at no cost, as of dynamic DNS and free sub-domains, and attackers often do.",
	Needs:       []intel.Category{intel.Abused},
	Where:       asksFor(intel.Abused),
	Key:         registered,
	Note:        noteName(intel.Abused),
})
