package ec2

import (
	"encoding/binary"

	"picket/entity"
)

// remoteHash is the remote address as a number, for Distinct.Of.
func remoteHash(c *entity.Conversation) uint64 {
	a := c.Remote.As16()
	h := (binary.BigEndian.Uint64(a[:8])*31 + binary.BigEndian.Uint64(a[8:])) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}
