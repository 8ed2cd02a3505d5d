package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "UnauthorizedAccess:EC2/TorRelay",
	Severity:    picket.High,
	Techniques:  []string{"T1090.003"},
	Title:       "The EC2 instance {instance} works as a Tor relay.",
	Description: "The EC2 instance {instance} exchanges traffic with many relays of the Tor network, and they call it: it passes on the traffic of strangers.",
	Needs:       []intel.Category{intel.TorRelay},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return c.TCP() && c.Established() && (callsRelay(c, env) || relayCalls(c, env))
	},
	When: rule.Distinct[*entity.Conversation]{
		Of:     remoteHash,
		N:      1,
		Within: time.Hour,
		Add:    countRelays,
		Decide: relaying,
	},
	Note: noteTor,
})
