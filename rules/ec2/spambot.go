package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

const (
	// spambotServers is how many mail servers in an hour show a sender of mail: a relay or two are how applications send.
	spambotServers = 5
	// spambotQuiet is how long an instance must not have done so before: mail servers do every day.
	spambotQuiet = 14 * 24 * time.Hour
)

var _ = add(&rule.Flow{
	Type:        "Backdoor:EC2/Spambot",
	Severity:    picket.Medium,
	Techniques:  []string{"T1496"},
	Title:       "The EC2 instance {instance} may be sending spam.",
	Description: "The EC2 instance {instance} speaks to mail servers such as {ip} on port 25, which it did not do before.",
	// Whether they answer does not matter: port 25 is closed to instances unless AWS opens it.
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.RemotePort == 25 && c.TCP() && c.Outbound() && c.PublicRemote()
	},
	When: rule.Distinct[*entity.Conversation]{
		Of:     remoteHash,
		N:      spambotServers,
		Within: time.Hour,
		Fresh:  spambotQuiet,
	},
})
