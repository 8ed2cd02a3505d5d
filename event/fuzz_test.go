package event

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// checker is a handler that checks each record as it is delivered.
type checker struct {
	collector
	t *testing.T
}

func (c *checker) CloudTrail(e *CloudTrail) {
	if diff := cmp.Diff(e, e.Clone()); diff != "" {
		c.t.Errorf("clone differs:\n%s", diff)
	}
	if e.Call == "" || e.EventSource == "" {
		c.t.Errorf("delivered without a call or a source: %+v", e)
	}
	e.Identity()
	e.IP()
	c.walk(e.RequestParameters, 0)
	c.collector.CloudTrail(e)
}

func (c *checker) Flow(f *Flow) {
	if diff := cmp.Diff(f, f.Clone(), sameRecords...); diff != "" {
		c.t.Errorf("clone differs:\n%s", diff)
	}
	again, err := ParseFlowText(f.Header, f.Raw)
	if err != nil {
		c.t.Fatalf("parse %q again: %v", f.Raw, err)
	}
	again.Ref = f.Ref
	if f.Account == again.Account || again.Account == "" {
		again.Account = f.Account
	}
	if diff := cmp.Diff(f, again, sameRecords...); diff != "" {
		c.t.Errorf("parsed again from its own header and line:\n%s", diff)
	}
	c.collector.Flow(f)
}

func (c *checker) DNS(d *DNS) {
	if diff := cmp.Diff(d, d.Clone()); diff != "" {
		c.t.Errorf("clone differs:\n%s", diff)
	}
	if strings.ToLower(d.Name) != d.Name && strings.IndexFunc(d.Name, func(r rune) bool { return r > 127 }) < 0 {
		c.t.Errorf("name is not in lower case: %q", d.Name)
	}
	c.collector.DNS(d)
}

func (c *checker) Bad(b Bad) {
	if b.Reason == "" || b.Offset < 0 {
		c.t.Errorf("bad record without a reason or place: %+v", b)
	}
	c.collector.Bad(b)
}

// walk visits all that a value holds.
func (c *checker) walk(v Value, depth int) {
	if depth > 10 || v.Str() != "" || v == "" {
		return
	}
	for _, member := range v.Members() {
		c.walk(member, depth+1)
	}
	if v[0] == '[' {
		for item := range v.Items() {
			c.walk(item, depth+1)
		}
	}
}

// checkObject reads an object in two ways and extracts what it read.
func checkObject(t *testing.T, in []byte) {
	o := Options{MaxBytes: 1 << 22, MaxRecord: 1 << 12}
	whole := checker{t: t}
	stats, err := Read(bytes.NewReader(in), o, &whole)
	if stats.Records != int64(len(whole.records)) || stats.Bad != int64(len(whole.bad)) {
		t.Errorf("stats %+v, but %d records and %d bad were delivered", stats, len(whole.records), len(whole.bad))
	}
	var pieces collector
	stats2, err2 := Read(iotest.OneByteReader(bytes.NewReader(in)), o, &pieces)
	if stats != stats2 || (err == nil) != (err2 == nil) {
		t.Errorf("one byte at a time: got %+v, %v, want %+v, %v", stats2, err2, stats, err)
	}
	if diff := cmp.Diff(&whole.collector, &pieces, sameRecords...); diff != "" {
		t.Errorf("one byte at a time:\n%s", diff)
	}
	var offsets []int64
	for i, raw := range whole.raws {
		if i > 0 && raw.Offset <= offsets[i-1] {
			t.Fatalf("offset %d follows %d", raw.Offset, offsets[i-1])
		}
		offsets = append(offsets, raw.Offset)
	}
	got, err := Extract(bytes.NewReader(in), offsets)
	if diff := cmp.Diff(whole.raws, got); diff != "" {
		t.Errorf("extracted: %v\n%s", err, diff)
	}
}

func FuzzRead(f *testing.F) {
	a, b := call("A"), query("b.example")
	for _, seed := range []string{
		"", a, a + "\n" + b, `{"Records":[` + a + `,` + b + `],"x":1}`, "[" + a + "," + a + "]", flowTo(1) + "\n" + flowTo(2) + "\r\n" + a,
		`{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"message":` + quoted(a) + `},{"message":"` + flowTo(1) + `"}]}`,
		`{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"x"}]}`, `{"Events":[{"CloudTrailEvent":` + quoted(a) + `}]}`,
		`{"detail":` + a + `}`, `{"message":` + quoted(`{"message":`+quoted(a)+`}`) + `}`, `{"digestStartTime":"x"}`,
		`{"Records":[` + a + `,{"a":` + "\n" + a, "text\n[x]\n{\"a\":\x00}\n" + a, `{"x":[[[[{"y":"` + strings.Repeat("z", 5000) + `"}]]]]}` + a,
		"\ufeff" + a, strings.Repeat("[", 20), string(zipped([]byte(a + b))), string(zipped(zipped([]byte(a)))), string(zipped([]byte(a))[:60]),
		"\x28\xb5\x2f\xfd\x04\x00\x59\x00\x00abc\n", "PAR1xPAR1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkObject)
}

func FuzzCloudTrail(f *testing.F) {
	for _, seed := range []string{
		call("A"), with(`,"userAgent":"a\u00e9\"","readOnly":"true","eventName":"X20150331v2"`),
		with(`,"userIdentity":{"type":"AssumedRole","accountId":"1","sessionContext":{"sessionIssuer":{"type":"Role"},"attributes":{"mfaAuthenticated":"true"}}}`),
		with(`,"requestParameters":{"items":[{"a":[true,null,-1.5e3]}]},"resources":[{"ARN":"x"}],"sourceIPAddress":"192.0.2.1"`),
		with(`,"eventVersion":"2.0"`), `{"eventName":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := ParseCloudTrail(in)
		if err != nil {
			return
		}
		(&checker{t: t}).CloudTrail(e)
		c, _, err := read(t, e.Raw, Options{})
		if err != nil || len(c.records) > 1 {
			t.Fatalf("read as an object: got %d records, %v", len(c.records), err)
		}
		if len(c.records) == 1 {
			e.Ref, e.Raw = c.records[0].(*CloudTrail).Ref, c.records[0].(*CloudTrail).Raw
			if diff := cmp.Diff(any(e), c.records[0]); diff != "" {
				t.Errorf("read as an object:\n%s", diff)
			}
		}
	})
}

func FuzzFlow(f *testing.F) {
	f.Add("", flowTo(1))
	f.Add(header11, line11)
	f.Add("${dstaddr} ${start}", "2001:db8::1 1")
	f.Add("dstaddr end action", "::ffff:1.2.3.4 99999999999 REJECT")
	f.Add("resource-type start", "x 1")
	f.Add("srcaddr bytes start", "- 18446744073709551616 -")
	f.Fuzz(func(t *testing.T, header, line string) {
		flow, err := ParseFlowText(header, line)
		if err == nil {
			(&checker{t: t}).Flow(flow)
		}
		checkObject(t, []byte(header+"\n"+line+"\n"+line))
	})
}

func FuzzDNS(f *testing.F) {
	f.Add([]byte(query("a.example")))
	f.Add([]byte(query(`A\\052\u0042.example`)))
	f.Add([]byte(`{"query_timestamp":"2026-01-02T03:04:05.1+01:00","query_name":".","srcids":{"instance":"i"},"answers":[{"Rdata":"x"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if d, err := ParseDNS(in); err == nil {
			(&checker{t: t}).DNS(d)
		}
		checkObject(t, in)
	})
}

// FuzzValue holds that reading a value through its accessors gives what encoding/json gives.
func FuzzValue(f *testing.F) {
	f.Add(`{"a":{"b":[1,{"c":-2.5e3}],"items":[true,null]},"q\"\u0041":"\ud83d\ude00\ud83dx","":"","a":{"items":7}}`)
	f.Add(` [ [ ] , { } , "\u12" , "\\" ] `)
	f.Fuzz(func(t *testing.T, text string) {
		(&checker{t: t}).walk(Value(text), 0)
		v := Value(strings.Trim(text, " \t\r\n"))
		if !json.Valid([]byte(text)) || !utf8.ValidString(text) || strings.Count(text, "{")+strings.Count(text, "[") > maxDepth {
			return
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, tree(v)); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
		if o, ok := want.(map[string]any); ok {
			for key := range o {
				if v.Get(key) == "" {
					t.Errorf("no member %q in %s", key, text)
				}
			}
		}
	})
}

// tree is all that valid JSON holds, in the types of encoding/json.
func tree(v Value) any {
	switch v[0] {
	case '{':
		o := map[string]any{}
		for key, member := range v.Members() {
			o[key] = tree(member)
		}
		return o
	case '[':
		list := []any{}
		for item := range v.Items() {
			list = append(list, tree(item))
		}
		return list
	case '"':
		return v.Str()
	case 't', 'f':
		return v.Bool()
	case 'n':
		return nil
	}
	return json.Number(v)
}

// FuzzTime holds that a time which RFC 3339 allows is read as package time reads it.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{"2026-01-02T03:04:05Z", "2024-02-29T23:59:59.123456789+05:30", "0000-01-01 00:00:00-0000", "9999-12-31T23:59:60Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseTime(s)
		want, err := time.Parse(time.RFC3339, s) // which is less strict
		if err != nil || strings.Contains(s, ",") || !strings.HasPrefix(s, want.Format("2006-01-02T15:04:05")) {
			return
		}
		if !ok || got != want.Unix() {
			t.Errorf("%q: got %d, %v, want %d", s, got, ok, want.Unix())
		}
	})
}

// FuzzPath holds that a path yields nothing or what has the right form, and that what comes before AWSLogs doesn't count.
func FuzzPath(f *testing.F) {
	f.Add("bucket/prefix", "111122223333/CloudTrail/eu-west-1/2026/01/02/111122223333_CloudTrail_eu-west-1_20260102T0305Z_AbCd.json.gz")
	f.Add("", "aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=01/day=02/hour=03/x.parquet")
	f.Add("2025/12/31", "o-abcde12345/111122223333/elasticloadbalancing/us-gov-west-1/2026/01/02/x.log.gz")
	f.Fuzz(func(t *testing.T, prefix, key string) {
		p := ParsePath("AWSLogs/" + key)
		if p.Account != "" && !IsAccount(p.Account) || p.Region != "" && !IsRegion(p.Region) || p.Organization != "" && !isOrganization(p.Organization) {
			t.Errorf("%q: got %+v", key, p)
		}
		if _, _, again := strings.Cut("/"+key, "/AWSLogs/"); again {
			return
		}
		if diff := cmp.Diff(p, ParsePath(prefix+"/AWSLogs/"+key)); diff != "" {
			t.Errorf("%q below %q:\n%s", key, prefix, diff)
		}
	})
}

func FuzzParquet(f *testing.F) {
	rows := sampleParquet(3)
	f.Add(parquetOf(f, rows))
	f.Add(parquetOf(f, rows, parquet.Compression(&parquet.Snappy), parquet.DataPageVersion(1)))
	f.Add(parquetOf(f, rows, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(2)))
	f.Add(parquetOf(f, []struct {
		Dst    string  `parquet:"dstaddr,dict"`
		Start  int64   `parquet:"start,delta"`
		Action string  `parquet:"action,dict"`
		Bytes  *uint64 `parquet:"bytes,optional"`
	}{{"192.0.2.1", 1767322800, "ACCEPT", nil}, {"2001:db8::1", 1767322860, "REJECT", nil}}))
	f.Add(parquetOf(f, []struct{ A, B string }{{"x", "y"}}))
	for version := 1; version <= 2; version++ {
		for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd} {
			f.Add(parquetOf(f, someRows(rand.New(rand.NewPCG(2, 2)), 20), parquet.Compression(codec), parquet.DataPageVersion(version)))
		}
	}
	f.Add([]byte("PAR1\x15\x04\x15\x10PAR1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		checkObject(t, append([]byte("PAR1"), bytes.TrimPrefix(in, []byte("PAR1"))...))
	})
}
