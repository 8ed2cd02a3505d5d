package ec2

import (
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

// listed returns what the lists of category say about c's remote address on its port.
func listed(c *entity.Conversation, env *rule.Env, category intel.Category) (*intel.Entry, bool) {
	return env.Remote(c).OnPort(category, c.RemotePort, c.First)
}

// talks reports whether c is a conversation of the instance's own: one that it began, or one with answers on a port where
// no service waits for strangers. A listed host that visits a web server says nothing about the server, and a scanner
// that gets no answer says nothing at all.
func talks(c *entity.Conversation) bool {
	return c.Accepted && (c.Outbound() || c.Established() && !entity.ServicePort(c.LocalPort))
}

// threat notes the list entry of category, which the conversation has.
func threat(category intel.Category) func(*rule.Note, *entity.Conversation, *rule.Env) {
	return func(n *rule.Note, c *entity.Conversation, env *rule.Env) {
		e, _ := listed(c, env, category)
		n.Threat(e)
	}
}
