package event

import (
	"bytes"
	"fmt"
	"io"
)

// Options says what the records of an object lack.
type Options struct {
	Object     uint64 // number given to Refs
	Account    string // used where a record names none
	Region     string // used where a record names none
	FlowFormat string // column names of flow records that have no header line; "" means those of version 2
	MaxBytes   int64  // cap of decompressed bytes; 0 means 4 GiB
	MaxRecord  int    // cap of one record or line; 0 means 16 MiB. Longer ones are skipped and reported as Bad
}

// Handler receives the records of an object, in order of their place. Records are valid only during the call.
type Handler interface {
	CloudTrail(*CloudTrail)
	Flow(*Flow)
	DNS(*DNS)
	Bad(Bad)
}

// Bad is a record, or a stretch between records, that could not be read.
type Bad struct {
	Offset int64  // where it begins in the decompressed object; for Parquet, the row
	Reason string // why, for people
	Sample string // its beginning, at most 200 bytes, printable
}

// Stats counts what Read saw of an object.
type Stats struct {
	Kind      Kind   // of most records
	Records   int64  // delivered to the handler
	Bytes     int64  // decompressed; of a Parquet file, those of its rows as lines
	Bad       int64  // reported to the handler as Bad
	NoRegion  int64  // records delivered without a region
	NoAccount int64  // records delivered without an account
	NoData    int64  // flow records with log-status NODATA, not delivered
	SkipData  int64  // flow records with log-status SKIPDATA, not delivered
	EFA       int64  // flow records of Elastic Fabric Adapters, which are not IP, not delivered
	Skipped   int64  // records of a format known to hold no events, not delivered
	Skip      string // why, if any were skipped
}

// Read reads one object to its end. The error is of the object: truncated, larger than the cap, unreadable. Everything
// before it has been delivered.
func Read(r io.Reader, o Options, h Handler) (Stats, error) { return new(Reader).Read(r, o, h) }

// Reader reads objects one after another and uses its buffers again. Its zero value is ready; it is for one goroutine.
type Reader struct {
	stream
	decoder

	o       Options
	h       Handler
	stats   Stats
	counts  [KindDNS + 1]int64
	stop    bool // set by a handler that has seen enough
	lists   []list
	garbage Bad // of the stretch being passed; none if Reason is empty

	fields  fields
	scratch []byte               // unescaped strings of the current record
	nested  [maxEnvelopes][]byte // records unescaped from their envelopes, by depth
	owner   string               // account of the envelope around the current record

	cloudTrail CloudTrail
	dns        DNS
	flow       Flow
	format     *flowFormat
}

// list is an open array of records; in an object, the array is one of its members.
type list struct {
	inObject bool
	control  bool // holds probes of CloudWatch Logs instead of records
	owner    string
}

const (
	maxLists     = 8 // arrays of records inside one another
	maxEnvelopes = 3 // envelopes inside one another

	defaultMaxBytes  = 4 << 30
	defaultMaxRecord = 16 << 20
)

// Read is the function Read with the buffers of r.
func (r *Reader) Read(in io.Reader, o Options, h Handler) (Stats, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = defaultMaxRecord
	}
	r.o, r.h, r.stats, r.counts, r.stop = o, h, Stats{}, [KindDNS + 1]int64{}, false
	r.lists, r.garbage, r.owner, r.format = r.lists[:0], Bad{}, "", nil
	if o.FlowFormat != "" {
		format, err := newFlowFormat(o.FlowFormat)
		if err != nil {
			return Stats{}, fmt.Errorf("flow format: %w", err)
		}
		r.format = format
	}
	in, parquet, err := r.open(in, o.MaxBytes)
	switch {
	case err != nil:
	case parquet:
		err = r.parquet(in)
	default:
		r.reset(in, o.MaxBytes)
		r.run()
		r.stats.Bytes = r.base + int64(r.end)
		if !r.ended() && !r.stop {
			err = r.stream.err
		}
	}
	r.endGarbage()
	for kind, n := range r.counts {
		r.stats.Records += n
		if n > r.counts[r.stats.Kind] {
			r.stats.Kind = Kind(kind)
		}
	}
	return r.stats, err
}

var byteOrderMark = []byte("\ufeff")

func (r *Reader) run() {
	r.fill()
	if bytes.HasPrefix(r.buf[:r.end], byteOrderMark) {
		r.pos = len(byteOrderMark)
	}
	for !r.stop && r.more() {
		switch c := r.buf[r.pos]; {
		case c == '{':
			r.object()
		case c == '[':
			r.openList()
		case c == ']' && len(r.lists) > 0:
			r.close()
		case len(r.lists) > 0:
			r.lose("not a list of records", r.pos)
		default:
			r.line()
		}
	}
	if len(r.lists) > 0 && r.ended() && !r.stop {
		r.bad(r.base+int64(r.end), "object ends inside a list of records", nil)
	}
}

// more moves to the next byte that is no separator, and reports whether there is one.
func (r *Reader) more() bool {
	for {
		for r.pos < r.end {
			switch r.buf[r.pos] {
			case ' ', '\n', '\t', '\r', ',':
				r.pos++
			default:
				return true
			}
		}
		if !r.fill() {
			return false
		}
	}
}

// openList enters the array of records that begins at the position. What only looks like one is a line.
func (r *Reader) openList() {
	i := skipSpace(r.buf[:r.end], r.pos+1)
	for i == r.end && r.end-r.pos <= r.o.MaxRecord && r.fill() {
		i = skipSpace(r.buf[:r.end], r.pos+1)
	}
	switch {
	case i < r.end && r.buf[i] != '{' && r.buf[i] != '[' && r.buf[i] != ']':
		r.line()
	case len(r.lists) == maxLists:
		r.lose("lists nested too deep", r.pos)
	default:
		r.endGarbage()
		r.lists = append(r.lists, list{owner: r.owner})
		r.pos++
	}
}

// object handles the object that begins at the position.
func (r *Reader) object() {
	for {
		b := r.buf[:r.end]
		end, st := r.fields.object(b, r.pos+1, true)
		switch st {
		case stateOK:
			r.endGarbage()
			if end-r.pos > r.o.MaxRecord {
				r.tooLong(b[r.pos:end])
			} else {
				r.record(r.pos, end, r.base, 0)
			}
			r.pos = end
			return
		case stateEntered:
			r.endGarbage()
			r.enter(end)
			return
		case stateShort:
			if r.end-r.pos > r.o.MaxRecord {
				r.endGarbage()
				r.tooLong(b[r.pos:])
				r.skipLong()
				return
			}
			if r.fill() {
				continue
			}
			r.cutOff()
			return
		case stateDeep:
			r.lose(fmt.Sprintf("JSON nested deeper than %d", maxDepth), end)
			return
		default:
			r.lose("not JSON", end)
			return
		}
	}
}

// enter goes into the list of records at b[at:], a member of the object at the position.
func (r *Reader) enter(at int) {
	if len(r.lists) == maxLists {
		r.lose("lists nested too deep", at)
		return
	}
	l := list{inObject: true, owner: r.owner}
	if owner := r.fields.value(slotOwner); owner.Str() != "" {
		l.owner = string(append([]byte(nil), owner.Str()...))
	}
	l.control = r.fields.value(slotMessageType) == `"CONTROL_MESSAGE"`
	r.lists = append(r.lists, l)
	r.owner = l.owner
	r.pos = at
}

// close leaves the innermost list and passes the rest of the object around it.
func (r *Reader) close() {
	l := r.lists[len(r.lists)-1]
	if !l.inObject {
		r.pop()
		r.pos++
		return
	}
	for {
		end, st := r.fields.rest(r.buf[:r.end], r.pos+1, true)
		switch {
		case st == stateOK:
			r.pop()
			r.pos = end
		case st == stateEntered:
			r.pos = end
		case st == stateShort && r.end-r.pos <= r.o.MaxRecord && r.fill():
			continue
		case st == stateShort && r.end-r.pos <= r.o.MaxRecord:
			r.cutOff()
		default:
			r.pop()
			r.lose("not JSON", end)
		}
		return
	}
}

func (r *Reader) pop() {
	r.lists = r.lists[:len(r.lists)-1]
	r.owner = ""
	if n := len(r.lists); n > 0 {
		r.owner = r.lists[n-1].owner
	}
}

// cutOff ends the object with a record that is not whole. Where reading failed, the error says so.
func (r *Reader) cutOff() {
	if r.ended() {
		r.endGarbage()
		r.bad(r.offset(), "record is cut off at the end of the object", r.buf[r.pos:r.end])
		r.lists = r.lists[:0]
	}
	r.pos = r.end
}

func (r *Reader) tooLong(b []byte) {
	r.bad(r.offset(), fmt.Sprintf("record is longer than %d bytes", r.o.MaxRecord), b)
}

// bad reports one bad record.
func (r *Reader) bad(offset int64, reason string, b []byte) {
	r.stats.Bad++
	r.h.Bad(Bad{Offset: offset, Reason: reason, Sample: sample(b)})
}

// skip counts a record that is known to hold no event.
func (r *Reader) skip(reason string) {
	r.stats.Skipped++
	if r.stats.Skip == "" {
		r.stats.Skip = reason
	}
}

// count notes a delivered record.
func (r *Reader) count(k Kind, account, region string) {
	r.counts[k]++
	if account == "" {
		r.stats.NoAccount++
	}
	if region == "" {
		r.stats.NoRegion++
	}
}
