package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

const (
	// floodPackets is how many packets to one address make a flood. Attack tools send millions; chatty telemetry sends
	// tens of thousands in ten minutes.
	floodPackets = 100_000
	// floodRate is packets a second, from the first to the last: below it a small host keeps up.
	floodRate = 1000
	// floodReplies is how many packets go out, at least, for one that comes back. Media and tunnels get reports and
	// acknowledgements; victims fall silent.
	floodReplies = 10
	// floodSYN is the average size below which TCP packets carry nothing. Uploads whose acknowledgements are thinned out
	// look one-sided too, but their packets are full.
	floodSYN = 100
)

// flood reports whether c can be part of a flood: one-sided traffic into the internet.
func flood(c *entity.Conversation) bool {
	return c.Outbound() && c.In.Packets*floodReplies < c.Out.Packets && c.PublicRemote()
}

// flooding fires when one address gets too much in a window.
func flooding() rule.Distinct[*entity.Conversation] {
	return rule.Distinct[*entity.Conversation]{
		Per:    func(c *entity.Conversation) string { return c.Remote.String() },
		Of:     remoteHash,
		N:      1,
		Within: 10 * time.Minute,
		Add: func(c *entity.Conversation, t *rule.Tally) {
			t.Sum[0] += c.Out.Packets
			t.Max[0] = max(t.Max[0], uint64(c.Last))
			t.Max[1] = max(t.Max[1], ^uint64(c.First)) // the complement's maximum is the first's minimum
		},
		Decide: func(t *rule.Tally) bool {
			packets, seconds := t.Sum[0], t.Max[0]-^t.Max[1]+1
			return packets >= floodPackets && packets/seconds >= floodRate
		},
	}
}

// tcpOnly reports whether a service that speaks TCP alone listens on port. 80 and 443 are not among them: HTTP/3 is UDP.
func tcpOnly(port uint16) bool {
	switch port {
	case 21, 22, 23, 25, 110, 143, 445, 465, 587, 993, 995, 1433, 1521, 3306, 5432, 5985, 6379, 9200, 27017:
		return true
	}
	return false
}

// usual reports whether instances often speak protocol: ICMP, TCP, UDP, GRE, ESP, AH, ICMPv6.
func usual(protocol uint8) bool {
	switch protocol {
	case 1, 6, 17, 47, 50, 51, 58:
		return true
	}
	return false
}

// denial is a rule for one way of flooding, said in a few words.
func denial(variant, way string, where func(*entity.Conversation) bool) *rule.Flow {
	return &rule.Flow{
		Type:        picket.FindingType("Backdoor:EC2/DenialOfService." + variant),
		Severity:    picket.High,
		Techniques:  []string{"T1498"},
		Title:       "The EC2 instance {instance} may be flooding {ip} with " + way + ".",
		Description: "The EC2 instance {instance} sent {ip} a large volume of " + way + " and got next to no answers, as in an attack that denies service.",
		Where:       func(c *entity.Conversation, _ *rule.Env) bool { return flood(c) && where(c) },
		When:        flooding(),
		Note: func(n *rule.Note, c *entity.Conversation, _ *rule.Env) {
			if !usual(c.Protocol) {
				n.Add("unusualProtocol", c.ProtocolName())
			}
		},
	}
}

var _ = add(
	denial("Tcp", "empty TCP packets", func(c *entity.Conversation) bool {
		return c.TCP() && c.Out.Bytes < floodSYN*c.Out.Packets
	}),
	denial("Dns", "UDP packets on the port of DNS", func(c *entity.Conversation) bool {
		return c.UDP() && c.RemotePort == 53
	}),
	denial("UdpOnTcpPorts", "UDP packets on a port of TCP services", func(c *entity.Conversation) bool {
		return c.UDP() && tcpOnly(c.RemotePort)
	}),
	denial("Udp", "UDP packets", func(c *entity.Conversation) bool {
		return c.UDP() && c.RemotePort != 53 && !tcpOnly(c.RemotePort)
	}),
	denial("UnusualProtocol", "packets of an unusual protocol", func(c *entity.Conversation) bool {
		return !usual(c.Protocol)
	}),
)
