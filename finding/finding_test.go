package finding_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/finding"
	"picket/intel"
	"picket/rule"
)

var info = &rule.Info{
	Type: "Test:IAMUser/Anything", Severity: picket.Medium, Techniques: []string{"T1078"}, Title: "{user} called {api}.",
	Description: "From {ip}.", Every: 5 * time.Minute,
}

func trail(t fataler, user, call string, sec int64) *event.CloudTrail {
	r, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventVersion":"1.08","eventID":"%s%s%d","eventTime":%q,"eventSource":"iam.amazonaws.com","eventName":%q,"awsRegion":"us-east-1","recipientAccountId":"111122223333","sourceIPAddress":"198.51.100.7","userIdentity":{"type":"IAMUser","principalId":"AIDA%s","userName":%q,"accessKeyId":"AKIAEXAMPLE"}}`,
		user, call, sec, time.Unix(sec, 0).UTC().Format(time.RFC3339), call, user, user))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type fataler interface{ Fatal(...any) }

func hit(t fataler, user, call string, sec int64) *rule.Hit {
	r := trail(t, user, call, sec)
	n := &rule.Note{CallNames: true}
	n.Add("latest", call)
	n.Sample("seconds", fmt.Sprintf("%09d", sec), sec)
	id := rule.Hash(r.EventID)
	return &rule.Hit{
		Rule: info, Account: r.Account, Region: r.Region, Key: user, Window: sec / 300, First: sec, Last: sec, ID: id,
		Record: r, Note: n, Evidence: []rule.Evidence{{Ref: event.Ref{Sec: uint32(sec)}, ID: id}},
	}
}

func export(t fataler, results []*finding.Result) string {
	var b strings.Builder
	for _, r := range results {
		line, err := finding.Export(&r.Finding)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %v\n", line, r.Refs)
	}
	return b.String()
}

// TestOrder holds that findings depend on the set of hits: not on their order, nor on which collector took them, nor on
// how often one was told.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hits []*rule.Hit
		for range rapid.IntRange(1, 60).Draw(t, "hits") {
			user := rapid.SampledFrom([]string{"dana", "eve"}).Draw(t, "user")
			call := rapid.SampledFrom([]string{"ListUsers", "GetUser"}).Draw(t, "call")
			hits = append(hits, hit(t, user, call, int64(rapid.IntRange(1, 4000).Draw(t, "second"))))
		}
		gather := func(collectors int) string {
			var cs []*finding.Collector
			for range collectors {
				cs = append(cs, finding.NewCollector(&finding.About{}))
			}
			rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(hits), func(i, j int) { hits[i], hits[j] = hits[j], hits[i] })
			for i, h := range hits {
				cs[i%collectors].Hit(h)
			}
			cs[0].Hit(hits[0])
			return export(t, finding.Findings(cs...))
		}
		if d := cmp.Diff(gather(1), gather(3)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestCountAndDetails(t *testing.T) {
	c := finding.NewCollector(&finding.About{})
	for i := range int64(40) {
		c.Hit(hit(t, "dana", "ListUsers", 600+i*60)) // 40 minutes: windows 2 to 9
	}
	c.Hit(hit(t, "dana", "GetUser", 3600))
	c.Hit(hit(t, "eve", "GetUser", 10))
	results := finding.Findings(c)
	if len(results) != 2 {
		t.Fatalf("got %d findings, want 2", len(results))
	}
	r := results[0]
	if got, want := *r.Service.Count, int32(9); got != want {
		t.Errorf("count: got %d, want %d windows", got, want)
	}
	for i, want := range []string{"1970-01-01T00:10:00.000Z 1970-01-01T01:00:00.000Z", "1970-01-01T00:00:10.000Z 1970-01-01T00:00:10.000Z"} {
		if s := results[i].Service; *s.EventFirstSeen+" "+*s.EventLastSeen != want {
			t.Errorf("finding %d: seen from %s to %s, want %s: each its own", i, *s.EventFirstSeen, *s.EventLastSeen, want)
		}
	}
	if got, want := *r.Title, "dana called GetUser."; got != want {
		t.Errorf("title: got %q, want %q: the latest hit's", got, want)
	}
	if len(r.Refs) != 2*rule.EvidenceEnds || r.Refs[0].Sec != 600 || r.Refs[19].Sec != 3600 {
		t.Errorf("evidence: got %v, want the first and last ten", r.Refs)
	}
	if got := len(r.AdditionalInfo["seconds"].([]any)); got != rule.MaxSamples {
		t.Errorf("samples: got %d, want %d", got, rule.MaxSamples)
	}
	calls, _ := json.Marshal(r.AdditionalInfo["apiCalls"])
	if want := `[{"count":1,"firstSeen":3600,"lastSeen":3600,"name":"GetUser"},{"count":40,"firstSeen":600,"lastSeen":2940,"name":"ListUsers"}]`; string(calls) != want {
		t.Errorf("apiCalls: got %s, want %s", calls, want)
	}
}

func TestBucketsInTheirPartition(t *testing.T) {
	f := func(region, want string) {
		t.Helper()
		h := hit(t, "dana", "PutBucketPolicy", 600)
		h.Region, h.Record.(*event.CloudTrail).Region = region, region
		h.Note.Bucket = &rule.Bucket{Name: "logs"}
		c := finding.NewCollector(&finding.About{})
		c.Hit(h)
		if got := *finding.Findings(c)[0].Resource.S3BucketDetails[0].Arn; got != want {
			t.Errorf("in %s: got %s, want %s", region, got, want)
		}
	}
	f("eu-west-1", "arn:aws:s3:::logs")
	f("cn-north-1", "arn:aws-cn:s3:::logs")
}

// TestID holds that a finding's id depends on its detector, type and key, and on nothing else.
func TestID(t *testing.T) {
	base := finding.ID("111122223333", "us-east-1", "A:B/C", "k")
	if len(base) != 32 {
		t.Errorf("got %q, want 32 hexadecimal digits", base)
	}
	for _, other := range []string{
		finding.ID("444455556666", "us-east-1", "A:B/C", "k"), finding.ID("111122223333", "eu-west-1", "A:B/C", "k"),
		finding.ID("111122223333", "us-east-1", "A:B/D", "k"), finding.ID("111122223333", "us-east-1", "A:B/C", "l"),
	} {
		if other == base {
			t.Error("two findings have one id")
		}
	}
}

// TestExport holds the forms that readers of GuardDuty's exports rely on.
func TestExport(t *testing.T) {
	c := finding.NewCollector(&finding.About{})
	n := &rule.Note{}
	n.Threat(&intel.Entry{List: "Feed", Threats: []string{"Emotet"}, SHA256: "ab"})
	n.Add("inBytes", "10")
	conversation := &entity.Conversation{
		Interface: &entity.Interface{Account: "111122223333", Region: "us-gov-west-1", ID: "eni-1", Instance: "i-1"},
		Local:     netip.MustParseAddr("10.0.0.1"), Remote: netip.MustParseAddr("198.51.100.7"), LocalPort: 4000, RemotePort: 443,
		Protocol: 6, Initiator: entity.Local, Accepted: true, First: 100, Last: 160,
	}
	c.Hit(&rule.Hit{Rule: &rule.Info{Type: "Test:EC2/Any", Severity: picket.High, Origin: rule.Picket}, Account: "111122223333", Region: "us-gov-west-1", First: 100, Last: 160, Record: conversation, Note: n})
	line, err := finding.Export(&finding.Findings(c)[0].Finding)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	f := func(want any, path ...string) {
		t.Helper()
		var v any = got
		for _, p := range path {
			m, _ := v.(map[string]any)
			x, ok := m[p]
			if !ok {
				t.Errorf("%v is absent", path)
				return
			}
			v = x
		}
		if d := cmp.Diff(want, v); d != "" {
			t.Errorf("%v: %s", path, d)
		}
	}
	f("aws-us-gov", "partition")
	f(8.0, "severity")
	f(nil, "resource", "instanceDetails", "platform")
	f([]any{}, "resource", "instanceDetails", "tags")
	f("ACTOR", "service", "resourceRole")
	f(false, "service", "archived")
	f("10", "service", "additionalInfo", "inBytes")
	f("default", "service", "additionalInfo", "type")
	f("picket", "service", "additionalInfo", "origin")
	f(`{"inBytes":"10","origin":"picket","threatListName":"Feed","threatName":"Emotet"}`, "service", "additionalInfo", "value")
	f([]any{map[string]any{"threatListName": "Feed", "threatNames": []any{"Emotet"}, "threatFileSha256": "ab"}}, "service", "evidence", "threatIntelligenceDetails")
	f(443.0, "service", "action", "networkConnectionAction", "remotePortDetails", "port")
	f("HTTPS", "service", "action", "networkConnectionAction", "remotePortDetails", "portName")
	f(nil, "service", "action", "networkConnectionAction", "remoteIpDetails", "country", "countryName")
	f("1970-01-01T00:01:40.000Z", "service", "eventFirstSeen")
}
