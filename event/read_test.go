package event

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// collector is a handler that keeps copies.
type collector struct {
	records []any
	raws    []Raw
	bad     []Bad
}

func (c *collector) add(record any, ref Ref, k Kind, text, header string) {
	c.records = append(c.records, record)
	c.raws = append(c.raws, Raw{ref.Offset, k, strings.Clone(text), header})
}

func (c *collector) CloudTrail(e *CloudTrail) {
	c.add(e.Clone(), e.Ref, KindCloudTrail, e.Raw, "")
}
func (c *collector) Flow(f *Flow) { c.add(f.Clone(), f.Ref, KindFlow, f.Raw, f.Header) }
func (c *collector) DNS(d *DNS)   { c.add(d.Clone(), d.Ref, KindDNS, d.Raw, "") }
func (c *collector) Bad(b Bad)    { c.bad = append(c.bad, b) }

// names returns what identifies each record: a call, a destination or a name.
func (c *collector) names() string {
	var names []string
	for _, r := range c.records {
		switch r := r.(type) {
		case *CloudTrail:
			names = append(names, r.EventName)
		case *Flow:
			names = append(names, r.Dst.String())
		case *DNS:
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, " ")
}

func (c *collector) reasons() string {
	var reasons []string
	for _, b := range c.bad {
		reasons = append(reasons, b.Reason)
	}
	return strings.Join(reasons, "; ")
}

// sameRecords is how records and collectors are compared.
var sameRecords = []cmp.Option{
	cmp.AllowUnexported(collector{}),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

func read(t *testing.T, in string, o Options) (*collector, Stats, error) {
	t.Helper()
	var c collector
	stats, err := Read(strings.NewReader(in), o, &c)
	if stats.Records != int64(len(c.records)) || stats.Bad != int64(len(c.bad)) {
		t.Errorf("stats %+v, but %d records and %d bad were delivered", stats, len(c.records), len(c.bad))
	}
	return &c, stats, err
}

// call returns a small CloudTrail record.
func call(name string) string {
	return `{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"` + name +
		`","awsRegion":"us-east-1","recipientAccountId":"111122223333"}`
}

// query returns a small DNS record.
func query(name string) string {
	return `{"version":"1.100000","account_id":"111122223333","region":"us-east-1","query_timestamp":"2026-01-02T03:04:05Z","query_name":"` +
		name + `.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1"}`
}

const flowLine = "2 111122223333 eni-0a 10.0.0.1 192.0.2.%d 40000 443 6 10 840 1767322800 1767322860 ACCEPT OK"

func flowTo(n int) string { return fmt.Sprintf(flowLine, n) }

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func TestContainers(t *testing.T) {
	a, b, dns := call("A"), call("B"), query("c.example")
	f := func(in, want string) {
		t.Helper()
		c, _, err := read(t, in, Options{})
		if got := c.names(); got != want || err != nil || len(c.bad) > 0 {
			t.Errorf("%.120s:\ngot %q, want %q; bad %+v, error %v", in, got, want, c.bad, err)
		}
	}
	f("", "")
	f(" \n\n", "")
	f(`{"Records":[`+a+`,`+b+`]}`, "A B")
	f(`{"Records":[]}`, "")
	f(`{"Records":null}`, "")
	f("\ufeff"+`{ "Records" : [ `+a+` , `+b+` ] , "x": {"y":[1]} }`, "A B")
	f(`{"Records":[`+a+`]}{"Records":[`+b+`]}`, "A B")
	f(a+"\n"+b+"\n", "A B")
	f(a+"\r\n"+b, "A B")
	f(a+b+dns, "A B c.example")
	f("["+a+",\n"+b+"]", "A B")
	f("["+a+"]["+b+"]\n["+dns+"]", "A B c.example")
	f(strings.ReplaceAll(a+b, ",", ",\n  "), "A B")
	f(`{"version":"0","detail-type":"AWS API Call via CloudTrail","account":"1","region":"us-east-1","detail":`+a+`}`, "A")
	f(`{"Events":[{"EventId":"1","EventName":"A","CloudTrailEvent":`+quoted(a)+`}],"NextToken":"x"}`, "A")
	f(`{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","timestamp":1,"message":`+quoted(a)+`},{"message":`+quoted(dns)+`}]}`,
		"A c.example")
	f(`{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":"`+flowTo(7)+`"}]}`+
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":`+quoted(b+"\n")+`}]}`, "192.0.2.7 B")
	f(`{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE: Checking health"}]}`+a, "A")
	f(`{"messageType":"CONTROL_MESSAGE"}`, "")
	f(`{"message":"`+flowTo(1)+`"}`+"\n"+`{"message":"`+flowTo(2)+`"}`, "192.0.2.1 192.0.2.2")
	f(`{"message":`+quoted(`{"detail":`+a+`}`)+`}`, "A")
	f(`{"time":1,"event":`+a+`}`, "A")
	f(a+"\n"+flowTo(3)+"\n"+dns, "A 192.0.2.3 c.example")
}

func TestUnknownJSONIsReportedAndPassed(t *testing.T) {
	f := func(in, want, reason string) {
		t.Helper()
		c, _, err := read(t, in, Options{})
		if c.names() != want || err != nil || len(c.bad) == 0 || !strings.Contains(c.reasons(), reason) {
			t.Errorf("%.120s:\ngot %q, want %q; bad %+v, want %q; error %v", in, c.names(), want, c.bad, reason, err)
		}
	}
	a, b := call("A"), call("B")
	f(a+`{"kind":"Event"}`+b, "A B", "no known log format")
	f(`{"Type":"Notification","x":1}`+"\n"+a, "A", "no known log format")
	f(`{"Service":"Amazon S3","Event":"s3:TestEvent"}`, "", "no known log format")
	f(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}`, "", "S3 notification")
	f(`[1,2,3]`, "", "neither")
	f(`{"Records":[`+a+`,17,`+b+`]}`, "A B", "not a list of records")
	f(a+"\n"+`{"eventVersion":"1.08","eventTi`+"\n"+b, "A B", "not JSON")
	f(a+"\n"+`{"eventVersion":"1.08",`+"\n"+b, "A B", "not JSON")
	f(a+"\n"+`{"eventVersion":"1.08",`+"\n"+`{"x":1,`+b[1:], "A B", "not JSON")
	f(`{"Records":[`+a+`,{"eventVersion":"1.0`+"\x00"+`8"},`+b+`]}`, "A B", "not JSON")
	f("plain text\nmore of it\n"+a, "A", "neither JSON nor a flow log")
	f("start the engine and end it with bytes of action\n"+a, "A", "neither JSON nor a flow log")
	f("version notes\n"+a, "A", "neither JSON nor a flow log")
	f("\x00\x01\x02\x7fELF\n\x00\n"+a, "A", "neither JSON nor a flow log")
	f("[2026-01-02] a text log\n"+a, "A", "neither JSON nor a flow log")
	f(`{"Records":[`+a+`,`+b, "A B", "ends inside a list")
	f(a+`{"eventVersion":"1.08"`, "A", "cut off")
	f(a+`{"a":`+strings.Repeat("[", 2000)+"\n"+b, "A B", "deeper than 1000")
	f(a+`{"a":`+strings.Repeat(`{"b":`, 2000)+"\n"+b, "A B", "deeper than 1000")
	f(strings.Repeat(`{"Records":[`, 20), "", "nested too deep")
	f(`{"message":`+strings.Repeat(`{"message":`, 5)+a+strings.Repeat("}", 6), "", "nested too deep")
	f(`{"message":"{\"eventName\":"}`, "", "not JSON")
	f(`{"message":"hello"}`+a, "A", "neither JSON nor a flow log")
	f(`{"message":17}`, "", "no known log format")
}

func TestGarbageIsOneStretch(t *testing.T) {
	c, _, _ := read(t, strings.Repeat("no log\n", 1000)+call("A"), Options{})
	if len(c.bad) != 1 || c.bad[0].Offset != 0 || c.bad[0].Sample != "no log" {
		t.Errorf("got %+v, want one bad stretch", c.bad)
	}
	c, _, _ = read(t, call("A")+"\n{\"a\":\x01"+strings.Repeat("\xff", 1<<20)+"\n"+call("B"), Options{})
	if c.names() != "A B" || len(c.bad) != 1 || c.bad[0].Offset != int64(len(call("A")))+1 || len(c.bad[0].Sample) > sampleLen {
		t.Errorf("got %s and %+v, want A B and one bad stretch", c.names(), c.bad)
	}
}

func TestSkippedFormats(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		c, stats, err := read(t, in, Options{})
		if len(c.records)+len(c.bad) > 0 || stats.Skipped != 1 || !strings.Contains(stats.Skip, want) || err != nil {
			t.Errorf("%s: got %+v, bad %+v, want %q; error %v", in, stats, c.bad, want, err)
		}
	}
	f(`{"awsAccountId":"111122223333","digestStartTime":"2026-01-02T03:00:00Z","logFiles":[]}`, "digest")
	f(`{"Records":[{"eventVersion":"1.08","eventTime":"2026-01-02T03:00:00Z","eventType":"AwsCloudTrailInsight","eventSource":"ec2.amazonaws.com",`+
		`"eventName":"RunInstances","insightDetails":{"state":"Start"},"eventCategory":"Insight"}]}`, "Insights")
}

func TestCompression(t *testing.T) {
	a, b := call("A"), call("B")
	zst, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := func(name string, in []byte, want string) {
		t.Helper()
		c, _, err := read(t, string(in), Options{})
		if c.names() != want || err != nil || len(c.bad) > 0 {
			t.Errorf("%s: got %q, want %q; bad %+v, error %v", name, c.names(), want, c.bad, err)
		}
	}
	f("gzip", zipped([]byte(a)), "A")
	f("multi-member", append(zipped([]byte(a)), zipped([]byte(b))...), "A B")
	f("record across members", append(zipped([]byte(a[:50])), zipped([]byte(a[50:]))...), "A")
	f("gzip in gzip", zipped(append(zipped([]byte(a)), zipped([]byte(b))...)), "A B")
	f("zstd", zst.EncodeAll([]byte(a), nil), "A")
	f("zstd frames", zst.EncodeAll([]byte(b), zst.EncodeAll([]byte(a), nil)), "A B")
	f("gzip of nothing", zipped(nil), "")

	deep := []byte(a)
	for range 6 {
		deep = zipped(deep)
	}
	if _, _, err := read(t, string(deep), Options{}); err == nil {
		t.Error("compressed six times over: got no error")
	}
}

func TestTruncated(t *testing.T) {
	f := func(in []byte) {
		t.Helper()
		whole, _, err := read(t, string(in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, stats, err := read(t, string(in[:len(in)*2/3]), Options{})
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "truncated after") {
			t.Errorf("got error %v, want one that says truncated", err)
		}
		if len(c.records) == 0 || len(c.bad) > 0 || stats.Bytes == 0 {
			t.Errorf("got %d records, %d bad, want some and none", len(c.records), len(c.bad))
		}
		if diff := cmp.Diff(whole.raws[:len(c.raws)], c.raws); diff != "" {
			t.Errorf("records before the cut differ:\n%s", diff)
		}
	}
	f(zipped(sampleCloudTrail(300)))
	f(zipped(sampleFlow(3000)))
	f(zipped(sampleDNS(1000)))
}

func TestCapOfBytes(t *testing.T) {
	in := sampleDNS(1000)
	c, stats, err := read(t, string(zipped(in)), Options{MaxBytes: int64(len(in) / 2)})
	if stats.Bytes != int64(len(in)/2) {
		t.Errorf("read %d bytes, want %d", stats.Bytes, len(in)/2)
	}
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("cap of %d", len(in)/2)) {
		t.Errorf("got error %v, want one that names the cap", err)
	}
	if n := len(c.records); n < 450 || n > 500 {
		t.Errorf("got %d records before the cap, want about half of 1000", n)
	}
	if _, _, err := read(t, string(in), Options{MaxBytes: int64(len(in))}); err != nil {
		t.Errorf("exactly at the cap: %v", err)
	}
}

func TestReadErrors(t *testing.T) {
	f := func(broken error) {
		t.Helper()
		in := io.MultiReader(strings.NewReader(call("A")+"\n"+flowTo(1)+"\n2 1111"), iotest.ErrReader(broken))
		var c collector
		if _, err := Read(in, Options{}, &c); !errors.Is(err, broken) {
			t.Errorf("got error %v, want %v", err, broken)
		}
		if c.names() != "A 192.0.2.1" || len(c.bad) > 0 {
			t.Errorf("got %s, bad %+v", c.names(), c.bad)
		}
	}
	f(errors.New("connection reset"))
	f(fmt.Errorf("connection closed by server: %w", io.EOF)) // not the end of the object
}

// repeated yields a prefix, then n times a text, then a suffix.
func repeated(prefix, s string, n int64, suffix string) io.Reader {
	block := bytes.Repeat([]byte(s), 1<<16/len(s))
	return io.MultiReader(strings.NewReader(prefix),
		io.LimitReader(&endless{block: block}, n*int64(len(s))), strings.NewReader(suffix))
}

// endless yields a block over and over.
type endless struct {
	block []byte
	at    int
	read  int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.block[e.at:])
	e.at = (e.at + n) % len(e.block)
	e.read += n
	return n, nil
}

func TestLongRecordsAreSkipped(t *testing.T) {
	f := func(name string, in io.Reader, want string) {
		t.Helper()
		var c collector
		var r Reader
		if _, err := r.Read(in, Options{MaxRecord: 1 << 20}, &c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.names() != want || !strings.Contains(c.reasons(), "longer than 1048576 bytes") || len(c.bad) != 1 {
			t.Errorf("%s: got %s, want %s; bad %+v", name, c.names(), want, c.bad)
		}
		if len(r.buf) > 4<<20 {
			t.Errorf("%s: held %d bytes", name, len(r.buf))
		}
	}
	const n = 10 << 20
	a, b := call("A"), call("B")
	f("line", repeated(a+"\n", "x", n, "\n"+b), "A B")
	f("line at the end", repeated(a+"\n", "x", n, ""), "A")
	f("string", repeated(a+`{"eventName":"`, "x", n, `"}`+b), "A B")
	f("escapes", repeated(a+`{"eventName":"`, `\"`, n/2, `"}`+b), "A B")
	f("escapes, shifted", repeated(a+`{"eventName":"x`, `\"`, n/2, `"}`+b), "A B")
	f("array", repeated(a+`{"resources":[0`, `,[{"a":"}"}]`, n/12, `]}`+b), "A B")
	f("in a list", repeated(`{"Records":[`+a+`,{"eventName":"`, "x", n, `"},`+b+`]}`), "A B")
	f("without its end", repeated(a+"\n"+`{"eventName":"`, "x", n, "\n"+b), "A B")
	f("just too long", strings.NewReader(a+`{"eventName":"`+strings.Repeat("x", 1<<20)+`"}`+b), "A B")
}

func TestReadIsIndependentOfChunks(t *testing.T) {
	in := string(sampleCloudTrail(400)) + "\n" + string(sampleFlow(2000)) + string(sampleDNS(800)) + "garbage\n" + call("A")
	whole, want, err := read(t, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var c collector
	got, err := Read(iotest.OneByteReader(strings.NewReader(in)), Options{}, &c)
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if diff := cmp.Diff(whole, &c, sameRecords...); diff != "" {
		t.Errorf("one byte at a time:\n%s", diff)
	}
}

func TestStats(t *testing.T) {
	in := call("A") + "\n" + flowTo(1) + "\n" + flowTo(2) + "\n" + flowTo(3) + "\n" +
		`{"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"B"}` + "\nx: y\n"
	_, got, err := read(t, in, Options{})
	want := Stats{Kind: KindFlow, Records: 5, Bytes: int64(len(in)), Bad: 1, NoRegion: 4, NoAccount: 1}
	if got != want || err != nil {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if _, got, _ = read(t, in, Options{Account: "444455556666", Region: "eu-west-1"}); got.NoRegion+got.NoAccount != 0 {
		t.Errorf("got %+v with account and region given", got)
	}
}

func TestExtract(t *testing.T) {
	in := `{"Records":[` + call("A") + `,` + call("B") + `]}` + "\n" + `{"messageType":"DATA_MESSAGE","logEvents":[{"message":` + quoted(call("C")) +
		`},{"message":"` + flowTo(9) + `"}]}` + "\n" + query("D.example") + "\naccount-id start dstaddr\n111122223333 1767322800 192.0.2.1\n"
	c, _, err := read(t, in, Options{})
	if err != nil || len(c.raws) != 6 {
		t.Fatalf("got %d records, %v", len(c.raws), err)
	}
	var offsets []int64
	for _, raw := range c.raws {
		offsets = append(offsets, raw.Offset)
	}
	got, err := Extract(bytes.NewReader(zipped([]byte(in))), offsets)
	if diff := cmp.Diff(c.raws, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if c.raws[2].Text != call("C") || in[c.raws[1].Offset:][:len(call("B"))] != call("B") {
		t.Errorf("offsets are not those of the records: %+v", c.raws)
	}
	long := &endless{block: []byte(in + "\n")}
	if got, err = Extract(long, offsets); err != nil || len(got) != len(offsets) || long.read > 1<<20 {
		t.Errorf("read %d bytes, got %d records, %v; want it to stop behind the last", long.read, len(got), err)
	}
	got, err = Extract(strings.NewReader(in), offsets[1:2])
	if err != nil || len(got) != 1 || got[0].Text != call("B") {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err = Extract(strings.NewReader(in), []int64{1}); err == nil {
		t.Error("no record at 1: got no error")
	}
	if !slices.IsSorted(offsets) {
		t.Errorf("offsets do not ascend: %v", offsets)
	}
}

// owner is a handler that keeps clones beside what they looked like when they were made.
type owner struct {
	clones []any
	looks  []string
}

func (o *owner) add(original, clone any) {
	o.clones = append(o.clones, clone)
	o.looks = append(o.looks, fmt.Sprintf("%+v", original))
}

func (o *owner) CloudTrail(e *CloudTrail) { o.add(e, e.Clone()) }
func (o *owner) Flow(f *Flow)             { o.add(f, f.Clone()) }
func (o *owner) DNS(d *DNS)               { o.add(d, d.Clone()) }
func (o *owner) Bad(Bad)                  {}

func TestClonesOwnTheirBytes(t *testing.T) {
	account, region := []byte("999900001111"), []byte("eu-west-9")
	in := with(`,"userAgent":"a\nb","requestParameters":{"x":1},"sharedEventID":"s","responseElements":{"y":2},"additionalEventData":{},"resources":[{}],"addendum":{"z":3},"userIdentity":{"accountId":"1\u0031"}`) + "\n" +
		call("A") + "\n" + header11 + "\n" + line11 + "\n" + query("MiXed.example") + flowTo(1) + "\n"
	var o owner
	var r Reader
	if _, err := r.Read(strings.NewReader(in), Options{Account: alias(account), Region: alias(region)}, &o); err != nil {
		t.Fatal(err)
	}
	clear(r.buf)
	clear(r.scratch[:cap(r.scratch)])
	clear(account)
	clear(region)
	for i, clone := range o.clones {
		if got := fmt.Sprintf("%+v", clone); got != o.looks[i] {
			t.Errorf("clone changed with the buffer:\ngot  %s\nwant %s", got, o.looks[i])
		}
	}
	if len(o.clones) < 4 {
		t.Errorf("got %d records", len(o.clones))
	}
	e := parse(t, with(`,"userAgent":"a\nb","errorMessage":"\u0041"`))
	if n := testing.AllocsPerRun(10, func() { e.Clone() }); n > 2 {
		t.Errorf("Clone allocates %v times, want the record and its bytes", n)
	}
}

func TestNothingIsAllocatedForRecords(t *testing.T) {
	f := func(name string, few, many []byte) {
		t.Helper()
		var r Reader
		var c counter
		in := bytes.NewReader(nil)
		allocs := func(object []byte) float64 {
			return testing.AllocsPerRun(3, func() {
				in.Reset(object)
				if stats, err := r.Read(in, Options{Region: "us-east-1"}, &c); err != nil || stats.Bad > 0 {
					t.Fatalf("%+v: %v", stats, err)
				}
			})
		}
		allocs(many)
		if a, b := allocs(few), allocs(many); b > a {
			t.Errorf("%s: %v allocations for few records, %v for many", name, a, b)
		}
	}
	f("CloudTrail", sampleCloudTrail(10), sampleCloudTrail(5000))
	f("flow", sampleFlow(10), sampleFlow(20000))
	f("DNS", sampleDNS(10), sampleDNS(10000))
	mixed := bytes.Replace(sampleDNS(10000), []byte("host"), []byte("HOST"), -1)
	f("DNS in mixed case", mixed[:bytes.IndexByte(mixed, '\n')], mixed)
}
