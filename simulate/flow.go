package simulate

import "strconv"

const flowsADay = 150_000 // records a day of an account

// Bits of tcp-flags.
const (
	fin = 1
	syn = 2
	rst = 4
	ack = 16
)

// end is one end of a conversation.
type end struct {
	host *host // nil: elsewhere
	ip   uint32
	port uint16
	pkt  uint32 // the original address, where it differs
	aws  string // the AWS service that the address belongs to
}

// conversation is what two ends exchange within one aggregation window of a minute.
type conversation struct {
	at, secs         int64 // of its last packet; how long it took
	proto            uint8
	a, b             end // a begins
	aPackets, aBytes int
	bPackets, bBytes int // no packets: no answer
	aFlags, bFlags   uint8
	refused          bool // by b's security group
}

// exchange is a TCP conversation that opens, asks, answers and closes: up and down are what each side has to say.
func exchange(a, b end, up, down int) conversation {
	c := conversation{proto: 6, a: a, b: b, aFlags: syn | fin, bFlags: syn | ack | fin}
	c.aPackets, c.bPackets = 5+up/1200+down/2800, 4+down/1400+up/2800
	c.aBytes, c.bBytes = up+c.aPackets*40, down+c.bPackets*40
	return c
}

// flows writes an hour of flow logs.
func (wr *writer) flows(u unit) error {
	r := wr.rng(u)
	t := newTraffic(wr.w, u, &r)
	for k := range slotsAnHour {
		from := u.hour + int64(k)*slot
		d := &wr.slots[0]
		t.out, t.records = d.buf, d.records
		t.idle(from)
		for want := r.round(flowsADay * wr.w.opts.Scale * u.reg.share * slot / 86400 * t.load(from)); t.records < want; {
			t.one(from)
		}
		d.buf, d.records = t.out, t.records
		for _, line := range wr.plan.records(u, from) {
			d.buf = append(d.buf, line...)
			d.records++
		}
		stem := u.acct.id + "_vpcflowlogs_" + u.reg.name + "_" + u.reg.flowLog
		if err := wr.lines(u, &r, d, t.format.header(), "vpcflowlogs", u.reg.name, stem, from); err != nil {
			return err
		}
	}
	return nil
}

// flowFormat is the version of the newest field.
type flowFormat int

func (f flowFormat) header() string {
	h := "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
	if f >= 3 {
		h += " vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr"
	}
	if f >= 5 {
		h += " region az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path"
	}
	return h + "\n"
}

// flowWriter appends the rows of a region's flow log.
type flowWriter struct {
	format  flowFormat
	acct    *account
	reg     *region
	out     []byte
	records int
}

// talk appends the records of a conversation: both directions, at each of its ends that is ours.
func (w *flowWriter) talk(c *conversation) {
	if c.a.host != nil {
		w.row(c, c.a.host, true, &c.a, &c.b, c.aPackets, c.aBytes, c.aFlags, false)
		if c.bPackets > 0 {
			w.row(c, c.a.host, false, &c.b, &c.a, c.bPackets, c.bBytes, c.bFlags, false)
		}
	}
	if c.b.host != nil {
		w.row(c, c.b.host, false, &c.a, &c.b, c.aPackets, c.aBytes, c.aFlags, c.refused)
		if c.bPackets > 0 {
			w.row(c, c.b.host, true, &c.b, &c.a, c.bPackets, c.bBytes, c.bFlags, false)
		}
	}
}

// row appends what h logs of the packets from src to dst.
func (w *flowWriter) row(c *conversation, h *host, egress bool, src, dst *end, packets, bytes int, flags uint8, refused bool) {
	b := append(w.out, '0'+byte(w.format), ' ')
	b = append(append(b, w.acct.id...), ' ')
	b = append(append(b, h.eni...), ' ')
	b = append(appendIP(b, src.ip), ' ')
	b = append(appendIP(b, dst.ip), ' ')
	for _, n := range [...]int64{int64(src.port), int64(dst.port), int64(c.proto), int64(packets), int64(bytes), c.at - c.secs, c.at} {
		b = append(strconv.AppendInt(b, n, 10), ' ')
	}
	if refused {
		b = append(b, "REJECT OK"...)
	} else {
		b = append(b, "ACCEPT OK"...)
	}
	if w.format >= 3 {
		b = w.host(b, h)
		b = strconv.AppendInt(append(b, ' '), int64(flags), 10)
		b = appendIP(append(b, " IPv4 "...), src.original())
		b = appendIP(append(b, ' '), dst.original())
	}
	if w.format >= 5 {
		b = w.place(b, src.service(), dst.service(), egress, dst.host != nil)
	}
	w.out = append(b, '\n')
	w.records++
}

func (w *flowWriter) host(b []byte, h *host) []byte {
	b = append(append(b, ' '), w.reg.vpc...)
	b = append(append(b, ' '), h.subnet...)
	return append(append(b, ' '), h.instance...)
}

func (w *flowWriter) place(b []byte, from, to string, egress, inside bool) []byte {
	b = append(append(b, ' '), w.reg.name...)
	b = append(b, " use1-az1 "...)
	b = append(append(b, from...), ' ')
	b = append(b, to...)
	switch {
	case !egress:
		return append(b, " ingress -"...)
	case inside:
		return append(b, " egress 1"...)
	case to == "S3":
		return append(b, " egress 7"...)
	}
	return append(b, " egress 8"...)
}

// silent appends the row of an interface without traffic, or whose records were skipped.
func (w *flowWriter) silent(h *host, from int64, status string) {
	b := append(w.out, '0'+byte(w.format), ' ')
	b = append(append(b, w.acct.id...), ' ')
	b = append(append(b, h.eni...), " - - - - - - - "...)
	b = append(strconv.AppendInt(b, from, 10), ' ')
	b = append(strconv.AppendInt(b, from+59, 10), " - "...)
	b = append(b, status...)
	if w.format >= 3 {
		b = append(w.host(b, h), " - - - -"...)
	}
	if w.format >= 5 {
		b = append(append(append(b, ' '), w.reg.name...), " use1-az1 - - - -"...)
	}
	w.out = append(b, '\n')
	w.records++
}

func (e *end) original() uint32 {
	if e.pkt != 0 {
		return e.pkt
	}
	return e.ip
}

func (e *end) service() string {
	if e.aws == "" {
		return "-"
	}
	return e.aws
}
