package rule_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/entity"
	"picket/event"
	"picket/rule"
	"picket/state"
)

// FuzzRecordState holds that a record, whatever it was wrapped in and wherever it came from, is read as it was written.
func FuzzRecordState(f *testing.F) {
	f.Add([]byte(`{"Records":[{"eventVersion":"1.08","eventID":"\u0041","eventTime":"2026-01-05T10:00:00Z","eventSource":"s.amazonaws.com","eventName":"Get20150331","userIdentity":{"accountId":"111122223333"}},{"eventName":"a"}]}`), "", "")
	f.Add([]byte(`{"owner":"444455556666","logEvents":[{"message":"{\"eventTime\":\"2026-01-05T10:00:00Z\",\"eventSource\":\"s\",\"eventName\":\"Get\",\"userAgent\":\"\\u00e9\"}"}]}`), "111122223333", "us-east-1")
	f.Add([]byte(`{"query_timestamp":"2026-01-05T10:00:00Z","query_name":"A\\052.EXAMPLE.","srcids":{"instance":"i-1"},"answers":[{"Rdata":"1"}]}`), "111122223333", "us-east-1")
	f.Fuzz(func(t *testing.T, log []byte, account, region string) {
		event.Read(bytes.NewReader(log), event.Options{Object: 1 << 60, Account: account, Region: region, MaxBytes: 1 << 20}, checker{t})
	})
}

// checker keeps each record and compares.
type checker struct{ t *testing.T }

// CloudTrail, Flow, DNS and Bad implement event.Handler.
func (c checker) CloudTrail(r *event.CloudTrail) { same(c.t, r.Clone()) }
func (c checker) Flow(*event.Flow)               {}
func (c checker) DNS(r *event.DNS)               { same(c.t, r.Clone()) }
func (c checker) Bad(event.Bad)                  {}

func same[R rule.Record](t *testing.T, want R) {
	t.Helper()
	var b bytes.Buffer
	if err := state.Write(&b, func(c *state.Codec) { rule.RecordState(c, &want) }); err != nil {
		t.Fatal(err)
	}
	var got R
	if err := state.Read(&b, func(c *state.Codec) { rule.RecordState(c, &got) }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); d != "" {
		t.Fatal(d)
	}
}

// TestConversationState is for what FuzzRecordState can't read from a log.
func TestConversationState(t *testing.T) {
	same(t, &entity.Conversation{
		Interface: &entity.Interface{Account: "111122223333", Region: "us-east-1", ID: "eni-1", Instance: "i-1", VPC: "v", Subnet: "s", ECSCluster: "c", ECSTask: "t"},
		Local:     netip.MustParseAddr("10.0.0.1"), Remote: netip.MustParseAddr("2001:db8::1"), LocalPort: 1, RemotePort: 65535, Protocol: 6,
		Initiator: entity.Remote, Out: entity.Traffic{Packets: 1, Bytes: 2, Flags: 3, Seen: true}, In: entity.Traffic{Packets: 1 << 63},
		HasFlags: true, Accepted: true, Rejected: true, First: 5, Last: 6, RemoteService: "S3", ID: 1<<64 - 1,
		Refs: []event.Ref{{Sec: 1, Object: 1 << 60, Offset: 2}, {Sec: 3}},
	})
	err := state.Read(bytes.NewReader(make([]byte, 100)), func(c *state.Codec) {
		var none *entity.Conversation
		rule.RecordState(c, &none)
	})
	if err == nil {
		t.Error("a conversation of no interface is read without an error")
	}
}
