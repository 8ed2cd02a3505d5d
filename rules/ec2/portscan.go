package ec2

import (
	"fmt"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

const (
	// portscanPorts is how many closed ports of one host make a scan: few applications try more in ten minutes, and
	// scanners' defaults are a hundred or a thousand.
	portscanPorts = 50
	// portscanServices is how many ports below 1024 do, whether they answer or not: some firewalls answer for all ports, and
	// a client of a domain controller, which serves more than most hosts, needs a dozen.
	portscanServices = 20
)

// traceroute's first and last UDP port: each packet of a trace goes to a closed port of its own.
const (
	traceFirst = 33434
	traceLast  = 33534
)

var _ = add(
	portscan("Closed", "closed ports", portscanPorts, func(c *entity.Conversation) bool {
		return c.Unanswered() && (c.TCP() || c.UDP() && (c.RemotePort < traceFirst || c.RemotePort > traceLast))
	}),
	// Where logs don't say who began, a port that servers listen on may be ours: those who mount file systems come from ports
	// below 1024. Nearly all traffic goes to 80 and 443; to watch them too would cost much and add two ports.
	portscan("Services", "ports of well-known services", portscanServices, func(c *entity.Conversation) bool {
		return c.TCP() && c.RemotePort < 1024 && c.RemotePort != 80 && c.RemotePort != 443 && !entity.ServicePort(c.LocalPort)
	}),
)

// portscan is the rule for one kind of ports.
func portscan(signal, ports string, n uint64, counts func(*entity.Conversation) bool) *rule.Flow {
	return &rule.Flow{
		Type:        "Recon:EC2/Portscan",
		Signal:      signal,
		Severity:    picket.Medium,
		Techniques:  []string{"T1046"},
		Title:       "The EC2 instance {instance} scans the ports of {ip}.",
		Description: "The EC2 instance {instance} tried many " + ports + " of {ip} in a short time, as a port scanner does.",
		Where:       func(c *entity.Conversation, _ *rule.Env) bool { return c.Outbound() && counts(c) },
		When: rule.Distinct[*entity.Conversation]{
			Per:    func(c *entity.Conversation) string { return c.Remote.String() },
			Of:     func(c *entity.Conversation) uint64 { return uint64(c.RemotePort) },
			N:      n,
			Within: 10 * time.Minute,
		},
		Note: func(n *rule.Note, _ *entity.Conversation, _ *rule.Env) {
			for _, port := range n.Values {
				n.Sample("portsScannedSample", fmt.Sprintf("%05d", port), int(port))
			}
		},
	}
}
