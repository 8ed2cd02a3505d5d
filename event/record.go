package event

import "bytes"

// record handles the JSON object at from to to of the bytes that r.fields were read from, which begin at offset base.
func (r *Reader) record(from, to int, base int64, depth int) {
	f := &r.fields
	b, offset := f.b[from:to], base+int64(from)
	switch {
	case f.has(slotCloudTrailEvent):
		r.unwrap(slotCloudTrailEvent, b, base, depth)
	case f.seen&cloudTrailSlots != 0:
		r.readCloudTrail(b, offset)
	case f.seen&dnsSlots != 0:
		r.readDNS(b, offset)
	case f.has(slotDigestStartTime):
		r.skip("CloudTrail digest file: it holds hashes, no events")
	case f.has(slotInsightDetails):
		r.skip(insight)
	case f.has(slotDetail):
		r.unwrap(slotDetail, b, base, depth)
	case f.has(slotEvent):
		r.unwrap(slotEvent, b, base, depth)
	case f.has(slotMessage):
		r.unwrap(slotMessage, b, base, depth)
	case f.value(slotMessageType) == `"CONTROL_MESSAGE"`, f.value(slotRecords) == "null":
	default:
		r.bad(offset, "JSON of no known log format", b)
	}
}

const insight = "CloudTrail Insights event: it holds rates, no calls"

// unwrap handles the record in a member of an envelope: an object, or a string that holds an object or a line.
// base is the offset of the bytes that r.fields were read from.
func (r *Reader) unwrap(s slot, envelope []byte, base int64, depth int) {
	offset := base + int64(r.fields.at[s].from)
	if len(r.lists) > 0 && r.lists[len(r.lists)-1].control {
		return
	}
	if depth == maxEnvelopes {
		r.bad(offset, "envelopes nested too deep", envelope)
		return
	}
	inner := r.fields.raw(s)
	switch inner[0] {
	case '{':
	case '"':
		inner = inner[1 : len(inner)-1]
		offset++
		if r.fields.escaped>>s&1 == 1 {
			r.nested[depth] = unescape(r.nested[depth][:0], inner)
			inner = r.nested[depth]
		}
		inner = bytes.TrimSpace(inner)
	default:
		r.bad(offset, "JSON of no known log format", envelope)
		return
	}
	if len(inner) == 0 || inner[0] != '{' {
		r.text(inner, offset)
		return
	}
	end, st := r.fields.object(inner, 1, false)
	if st != stateOK || end != len(inner) {
		r.bad(offset, "not JSON", inner)
		return
	}
	r.record(0, end, offset, depth+1)
}

// str returns the text of a member: of a string, unescaped; of a number or boolean, its literal.
func (r *Reader) str(s slot) string {
	f := &r.fields
	if !f.has(s) {
		return ""
	}
	v := f.b[f.at[s].from:f.at[s].to]
	switch v[0] {
	case '"':
		v = v[1 : len(v)-1]
		if f.escaped>>s&1 == 1 {
			from := len(r.scratch)
			r.scratch = unescape(r.scratch, v)
			v = r.scratch[from:]
		}
		return alias(v)
	case '{', '[', 'n':
		return ""
	}
	return alias(v)
}

// account returns the account of a record that names account.
func (r *Reader) account(account string) string {
	switch {
	case account != "":
		return account
	case r.owner != "":
		return r.owner
	}
	return r.o.Account
}

func (r *Reader) region(region string) string {
	if region != "" {
		return region
	}
	return r.o.Region
}
