package event

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"strings"
)

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
	*f = Flow{}
	f.Raw, f.Header, f.HasFlags = line, p.header, p.flags
	status, i := flowOK, 0
	for n, c := range p.columns {
		if i > len(line) {
			return 0, p.mismatch(line)
		}
		from, ok := i, true
		switch {
		case line[i:] == "" || line[i] == '-' && (i+1 == len(line) || line[i+1] == ' '):
			ok = line[i:] != ""
			i++
			if c == columnFlags {
				f.HasFlags = false
			}
		case c >= columnSrcPort:
			var v uint64
			v, i, ok = scanUint(line, i)
			ok = ok && f.setNumber(c, v)
		case c >= columnSrc:
			var v netip.Addr
			v, i, ok = scanAddr(line, i)
			f.setAddr(c, v)
		default:
			i = endOfColumn(line, i)
			ok = f.setText(c, line[from:i], &status)
		}
		if !ok {
			return 0, p.unreadable(n, line, from)
		}
		i++
	}
	if i <= len(line) {
		return 0, p.mismatch(line)
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

func (p *flowFormat) mismatch(line string) error {
	return fmt.Errorf("line has %d columns, its header %d", strings.Count(line, " ")+1, len(p.columns))
}

func (p *flowFormat) unreadable(n int, line string, from int) error {
	v := line[from:endOfColumn(line, from)]
	return fmt.Errorf("column %s: unreadable value %q", columnName(strings.Fields(p.header)[n]), v[:min(len(v), 40)])
}

func endOfColumn(line string, i int) int {
	for i < len(line) && line[i] != ' ' {
		i++
	}
	return i
}

// setNumber gives f the value of a column of numbers. Times end where those that the engine keeps do, in 2106: later ones
// are of another unit, or of a clock that nobody set.
func (f *Flow) setNumber(c column, v uint64) bool {
	limit := uint64(math.MaxUint64)
	switch c {
	case columnSrcPort:
		f.SrcPort, limit = uint16(v), math.MaxUint16
	case columnDstPort:
		f.DstPort, limit = uint16(v), math.MaxUint16
	case columnProtocol:
		f.Protocol, limit = uint8(v), math.MaxUint8
	case columnFlags:
		f.Flags, limit = uint8(v), math.MaxUint8
	case columnPackets:
		f.Packets = v
	case columnBytes:
		f.Bytes = v
	case columnStart:
		f.Start, limit = int64(v), math.MaxUint32
	case columnEnd:
		f.End, limit = int64(v), math.MaxUint32
	}
	return v <= limit
}

// setAddr gives f the value of a column of addresses.
func (f *Flow) setAddr(c column, v netip.Addr) {
	switch c {
	case columnSrc:
		f.Src = v
	case columnDst:
		f.Dst = v
	case columnPktSrc:
		f.PktSrc = v
	case columnPktDst:
		f.PktDst = v
	}
}

// setText gives f, or status, the value of any other column.
func (f *Flow) setText(c column, v string, status *flowStatus) bool {
	switch c {
	case columnAccount:
		if v != "unknown" {
			f.Account = v
		}
	case columnRegion:
		f.Region = v
	case columnInterface:
		f.Interface = v
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
	case columnPktSrcService:
		f.PktSrcService = v
	case columnPktDstService:
		f.PktDstService = v
	case columnAction:
		f.Reject = v == "REJECT"
		return f.Reject || v == "ACCEPT"
	case columnStatus:
		return setStatus(status, v)
	case columnType:
		if v == "EFA" && *status == flowOK {
			*status = flowEFA
		}
	case columnDirection:
		return f.setDirection(v)
	}
	return true
}

func (f *Flow) setDirection(v string) bool {
	switch v {
	case "ingress":
		f.Direction = Ingress
	case "egress":
		f.Direction = Egress
	default:
		return false
	}
	return true
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

// scanUint reads a decimal number that a blank or the end of the line ends, and returns where it ends. The first eight
// digits are taken at once: the lengths of numbers vary, and a loop over digits is a mispredicted branch a number.
func scanUint(line string, i int) (n uint64, end int, ok bool) {
	from := i
	if i+8 <= len(line) {
		x := binary.LittleEndian.Uint64(bytesOf(line[i : i+8]))
		x ^= '0' * lowBits
		digits := bits.TrailingZeros64(((x+0x76*lowBits)|x)&highBits) >> 3
		n = eightDigits(x << (64 - digits*8))
		i += digits
	}
	if i-from == 8 || from+8 > len(line) {
		for i < len(line) && line[i]-'0' <= 9 {
			d := uint64(line[i] - '0')
			if n > (math.MaxUint64-d)/10 {
				return 0, i, false
			}
			n = n*10 + d
			i++
		}
	}
	return n, i, i > from && (i == len(line) || line[i] == ' ')
}

// eightDigits returns the number whose digits are the bytes of x, the lowest byte first: it joins neighbours to pairs,
// pairs to fours, fours to eight.
func eightDigits(x uint64) uint64 {
	x = x*10 + x>>8
	low := x & 0x000000ff000000ff * (100 + 1000000<<32)
	high := x >> 16 & 0x000000ff000000ff * (1 + 10000<<32)
	return (low + high) >> 32
}

// scanAddr reads an address that a blank or the end of the line ends, the dotted form by hand, and returns where it ends.
func scanAddr(line string, i int) (addr netip.Addr, end int, ok bool) {
	from := i
	var sum uint32
	for part := 0; part < 4; part++ {
		first, value := i, uint32(0)
		for i < len(line) && line[i]-'0' <= 9 && i-first < 4 {
			value = value*10 + uint32(line[i]-'0')
			i++
		}
		if i == first || value > 255 || i-first > 1 && line[first] == '0' {
			return scanIPv6(line, from)
		}
		sum = sum<<8 | value
		switch {
		case part == 3 && (i == len(line) || line[i] == ' '):
			return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), i, true
		case part == 3 || i == len(line) || line[i] != '.':
			return scanIPv6(line, from)
		}
		i++
	}
	return netip.Addr{}, i, false
}

func scanIPv6(line string, i int) (netip.Addr, int, bool) {
	end := endOfColumn(line, i)
	if strings.IndexByte(line[i:end], ':') < 0 {
		return netip.Addr{}, end, false
	}
	a, err := netip.ParseAddr(line[i:end])
	return a.Unmap(), end, err == nil && a.Zone() == ""
}

// parseAddr reads an address that is all of s.
func parseAddr(s string) (netip.Addr, bool) {
	addr, end, ok := scanAddr(s, 0)
	return addr, ok && end == len(s)
}
