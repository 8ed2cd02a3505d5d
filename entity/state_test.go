package entity

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/state"
)

// filled holds that no field of v, which is to be kept, is empty: one that is added must be kept too.
func filled(t *testing.T, v any) {
	t.Helper()
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		if f := s.Type().Field(i); s.Field(i).IsZero() {
			t.Errorf("%s.%s is empty", s.Type(), f.Name)
		}
	}
}

// TestAccountState holds that all that is known of an account is read as it was written.
func TestAccountState(t *testing.T) {
	want := NewAccount()
	const lambda = `"sourceIPAddress":"198.51.100.1","userIdentity":{"type":"AssumedRole","principalId":"AROA:f","inScopeOf":{"issuerType":"AWS::Lambda::Function","credentialsIssuedTo":"arn:f"}}`
	const user = `"sourceIPAddress":"198.51.100.1","userIdentity":{"type":"IAMUser","principalId":"AIDA"}`
	for i := range int64(20) {
		day := 86400 * i
		name := fmt.Sprint("name", i)
		want.Observe(call(t, day, "cloudtrail.amazonaws.com", "CreateTrail", fmt.Sprintf(`"requestParameters":{"name":%q},"responseElements":{"s3BucketName":%q,"trailARN":"arn:t","isMultiRegionTrail":true},`, name, name)+user))
		want.Observe(call(t, day, "signin.amazonaws.com", "ConsoleLogin", `"responseElements":{"ConsoleLogin":"Success"},`+user))
		want.Observe(call(t, day, "s3.amazonaws.com", "GetObject", lambda))
		want.Observe(call(t, day, "ec2.amazonaws.com", "RunInstances", fmt.Sprintf(`"responseElements":{"instancesSet":{"items":[{"instanceId":"i-%d","imageId":"ami-1","groupSet":{"items":[{"groupId":"sg-1","groupName":"g"}]}}]}},`, i)+user))
		want.Observe(call(t, day, "ssm.amazonaws.com", "StartSession", fmt.Sprintf(`"requestParameters":{"target":"i-%d"},`, i)+user))
	}
	want.Observe(call(t, 0, "iam.amazonaws.com", "UpdateAccountPasswordPolicy", `"requestParameters":{"minimumPasswordLength":12,"requireSymbols":true},`+user))
	want.trails.dropped = 7
	filled(t, want)
	var b bytes.Buffer
	if err := state.Write(&b, want.State); err != nil {
		t.Fatal(err)
	}
	got := NewAccount()
	if err := state.Read(&b, got.State); err != nil {
		t.Fatal(err)
	}
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	if d := cmp.Diff(want, got, all); d != "" {
		t.Error(d)
	}
}

// TestFlowState holds that conversations come back with all that they are made of, each to the table of its interface.
func TestFlowState(t *testing.T) {
	full := slot{
		iface: 4, a: [16]byte{1}, b: [16]byte{2}, aPort: 1, bPort: 2, protocol: 6, aFlags: 18, bFlags: 2, bits: 255,
		aPackets: 1 << 40, aBytes: 3, bPackets: 4, bBytes: 5, aFirst: 6, bFirst: 7, last: 8,
		aAt: At{1 << 60, 3}, bAt: At{5, 6},
	}
	filled(t, &full)
	filled(t, &full.aAt)
	other := full
	other.iface, other.a = 2, [16]byte{}
	tables := []*FlowTable{{slots: []slot{full}}, {slots: []slot{other}}}
	used := make([]bool, 6)
	for _, table := range tables {
		table.MarkInterfaces(used)
	}
	if fmt.Sprint(used) != "[false false true false true false]" {
		t.Errorf("got the interfaces %v marked, want 2 and 4", used)
	}
	var b bytes.Buffer
	if err := state.Write(&b, func(c *state.Codec) { WriteFlows(c, tables, []uint32{9, 9, 1, 9, 0, 9}) }); err != nil {
		t.Fatal(err)
	}
	var got [2]FlowTable
	err := state.Read(&b, func(c *state.Codec) {
		ReadFlows(c, func(i uint32) *FlowTable { return &got[i] })
	})
	if err != nil {
		t.Fatal(err)
	}
	full.iface, other.iface = 0, 1
	for i, want := range []slot{full, other} {
		if d := cmp.Diff([]slot{want}, got[i].slots, cmp.AllowUnexported(slot{})); d != "" {
			t.Error(d)
		}
		if got[i].find(&want); got[i].Len() != 1 {
			t.Errorf("table %d does not find its conversation", i)
		}
	}
}
