package event

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// column is a field of a flow record that a Flow has a place for.
type column uint8

const (
	columnOther column = iota
	columnAccount
	columnRegion
	columnInterface
	columnInstance
	columnVPC
	columnSubnet
	columnECSCluster
	columnECSTask
	columnSrc
	columnDst
	columnPktSrc
	columnPktDst
	columnSrcPort
	columnDstPort
	columnProtocol
	columnFlags
	columnAction
	columnStatus
	columnType
	columnDirection
	columnPackets
	columnBytes
	columnStart
	columnEnd
	columnPktSrcService
	columnPktDstService
)

// columnOf returns the column of a name and whether the name is one that flow logs use.
func columnOf(name string) (column, bool) {
	switch name {
	case "account-id":
		return columnAccount, true
	case "region":
		return columnRegion, true
	case "interface-id":
		return columnInterface, true
	case "instance-id":
		return columnInstance, true
	case "vpc-id":
		return columnVPC, true
	case "subnet-id":
		return columnSubnet, true
	case "ecs-cluster-arn":
		return columnECSCluster, true
	case "ecs-task-arn":
		return columnECSTask, true
	case "srcaddr":
		return columnSrc, true
	case "dstaddr":
		return columnDst, true
	case "pkt-srcaddr":
		return columnPktSrc, true
	case "pkt-dstaddr":
		return columnPktDst, true
	case "srcport":
		return columnSrcPort, true
	case "dstport":
		return columnDstPort, true
	case "protocol":
		return columnProtocol, true
	case "tcp-flags":
		return columnFlags, true
	case "action":
		return columnAction, true
	case "log-status":
		return columnStatus, true
	case "type":
		return columnType, true
	case "flow-direction":
		return columnDirection, true
	case "packets":
		return columnPackets, true
	case "bytes":
		return columnBytes, true
	case "start":
		return columnStart, true
	case "end":
		return columnEnd, true
	case "pkt-src-aws-service":
		return columnPktSrcService, true
	case "pkt-dst-aws-service":
		return columnPktDstService, true
	case "version", "az-id", "sublocation-type", "sublocation-id", "traffic-path", "resource-type",
		"ecs-cluster-name", "ecs-container-instance-arn", "ecs-container-instance-id", "ecs-container-id",
		"ecs-second-container-id", "ecs-service-name", "ecs-task-definition-arn", "ecs-task-id", "reject-reason",
		"resource-id", "encryption-status", "instance-tag", "instance-tag-2", "interface-tag", "interface-tag-2",
		"asg-tag", "asg-tag-2", "interface-type", "next-hop-interface-id", "next-hop-subnet-id", "next-hop-az-id",
		"next-hop-vpc-id", "next-hop-interface-type":
		return columnOther, true
	}
	return columnOther, strings.HasPrefix(name, "tgw-") || strings.HasPrefix(name, "packets-lost-")
}

// flowFormat is the order of the columns of a flow log.
type flowFormat struct {
	header   string
	columns  []column
	flags    bool
	rejected bool // not records of a VPC
}

const transitGateway = "transit gateway flow log: it has no action and no interface, and is not supported"

var version2 = &flowFormat{
	header: "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
	columns: []column{columnOther, columnAccount, columnInterface, columnSrc, columnDst, columnSrcPort, columnDstPort,
		columnProtocol, columnPackets, columnBytes, columnStart, columnEnd, columnAction, columnStatus},
}

// newFlowFormat reads a line of column names, in the form of a header or of a log format ("${version} ${account-id}").
// With an error it returns a format that rejects its records.
func newFlowFormat(header string) (*flowFormat, error) {
	f := &flowFormat{header: header}
	var times, addresses bool
	for name := range strings.FieldsSeq(header) {
		name = columnName(name)
		c, _ := columnOf(name)
		f.columns = append(f.columns, c)
		switch {
		case name == "resource-type", strings.HasPrefix(name, "tgw-"):
			f.rejected = true
		case c == columnFlags:
			f.flags = true
		case c == columnStart, c == columnEnd:
			times = true
		case c == columnSrc, c == columnDst, c == columnPktSrc, c == columnPktDst:
			addresses = true
		}
	}
	switch {
	case f.rejected:
		return f, errors.New(transitGateway)
	case !times:
		f.rejected = true
		return f, errors.New("flow log without the columns start and end")
	case !addresses:
		f.rejected = true
		return f, errors.New("flow log without a column of addresses")
	}
	return f, nil
}

// columnName strips the decoration of a log format and of Parquet.
func columnName(name string) string {
	if strings.HasPrefix(name, "${") && strings.HasSuffix(name, "}") {
		name = name[2 : len(name)-1]
	}
	return strings.ReplaceAll(name, "_", "-")
}

// isFlowHeader reports whether a line names columns: two or more known ones, and at most as many others.
func isFlowHeader(line []byte) bool {
	if len(line) == 0 || line[0] != '$' && (line[0] < 'a' || line[0] > 'z') {
		return false
	}
	known, all := 0, 0
	for name := range strings.FieldsSeq(alias(line)) {
		if _, ok := columnOf(columnName(name)); ok {
			known++
		}
		all++
		if all == 4 && known == 0 {
			return false
		}
	}
	return known >= 2 && known*2 >= all
}

// isVersion2 reports whether a line without a header is a record in the default format.
func isVersion2(line []byte) bool {
	if len(line) < 2 || line[0] != '2' || line[1] != ' ' {
		return false
	}
	blanks := 0
	for _, c := range line {
		if c == ' ' {
			blanks++
		}
	}
	return blanks == len(version2.columns)-1
}

// unknownText says why a line is not read.
func unknownText(line []byte) string {
	s := alias(line[:min(len(line), 1000)])
	if strings.Contains(s, " ACCEPT") || strings.Contains(s, " REJECT") || strings.Contains(s, " NODATA") {
		return "flow record without a header line, and not in the format of version 2: name its columns"
	}
	return "neither JSON nor a flow log"
}

// flowStatus is what a line of a flow log holds.
type flowStatus uint8

const (
	flowOK flowStatus = iota
	flowNoData
	flowSkipData
	flowEFA
)

// parse reads a line into f, whose strings then alias it.
func (p *flowFormat) parse(f *Flow, line string) (flowStatus, error) {
	*f = Flow{Raw: line, Header: p.header, HasFlags: p.flags}
	status, i := flowOK, 0
	for n, c := range p.columns {
		if i > len(line) {
			return 0, fmt.Errorf("line has %d columns, its header %d", n, len(p.columns))
		}
		end := i
		for end < len(line) && line[end] != ' ' {
			end++
		}
		v := line[i:end]
		i = end + 1
		if v == "-" {
			if c == columnFlags {
				f.HasFlags = false
			}
			continue
		}
		if !f.set(c, v, &status) {
			return 0, fmt.Errorf("column %s: unreadable value %q", p.name(n), v[:min(len(v), 40)])
		}
	}
	if i <= len(line) {
		return 0, fmt.Errorf("line has %d columns, its header %d", len(strings.Split(line, " ")), len(p.columns))
	}
	if f.Start == 0 {
		f.Start = f.End
	}
	if f.End == 0 {
		f.End = f.Start
	}
	if f.End == 0 && status == flowOK {
		return 0, errors.New("flow record without a time")
	}
	f.Sec = seconds(f.Start)
	return status, nil
}

func (p *flowFormat) name(n int) string { return columnName(strings.Fields(p.header)[n]) }

// set gives f the value of a column.
func (f *Flow) set(c column, v string, status *flowStatus) bool {
	ok := true
	var n uint64
	switch c {
	case columnOther:
	case columnAccount:
		if v != "unknown" {
			f.Account = v
		}
	case columnInterface:
		f.Interface = v
	case columnSrc:
		f.Src, ok = parseAddr(v)
	case columnDst:
		f.Dst, ok = parseAddr(v)
	case columnSrcPort:
		n, ok = parseUint(v, 1<<16-1)
		f.SrcPort = uint16(n)
	case columnDstPort:
		n, ok = parseUint(v, 1<<16-1)
		f.DstPort = uint16(n)
	case columnProtocol:
		n, ok = parseUint(v, 1<<8-1)
		f.Protocol = uint8(n)
	case columnPackets:
		f.Packets, ok = parseUint(v, 1<<64-1)
	case columnBytes:
		f.Bytes, ok = parseUint(v, 1<<64-1)
	case columnStart:
		n, ok = parseUint(v, 1<<63-1)
		f.Start = int64(n)
	case columnEnd:
		n, ok = parseUint(v, 1<<63-1)
		f.End = int64(n)
	case columnAction:
		f.Reject = v == "REJECT"
		ok = f.Reject || v == "ACCEPT"
	case columnStatus:
		ok = setStatus(status, v)
	default:
		ok = f.setMore(c, v, status)
	}
	return ok
}

// setMore is set for the columns that version 2 lacks.
func (f *Flow) setMore(c column, v string, status *flowStatus) bool {
	ok := true
	var n uint64
	switch c {
	case columnRegion:
		f.Region = v
	case columnInstance:
		f.Instance = v
	case columnVPC:
		f.VPC = v
	case columnSubnet:
		f.Subnet = v
	case columnECSCluster:
		f.ECSCluster = v
	case columnECSTask:
		f.ECSTask = v
	case columnPktSrc:
		f.PktSrc, ok = parseAddr(v)
	case columnPktDst:
		f.PktDst, ok = parseAddr(v)
	case columnFlags:
		n, ok = parseUint(v, 1<<8-1)
		f.Flags = uint8(n)
	case columnType:
		if v == "EFA" && *status == flowOK {
			*status = flowEFA
		}
	case columnDirection:
		switch v {
		case "ingress":
			f.Direction = Ingress
		case "egress":
			f.Direction = Egress
		default:
			ok = false
		}
	case columnPktSrcService:
		f.PktSrcService = v
	case columnPktDstService:
		f.PktDstService = v
	}
	return ok
}

func setStatus(status *flowStatus, v string) bool {
	switch v {
	case "OK":
	case "NODATA":
		*status = flowNoData
	case "SKIPDATA":
		*status = flowSkipData
	default:
		return false
	}
	return true
}

// parseUint reads a decimal number of at most limit.
func parseUint(s string, limit uint64) (uint64, bool) {
	if s == "" || len(s) > 20 {
		return 0, false
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d := uint64(s[i] - '0')
		if d > 9 || n > (1<<64-1-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, n <= limit
}

// parseAddr reads an address, the dotted form by hand.
func parseAddr(s string) (netip.Addr, bool) {
	var a [4]byte
	part, digits, value := 0, 0, uint(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c-'0' <= 9:
			if digits > 0 && value == 0 {
				return parseIPv6(s)
			}
			value = value*10 + uint(c-'0')
			digits++
			if value > 255 {
				return parseIPv6(s)
			}
		case c == '.' && digits > 0 && part < 3:
			a[part] = byte(value)
			part++
			digits, value = 0, 0
		default:
			return parseIPv6(s)
		}
	}
	if part != 3 || digits == 0 {
		return parseIPv6(s)
	}
	a[3] = byte(value)
	return netip.AddrFrom4(a), true
}

func parseIPv6(s string) (netip.Addr, bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			a, err := netip.ParseAddr(s)
			return a.Unmap(), err == nil && a.Zone() == ""
		}
	}
	return netip.Addr{}, false
}
