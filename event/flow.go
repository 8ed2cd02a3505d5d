package event

import "net/netip"

// Direction is a flow record's flow-direction field.
type Direction uint8

// Directions, seen from the network interface.
const (
	DirectionUnknown Direction = iota
	Ingress
	Egress
)

// Flow is one VPC flow log record with log-status OK. Its strings alias the buffer that it was parsed from: they are
// valid until the handler returns. A column that the format lacks, or that holds "-", is empty, zero or an invalid Addr.
//
// Field meanings: Amazon VPC user guide, "Flow log records", versions 2 to 11.
type Flow struct {
	Ref
	Account    string // account-id, else the object's
	Region     string // region, else the object's
	Interface  string // interface-id
	Instance   string // instance-id
	VPC        string
	Subnet     string
	ECSCluster string // ecs-cluster-arn
	ECSTask    string // ecs-task-arn

	Src, Dst       netip.Addr // srcaddr, dstaddr
	PktSrc, PktDst netip.Addr // pkt-srcaddr, pkt-dstaddr
	SrcPort        uint16
	DstPort        uint16
	Protocol       uint8
	Flags          uint8 // tcp-flags: FIN 1, SYN 2, RST 4, ACK 16 (inside SYN-ACK only)
	HasFlags       bool  // the format has tcp-flags
	Reject         bool  // action REJECT
	Direction      Direction
	Packets        uint64
	Bytes          uint64
	Start, End     int64 // seconds since the epoch

	PktSrcService string // pkt-src-aws-service
	PktDstService string // pkt-dst-aws-service
}
