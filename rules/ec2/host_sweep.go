package ec2

import (
	"fmt"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

// hostSweepHosts is how many private addresses that do not answer make a sweep: a scanner goes through a network of 254 at
// least, and no application keeps a hundred dead peers.
const hostSweepHosts = 100

// Impact:EC2/PortSweep is GuardDuty's, and about the internet; an intruder looks around inside first.
var _ = add(&rule.Flow{
	Type:        "Recon:EC2/HostSweep",
	Severity:    picket.Medium,
	Techniques:  []string{"T1018", "T1046"},
	Title:       "EC2 instance {instance} is looking for hosts in the private network.",
	Description: "The EC2 instance {instance} tried {protocol} port {port} of many private addresses that did not answer, as a scanner does that looks for hosts.",
	Origin:      rule.Picket,
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.Outbound() && c.Unanswered() && c.Remote.IsPrivate()
	},
	Key: sweptService,
	When: rule.Distinct[*entity.Conversation]{
		Per:    sweptService,
		Of:     func(c *entity.Conversation) uint64 { return rule.Hash(c.Remote.String()) },
		N:      hostSweepHosts,
		Within: 10 * time.Minute,
	},
})

func sweptService(c *entity.Conversation) string {
	return fmt.Sprintf("%d/%d", c.Protocol, c.RemotePort)
}
