package event

import (
	"errors"
	"fmt"
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
	columnPktSrcService
	columnPktDstService
	columnAction
	columnStatus
	columnType
	columnDirection

	columnSrc // the addresses
	columnDst
	columnPktSrc
	columnPktDst

	columnSrcPort // the numbers
	columnDstPort
	columnProtocol
	columnFlags
	columnPackets
	columnBytes
	columnStart
	columnEnd
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
	columns: []column{
		columnOther, columnAccount, columnInterface, columnSrc, columnDst, columnSrcPort, columnDstPort,
		columnProtocol, columnPackets, columnBytes, columnStart, columnEnd, columnAction, columnStatus,
	},
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

// CheckFlowFormat says what is wrong with column names that a person gave: unlike those of a log, each must be known, or "-".
func CheckFlowFormat(names string) error {
	for name := range strings.FieldsSeq(names) {
		if _, known := columnOf(columnName(name)); !known && name != "-" {
			return fmt.Errorf("no column %q in flow logs", name)
		}
	}
	_, err := newFlowFormat(names)
	return err
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
