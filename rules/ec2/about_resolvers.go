package ec2

import (
	"strconv"
	"time"

	"picket/entity"
	"picket/rule"
)

// resolverMemory is how long an instance's resolvers are remembered.
const resolverMemory = 30 * 24 * time.Hour

// asks reports whether the instance asked on port and got an answer.
func asks(c *entity.Conversation, port uint16) bool {
	return c.RemotePort == port && c.Outbound() && c.Established() && (c.TCP() || c.UDP())
}

// newResolver fires when an instance turns to an organization whose resolvers it did not use lately.
func newResolver() rule.FirstSeen[*entity.Conversation] {
	return rule.FirstSeen[*entity.Conversation]{
		Of:     func(c *entity.Conversation, env *rule.Env) string { return env.Organization(c.Remote) },
		Within: resolverMemory,
	}
}

// noteResolver says how much was exchanged, and with whom.
func noteResolver(n *rule.Note, c *entity.Conversation, env *rule.Env) {
	n.Add("inBytes", strconv.FormatUint(c.In.Bytes, 10))
	n.Add("outBytes", strconv.FormatUint(c.Out.Bytes, 10))
	n.Add("unusual", env.Organization(c.Remote))
}
