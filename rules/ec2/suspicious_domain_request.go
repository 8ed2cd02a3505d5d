package ec2

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Impact:EC2/SuspiciousDomainRequest.Reputation",
	Severity:    picket.Low,
	Techniques:  []string{"T1583.001"},
	Title:       "The EC2 instance {instance} asked for the suspicious domain {suffix}.",
	Description: "The EC2 instance {instance} looked up {domain}, a young or unpopular name that resembles malicious ones.",
	Needs:       []intel.Category{intel.RepSuspicious},
	Where:       asksFor(intel.RepSuspicious),
	Key:         registered,
	Note:        noteName(intel.RepSuspicious),
})
