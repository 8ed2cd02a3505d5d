package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "UnauthorizedAccess:EC2/TorClient",
	Severity:    picket.High,
	Techniques:  []string{"T1090.003"},
	Title:       "The EC2 instance {instance} uses the Tor network.",
	Description: "The EC2 instance {instance} connected to {ip} on port {remotePort}, where Tor's clients enter. Tor hides what the instance exchanges, and with whom.",
	Needs:       []intel.Category{intel.TorGuard, intel.TorAuthority},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return c.TCP() && c.Established() && (callsGuard(c, env) || relayCalls(c, env))
	},
	When: rule.Distinct[*entity.Conversation]{
		Of:     remoteHash,
		N:      1,
		Within: 10 * time.Minute,
		Add:    countRelays,
		Decide: func(t *rule.Tally) bool { return called(t) > 0 && !relaying(t) },
	},
	Note: noteTor,
})
