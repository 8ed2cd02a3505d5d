package ec2

import (
	"fmt"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

// How many addresses that don't answer on one port make a sweep in ten minutes.
const (
	sweepAddresses  = 75   // on most ports
	sweepTargets    = 50   // on ports that attackers look for and applications rarely meet closed on the internet
	sweepPopular    = 1000 // on ports that crawlers, resolvers and clocks use with strangers
	sweepAnswers    = 30   // percent: who gets more answers has business there
	sweepAnswersPop = 10   // percent, on popular ports
)

// sweepSample thins out the answered conversations on popular ports, which are most of all traffic: one in so many stands
// for all. Which ones, their ids tell, so that it does not depend on order.
const sweepSample = 16

// swept is what a port asks of a sweep.
type swept struct {
	addresses, answers, weight uint64
}

func sweptPort(port uint16) swept {
	switch port {
	case 53, 80, 123, 443:
		return swept{sweepPopular, sweepAnswersPop, sweepSample}
	case 22, 23, 445, 1433, 2375, 3306, 3389, 5432, 5555, 5900, 6379, 8080, 9200, 11211, 27017:
		return swept{sweepTargets, sweepAnswers, 1}
	}
	return swept{sweepAddresses, sweepAnswers, 1}
}

var _ = add(&rule.Flow{
	Type:        "Impact:EC2/PortSweep",
	Severity:    picket.High,
	Techniques:  []string{"T1046", "T1595.001"},
	Title:       "The EC2 instance {instance} sweeps the internet for port {remotePort}.",
	Description: "The EC2 instance {instance} tried port {remotePort} of many public addresses in a short time, and few answered.",
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		if !c.Outbound() || !c.TCP() && !c.UDP() || !c.PublicRemote() {
			return false
		}
		return c.Unanswered() || c.ID%sweptPort(c.RemotePort).weight == 0
	},
	When: rule.Distinct[*entity.Conversation]{
		Per:    func(c *entity.Conversation) string { return fmt.Sprint(c.Protocol, c.RemotePort) },
		Of:     unansweredHash,
		N:      1,
		Within: 10 * time.Minute,
		Add: func(c *entity.Conversation, t *rule.Tally) {
			if c.Unanswered() {
				t.Sum[0]++
			} else {
				t.Sum[1] += sweptPort(c.RemotePort).weight
			}
			t.Max[0] = uint64(c.RemotePort)
		},
		Decide: func(t *rule.Tally) bool {
			want, silent := sweptPort(uint16(t.Max[0])), t.Distinct
			if t.Sum[1] > 0 {
				silent-- // the value of those that answered
			}
			return silent >= want.addresses && t.Sum[1]*100 < want.answers*(t.Sum[0]+t.Sum[1])
		},
	},
	Note: func(n *rule.Note, c *entity.Conversation, _ *rule.Env) {
		n.Add("scannedPort", int(c.RemotePort))
		n.Sample("additionalScannedPorts", fmt.Sprintf("%05d", c.RemotePort), int(c.RemotePort))
	},
})

// unansweredHash is the remote address where it did not answer. Those that did are one value together.
func unansweredHash(c *entity.Conversation) uint64 {
	if !c.Unanswered() {
		return 0
	}
	return remoteHash(c)
}
