package event

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// wide has a column of each type and encoding.
type wide struct {
	Src      string  `parquet:"srcaddr"`
	Dst      *string `parquet:"dstaddr,optional,dict"`
	Start    int64   `parquet:"start"`
	End      int64   `parquet:"end,delta"`
	Packets  *int64  `parquet:"packets,optional,dict"`
	Bytes    int64   `parquet:"bytes,optional,delta"`
	SrcPort  int32   `parquet:"srcport,dict"`
	DstPort  int32   `parquet:"dstport,optional,delta"`
	Protocol *int32  `parquet:"protocol,optional"`
	Account  string  `parquet:"account_id,delta"`
	Action   string  `parquet:"action,optional,delta"`
	VPC      string  `parquet:"vpc_id,dict"`
	Other    int32   `parquet:"other,delta"` // of no flow log
	Flag     bool    `parquet:"flag"`
}

// line is what the row is as text. The writer takes 0 in an optional column for what is absent.
func (w *wide) line() string {
	absent := func(v any) string {
		if s := fmt.Sprint(v); s != "0" && s != "" {
			return strings.ReplaceAll(s, " ", "_")
		}
		return "-"
	}
	columns := []string{
		absent(w.Src), "-", fmt.Sprint(w.Start), fmt.Sprint(w.End), "-", absent(w.Bytes), fmt.Sprint(w.SrcPort),
		absent(w.DstPort), "-", absent(w.Account), absent(w.Action), absent(w.VPC), fmt.Sprint(w.Other), "-",
	}
	if w.Dst != nil {
		columns[1] = absent(*w.Dst)
	}
	if w.Packets != nil {
		columns[4] = fmt.Sprint(*w.Packets)
	}
	if w.Protocol != nil {
		columns[8] = fmt.Sprint(*w.Protocol)
	}
	return strings.Join(columns, " ")
}

// someRows draws rows whose values repeat, grow, jump and lack as rows of logs do, and as they don't.
func someRows(rng *rand.Rand, n int) []wide {
	maybe := func() bool { return rng.IntN(3) > 0 }
	address := func() string { return fmt.Sprintf("10.0.%d.%d", rng.IntN(2), rng.IntN(1+rng.IntN(255))) }
	rows := make([]wide, n)
	constant := rng.IntN(2) == 0
	for i := range rows {
		r := &rows[i]
		*r = wide{Src: address(), Start: 1767322800 + int64(i), End: 1767322860 + int64(i), SrcPort: int32(rng.IntN(60000)), Account: "111122223333", VPC: "vpc-1", Other: int32(rng.Uint32())}
		if constant {
			continue
		}
		r.End, r.SrcPort, r.VPC = rng.Int64N(1<<31), int32(rng.Uint32()%65536), strings.Repeat("v w", rng.IntN(4))
		if maybe() {
			r.Dst = new(string)
			*r.Dst = address()
		}
		if maybe() {
			r.Packets, r.Protocol = new(int64), new(int32)
			*r.Packets, *r.Protocol = rng.Int64N(1<<62), int32(rng.IntN(256))
		}
		if maybe() {
			r.Bytes, r.DstPort = rng.Int64N(1000), int32(rng.Uint32()%65536)
			r.Action = []string{"ACCEPT", "REJECT", ""}[rng.IntN(3)]
		}
	}
	return rows
}

// TestParquetIsReadAsItWasWritten holds that each value of each row is read, whatever writers choose.
func TestParquetIsReadAsItWasWritten(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rows := someRows(rng, 1+rng.IntN(3000))
		codec := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd}[seed%4]
		in := parquetOf(t, rows, parquet.Compression(codec), parquet.DataPageVersion(1+int(seed/4)%2),
			parquet.PageBufferSize([]int{100, 5000, 1 << 20}[rng.IntN(3)]), parquet.MaxRowsPerRowGroup(int64(1+rng.IntN(4000))))
		var lines lineReader
		stats, err := Read(strings.NewReader(string(in)), Options{}, &lines)
		if err != nil {
			t.Fatalf("seed %d, %v: %v", seed, codec, err)
		}
		var want []string
		for i := range rows {
			want = append(want, rows[i].line())
		}
		if diff := cmp.Diff(want, lines.all); diff != "" || stats.Records != int64(len(rows)) {
			t.Fatalf("seed %d, %v: %d records\n%s", seed, codec, stats.Records, diff)
		}
	}
}

// lineReader is a handler that keeps the lines of flow records.
type lineReader struct {
	all []string
	bad []Bad
}

func (l *lineReader) CloudTrail(*CloudTrail) {}
func (l *lineReader) DNS(*DNS)               {}
func (l *lineReader) Flow(f *Flow)           { l.all = append(l.all, strings.Clone(f.Raw)) }
func (l *lineReader) Bad(b Bad)              { l.bad = append(l.bad, b) }

// TestParquetPages holds what no writer that is at hand makes: pages that a column does not compress, pages that hold no
// values, old names of encodings, pages without values.
func TestParquetPages(t *testing.T) {
	numbers := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 1767322800), 1767322801)
	plain := page{format.PageHeader{Type: format.DataPageV2, UncompressedPageSize: 16, DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{NumValues: 2, IsCompressed: thrift.New(false)})}, numbers}
	index := page{header: format.PageHeader{Type: format.IndexPage}}
	addresses := repeats("srcaddr", format.ByteArray, text("10.0.0.1"), 2)
	addresses.pages[1].header.DataPageHeader.V.Encoding = format.PlainDictionary //lint:ignore SA1019 old files have it
	in := handmadeParquet(t, 2, addresses, handmade{
		name: "start", kind: format.Int64, codec: format.Gzip, pages: []page{dataPage(0, format.Plain, nil), dataPage(0, format.Plain, zipped(nil)).claiming(0), index, plain},
	}, repeats("end", format.Int64, numbers[8:], 2))
	var l lineReader
	_, err := Read(bytes.NewReader(in), Options{}, &l)
	if diff := cmp.Diff([]string{"10.0.0.1 1767322800 1767322801", "10.0.0.1 1767322801 1767322801"}, l.all); diff != "" || err != nil {
		t.Errorf("%v, bad %+v\n%s", err, l.bad, diff)
	}
	for _, c := range []handmade{{name: "end", kind: format.Boolean}, {name: "end", kind: format.Int96}} {
		if _, err := Read(bytes.NewReader(handmadeParquet(t, 2, addresses, c)), Options{}, &l); err == nil || !strings.Contains(err.Error(), "column end: its type is none that flow logs have") {
			t.Errorf("type %v: got error %v", c.kind, err)
		}
	}
}
