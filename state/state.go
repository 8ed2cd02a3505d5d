// Package state is the form in which Picket keeps what it knows between runs: numbers and texts one after another,
// without names. One function says the form of a value for both directions, so that what is written and what is read
// can't drift apart. Equal values have equal bytes. It refuses what it would not have written, and takes no more memory
// for what it reads than that has bytes, whatever its numbers claim.
package state

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/netip"
	"slices"
)

// Codec writes values or reads them, in the order in which it is told of them. What it writes it leaves alone, so that others
// may look at it meanwhile. After its first error it does neither: what is read then is zero and lists are empty.
type Codec struct {
	out []byte
	w   io.Writer
	in  source // nil: writing
	err error
}

type source interface {
	io.Reader
	io.ByteReader
}

// chunk is how much is written, or read of one text, at once.
const chunk = 64 << 10

// Write writes what value tells the codec of.
func Write(w io.Writer, value func(*Codec)) error {
	c := &Codec{w: w}
	value(c)
	c.flush(1)
	return c.err
}

// Read reads what was written with the same value, to the end of r.
func Read(r io.Reader, value func(*Codec)) error {
	c := &Codec{}
	if in, ok := r.(*bytes.Reader); ok {
		c.in = in
	} else {
		c.in = bufio.NewReaderSize(r, chunk)
	}
	value(c)
	if c.err != nil {
		return c.err
	}
	switch _, err := c.in.ReadByte(); {
	case err == nil:
		return errors.New("bytes are left over")
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// Reading reports whether c reads.
func (c *Codec) Reading() bool { return c.in != nil }

// Err is the first error.
func (c *Codec) Err() error { return c.err }

// Fail makes err the error of c, unless it has one or err is nil.
func (c *Codec) Fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// flush writes out what has come together, if that is at least some bytes.
func (c *Codec) flush(least int) {
	if len(c.out) < least || c.err != nil {
		return
	}
	_, c.err = c.w.Write(c.out)
	c.out = c.out[:0]
}

// uint writes v, or returns what is read in its place.
func (c *Codec) uint(v uint64) uint64 {
	switch {
	case c.in == nil && c.err == nil:
		c.out = binary.AppendUvarint(c.out, v)
		c.flush(chunk)
		return v
	case c.in == nil:
		return v
	case c.err != nil:
		return 0
	}
	v, err := binary.ReadUvarint(c.in)
	if err != nil {
		c.Fail(cut(err))
		return 0
	}
	return v
}

// cut tells that the input ends too early.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Raw writes or fills p, whose length both sides know.
func (c *Codec) Raw(p []byte) {
	switch {
	case c.in == nil && c.err == nil:
		c.out = append(c.out, p...)
		c.flush(chunk)
		return
	case c.in == nil:
		return
	case c.err == nil:
		_, err := io.ReadFull(c.in, p)
		c.Fail(cut(err))
	}
	if c.err != nil {
		clear(p)
	}
}

// Len writes a number of elements that follow, or reads it.
func (c *Codec) Len(n int) int {
	v := c.uint(uint64(n))
	if v > math.MaxInt32 {
		c.Fail(fmt.Errorf("a list of %d elements", v))
		return 0
	}
	return int(v)
}

// Bool writes or reads v.
func (c *Codec) Bool(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	Int(c, &n)
	if c.in == nil {
		return
	}
	if n > 1 {
		c.Fail(fmt.Errorf("%d is neither true nor false", n))
	}
	*v = n == 1
}

// Float writes or reads v.
func (c *Codec) Float(v *float64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], math.Float64bits(*v))
	if c.Raw(b[:]); c.in != nil {
		*v = math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
	}
}

// Addr writes or reads v, which may be invalid.
func (c *Codec) Addr(v *netip.Addr) {
	b, _ := v.MarshalBinary() // never fails
	text := string(b)
	if Text(c, &text); c.Reading() {
		c.Fail(v.UnmarshalBinary([]byte(text)))
	}
}

// Integer is any integer.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Int writes or reads v.
func Int[N Integer](c *Codec, v *N) {
	signed := N(0)-1 < 0
	if c.in == nil {
		if x := int64(*v); signed {
			c.uint(uint64(x)<<1 ^ uint64(x>>63))
		} else {
			c.uint(uint64(*v))
		}
		return
	}
	u := c.uint(0)
	x := int64(u>>1) ^ -int64(u&1)
	if *v = N(u); signed {
		*v = N(x)
	}
	if signed && int64(*v) != x || !signed && uint64(*v) != u {
		c.Fail(errors.New("a number is out of range"))
		*v = 0
	}
}

// Text writes or reads v.
func Text[S ~string](c *Codec, v *S) {
	n := c.Len(len(*v))
	if c.in == nil {
		if c.err == nil {
			c.out = append(c.out, *v...)
			c.flush(chunk)
		}
		return
	}
	var b []byte
	for len(b) < n && c.err == nil {
		from := len(b)
		b = append(b, make([]byte, min(n-from, chunk))...)
		c.Raw(b[from:])
	}
	*v = ""
	if c.err == nil {
		*v = S(b)
	}
}

// List writes or reads the elements of v, of which one says the form. A list without elements is read as nil.
func List[V any, L ~[]V](c *Codec, v *L, one func(*V)) {
	n := c.Len(len(*v))
	if c.in != nil {
		*v = nil
	}
	for i := 0; i < n && c.err == nil; i++ {
		if c.in != nil {
			*v = append(*v, *new(V))
		}
		one(&(*v)[i])
	}
}

// Texts writes or reads v.
func Texts[S ~string](c *Codec, v *[]S) { List(c, v, func(s *S) { Text(c, s) }) }

// Map writes or reads the entries of v in order of their keys. A map without entries is read as nil.
func Map[K cmp.Ordered, V any, M ~map[K]V](c *Codec, v *M, key func(*K), value func(*V)) {
	n := c.Len(len(*v))
	if c.in == nil {
		for _, k := range slices.Sorted(maps.Keys(*v)) {
			x := (*v)[k]
			key(&k)
			value(&x)
		}
		return
	}
	*v = nil
	var last K
	for i := 0; i < n && c.err == nil; i++ {
		var k K
		var x V
		key(&k)
		value(&x)
		switch {
		case c.err != nil:
			return
		case i == 0:
			*v = M{}
		case k <= last:
			c.Fail(errors.New("keys are out of order"))
			return
		}
		(*v)[k], last = x, k
	}
}

// Pointer writes or reads what v points to, if anything.
func Pointer[V any](c *Codec, v **V, one func(*V)) {
	there := *v != nil
	c.Bool(&there)
	if c.in != nil {
		*v = nil
		if there {
			*v = new(V)
		}
	}
	if there {
		one(*v)
	}
}
