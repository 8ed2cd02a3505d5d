package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "DefenseEvasion:EC2/UnusualDNSResolver",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071.004", "T1572"},
	Title:       "The EC2 instance {instance} uses an unusual DNS resolver, {ip}.",
	Description: "The EC2 instance {instance} asked the public DNS resolver {ip}, which it did not use lately. Its questions pass by the VPC's resolver and its logs.",
	Needs:       []intel.Category{intel.PublicDNS},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return asks(c, 53) && env.Remote(c).Has(intel.PublicDNS, c.First)
	},
	When: newResolver(),
	Note: noteResolver,
})
