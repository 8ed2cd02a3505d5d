package ec2

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "DefenseEvasion:EC2/UnusualDoTActivity",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071.004", "T1572"},
	Title:       "The EC2 instance {instance} uses an unusual DNS over TLS server, {ip}.",
	Description: "The EC2 instance {instance} speaks to the DNS over TLS server {ip}, which it did not use lately. Its questions are in no log.",
	// The port is for DNS over TLS alone, so no list is needed.
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.TCP() && asks(c, 853) && c.PublicRemote()
	},
	When: newResolver(),
	Note: noteResolver,
})
