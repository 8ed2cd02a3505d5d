package event

import "encoding/binary"

// thriftReader reads the compact protocol of Thrift, in which a Parquet file describes itself. It allocates nothing: what lengths
// and sizes claim is never believed beyond the bytes that are there. Behind the first mistake everything reads as zero.
type thriftReader struct {
	b     []byte
	bad   bool
	depth int
}

// The types of Thrift values that Parquet uses.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// maxThrift is how deep values may nest. Those of Parquet nest six deep.
const maxThrift = 20

func (t *thriftReader) fail() {
	t.b, t.bad = nil, true
}

func (t *thriftReader) take(n uint64) []byte {
	if n > uint64(len(t.b)) {
		t.fail()
		return nil
	}
	b := t.b[:n]
	t.b = t.b[n:]
	return b
}

func (t *thriftReader) byte() byte {
	if b := t.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (t *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(t.b)
	if n <= 0 {
		t.fail()
		return 0
	}
	t.b = t.b[n:]
	return v
}

// number reads an integer.
func (t *thriftReader) number(kind byte) int64 {
	if kind < thriftI16 || kind > thriftI64 {
		t.fail()
	}
	v := t.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// text reads a string, which aliases the bytes that are read.
func (t *thriftReader) text(kind byte) []byte {
	if kind != thriftBinary {
		t.fail()
	}
	return t.take(t.uvarint())
}

// fields reads a struct: f is called for each of its fields and reads or skips it.
func (t *thriftReader) fields(kind byte, f func(id int64, kind byte)) {
	if t.depth++; t.depth > maxThrift || kind != thriftStruct {
		t.fail()
	}
	id := int64(0)
	for {
		head := t.byte()
		if head == 0 { // the end, or that of the bytes
			break
		}
		if delta := int64(head >> 4); delta != 0 {
			id += delta
		} else {
			id = t.number(thriftI16)
		}
		f(id, head&15)
	}
	t.depth--
}

// items reads a list: f is called for each of its items and reads or skips it.
func (t *thriftReader) items(kind byte, f func(kind byte)) {
	if t.depth++; t.depth > maxThrift || kind != thriftList && kind != thriftSet {
		t.fail()
	}
	head := t.byte()
	size := uint64(head >> 4)
	if size == 15 {
		size = t.uvarint()
	}
	for ; size > 0 && !t.bad; size-- {
		f(head & 15)
	}
	t.depth--
}

// skip passes a field.
func (t *thriftReader) skip(kind byte) {
	if kind != thriftTrue && kind != thriftFalse { // which the type of the field says
		t.skipItem(kind)
	}
}

func (t *thriftReader) skipItem(kind byte) {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		t.take(1)
	case thriftI16, thriftI32, thriftI64:
		t.uvarint()
	case thriftDouble:
		t.take(8)
	case thriftBinary:
		t.take(t.uvarint())
	case thriftList, thriftSet:
		t.items(kind, t.skipItem)
	case thriftStruct:
		t.fields(kind, func(_ int64, kind byte) { t.skip(kind) })
	default: // Parquet has no maps
		t.fail()
	}
}
