package ec2

import (
	"strconv"
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

// A flood comes from more addresses than the internet's background noise ever has for one port, and most of them send a
// few packets and hear nothing.
const (
	floodSources = 1000
	floodTries   = 5000
)

// GuardDuty's DenialOfService types are about floods that an instance sends.
var _ = add(&rule.Flow{
	Type:        "Impact:EC2/FloodReceived",
	Severity:    picket.Medium,
	Techniques:  []string{"T1498.001"},
	Title:       "EC2 instance {instance} is being flooded on port {localPort}.",
	Description: "Thousands of connections from many addresses, most of them perhaps forged, reached port {localPort} of the EC2 instance {instance} within ten minutes and were not answered.",
	Origin:      rule.Picket,
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.Inbound() && (c.TCP() || c.UDP()) && !c.Blocked() && c.Unanswered() && c.PublicRemote()
	},
	Key: floodedPort,
	When: rule.Distinct[*entity.Conversation]{
		Per:    floodedPort,
		Of:     func(c *entity.Conversation) uint64 { return rule.Hash(c.Remote.String()) },
		N:      floodSources,
		Within: 10 * time.Minute,
		Decide: func(t *rule.Tally) bool { return t.Records >= floodTries },
	},
})

func floodedPort(c *entity.Conversation) string {
	return strconv.Itoa(int(c.Protocol)) + "/" + strconv.Itoa(int(c.LocalPort))
}
