package event

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// maxParquet is how large a Parquet file may be: its index is at its end, so that it is held whole. AWS writes 75 MB.
const maxParquet = 512 << 20

// parquet reads an object in Parquet. Each row becomes the line that the text form of the log would have, so that both
// are read alike and evidence shows both alike.
func (r *Reader) parquet(in io.Reader) (err error) {
	b, err := io.ReadAll(io.LimitReader(in, min(maxParquet, r.o.MaxBytes)+1))
	if err != nil {
		return fmt.Errorf("read Parquet: %w", err)
	}
	if limit := min(maxParquet, r.o.MaxBytes); int64(len(b)) > limit {
		return fmt.Errorf("open Parquet: larger than the cap of %d bytes", limit)
	}
	if !soundFooter(b) {
		return errors.New("open Parquet: the file lacks its end")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read Parquet: damaged file: %v", p)
		}
	}()
	file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fmt.Errorf("open Parquet: %w", err)
	}
	if err := soundPages(b, file.Metadata(), r.o.MaxRecord); err != nil {
		return fmt.Errorf("open Parquet: %w", err)
	}
	header, err := parquetHeader(file.Root())
	if err != nil {
		r.bad(0, err.Error(), nil)
		return nil
	}
	if r.format, err = newFlowFormat(header); err != nil {
		r.bad(0, err.Error(), []byte(header))
		return nil
	}
	var row int64
	for _, group := range file.RowGroups() {
		if err := r.parquetRows(group, &row); err != nil {
			return fmt.Errorf("read Parquet after %d rows: %w", row, err)
		}
	}
	if all := file.NumRows(); row < all && !r.stop {
		return fmt.Errorf("read Parquet: %d of %d rows are missing", all-row, all)
	}
	return nil
}

// soundFooter reports whether b ends as a Parquet file does, in a footer that it is long enough to hold: the library
// would allocate whatever length stands there.
func soundFooter(b []byte) bool {
	if len(b) < 12 || !bytes.HasSuffix(b, magicParquet) {
		return false
	}
	return int64(binary.LittleEndian.Uint32(b[len(b)-8:])) <= int64(len(b)-12)
}

// soundPages returns an error if a page of b, which are unpacked whole, says that it is larger than room. A page holds many
// values, and the 1 MiB that writers give it is far below what a record may have.
func soundPages(b []byte, m *format.FileMetaData, room int) error {
	for _, group := range m.RowGroups {
		for _, column := range group.Columns {
			from, size := column.MetaData.DataPageOffset, column.MetaData.TotalCompressedSize
			if dictionary := column.MetaData.DictionaryPageOffset; dictionary != 0 {
				from = dictionary
			}
			if from < 0 || size < 0 || from > int64(len(b)) || size > int64(len(b))-from {
				return errors.New("a column lies outside the file")
			}
			if largestPage(b[from:from+size]) > room {
				return fmt.Errorf("a page is larger than the cap of %d bytes", room)
			}
		}
	}
	return nil
}

// largestPage returns the size of the largest page of a column, unpacked, by their headers. It stops at what is no header: the
// library will say so.
func largestPage(column []byte) (largest int) {
	in := bytes.NewReader(column)
	pages := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(in))
	for {
		var page format.PageHeader
		if pages.Decode(&page) != nil || page.CompressedPageSize < 0 {
			return largest
		}
		largest = max(largest, int(page.UncompressedPageSize))
		if _, err := in.Seek(int64(page.CompressedPageSize), io.SeekCurrent); err != nil {
			return largest
		}
	}
}

// parquetHeader returns the column names as a header line.
func parquetHeader(root *parquet.Column) (string, error) {
	var header []byte
	for i, c := range root.Columns() {
		if !c.Leaf() || c.Repeated() {
			return "", errors.New("nested columns in a Parquet file: not a flow log")
		}
		if i > 0 {
			header = append(header, ' ')
		}
		header = append(header, columnName(c.Name())...)
	}
	if !isFlowHeader(header) {
		return "", fmt.Errorf("not a flow log: a Parquet file with the columns %.200s", header)
	}
	return string(header), nil
}

func (r *Reader) parquetRows(group parquet.RowGroup, row *int64) (err error) {
	rows := group.Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	batch := make([]parquet.Row, 256)
	for {
		n, err := rows.ReadRows(batch)
		for _, values := range batch[:n] {
			r.scratch = appendRow(r.scratch[:0], values)
			if r.stats.Bytes += int64(len(r.scratch)) + 1; r.stats.Bytes > r.o.MaxBytes {
				return fmt.Errorf("rows are larger than the cap of %d decompressed bytes", r.o.MaxBytes)
			}
			r.flowRow(r.scratch, *row)
			*row++
			if r.stop {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// appendRow appends a row as a line of text: "-" for what is absent, "_" for blanks inside values.
func appendRow(line []byte, values parquet.Row) []byte {
	for i, v := range values {
		if i > 0 {
			line = append(line, ' ')
		}
		from := len(line)
		switch {
		case v.IsNull():
		case v.Kind() == parquet.ByteArray:
			line = append(line, v.ByteArray()...)
		default:
			line = fmt.Append(line, v)
		}
		for j := from; j < len(line); j++ {
			if line[j] <= ' ' {
				line[j] = '_'
			}
		}
		if len(line) == from {
			line = append(line, '-')
		}
	}
	return line
}
