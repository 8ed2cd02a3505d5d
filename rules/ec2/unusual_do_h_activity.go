package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "DefenseEvasion:EC2/UnusualDoHActivity",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071.004", "T1572"},
	Title:       "The EC2 instance {instance} uses an unusual DNS over HTTPS server, {ip}.",
	Description: "The EC2 instance {instance} speaks to the DNS over HTTPS server {ip}, which it did not use lately. Its questions look like web traffic and are in no log.",
	Needs:       []intel.Category{intel.DoH},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return asks(c, 443) && env.Remote(c).Has(intel.DoH, c.First)
	},
	When: newResolver(),
	Note: noteResolver,
})
