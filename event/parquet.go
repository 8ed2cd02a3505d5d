package event

import (
	"errors"
	"fmt"
	"io"
)

// maxParquet is how large a Parquet file may be: its index is at its end, so that it is held whole. AWS writes 75 MB.
const maxParquet = 512 << 20

// parquet reads an object in Parquet. Each row becomes the line that the text form of the log would have, so that both
// are read alike and evidence shows both alike. Only the part of Parquet is known that flow logs need. In it a few bytes can
// claim to be any number of values: so nothing is unpacked but a page a column, and values are read one by one.
func (r *Reader) parquet(in io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(in, min(maxParquet, r.o.MaxBytes)+1))
	if err != nil {
		return fmt.Errorf("read Parquet: %w", err)
	}
	if limit := min(maxParquet, r.o.MaxBytes); int64(len(b)) > limit {
		return fmt.Errorf("open Parquet: larger than the cap of %d bytes", limit)
	}
	meta, err := readParquetMeta(b)
	if err != nil {
		return fmt.Errorf("open Parquet: %w", err)
	}
	header, err := meta.header()
	if err != nil {
		r.bad(0, err.Error(), nil)
		return nil
	}
	if r.format, err = newFlowFormat(header); err != nil {
		r.bad(0, err.Error(), []byte(header))
		return nil
	}
	var row int64
	for i := range meta.groups {
		if err := r.parquetRows(b, meta, &meta.groups[i], &row); err != nil {
			return fmt.Errorf("read Parquet after %d rows: %w", row, err)
		}
	}
	if row < meta.rows && !r.stop {
		return fmt.Errorf("read Parquet: %d of %d rows are missing", meta.rows-row, meta.rows)
	}
	return nil
}

// header returns the column names as a header line.
func (m *parquetMeta) header() (string, error) {
	if m.nested {
		return "", errors.New("nested columns in a Parquet file: not a flow log")
	}
	var header []byte
	for i, c := range m.columns {
		if i > 0 {
			header = append(header, ' ')
		}
		header = append(header, columnName(c.name)...)
	}
	if !isFlowHeader(header) {
		return "", fmt.Errorf("not a flow log: a Parquet file with the columns %.200s", header)
	}
	return string(header), nil
}

func (r *Reader) parquetRows(b []byte, meta *parquetMeta, group *parquetGroup, row *int64) error {
	pages := &parquetPages{layer: &r.layers[0], most: int64(r.o.MaxRecord), left: maxParquetPages}
	cursors := make([]*parquetCursor, len(meta.columns))
	for i, c := range meta.columns {
		var err error
		if cursors[i], err = newParquetCursor(b, c, group.chunks[i], pages); err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	for ; group.rows > 0 && !r.stop; group.rows-- {
		size, err := r.parquetRow(cursors)
		if err != nil {
			return err
		}
		if r.stats.Bytes += size + 1; r.stats.Bytes > r.o.MaxBytes {
			return fmt.Errorf("rows are larger than the cap of %d decompressed bytes", r.o.MaxBytes)
		}
		if size > int64(r.o.MaxRecord) {
			r.bad(*row, fmt.Sprintf("row is longer than %d bytes", r.o.MaxRecord), r.scratch)
		} else {
			r.flowRow(r.scratch, *row)
		}
		*row++
	}
	return nil
}

// parquetRow makes a row a line of text in r.scratch: "-" for what is absent, "_" for blanks inside values. It returns the
// line's length; of one that is longer than a record may be, only the beginning is there.
func (r *Reader) parquetRow(cursors []*parquetCursor) (size int64, err error) {
	line := r.scratch[:0]
	for i, c := range cursors {
		if i > 0 {
			line = append(line, ' ')
		}
		from := len(line)
		if line, err = c.append(line); err != nil {
			return 0, fmt.Errorf("column %s: %w", c.name, err)
		}
		for j := from; j < len(line); j++ {
			if line[j] <= ' ' {
				line[j] = '_'
			}
		}
		if len(line) == from {
			line = append(line, '-')
		}
		if len(line) > r.o.MaxRecord {
			size += int64(len(line) - r.o.MaxRecord)
			line = line[:r.o.MaxRecord]
		}
	}
	r.scratch = line
	return size + int64(len(line)), nil
}
