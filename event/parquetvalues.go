package event

import (
	"encoding/binary"
	"errors"
	"strconv"
)

// The types of values that flow logs have.
const (
	parquetInt32 = 1
	parquetInt64 = 2
	parquetText  = 6
)

// The encodings of values.
const (
	parquetPlain         = 0
	parquetOldIndexes    = 2 // as parquetIndexes
	parquetDeltas        = 5
	parquetDeltaLengths  = 6
	parquetDeltaPrefixes = 7
	parquetIndexes       = 8
)

// parquetValues are the values of a page that are no nulls. They are read one by one: what a page says of itself makes
// nothing be held.
type parquetValues interface {
	// append appends the next value to line, as text.
	append(line []byte) ([]byte, error)
}

var errParquetPage = errors.New("a page is damaged, or shorter than it says")

// plainValues follow one another.
type plainValues struct {
	in   []byte
	kind int64
}

func (p *plainValues) take(n int) (b []byte, ok bool) {
	if n < 0 || n > len(p.in) {
		return nil, false
	}
	b, p.in = p.in[:n], p.in[n:]
	return b, true
}

func (p *plainValues) append(line []byte) ([]byte, error) {
	size := 4
	if p.kind == parquetInt64 {
		size = 8
	}
	b, ok := p.take(size)
	switch {
	case !ok:
		return line, errParquetPage
	case p.kind == parquetInt32:
		return strconv.AppendInt(line, int64(int32(binary.LittleEndian.Uint32(b))), 10), nil
	case p.kind == parquetInt64:
		return strconv.AppendInt(line, int64(binary.LittleEndian.Uint64(b)), 10), nil
	}
	if b, ok = p.take(int(int32(binary.LittleEndian.Uint32(b)))); !ok {
		return line, errParquetPage
	}
	return append(line, b...), nil
}

// dictionary are the different values of a column: the text up to each end, from the end before it.
type dictionary struct {
	text []byte
	ends []uint32
}

// indexedValues are numbers of values in a dictionary.
type indexedValues struct {
	runs
	from *dictionary
}

func (v *indexedValues) append(line []byte) ([]byte, error) {
	i, ok := v.next()
	if !ok || i >= uint64(len(v.from.ends)) {
		return line, errParquetPage
	}
	begin := uint32(0)
	if i > 0 {
		begin = v.from.ends[i-1]
	}
	return append(line, v.from.text[begin:v.from.ends[i]]...), nil
}

// runs are numbers of a few bits: repeated, or packed in groups of eight.
type runs struct {
	in     []byte
	width  int
	left   uint64 // of the current run
	packed []byte // its bits; nil if it repeats value
	at     int    // the next of them
	value  uint64
}

func (r *runs) next() (uint64, bool) {
	for r.left == 0 {
		if !r.begin() {
			return 0, false
		}
	}
	r.left--
	if r.packed == nil {
		return r.value, true
	}
	r.at += r.width
	return bitsOf(r.packed, r.at-r.width, r.width), true
}

// begin reads the head of a run.
func (r *runs) begin() bool {
	head, n := binary.Uvarint(r.in)
	if n <= 0 {
		return false
	}
	r.in = r.in[n:]
	size := uint64(r.width+7) / 8
	if r.left = head >> 1; head&1 == 1 {
		if r.left > uint64(len(r.in)) {
			return false // even of one bit a number
		}
		size = r.left * uint64(r.width)
		r.left *= 8
	}
	if size > uint64(len(r.in)) {
		return false
	}
	b := r.in[:size]
	r.in = r.in[size:]
	if r.packed, r.at = nil, 0; head&1 == 1 {
		r.packed = b
		if r.packed == nil {
			r.packed = []byte{}
		}
		return true
	}
	r.value = bitsOf(b, 0, r.width)
	return true
}

// bitsOf returns the number in so many bits of b, the lowest first. Bits behind its end are 0.
func bitsOf(b []byte, at, width int) (v uint64) {
	for done := 0; done < width && at>>3 < len(b); {
		n := min(8-at&7, width-done)
		v |= uint64(b[at>>3]>>(at&7)&(1<<n-1)) << done
		done, at = done+n, at+n
	}
	return v
}

// deltas are numbers as differences to the one before: blocks of miniblocks, each with a width of its own.
type deltas struct {
	in     []byte
	left   uint64
	last   int64
	minis  uint64 // of a block
	size   int    // numbers of a miniblock
	lowest int64  // of the differences in the block
	widths []byte // of the miniblocks not begun
	packed []byte // the current one
	width  int
	at     int // the next of its numbers
	begun  bool
}

func newDeltas(in []byte) (*deltas, error) {
	var head [4]uint64 // size of a block, miniblocks in it, numbers, the first of them
	for i := range head {
		v, n := binary.Uvarint(in)
		if n <= 0 {
			return nil, errParquetPage
		}
		head[i], in = v, in[n:]
	}
	d := &deltas{in: in, minis: head[1], left: head[2], last: zigzag(head[3])}
	if d.minis == 0 || head[0] > 1<<16 || head[0]/d.minis == 0 {
		return nil, errParquetPage
	}
	d.size = int(head[0] / d.minis)
	d.at = d.size
	return d, nil
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func (d *deltas) next() (int64, bool) {
	if d.left == 0 {
		return 0, false
	}
	d.left--
	if !d.begun {
		d.begun = true
		return d.last, true
	}
	if d.at == d.size && !d.mini() {
		return 0, false
	}
	d.last += d.lowest + int64(bitsOf(d.packed, d.at*d.width, d.width))
	d.at++
	return d.last, true
}

// mini goes to the next miniblock. The last may be cut off.
func (d *deltas) mini() bool {
	if len(d.widths) == 0 {
		lowest, n := binary.Uvarint(d.in)
		if n <= 0 || d.minis > uint64(len(d.in)-n) {
			return false
		}
		d.lowest, d.widths, d.in = zigzag(lowest), d.in[n:n+int(d.minis)], d.in[n+int(d.minis):]
	}
	d.width, d.widths, d.at = int(d.widths[0]), d.widths[1:], 0
	size := min((d.size*d.width+7)/8, len(d.in))
	d.packed, d.in = d.in[:size], d.in[size:]
	return d.width <= 64
}

// rest is what follows the numbers.
func (d deltas) rest() ([]byte, error) {
	for n := max(d.left, 1) - 1; n > 0; n -= min(n, uint64(d.size)) {
		if !d.mini() {
			return nil, errParquetPage
		}
	}
	return d.in, nil
}

// deltaValues are numbers.
type deltaValues struct {
	*deltas
	kind int64
}

func (v *deltaValues) append(line []byte) ([]byte, error) {
	n, ok := v.next()
	if !ok {
		return line, errParquetPage
	}
	if v.kind == parquetInt32 {
		n = int64(int32(n))
	}
	return strconv.AppendInt(line, n, 10), nil
}

// deltaTexts are texts behind their lengths. Where there are prefixes, a text begins with so many bytes of the one before.
type deltaTexts struct {
	prefixes, lengths *deltas
	plainValues
	last []byte
}

func newDeltaTexts(in []byte, prefixed bool) (v *deltaTexts, err error) {
	v = &deltaTexts{}
	if prefixed {
		if v.prefixes, err = newDeltas(in); err != nil {
			return nil, err
		}
		if in, err = v.prefixes.rest(); err != nil {
			return nil, err
		}
	}
	if v.lengths, err = newDeltas(in); err != nil {
		return nil, err
	}
	v.in, err = v.lengths.rest()
	return v, err
}

func (v *deltaTexts) append(line []byte) ([]byte, error) {
	length, ok := v.lengths.next()
	text, there := v.take(int(int32(length)))
	if !ok || !there {
		return line, errParquetPage
	}
	if v.prefixes == nil {
		return append(line, text...), nil
	}
	prefix, ok := v.prefixes.next()
	if n := int64(int32(prefix)); !ok || n < 0 || n > int64(len(v.last)) {
		return line, errParquetPage
	}
	v.last = append(v.last[:int32(prefix)], text...)
	return append(line, v.last...), nil
}
