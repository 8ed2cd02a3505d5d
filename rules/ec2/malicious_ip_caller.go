package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071"},
	Title:       "The EC2 instance {instance} communicates with {ip}, an address on a custom threat list.",
	Description: "The EC2 instance {instance} exchanged traffic with {ip}, which is on a threat list that this account brought.",
	Needs:       []intel.Category{intel.Custom},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		if !c.Accepted || !c.Outbound() && !c.Established() {
			return false
		}
		_, ok := listed(c, env, intel.Custom)
		return ok
	},
	Note: threat(intel.Custom),
})
