package entity

import (
	"net/netip"
	"strconv"

	"picket/event"
)

// Window is how long flow records are joined to one conversation: they are grouped by the ten minutes, counted from
// the epoch, in which they start. Flow logs aggregate over at most ten minutes.
const Window = 600

// Side is an end of a conversation, seen from the network interface that logged it.
type Side uint8

// The sides.
const (
	SideUnknown Side = iota
	Local
	Remote
)

// Traffic is what one side sent.
type Traffic struct {
	Packets, Bytes uint64
	Flags          uint8 // tcp-flags of all its records, ORed
	Seen           bool  // at least one record in this direction
}

// Interface is what flow logs say of the network interface, and of what it belongs to.
type Interface struct {
	Account, Region string
	ID              string // eni-…
	Instance        string // i-… or ""
	VPC, Subnet     string
	ECSCluster      string // ARN
	ECSTask         string // ARN
}

// Resource is the instance, or where the log does not name one the interface.
func (i *Interface) Resource() string { return or(i.Instance, i.ID) }

// Conversation is what two endpoints exchanged within one Window, both directions joined. Rules must not keep it.
type Conversation struct {
	Interface     *Interface
	Local, Remote netip.Addr
	LocalPort     uint16
	RemotePort    uint16
	Protocol      uint8 // IANA: 1 ICMP, 6 TCP, 17 UDP
	Initiator     Side
	Out           Traffic // from the interface
	In            Traffic // to the interface
	HasFlags      bool    // the logs carry tcp-flags
	Accepted      bool    // at least one record was accepted
	Rejected      bool    // at least one record was rejected
	First, Last   int64   // start of the first and end of the last record, seconds
	RemoteService string  // AWS service that the remote address belongs to, from the log
	ID            uint64  // equal for equal conversations, whatever the order of records
	Refs          []event.Ref
}

// TCP flags as flow logs write them. An ACK is seen only inside a SYN-ACK.
const (
	FlagFIN    = 1
	FlagSYN    = 2
	FlagRST    = 4
	FlagSYNACK = 18
)

// TCP reports whether c is TCP.
func (c *Conversation) TCP() bool { return c.Protocol == 6 }

// UDP reports whether c is UDP.
func (c *Conversation) UDP() bool { return c.Protocol == 17 }

// ProtocolName is the protocol as people write it: its name where it is a common one, else its number.
func (c *Conversation) ProtocolName() string {
	switch c.Protocol {
	case 1:
		return "ICMP"
	case 2:
		return "IGMP"
	case 6:
		return "TCP"
	case 17:
		return "UDP"
	case 47:
		return "GRE"
	case 50:
		return "ESP"
	case 58:
		return "ICMPv6"
	}
	return strconv.Itoa(int(c.Protocol))
}

// Outbound reports whether the interface's side began.
func (c *Conversation) Outbound() bool { return c.Initiator == Local }

// Inbound reports whether the remote side began.
func (c *Conversation) Inbound() bool { return c.Initiator == Remote }

// Direction is connectionDirection as GuardDuty writes it.
func (c *Conversation) Direction() string {
	switch c.Initiator {
	case Local:
		return "OUTBOUND"
	case Remote:
		return "INBOUND"
	}
	return "UNKNOWN"
}

// Role is the part that the interface's side plays, as GuardDuty's resourceRole writes it: who begins is the ACTOR.
func (c *Conversation) Role() string {
	if c.Initiator == Local {
		return "ACTOR"
	}
	return "TARGET"
}

// ServerPort is the port of the side that did not begin.
func (c *Conversation) ServerPort() uint16 {
	if c.Initiator == Remote {
		return c.LocalPort
	}
	return c.RemotePort
}

// Established reports whether both sides sent packets and neither merely refused: for TCP with flags, that the
// handshake was answered with a SYN-ACK or no reset-only answer.
func (c *Conversation) Established() bool {
	if c.In.Packets == 0 || c.Out.Packets == 0 || !c.Accepted {
		return false
	}
	if c.TCP() && c.HasFlags {
		answer := c.answer()
		return answer.Flags&FlagSYNACK == FlagSYNACK || answer.Packets > 1 && !answer.refuses()
	}
	return true
}

// Unanswered reports whether the side that began got nothing but, for TCP, a reset: closed, filtered or rejected.
// Without tcp-flags a single short packet in answer to few counts as a reset.
func (c *Conversation) Unanswered() bool {
	answer := c.answer()
	switch {
	case answer.Packets == 0 || !c.Accepted:
		return true
	case !c.TCP():
		return false
	case c.HasFlags:
		return answer.refuses()
	}
	return answer.Packets <= 1 && answer.Bytes <= 60
}

// refuses reports whether t is nothing but resets. A connection that was open before the window may end with one too, but
// then data came before it.
func (t *Traffic) refuses() bool {
	return t.Flags&FlagRST != 0 && t.Flags&FlagSYNACK != FlagSYNACK && t.Bytes <= 60*t.Packets
}

func (c *Conversation) answer() *Traffic {
	if c.Initiator == Remote {
		return &c.Out
	}
	return &c.In
}

// PublicRemote reports whether the remote address is routable on the internet.
func (c *Conversation) PublicRemote() bool { return Public(c.Remote) }

// Public reports whether a is a unicast address routable on the internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedAddressSpace.Contains(a)
}

// sharedAddressSpace is the carrier-grade NAT range of RFC 6598.
var sharedAddressSpace = netip.MustParsePrefix("100.64.0.0/10")

// Duration is the time between the first start and the last end, in seconds.
func (c *Conversation) Duration() int64 { return c.Last - c.First }

// Blocked reports whether every record was rejected.
func (c *Conversation) Blocked() bool { return c.Rejected && !c.Accepted }
