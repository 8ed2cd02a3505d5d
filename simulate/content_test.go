package simulate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"picket/event"
)

// record is what tests read of a CloudTrail record.
type record struct {
	EventID      string `json:"eventID"`
	EventTime    time.Time
	EventSource  string
	EventName    string
	UserAgent    string
	ErrorCode    string
	UserIdentity struct {
		Type, UserName, InvokedBy, AccessKeyId string
		SessionContext                         struct{ SessionIssuer struct{ UserName string } }
	}
	RecipientAccountId string
	SourceIPAddress    string
	RequestParameters  map[string]any
	ResponseElements   map[string]any
	TLSDetails         struct{ ClientProvidedHostHeader string }
}

func trail(t *testing.T, files map[string][]byte) map[string][]record {
	t.Helper()
	byFile := map[string][]record{}
	for path, b := range files {
		if !strings.Contains(path, "/CloudTrail/") {
			continue
		}
		var file struct{ Records []record }
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if bytes.ContainsRune(b, '\n') || !bytes.HasPrefix(b, []byte(`{"Records":[{"eventVersion":`)) {
			t.Errorf("%s is not one object on one line", path)
		}
		byFile[path] = file.Records
	}
	return byFile
}

func TestCloudTrail(t *testing.T) {
	out, s := generate(t, Options{Seed: 2, Scale: 1, Attacks: true, Kinds: []event.Kind{event.KindCloudTrail}})
	files := trail(t, contents(t, out))
	ids, services, kinds := map[string]int{}, map[string]int{}, map[string]int{}
	records, late, unsorted, denied, throttled := 0, 0, 0, 0, 0
	for path, rs := range files {
		stampAt := strings.Index(path, "Z_") - 13
		delivered, err := time.Parse("20060102T1504", path[stampAt:stampAt+13])
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rs {
			records++
			ids[r.EventID]++
			services[r.EventSource]++
			kinds[r.UserIdentity.Type]++
			age := delivered.Sub(r.EventTime)
			if age < 0 || age > 20*time.Minute {
				t.Errorf("%s: a record is %s old at delivery", path, age)
			}
			if age > 5*time.Minute {
				late++
			}
			if i > 0 && r.EventTime.Before(rs[i-1].EventTime) {
				unsorted++
			}
			if strings.Contains(r.ErrorCode, "Denied") || strings.Contains(r.ErrorCode, "Unauthorized") {
				denied++
			}
			if r.ErrorCode == "ThrottlingException" {
				throttled++
			}
		}
	}
	f := func(what string, got, lo, hi int) {
		t.Helper()
		if got < lo || got > hi {
			t.Errorf("%s: %d, want %d to %d", what, got, lo, hi)
		}
	}
	f("records", records, 18_000, 23_000)
	f("records counted", s.CloudTrail.Records, records, records)
	f("late records", late, records/100, records/25)
	f("unsorted neighbours", unsorted, records/5, records)
	f("records delivered twice", records-len(ids), records/4000, records/1000)
	f("denied", denied, records/1000, records/30)
	f("throttled", throttled, records/2000, records/50)
	f("services", len(services), 20, 100)
	f("kinds of identity", len(kinds), 4, 8)
	f("bytes a record", int(s.CloudTrail.Raw)/records, 1100, 1350)
	f("ten times the compression", int(10*s.CloudTrail.Raw/s.CloudTrail.Bytes), 48, 70)
}

func TestOfficeHours(t *testing.T) {
	friday := time.Date(2026, 1, 9, 0, 0, 0, 0, time.UTC)
	out, _ := generate(t, Options{Seed: 2, Start: friday, Days: 2, Scale: 1, Kinds: []event.Kind{event.KindCloudTrail}})
	work, night, weekend := 0, 0, 0
	for _, rs := range trail(t, contents(t, out)) {
		for _, r := range rs {
			if r.UserIdentity.UserName != "bilal" { // of Berlin
				continue
			}
			local := r.EventTime.Add(time.Hour)
			switch {
			case local.Weekday() == time.Saturday || local.Weekday() == time.Sunday:
				weekend++
			case local.Hour() >= 8 && local.Hour() < 18:
				work++
			default:
				night++
			}
		}
	}
	if work < 100 || night > work/8 || weekend > work/8 {
		t.Errorf("a person works %d times in office hours, %d outside, %d at weekends", work, night, weekend)
	}
}

func TestFlow(t *testing.T) {
	f := func(version int) {
		t.Helper()
		out, s := generate(t, Options{Seed: 2, Scale: 0.2, Attacks: true, FlowVersion: version, Kinds: []event.Kind{event.KindFlow}})
		words := map[string]int{}
		rows := 0
		for path, b := range contents(t, out) {
			if !strings.HasSuffix(path, ".log.gz") {
				continue
			}
			lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
			fields := strings.Split(lines[0], " ")
			for _, line := range lines[1:] {
				rows++
				values := strings.Split(line, " ")
				if len(values) != len(fields) {
					t.Fatalf("%s: %d values under %d fields: %s", path, len(values), len(fields), line)
				}
				if n := number(values[slices.Index(fields, "packets")]); number(values[slices.Index(fields, "bytes")]) < 20*n {
					t.Fatalf("%s: packets shorter than an IP header: %s", path, line)
				}
				for i, field := range fields {
					if !plausible(field, values[i]) {
						t.Fatalf("%s: %s is %q in %s", path, field, values[i], line)
					}
					switch field {
					case "action", "log-status", "flow-direction", "protocol", "type":
						words[field+" "+values[i]]++
					}
				}
			}
		}
		if rows != s.Flow.Records {
			t.Errorf("%d rows, %d counted", rows, s.Flow.Records)
		}
		want := []string{"action ACCEPT", "action REJECT", "log-status OK", "log-status NODATA", "protocol 1", "protocol 6", "protocol 17"}
		if version == 5 {
			want = append(want, "flow-direction ingress", "flow-direction egress", "type IPv4")
		}
		for _, w := range want {
			if words[w] < 20 {
				t.Errorf("version %d: %d rows with %s", version, words[w], w)
			}
		}
	}
	f(2)
	f(3)
	f(5)
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// plausible reports whether a value can stand under a field.
func plausible(field, v string) bool {
	if v == "-" {
		return true
	}
	prefix := map[string]string{"interface-id": "eni-", "vpc-id": "vpc-", "subnet-id": "subnet-", "instance-id": "i-", "start": "1767", "end": "1767", "type": "IPv4", "az-id": "use1-"}
	switch field {
	case "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr":
		return strings.Count(v, ".") == 3
	case "srcport", "dstport", "protocol", "packets", "bytes", "tcp-flags":
		return strings.Trim(v, "0123456789") == ""
	}
	return strings.HasPrefix(v, prefix[field])
}

func TestDNS(t *testing.T) {
	out, s := generate(t, Options{Seed: 2, Scale: 1, Attacks: true, Kinds: []event.Kind{event.KindDNS}})
	lines, names, codes, types := 0, map[string]int{}, map[string]int{}, map[string]int{}
	for path, b := range contents(t, out) {
		if !strings.HasSuffix(path, ".log.gz") {
			continue
		}
		for line := range bytes.Lines(b) {
			lines++
			var q struct {
				Account, Region, VPC, Time, Name, Type, RCode string
				Answers                                       []struct{ Rdata, Type, Class string }
				SrcIDs                                        struct{ Instance string }
			}
			var raw map[string]json.RawMessage
			if err := json.Unmarshal(line, &raw); err != nil {
				t.Fatalf("%s: %v in %s", path, err, line)
			}
			for k, v := range map[string]any{"query_name": &q.Name, "query_type": &q.Type, "rcode": &q.RCode, "answers": &q.Answers, "srcids": &q.SrcIDs} {
				if err := json.Unmarshal(raw[k], v); err != nil {
					t.Fatalf("%s: %s: %v in %s", path, k, err, line)
				}
			}
			if !strings.HasSuffix(q.Name, ".") || len(q.Name) > 254 || !strings.HasPrefix(q.SrcIDs.Instance, "i-") {
				t.Fatalf("%s: not a query: %s", path, line)
			}
			for label := range strings.SplitSeq(q.Name, ".") {
				if len(label) > 63 {
					t.Fatalf("%s: label of %d bytes in %s", path, len(label), q.Name)
				}
			}
			names[q.Name]++
			codes[q.RCode]++
			types[q.Type]++
		}
	}
	if lines != s.DNS.Records || lines < 57_000 || lines > 66_000 {
		t.Errorf("%d lines, %d counted, want about 61,000", lines, s.DNS.Records)
	}
	if codes["NXDOMAIN"] < lines/20 || codes["NXDOMAIN"] > lines/5 {
		t.Errorf("%d of %d names do not exist", codes["NXDOMAIN"], lines)
	}
	for _, typ := range []string{"A", "AAAA", "PTR", "TXT", "SRV", "HTTPS", "CNAME"} {
		if types[typ] < 100 {
			t.Errorf("%d queries of type %s", types[typ], typ)
		}
	}
	most := 0
	for _, n := range names {
		most = max(most, n)
	}
	if most < 200 || len(names) < 8000 {
		t.Errorf("%d names, the most popular asked %d times", len(names), most)
	}
}

// reading counts what Picket's own parsers make of the logs.
type reading struct{ cloudTrail, flow, dns, nobody, bad int }

func (r *reading) CloudTrail(e *event.CloudTrail) {
	r.cloudTrail++
	if e.Identity().Type == "" || e.EventID == "" || e.Region == "" {
		r.nobody++
	}
}

func (r *reading) Flow(f *event.Flow) {
	r.flow++
	if !f.Src.IsValid() || !f.HasFlags || f.Direction == event.DirectionUnknown {
		r.nobody++
	}
}

func (r *reading) DNS(d *event.DNS) {
	r.dns++
	if d.Instance == "" || d.Name == "" {
		r.nobody++
	}
}

func (r *reading) Bad(event.Bad) { r.bad++ }

func TestParsersReadAll(t *testing.T) {
	out, s := generate(t, Options{Seed: 4, Scale: 0.3, Attacks: true})
	var got reading
	silent := 0
	for path, b := range contents(t, out) {
		if !strings.HasPrefix(path, "AWSLogs/") {
			continue
		}
		stats, err := event.Read(bytes.NewReader(b), event.Options{}, &got)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		silent += int(stats.NoData + stats.SkipData)
	}
	want := reading{cloudTrail: s.CloudTrail.Records, flow: s.Flow.Records - silent, dns: s.DNS.Records}
	if got != want || silent < 100 {
		t.Errorf("parsers read %+v and %d silent rows, want %+v", got, silent, want)
	}
}
