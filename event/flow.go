package event

import (
	"errors"
	"net/netip"
)

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
	Raw        string // the line, as logged; of a Parquet row, the line that it would be
	Header     string // the names of the line's columns
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

// Clone returns a copy that owns its bytes.
func (f *Flow) Clone() *Flow {
	c := *f
	own(&c.Raw, &c.Account, &c.Region, &c.Interface, &c.Instance, &c.VPC, &c.Subnet, &c.ECSCluster, &c.ECSTask,
		&c.PktSrcService, &c.PktDstService)
	return &c
}

// ParseFlowText parses one record of a flow log, given the line of its column names; "" means those of version 2.
func ParseFlowText(header, line string) (*Flow, error) {
	format := version2
	if header != "" {
		var err error
		if format, err = newFlowFormat(header); err != nil {
			return nil, err
		}
	}
	r := &Reader{format: format}
	status, err := format.parse(&r.flow, line)
	if err != nil {
		return nil, err
	}
	if status != flowOK {
		return nil, errors.New("record without a flow: its log-status is NODATA or SKIPDATA, or its type EFA")
	}
	return r.flow.Clone(), nil
}

// flowHeader takes the names of the columns of the lines that follow.
func (r *Reader) flowHeader(line []byte, offset int64) {
	if r.format != nil && r.format.header == alias(line) {
		return
	}
	format, err := newFlowFormat(string(line))
	if err != nil {
		r.bad(offset, err.Error(), line)
	}
	r.format = format
}

// flowRow handles a line under the names of the current format.
func (r *Reader) flowRow(line []byte, offset int64) {
	if r.format.rejected {
		r.skip(transitGateway)
		return
	}
	f := &r.flow
	status, err := r.format.parse(f, alias(line))
	if err != nil {
		r.bad(offset, err.Error(), line)
		return
	}
	switch status {
	case flowNoData:
		r.stats.NoData++
		return
	case flowSkipData:
		r.stats.SkipData++
		return
	case flowEFA:
		r.stats.EFA++
		return
	}
	f.Object, f.Offset = r.o.Object, offset
	f.Account, f.Region = r.account(f.Account), r.region(f.Region)
	r.count(KindFlow, f.Account, f.Region)
	r.h.Flow(f)
}
