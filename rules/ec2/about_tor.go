package ec2

import (
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

// relayPeers is how many relays must be called and how many must call, in one window, to show a relay. A client keeps to
// one to three guards and nobody calls it; a relay meets thousands.
const relayPeers = 5

// callsRelay reports whether the instance called a Tor relay on its port.
func callsRelay(c *entity.Conversation, env *rule.Env) bool {
	if !c.Outbound() {
		return false
	}
	_, ok := listed(c, env, intel.TorRelay)
	return ok
}

// relayCalls reports whether a relay called the instance. Exits don't count: people browse through them.
func relayCalls(c *entity.Conversation, env *rule.Env) bool {
	if !c.Inbound() {
		return false
	}
	m := env.Remote(c)
	return m.Has(intel.TorRelay, c.First) && !m.Has(intel.TorExit, c.First)
}

// callsGuard reports whether the instance called what only clients and relays call: a guard, or a directory authority.
func callsGuard(c *entity.Conversation, env *rule.Env) bool {
	if !c.Outbound() {
		return false
	}
	_, guard := listed(c, env, intel.TorGuard)
	_, authority := listed(c, env, intel.TorAuthority)
	return guard || authority
}

// countRelays sets a bucket of the tally's histogram for each relay: in the lower half for those called, in the upper half
// for those that call. There are at least as many relays as buckets set.
func countRelays(c *entity.Conversation, t *rule.Tally) {
	half := len(t.Bytes) / 2
	bucket := int(remoteHash(c) % uint64(half))
	if c.Inbound() {
		bucket += half
	}
	t.Bytes[bucket] = 1
}

// called and callers are how many relays a tally counted, at least.
func called(t *rule.Tally) int  { return set(t.Bytes[:len(t.Bytes)/2]) }
func callers(t *rule.Tally) int { return set(t.Bytes[len(t.Bytes)/2:]) }

func set(buckets []uint32) (n int) {
	for _, b := range buckets {
		n += int(b)
	}
	return n
}

// relaying reports whether the tally shows a relay.
func relaying(t *rule.Tally) bool { return called(t) >= relayPeers && callers(t) >= relayPeers }

// noteTor notes the list entry, of what the remote side is in Tor.
func noteTor(n *rule.Note, c *entity.Conversation, env *rule.Env) {
	n.Role = "ACTOR"
	for _, category := range []intel.Category{intel.TorGuard, intel.TorAuthority, intel.TorRelay} {
		if e, ok := env.Remote(c).First(category, c.First); ok {
			n.Threat(e)
			return
		}
	}
}
