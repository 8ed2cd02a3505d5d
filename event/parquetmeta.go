package event

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// parquetMeta is what the footer of a Parquet file says.
type parquetMeta struct {
	columns []parquetColumn
	nested  bool // some columns hold others, or lists
	groups  []parquetGroup
	rows    int64
}

// parquetColumn is a column of the schema.
type parquetColumn struct {
	name     string
	optional bool
}

// parquetGroup is a group of rows: a chunk of each column.
type parquetGroup struct {
	rows   int64
	chunks []parquetChunk
}

// parquetChunk is what a group holds of a column.
type parquetChunk struct {
	kind, codec int64
	size        int64 // of its pages
	data        int64 // offset of the first page of values
	dictionary  int64 // and of the dictionary before it, if there is one
}

// What a footer may be, far above what flow logs have: what it describes is held.
const (
	maxParquetFooter  = 16 << 20
	maxParquetColumns = 200
	maxParquetGroups  = 1<<15 - 1
)

// readParquetMeta reads the footer of the file b: Thrift, its length, PAR1.
func readParquetMeta(b []byte) (*parquetMeta, error) {
	end := len(b) - 4 - len(magicParquet)
	if end < len(magicParquet) || !bytes.HasSuffix(b, magicParquet) {
		return nil, errors.New("the file lacks its end")
	}
	size := int64(binary.LittleEndian.Uint32(b[end:]))
	if size > int64(end-len(magicParquet)) {
		return nil, errors.New("the file lacks its end")
	}
	if size > maxParquetFooter {
		return nil, fmt.Errorf("the file's footer is larger than the cap of %d bytes", maxParquetFooter)
	}
	m, t := &parquetMeta{}, &thriftReader{b: b[end-int(size) : end]}
	t.fields(thriftStruct, func(id int64, kind byte) {
		switch id {
		case 2:
			m.readSchema(t, kind)
		case 3:
			m.rows = t.number(kind)
		case 4:
			t.items(kind, func(kind byte) {
				if m.groups = append(m.groups, readParquetGroup(t, kind)); len(m.groups) > maxParquetGroups {
					t.fail()
				}
			})
		default:
			t.skip(kind)
		}
	})
	for _, g := range m.groups {
		t.bad = t.bad || g.rows < 0 || len(g.chunks) != len(m.columns)
	}
	if t.bad {
		return nil, errors.New("the file's footer is damaged")
	}
	return m, nil
}

// readSchema reads the columns. The first element is the root of their tree.
func (m *parquetMeta) readSchema(t *thriftReader, kind byte) {
	root := true
	t.items(kind, func(kind byte) {
		var c parquetColumn
		var repetition, children int64
		t.fields(kind, func(id int64, kind byte) {
			switch id {
			case 3:
				repetition = t.number(kind)
			case 4:
				c.name = string(t.text(kind))
			case 5:
				children = t.number(kind)
			default:
				t.skip(kind)
			}
		})
		c.optional = repetition == 1
		switch {
		case root:
			root = false
		case children > 0:
			m.nested = true
		default:
			m.nested = m.nested || repetition > 1
			m.columns = append(m.columns, c)
		}
		if len(m.columns) > maxParquetColumns {
			t.fail()
		}
	})
}

func readParquetGroup(t *thriftReader, kind byte) (g parquetGroup) {
	t.fields(kind, func(id int64, kind byte) {
		switch id {
		case 1:
			t.items(kind, func(kind byte) { g.chunks = append(g.chunks, readParquetChunk(t, kind)) })
		case 3:
			g.rows = t.number(kind)
		default:
			t.skip(kind)
		}
	})
	return g
}

// readParquetChunk fails where a chunk is not described: it is encrypted.
func readParquetChunk(t *thriftReader, kind byte) (c parquetChunk) {
	t.fields(kind, func(id int64, kind byte) {
		if id != 3 {
			t.skip(kind)
			return
		}
		t.fields(kind, func(id int64, kind byte) {
			switch id {
			case 1:
				c.kind = t.number(kind)
			case 4:
				c.codec = t.number(kind)
			case 7:
				c.size = t.number(kind)
			case 9:
				c.data = t.number(kind)
			case 11:
				c.dictionary = t.number(kind)
			default:
				t.skip(kind)
			}
		})
	})
	if c.data <= 0 {
		t.fail()
	}
	return c
}

// The types of pages.
const (
	parquetValues1    = 0
	parquetDictionary = 2
	parquetValues2    = 3
)

// parquetPage is the header of a page.
type parquetPage struct {
	kind           int64
	size, packed   int64 // in bytes, without and with compression
	values         int64 // nulls among them
	encoding       int64
	defined, lists int64 // of parquetValues2: bytes of definition and repetition levels
	plain          bool  // of parquetValues2: not compressed, whatever the column is
}

func readParquetPage(t *thriftReader) (p parquetPage) {
	header := func(kind byte, encoding int64) {
		t.fields(kind, func(id int64, kind byte) {
			switch {
			case id == 1:
				p.values = t.number(kind)
			case id == encoding:
				p.encoding = t.number(kind)
			case id == 5 && encoding == 4:
				p.defined = t.number(kind)
			case id == 6 && encoding == 4:
				p.lists = t.number(kind)
			case id == 7 && encoding == 4:
				p.plain = kind == thriftFalse
			default:
				t.skip(kind)
			}
		})
	}
	t.fields(thriftStruct, func(id int64, kind byte) {
		switch id {
		case 1:
			p.kind = t.number(kind)
		case 2:
			p.size = t.number(kind)
		case 3:
			p.packed = t.number(kind)
		case 5, 7: // of parquetValues1, parquetDictionary
			header(kind, 2)
		case 8: // of parquetValues2
			header(kind, 4)
		default:
			t.skip(kind)
		}
	})
	return p
}
