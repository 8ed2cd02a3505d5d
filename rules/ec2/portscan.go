package ec2

import (
	"fmt"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

// portscanPorts is how many closed ports of one host make a scan: few applications try more in ten minutes, and
// scanners' defaults are a hundred or a thousand.
const portscanPorts = 50

// traceroute's first and last UDP port: each packet of a trace goes to a closed port of its own.
const (
	traceFirst = 33434
	traceLast  = 33534
)

var _ = add(&rule.Flow{
	Type:        "Recon:EC2/Portscan",
	Severity:    picket.Medium,
	Techniques:  []string{"T1046"},
	Title:       "The EC2 instance {instance} scans the ports of {ip}.",
	Description: "The EC2 instance {instance} tried many closed ports of {ip} in a short time, as a port scanner does.",
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.Outbound() && c.Unanswered() && (c.TCP() || c.UDP() && (c.RemotePort < traceFirst || c.RemotePort > traceLast))
	},
	When: rule.Distinct[*entity.Conversation]{
		Per:    func(c *entity.Conversation) string { return c.Remote.String() },
		Of:     func(c *entity.Conversation) uint64 { return uint64(c.RemotePort) },
		N:      portscanPorts,
		Within: 10 * time.Minute,
	},
	Note: func(n *rule.Note, _ *entity.Conversation, _ *rule.Env) {
		for _, port := range n.Values {
			n.Sample("portsScannedSample", fmt.Sprintf("%05d", port), int(port))
		}
	},
})
