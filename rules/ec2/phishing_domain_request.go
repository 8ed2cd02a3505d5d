package ec2

import (
	"time"

	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/PhishingDomainRequest!DNS",
	Severity:    picket.High,
	Techniques:  []string{"T1566"},
	Title:       "The EC2 instance {instance} asked for the phishing domain {suffix}.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list says that people are tricked there into giving away passwords and other secrets.",
	Needs:       []intel.Category{intel.Phishing},
	Where:       asksFor(intel.Phishing),
	Key:         registered,
	Note:        noteName(intel.Phishing),
	Every:       24 * time.Hour,
})
