package event

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// bomb reads what a few bytes unpack to. It must end in an error, or in records that can't be read, and allocate at most
// so much on the way.
func bomb(t *testing.T, name string, most uint64, in []byte, o Options, want string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var l firstBad
	_, err := Read(bytes.NewReader(in), o, &l)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > most {
		t.Errorf("%s: allocated %d bytes for an object of %d", name, used, len(in))
	}
	if l != "" && err == nil {
		err = fmt.Errorf("bad: %s", l)
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: got error %v, want %s", name, err, want)
	}
}

// firstBad is a handler that keeps the reason of the first bad record.
type firstBad string

func (f *firstBad) CloudTrail(*CloudTrail) {}
func (f *firstBad) DNS(*DNS)               {}
func (f *firstBad) Flow(*Flow)             {}
func (f *firstBad) Bad(b Bad)              { *f = firstBad(cmp.Or(string(*f), b.Reason)) }

func gzipped(t *testing.T, r io.Reader) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstdOf(t *testing.T, r io.Reader, o ...zstd.EOption) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, o...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zeros(n int64) io.Reader { return io.LimitReader(&endless{block: make([]byte, 1<<16)}, n) }

func TestBombs(t *testing.T) {
	const size, most = 64 << 20, 32 << 20
	o := Options{MaxBytes: 16 << 20, MaxRecord: 1 << 20}
	const tooLarge = "larger than the cap of 16777216 decompressed bytes"
	inner := gzipped(t, zeros(size))
	bomb(t, "gzip", most, inner, o, tooLarge)
	bomb(t, "zstd", most, zstdOf(t, zeros(size)), o, tooLarge)
	bomb(t, "zstd with the largest window", 200<<20, zstdOf(t, zeros(size), zstd.WithWindowSize(128<<20), zstd.WithLowerEncoderMem(true)), o, tooLarge)
	bomb(t, "nested gzip", most, gzipped(t, bytes.NewReader(gzipped(t, bytes.NewReader(inner)))), o, tooLarge)
	bomb(t, "gzip in zstd", most, zstdOf(t, bytes.NewReader(inner)), o, tooLarge)

	// What unpacks to nothing in the end, and is large on the way.
	empty := &endless{block: bytes.Repeat(gzipped(t, strings.NewReader("")), 1000)}
	bomb(t, "many empty files", most, gzipped(t, io.LimitReader(empty, size/int64(len(empty.block))*int64(len(empty.block)))), o, tooLarge)
	frame := &endless{block: bytes.Repeat(zstdOf(t, strings.NewReader(""), zstd.WithZeroFrames(true)), 1000)}
	bomb(t, "many empty frames", most, gzipped(t, io.LimitReader(frame, size/int64(len(frame.block))*int64(len(frame.block)))), o, tooLarge)
}

// handmade is a column of a Parquet file whose pages say what they like.
type handmade struct {
	name     string
	kind     format.Type
	codec    format.CompressionCodec
	optional bool
	pages    []page
}

type page struct {
	header format.PageHeader
	body   []byte
}

// dataPage is a page of so many values.
func dataPage(values int32, encoding format.Encoding, body []byte) page {
	return page{format.PageHeader{
		Type: format.DataPage, UncompressedPageSize: int32(len(body)),
		DataPageHeader: thrift.New(format.DataPageHeader{NumValues: values, Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE}),
	}, body}
}

// dictionaryPage is a page that says to hold many values.
func dictionaryPage(body []byte) page {
	return page{format.PageHeader{Type: format.DictionaryPage, DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: 1<<31 - 1})}, body}
}

// claiming is p with the size that it claims to unpack to.
func (p page) claiming(size int32) page {
	p.header.UncompressedPageSize = size
	return p
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := thrift.Marshal(new(thrift.CompactProtocol), v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// handmadeParquet is a file of one group that claims so many rows.
func handmadeParquet(t *testing.T, rows int64, columns ...handmade) []byte {
	t.Helper()
	b := []byte("PAR1")
	meta := format.FileMetaData{NumRows: rows, Schema: []format.SchemaElement{{Name: "root", NumChildren: thrift.New(int32(len(columns)))}}}
	group := format.RowGroup{NumRows: rows}
	for _, c := range columns {
		repetition := format.Required
		if c.optional {
			repetition = format.Optional
		}
		meta.Schema = append(meta.Schema, format.SchemaElement{Name: c.name, Type: thrift.New(c.kind), RepetitionType: thrift.New(repetition)})
		at := len(b)
		for _, p := range c.pages {
			p.header.CompressedPageSize = int32(len(p.body))
			b = append(append(b, marshal(t, &p.header)...), p.body...)
		}
		group.Columns = append(group.Columns, format.ColumnChunk{MetaData: format.ColumnMetaData{
			Type: c.kind, Codec: c.codec, NumValues: rows, DataPageOffset: int64(at), TotalCompressedSize: int64(len(b) - at), PathInSchema: []string{c.name},
		}})
	}
	meta.RowGroups = []format.RowGroup{group}
	return withFooter(b, marshal(t, &meta))
}

func withFooter(b, footer []byte) []byte {
	b = append(b, footer...)
	n := len(footer)
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), 'P', 'A', 'R', '1')
}

// repeats is a column that says of a few bytes that they are n times the same value: those of a dictionary of one.
func repeats(name string, kind format.Type, value []byte, n int32) handmade {
	return handmade{name: name, kind: kind, pages: []page{dictionaryPage(value), dataPage(n, format.RLEDictionary, append([]byte{1}, run(uint64(n), 0)...))}}
}

// run is a run of n equal numbers of at most 8 bits.
func run(n uint64, value byte) []byte {
	return append(binary.AppendUvarint(nil, n<<1), value)
}

func text(s string) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(s))), s...)
}

// TestParquetBombs holds that no number in a Parquet file makes the reader hold more than its bytes can be.
func TestParquetBombs(t *testing.T) {
	const many, most = 1<<31 - 1, 32 << 20
	src, dst := repeats("srcaddr", format.ByteArray, text("10.0.0.1"), many), repeats("dstaddr", format.ByteArray, text("10.0.0.2"), many)
	start := repeats("start", format.Int64, make([]byte, 8), many)
	o := Options{MaxBytes: 8 << 20, MaxRecord: 1 << 20}
	f := func(name, want string, c handmade) {
		t.Helper()
		bomb(t, name, most, handmadeParquet(t, many, src, dst, start, c), o, want)
	}
	bomb(t, "two thousand million rows", most, handmadeParquet(t, many, src, dst, start), o, "rows are larger than the cap of 8388608")
	bomb(t, "more rows than there are", most, handmadeParquet(t, 1<<62, src, dst, repeats("start", format.Int64, make([]byte, 8), 1000)), o,
		"after 1000 rows: column start: values are missing")
	bomb(t, "rows without columns", most, handmadeParquet(t, 1<<62), o, "not a flow log")

	list := append([]byte{0x15, 2, 0x19, 0xfc}, binary.AppendUvarint(nil, many)...) // a schema of so many elements
	bomb(t, "a list longer than the file", most, withFooter([]byte("PAR1"), list), o, "footer is damaged")
	bomb(t, "a list of nothing", most, withFooter([]byte("PAR1"), append(list, make([]byte, 1<<20)...)), o, "footer is damaged")
	bomb(t, "groups of nothing", most, withFooter([]byte("PAR1"), append([]byte{0x49, 0xfc}, append(binary.AppendUvarint(nil, many), make([]byte, 1<<20)...)...)), o, "footer is damaged")
	bomb(t, "deep", 3*most, withFooter([]byte("PAR1"), bytes.Repeat([]byte{0x9c}, 15<<20)), Options{}, "footer is damaged")
	bomb(t, "a large footer", 3*most, withFooter([]byte("PAR1"), make([]byte, 17<<20)), Options{}, "footer is larger than the cap") // under -race, pools forget
	var columns []handmade
	for range 300 {
		columns = append(columns, src)
	}
	bomb(t, "many columns", most, handmadeParquet(t, many, columns...), o, "footer is damaged")

	const tooLarge, damaged = "a page is larger than the cap of 1048576 bytes", "column end: a page is damaged, or shorter than it says"
	end := func(codec format.CompressionCodec, p ...page) handmade {
		return handmade{name: "end", kind: format.Int64, codec: codec, pages: p}
	}
	packed := map[format.CompressionCodec][]byte{
		format.Gzip: gzipped(t, zeros(64<<20)), format.Zstd: zstdOf(t, zeros(64<<20)), format.Snappy: binary.AppendUvarint(nil, 1<<32-1),
	}
	for codec, body := range packed {
		p := dataPage(many, format.Plain, body)
		d := dictionaryPage(body)
		f(fmt.Sprint("a page that claims to be huge: ", codec), tooLarge, end(codec, p.claiming(many)))
		f(fmt.Sprint("a page that is huge and does not say so: ", codec), damaged, end(codec, p.claiming(8)))
		f(fmt.Sprint("such a dictionary: ", codec), damaged, end(codec, d.claiming(8)))
	}
	f("a dictionary that is large and does not say so", tooLarge, end(format.Uncompressed, dictionaryPage(make([]byte, 2<<20)).claiming(8)))
	f("another compression", "compression 7: want snappy, gzip, zstd or none", end(format.Lz4Raw, dataPage(many, format.Plain, []byte("x"))))
	f("values that are not there", damaged, end(format.Uncompressed, dataPage(many, format.Plain, nil)))

	runs := func(body ...byte) handmade {
		c := repeats("end", format.Int64, make([]byte, 8), many)
		c.pages[1].body = body
		return c
	}
	f("packed numbers that are not there", damaged, runs(append([]byte{1}, binary.AppendUvarint(nil, 1<<63|1)...)...))
	f("numbers of 200 bits", damaged, runs(append([]byte{200}, run(many, 0)...)...))
	f("runs of nothing", damaged, runs(append([]byte{1}, make([]byte, 1<<19)...)...))
	f("numbers that the dictionary lacks", damaged, runs(append([]byte{8}, run(many, 7)...)...))

	deltas := func(block, minis, values uint64, more ...byte) []byte {
		var b []byte
		for _, v := range []uint64{block, minis, values, 0} {
			b = binary.AppendUvarint(b, v)
		}
		return append(b, more...)
	}
	f("differences that are not there", damaged, end(format.Uncompressed, dataPage(many, format.DeltaBinaryPacked, deltas(128, 4, many))))
	f("huge blocks", damaged, end(format.Uncompressed, dataPage(many, format.DeltaBinaryPacked, deltas(1<<62, 1, many, 0, 0))))
	f("many parts of blocks", damaged, end(format.Uncompressed, dataPage(many, format.DeltaBinaryPacked, deltas(1<<16, 1<<16, many, 0, 0))))

	numbers := func(first, others int32) []byte {
		b, err := new(delta.BinaryPackedEncoding).EncodeInt32(nil, append([]int32{first}, slices.Repeat([]int32{others}, 100)...))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const long = 1 << 19
	prefixed := slices.Concat(numbers(0, long), numbers(long, 0), bytes.Repeat([]byte("x"), long))
	f("texts that begin with the long one before", "rows are larger than the cap", handmade{name: "vpc-id", kind: format.ByteArray, pages: []page{dataPage(101, format.DeltaByteArray, prefixed)}})
	negative := slices.Concat(numbers(0, -1), numbers(long, 0), bytes.Repeat([]byte("x"), long))
	f("less than nothing of the text before", "column vpc-id: a page is damaged", handmade{name: "vpc-id", kind: format.ByteArray, pages: []page{dataPage(101, format.DeltaByteArray, negative)}})
	f("texts shorter than nothing", "column vpc-id: a page is damaged", handmade{name: "vpc-id", kind: format.ByteArray, pages: []page{dataPage(101, format.DeltaLengthByteArray, numbers(-1, -1))}})

	wide := repeats("vpc-id", format.ByteArray, text(strings.Repeat("x", 700_000)), many)
	twice := wide
	twice.name = "subnet-id"
	bomb(t, "rows of 1.4 MB", most, handmadeParquet(t, 2, src, dst, start, wide, twice), Options{MaxRecord: 1 << 20}, "bad: row is longer than 1048576 bytes")

	const room = "its pages are larger than 268435456 bytes at once"
	packedZeros := gzipped(t, zeros(16<<20))
	large := func(columns int, pages ...page) []byte {
		all := []handmade{src, dst, start}
		for range columns {
			all = append(all, handmade{name: "bytes", kind: format.Int32, codec: format.Gzip, pages: pages})
		}
		return handmadeParquet(t, many, all...)
	}
	values := dataPage(many, format.Plain, packedZeros).claiming(16 << 20)
	bomb(t, "many large pages", maxParquetPages+most, large(20, values), Options{}, room)
	bomb(t, "large dictionaries", 3*maxParquetPages, large(9, dictionaryPage(packedZeros).claiming(16<<20), values), Options{}, room)
}
