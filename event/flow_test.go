package event

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

const header11 = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service " +
	"pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id " +
	"ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id " +
	"encryption-status instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type next-hop-interface-id " +
	"next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type"

const line11 = "11 111122223333 eni-0a 10.0.0.1 192.0.2.7 40000 443 6 10 840 1767322800 1767322860 REJECT OK " +
	"vpc-1 subnet-1 i-1 18 IPv4 10.1.1.1 2001:db8::7 eu-west-1 euw1-az1 - - EC2 S3 egress 8 arn:cluster c - - " +
	"- - s arn:def arn:task t BPA - 0 a b c d e f interface - - - - -"

var flow11 = &Flow{
	Ref: Ref{Sec: 1767322800}, Raw: line11, Header: header11, Account: "111122223333", Region: "eu-west-1", Interface: "eni-0a", Instance: "i-1",
	VPC: "vpc-1", Subnet: "subnet-1", ECSCluster: "arn:cluster", ECSTask: "arn:task",
	Src: netip.MustParseAddr("10.0.0.1"), Dst: netip.MustParseAddr("192.0.2.7"), PktSrc: netip.MustParseAddr("10.1.1.1"),
	PktDst: netip.MustParseAddr("2001:db8::7"), SrcPort: 40000, DstPort: 443, Protocol: 6, Flags: 18, HasFlags: true, Reject: true,
	Direction: Egress, Packets: 10, Bytes: 840, Start: 1767322800, End: 1767322860, PktSrcService: "EC2", PktDstService: "S3",
}

func TestFlowVersions(t *testing.T) {
	got, err := ParseFlowText(header11, line11)
	if diff := cmp.Diff(flow11, got, sameRecords...); diff != "" || err != nil {
		t.Errorf("version 11: %v\n%s", err, diff)
	}
	names, values := strings.Fields(header11), strings.Fields(line11)
	for _, n := range []int{14, 21, 25, 29, 39, 40, 41, 42, len(names)} {
		in := strings.Join(names[:n], " ") + "\n" + strings.Join(values[:n], " ") + "\n"
		c, _, err := read(t, in, Options{})
		if c.names() != "192.0.2.7" || len(c.bad) > 0 || err != nil {
			t.Errorf("%d columns: got %s, bad %+v, %v", n, c.names(), c.bad, err)
		}
	}
}

func TestFlowAnyOrderGivesTheSame(t *testing.T) {
	names, values := strings.Fields(header11), strings.Fields(line11)
	for shift := range names {
		header := strings.Join(append(append([]string{}, names[shift:]...), names[:shift]...), " ")
		line := strings.Join(append(append([]string{}, values[shift:]...), values[:shift]...), " ")
		c, _, err := read(t, header+"\r\n"+line+"\r\n", Options{Object: 3})
		if err != nil || len(c.records) != 1 {
			t.Fatalf("%s: got %d records, bad %+v, %v", header, len(c.records), c.bad, err)
		}
		want := *flow11
		want.Ref, want.Raw, want.Header = Ref{Sec: 1767322800, Object: 3, Offset: int64(len(header) + 2)}, line, header
		if diff := cmp.Diff(&want, c.records[0], sameRecords...); diff != "" {
			t.Errorf("%s:\n%s", header, diff)
		}
	}
}

func TestFlowHeaders(t *testing.T) {
	f := func(in, want, reason string) {
		t.Helper()
		c, stats, err := read(t, in, Options{})
		if c.names() != want || err != nil || c.reasons() != reason {
			t.Errorf("%.200s:\ngot %q, bad %q, want %q, %q; %+v, %v", in, c.names(), c.reasons(), want, reason, stats, err)
		}
	}
	a, b := flowTo(1), flowTo(2)
	f(a+"\n"+b, "192.0.2.1 192.0.2.2", "")
	f(version2.header+"\n"+a+"\n", "192.0.2.1", "")
	f(version2.header+"\n"+a+"\nend dstaddr srcaddr\n1767322860 192.0.2.3 -\n"+version2.header+"\n"+b, "192.0.2.1 192.0.2.3 192.0.2.2", "")
	f("${dstaddr} ${start}\n192.0.2.4 1767322860\n", "192.0.2.4", "")
	f("interface_id dstaddr start someday-new\neni-1 192.0.2.4 1767322860 x\n", "192.0.2.4", "")
	f("dstaddr start\n192.0.2.4 1767322860 x\n192.0.2.5\n192.0.2.6 1767322860\n", "192.0.2.6",
		"line has 3 columns, its header 2; line has 1 columns, its header 2")
	f("dstaddr packets\n192.0.2.4 1\n192.0.2.4 2\n", "", "flow log without the columns start and end")
	f("start packets\n1 1\n", "", "flow log without a column of addresses")
	f("3 111122223333 eni-1 10.0.0.1 10.0.0.2 ACCEPT OK", "",
		"flow record without a header line, and not in the format of version 2: name its columns")
	f("version resource-type account-id tgw-id tgw-attachment-id srcaddr dstaddr start end log-status\n6 TransitGateway 1 t a 10.0.0.1 10.0.0.2 1 2 OK\n",
		"", transitGateway)
	f("resource-type srcaddr start\nTransitGateway 10.0.0.1 1\n", "", transitGateway)
	f("resource-type tgw-id\nx y\n"+version2.header+"\n"+a, "192.0.2.1", transitGateway)

	c, _, err := read(t, "192.0.2.9 1767322860\n", Options{FlowFormat: "${dstaddr} ${start}"})
	if c.names() != "192.0.2.9" || err != nil {
		t.Errorf("given format: got %s, %+v, %v", c.names(), c.bad, err)
	}
	raws, err := Options{FlowFormat: "${dstaddr} ${start}"}.Extract(strings.NewReader("192.0.2.9 1767322860\n"), []int64{0})
	if diff := cmp.Diff(c.raws, raws); diff != "" || err != nil {
		t.Errorf("given format: %v\n%s", err, diff)
	}
	if _, _, err := read(t, "", Options{FlowFormat: "a b"}); err == nil {
		t.Error("unusable format: got no error")
	}
}

func TestFlowRowsWithoutFlows(t *testing.T) {
	in := version2.header + "\n" +
		"2 111122223333 eni-1 - - - - - - - 1767322800 1767322860 - NODATA\n" +
		"2 111122223333 eni-1 - - - - - - - 1767322800 1767322860 - SKIPDATA\n" +
		"type " + version2.header + "\nEFA " + flowTo(1) + "\nIPv4 " + flowTo(2) + "\n" +
		version2.header + " type\n2 111122223333 eni-1 - - - - - - - 1767322800 1767322860 - NODATA EFA\n"
	c, stats, err := read(t, in, Options{})
	if c.names() != "192.0.2.2" || stats.NoData != 2 || stats.SkipData != 1 || stats.EFA != 1 || stats.Bad != 0 || err != nil {
		t.Errorf("got %s, %+v, %v", c.names(), stats, err)
	}
	if _, err := ParseFlowText("", "2 111122223333 eni-1 - - - - - - - 1767322800 1767322860 - NODATA"); err == nil {
		t.Error("NODATA: got no error")
	}
}

func TestFlowValues(t *testing.T) {
	parse := func(line string) *Flow {
		t.Helper()
		f, err := ParseFlowText("account-id interface-id srcaddr srcport bytes start tcp-flags action", line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return f
	}
	if f := parse("unknown - 2001:db8::1 - - 4294967295 - ACCEPT"); f.Account != "" || f.Interface != "" || f.Src.String() != "2001:db8::1" ||
		f.SrcPort != 0 || f.HasFlags || f.Start != 1<<32-1 || f.End != f.Start || f.Sec != 1<<32-1 || f.Reject {
		t.Errorf("got %+v", f)
	}
	if f, err := ParseFlowText("", flowTo(1)); err != nil || f.HasFlags {
		t.Errorf("flags of a format without them: got %+v, %v", f, err)
	}
	if f := parse("1 eni-1 0.0.0.0 65535 18446744073709551615 1 0 REJECT"); f.Bytes != 1<<64-1 || f.SrcPort != 65535 || !f.HasFlags || !f.Reject {
		t.Errorf("got %+v", f)
	}
	bad := func(line, want string) {
		t.Helper()
		_, err := ParseFlowText("srcaddr srcport protocol bytes start action flow-direction log-status", line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that names %s", line, err, want)
		}
	}
	bad("1.2.3 1 1 1 1 ACCEPT ingress OK", "srcaddr")
	bad("1.2.3.4 65536 1 1 1 ACCEPT ingress OK", "srcport")
	bad("1.2.3.4 -1 1 1 1 ACCEPT ingress OK", "srcport")
	bad("1.2.3.4 1 256 1 1 ACCEPT ingress OK", "protocol")
	bad("1.2.3.4 1 1 18446744073709551616 1 ACCEPT ingress OK", "bytes")
	bad("1.2.3.4 1 1 1e3 1 ACCEPT ingress OK", "bytes")
	bad("1.2.3.4 1 1 1 4294967296 ACCEPT ingress OK", "start")
	bad("1.2.3.4 1 1 1 1 DENY ingress OK", "action")
	bad("1.2.3.4 1 1 1 1 ACCEPT in OK", "flow-direction")
	bad("1.2.3.4 1 1 1 1 ACCEPT ingress FINE", "log-status")
	bad("1.2.3.4 1  1 1 1 ACCEPT ingress OK", "column")
	bad("1.2.3.4 1 1 1 - ACCEPT ingress OK", "time")
	bad("1.2.3.4 1 1 1 1 ACCEPT ingress", "7 columns")
	bad("", "column")
}

func TestNumbers(t *testing.T) {
	f := func(s string) {
		t.Helper()
		want, err := strconv.ParseUint(s, 10, 64)
		for _, rest := range []string{"", " ", " 99999999", " ACCEPT OK"} {
			got, end, ok := scanUint("x "+s+rest, 2)
			if ok != (err == nil) || ok && (got != want || end != 2+len(s)) {
				t.Errorf("%q before %q: got %d, %d, %v, want %d, %v", s, rest, got, end, ok, want, err)
			}
		}
	}
	for digits := 1; digits <= 22; digits++ {
		f("12345678901234567890123"[:digits])
		f("98765432109876543210987"[:digits])
		f("00000000000000000000001"[23-digits:])
		f("99999999999999999999999"[:digits])
	}
	f("")
	f("18446744073709551615")
	f("18446744073709551616")
	for c := range 256 {
		if c != ' ' {
			f("1" + string([]byte{byte(c)}) + "2")
			f("1234567" + string([]byte{byte(c)}))
			f("12345678" + string([]byte{byte(c)}))
		}
	}
}

type hyphens struct {
	Version   int32   `parquet:"version"`
	Account   string  `parquet:"account-id"`
	Interface string  `parquet:"interface-id"`
	Src       string  `parquet:"srcaddr"`
	Dst       string  `parquet:"dstaddr"`
	DstPort   *int32  `parquet:"dstport,optional"`
	Packets   *int64  `parquet:"packets,optional"`
	Start     int64   `parquet:"start"`
	Action    string  `parquet:"action"`
	Status    string  `parquet:"log-status"`
	Tag       *string `parquet:"instance-tag,optional"`
}

type underscores struct {
	Version   int32   `parquet:"version"`
	Account   string  `parquet:"account_id"`
	Interface string  `parquet:"interface_id"`
	Src       string  `parquet:"srcaddr"`
	Dst       string  `parquet:"dstaddr"`
	DstPort   *int32  `parquet:"dstport,optional"`
	Packets   *int64  `parquet:"packets,optional"`
	Start     int64   `parquet:"start"`
	Action    string  `parquet:"action"`
	Status    string  `parquet:"log_status"`
	Tag       *string `parquet:"instance_tag,optional"`
}

func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := parquet.Write(&buf, rows, options...); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func sampleParquet(n int) []hyphens {
	port, packets, tag := int32(443), int64(7), "a b"
	rows := make([]hyphens, n)
	for i := range rows {
		rows[i] = hyphens{2, "111122223333", "eni-1", "10.0.0.1", "192.0.2.1", &port, &packets, 1767322800, "ACCEPT", "OK", &tag}
		if i%3 == 1 {
			rows[i] = hyphens{2, "111122223333", "eni-1", "-", "192.0.2.2", nil, nil, 1767322800, "REJECT", "OK", nil}
		}
	}
	return rows
}

func TestFlowParquet(t *testing.T) {
	rows := sampleParquet(1000)
	var under []underscores
	for _, row := range rows {
		under = append(under, underscores(row))
	}
	f := func(name string, in []byte) {
		t.Helper()
		c, stats, err := read(t, string(in), Options{Region: "eu-west-1"})
		if err != nil || len(c.bad) > 0 || len(c.records) != len(rows) || stats.Kind != KindFlow || stats.Bytes == 0 {
			t.Fatalf("%s: got %+v, bad %+v, %v", name, stats, c.bad, err)
		}
		a, b := c.records[0].(*Flow), c.records[1].(*Flow)
		if a.Dst.String() != "192.0.2.1" || a.DstPort != 443 || a.Packets != 7 || a.Interface != "eni-1" || a.Region != "eu-west-1" ||
			a.Raw != "2 111122223333 eni-1 10.0.0.1 192.0.2.1 443 7 1767322800 ACCEPT OK a_b" {
			t.Errorf("%s: got %+v", name, a)
		}
		if b.Src.IsValid() || b.DstPort != 0 || !b.Reject || b.Offset != 1 {
			t.Errorf("%s: got %+v", name, b)
		}
		got, err := Extract(bytes.NewReader(in), []int64{1, 999})
		if diff := cmp.Diff([]Raw{c.raws[1], c.raws[999]}, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	f("hyphens", parquetOf(t, rows))
	f("underscores", parquetOf(t, under))
	f("compressed inside", parquetOf(t, under, parquet.Compression(&parquet.Gzip)))
	f("row groups", parquetOf(t, under, parquet.MaxRowsPerRowGroup(100)))
	f("gzip", zipped(parquetOf(t, under)))
}

func TestParquetThatIsNoFlowLog(t *testing.T) {
	c, _, err := read(t, string(parquetOf(t, []struct{ A, B string }{{"x", "y"}})), Options{})
	if err != nil || !strings.Contains(c.reasons(), "not a flow log") {
		t.Errorf("got %+v, %v", c.bad, err)
	}
	c, _, err = read(t, string(parquetOf(t, []struct{ A struct{ B string } }{{}})), Options{})
	if err != nil || !strings.Contains(c.reasons(), "nested columns") {
		t.Errorf("got %+v, %v", c.bad, err)
	}
	whole := parquetOf(t, sampleParquet(1000), parquet.Compression(&parquet.Gzip))
	for _, in := range [][]byte{whole[:len(whole)/2], []byte("PAR1"), append([]byte("PAR1"), make([]byte, 100)...)} {
		if _, _, err := read(t, string(in), Options{}); err == nil {
			t.Errorf("damaged Parquet of %d bytes: got no error", len(in))
		}
	}
	if _, _, err := read(t, "PAR1\xff\xff\xff\x0fPAR1", Options{}); err == nil || !strings.Contains(err.Error(), "lacks its end") {
		t.Errorf("footer longer than the file: got error %v", err)
	}
	large := sampleParquet(1000)
	large[999].Interface = strings.Repeat("x", 60_000)
	in := parquetOf(t, large, parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(4096))
	if _, _, err := read(t, string(in), Options{MaxRecord: 50_000}); err == nil || !strings.Contains(err.Error(), "a page is larger than the cap of 50000") {
		t.Errorf("a page that unpacks to more than it may: got error %v", err)
	}
	if _, _, err := read(t, string(in), Options{MaxRecord: 70_000}); err != nil {
		t.Errorf("a large page: %v", err)
	}
	for limit, want := range map[int64]string{100: "cap of 100", 20000: "rows are larger than the cap of 20000"} {
		if _, _, err := read(t, string(whole), Options{MaxBytes: limit}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}
