package ec2

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Impact:EC2/BitcoinDomainRequest.Reputation",
	Severity:    picket.High,
	Techniques:  []string{"T1496"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a domain with the reputation of serving cryptocurrency.",
	Description: "The EC2 instance {instance} looked up {domain}, a name of low reputation that is tied to cryptocurrency.",
	Needs:       []intel.Category{intel.RepBitcoin},
	Where:       asksFor(intel.RepBitcoin),
	Key:         registered,
	Note:        noteName(intel.RepBitcoin),
})
