package event

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
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

func FuzzParquet(f *testing.F) {
	f.Add(parquetOf(f, sampleParquet(3)))
	f.Add(parquetOf(f, []struct{ A, B string }{{"x", "y"}}))
	f.Add([]byte("PAR1\x15\x04\x15\x10PAR1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c := checker{t: t}
		in = append([]byte("PAR1"), bytes.TrimPrefix(in, []byte("PAR1"))...)
		stats, err := Read(bytes.NewReader(in), Options{MaxBytes: 1 << 20}, &c)
		if err != nil && stats.Records == 0 {
			return
		}
		for i, raw := range c.raws {
			if i > 0 && raw.Offset <= c.raws[i-1].Offset {
				t.Fatalf("row %d follows %d", raw.Offset, c.raws[i-1].Offset)
			}
		}
	})
}
