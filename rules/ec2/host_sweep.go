package ec2

import (
	"fmt"
	"net/netip"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

const (
	// hostSweepHosts is how many private addresses that do not answer make a sweep: a scanner goes through a network of 254 at
	// least, and no application keeps a hundred dead peers.
	hostSweepHosts = 100
	// hostSweepPinged is how many addresses of one network do that are pinged. Monitors ping many too, but again and again, and
	// hosts that they know to answer.
	hostSweepPinged  = 15
	hostSweepPackets = 4  // to one address at most
	hostSweepSilent  = 30 // percent of the addresses that don't answer
)

// Impact:EC2/PortSweep is GuardDuty's, and about the internet; an intruder looks around inside first.
var _ = add(&rule.Flow{
	Type:        "Recon:EC2/HostSweep",
	Signal:      "Silent",
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
		Of:     remoteHash,
		N:      hostSweepHosts,
		Within: 10 * time.Minute,
	},
}, &rule.Flow{
	Type:        "Recon:EC2/HostSweep",
	Signal:      "Pinged",
	Severity:    picket.Medium,
	Techniques:  []string{"T1018"},
	Title:       "EC2 instance {instance} is looking for hosts in a network.",
	Description: "The EC2 instance {instance} pinged many addresses near {ip}, a few times each, and many of them did not answer. So does a scanner that looks for hosts.",
	Origin:      rule.Picket,
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return pings(c) && !c.Inbound() && c.Out.Packets <= hostSweepPackets
	},
	Key: sweptService,
	When: rule.Distinct[*entity.Conversation]{
		Per:    network,
		Of:     remoteHash,
		N:      hostSweepPinged,
		Within: 10 * time.Minute,
		Add: func(c *entity.Conversation, t *rule.Tally) {
			if c.Unanswered() {
				t.Sum[0]++
			}
		},
		Decide: func(t *rule.Tally) bool { return t.Sum[0]*100 >= hostSweepSilent*t.Records },
	},
})

func sweptService(c *entity.Conversation) string {
	return fmt.Sprintf("%d/%d", c.Protocol, c.RemotePort)
}

// pings reports whether c is ICMP. Logs don't tell an echo request from other messages, nor, where the answer is of the same
// second, who began.
func pings(c *entity.Conversation) bool { return c.Protocol == 1 || c.Protocol == 58 }

// network is the network of the remote address: 256 addresses, or one link of IPv6.
func network(c *entity.Conversation) string {
	bits := 24
	if c.Remote.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(c.Remote, bits).Masked().String()
}
