package event

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/snappy"
)

// The compressions of pages. AWS writes gzip.
const (
	parquetUnpacked = 0
	parquetSnappy   = 1
	parquetGzip     = 2
	parquetZstd     = 6
)

// parquetPages are the pages that the columns of a group hold at once: one each, with a dictionary.
type parquetPages struct {
	layer *layer // that unpacks them
	most  int64  // bytes of one
	left  int64  // bytes that all may still take
}

// maxParquetPages is enough for 100 columns with pages of 1 MiB, which is what writers make, and dictionaries.
const maxParquetPages = 256 << 20

// hold notes that a column holds so many bytes more.
func (p *parquetPages) hold(n int) error {
	if p.left -= int64(n); p.left < 0 {
		return fmt.Errorf("its pages are larger than %d bytes at once", maxParquetPages)
	}
	return nil
}

// page returns buf with room for n bytes.
func (p *parquetPages) page(buf []byte, n int64) ([]byte, error) {
	switch {
	case n < 0:
		return nil, errParquetPage
	case n <= int64(cap(buf)):
		return buf[:n], nil
	}
	return make([]byte, n), p.hold(int(n) - cap(buf))
}

// parquetCursor reads a column of a group, value by value.
type parquetCursor struct {
	parquetColumn
	parquetChunk
	pages *parquetPages
	in    []byte // pages that are not begun

	left  int64 // values of the page
	nulls runs  // of optional columns: 0 for each value that is not there
	parquetValues
	known    dictionary
	unpacked []byte // the page
}

func newParquetCursor(b []byte, c parquetColumn, chunk parquetChunk, p *parquetPages) (*parquetCursor, error) {
	from := chunk.data
	if chunk.dictionary > 0 {
		from = chunk.dictionary
	}
	if chunk.size < 0 || from > int64(len(b)) || chunk.size > int64(len(b))-from {
		return nil, errors.New("it lies outside the file")
	}
	if _, known := columnOf(columnName(c.name)); known && !chunk.readable() {
		return nil, errors.New("its type is none that flow logs have")
	}
	return &parquetCursor{parquetColumn: c, parquetChunk: chunk, pages: p, in: b[from : from+chunk.size]}, nil
}

// readable reports whether the values have a type that flow logs have. Those of other columns may have any.
func (c *parquetChunk) readable() bool {
	return c.kind == parquetInt32 || c.kind == parquetInt64 || c.kind == parquetText
}

// append appends the next value to line, and nothing for what is absent or of no type that flow logs have.
func (c *parquetCursor) append(line []byte) ([]byte, error) {
	if !c.readable() {
		return line, nil
	}
	for c.left == 0 {
		if err := c.next(); err != nil {
			return line, err
		}
	}
	c.left--
	if c.optional {
		there, ok := c.nulls.next()
		if !ok {
			return line, errParquetPage
		}
		if there == 0 {
			return line, nil
		}
	}
	return c.parquetValues.append(line)
}

// next begins the next page.
func (c *parquetCursor) next() error {
	if len(c.in) == 0 {
		return errors.New("values are missing")
	}
	t := &thriftReader{b: c.in}
	p := readParquetPage(t)
	if t.bad || p.packed < 0 || p.packed > int64(len(t.b)) || p.size < 0 || p.values < 0 {
		return errParquetPage
	}
	if most := c.pages.most; max(p.size, p.packed) > most {
		return fmt.Errorf("a page is larger than the cap of %d bytes", most)
	}
	body := t.b[:p.packed]
	c.in = t.b[p.packed:]
	switch p.kind {
	case parquetDictionary:
		return c.learn(body, &p)
	case parquetValues1:
		return c.begin1(body, &p)
	case parquetValues2:
		return c.begin2(body, &p)
	}
	return nil // an index
}

// learn reads the dictionary.
func (c *parquetCursor) learn(body []byte, p *parquetPage) (err error) {
	if body, err = c.unpack(body, p.size); err != nil {
		return err
	}
	held := cap(c.known.text) + 4*cap(c.known.ends)
	c.known.text, c.known.ends = slices.Grow(c.known.text[:0], len(body)), slices.Grow(c.known.ends[:0], len(body)/4)
	for v := (plainValues{in: body, kind: c.kind}); len(v.in) > 0; {
		if c.known.text, err = v.append(c.known.text); err != nil {
			return err
		}
		c.known.ends = append(c.known.ends, uint32(len(c.known.text)))
	}
	return c.pages.hold(cap(c.known.text) + 4*cap(c.known.ends) - held)
}

// begin1 and begin2 begin a page of values in either of two versions.
func (c *parquetCursor) begin1(body []byte, p *parquetPage) (err error) {
	if body, err = c.unpack(body, p.size); err != nil {
		return err
	}
	if c.optional {
		if len(body) < 4 {
			return errParquetPage
		}
		size := binary.LittleEndian.Uint32(body)
		if body = body[4:]; uint64(size) > uint64(len(body)) {
			return errParquetPage
		}
		c.nulls, body = runs{in: body[:size], width: 1}, body[size:]
	}
	return c.begin(body, p)
}

func (c *parquetCursor) begin2(body []byte, p *parquetPage) (err error) {
	if p.lists != 0 || p.defined < 0 || p.defined > int64(len(body)) {
		return errParquetPage
	}
	c.nulls, body = runs{in: body[:p.defined], width: 1}, body[p.defined:]
	if !p.plain {
		if body, err = c.unpack(body, p.size-p.defined); err != nil {
			return err
		}
	}
	return c.begin(body, p)
}

// begin begins the values of a page.
func (c *parquetCursor) begin(body []byte, p *parquetPage) (err error) {
	c.left = p.values
	switch {
	case p.encoding == parquetPlain:
		c.parquetValues = &plainValues{in: body, kind: c.kind}
	case p.encoding == parquetIndexes, p.encoding == parquetOldIndexes:
		v := &indexedValues{from: &c.known}
		if len(body) > 0 { // else all are nulls
			v.in, v.width = body[1:], int(body[0])
		}
		if c.parquetValues = v; v.width > 32 {
			err = errParquetPage
		}
	case p.encoding == parquetDeltas && c.kind != parquetText:
		v := &deltaValues{kind: c.kind}
		v.deltas, err = newDeltas(body)
		c.parquetValues = v
	case (p.encoding == parquetDeltaLengths || p.encoding == parquetDeltaPrefixes) && c.kind == parquetText:
		c.parquetValues, err = newDeltaTexts(body, p.encoding == parquetDeltaPrefixes)
	default:
		err = fmt.Errorf("values in encoding %d, which flow logs do not have", p.encoding)
	}
	return err
}

// unpack undoes the compression of what is said to be so many bytes.
func (c *parquetCursor) unpack(body []byte, size int64) ([]byte, error) {
	switch {
	case c.codec == parquetUnpacked:
		return body, nil
	case size == 0: // which some don't pack
		return nil, nil
	}
	page, err := c.pages.page(c.unpacked, size)
	if err != nil {
		return nil, err
	}
	c.unpacked = page
	if c.codec == parquetSnappy {
		if n, err := snappy.DecodedLen(body); err != nil || int64(n) != size {
			return nil, errParquetPage
		}
		return snappy.Decode(page, body)
	}
	r, err := c.pages.layer.unpack(body, c.codec)
	if err != nil {
		return nil, fmt.Errorf("unpack a page: %w", err)
	}
	if _, err := io.ReadFull(r, page); err != nil {
		return nil, fmt.Errorf("unpack a page: %w", err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return nil, errParquetPage
	}
	return page, nil
}

// unpack returns what a page holds.
func (l *layer) unpack(body []byte, codec int64) (io.Reader, error) {
	l.in.Reset(bytes.NewReader(body))
	switch codec {
	case parquetGzip:
		return l.gunzip()
	case parquetZstd:
		return l.unzstd()
	}
	return nil, fmt.Errorf("compression %d: want snappy, gzip, zstd or none", codec)
}
