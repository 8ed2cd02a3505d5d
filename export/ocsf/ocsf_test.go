package ocsf_test

import (
	"encoding/json"
	"testing"

	"picket"
	"picket/export/ocsf"
	"picket/guardduty"
	"picket/rules"
)

// TestRequired holds every finding that rules make to the members that the class and its cloud profile require.
func TestRequired(t *testing.T) {
	samples, err := rules.Samples()
	if err != nil || len(samples) == 0 {
		t.Fatalf("%d samples: %v", len(samples), err)
	}
	for i, f := range samples {
		again := i%2 == 1
		f.Service.Count = guardduty.Ptr(int32(1 + i%2))
		d := decode(t, &f)
		want := map[string]any{"category_uid": 2.0, "class_uid": 2004.0, "activity_id": 1.0, "type_uid": 200401.0}
		if again {
			want["activity_id"], want["type_uid"] = 2.0, 200402.0
		}
		for k, v := range want {
			if d[k] != v {
				t.Errorf("%s: %s: got %v, want %v", *f.Type, k, d[k], v)
			}
		}
		for _, path := range [][]string{
			{"time"},
			{"severity_id"},
			{"metadata", "version"},
			{"metadata", "product", "vendor_name"},
			{"finding_info", "uid"},
			{"finding_info", "title"},
			{"cloud", "provider"},
			{"cloud", "account", "uid"},
		} {
			if v := at(d, path...); v == nil || v == "" || v == 0.0 {
				t.Errorf("%s: %v is missing", *f.Type, path)
			}
		}
		if list, _ := d["resources"].([]any); len(list) == 0 {
			t.Errorf("%s: no resources", *f.Type)
		}
	}
}

func TestSeverity(t *testing.T) {
	f := func(severity, want float64) {
		t.Helper()
		x := picket.Finding{Finding: guardduty.Finding{Severity: &severity}}
		if got := decode(t, &x)["severity_id"]; got != want {
			t.Errorf("%v: got %v, want %v", severity, got, want)
		}
	}
	f(2, 2)
	f(5, 3)
	f(8, 4)
	f(9, 5)
}

// TestDirection holds that the source of a connection is who began it.
func TestDirection(t *testing.T) {
	f := func(direction, wantSource string) {
		t.Helper()
		x := picket.Finding{Finding: guardduty.Finding{Service: &guardduty.Service{Action: &guardduty.Action{
			NetworkConnectionAction: &guardduty.NetworkConnectionAction{
				ConnectionDirection: &direction,
				LocalIpDetails:      &guardduty.LocalIpDetails{IpAddressV4: guardduty.Ptr("10.0.0.1")},
				RemoteIpDetails:     &guardduty.RemoteIpDetails{IpAddressV4: guardduty.Ptr("198.51.100.7")},
			},
		}}}}
		d := decode(t, &x)
		if got := at(d["evidences"].([]any)[0].(map[string]any), "src_endpoint", "ip"); got != wantSource {
			t.Errorf("%s: source is %v, want %s", direction, got, wantSource)
		}
		if n := len(d["observables"].([]any)); n != 2 {
			t.Errorf("%s: %d observables, want both addresses", direction, n)
		}
	}
	f("INBOUND", "198.51.100.7")
	f("OUTBOUND", "10.0.0.1")
}

func decode(t *testing.T, f *picket.Finding) map[string]any {
	t.Helper()
	b, err := ocsf.Marshal(f, "event-1")
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func at(d map[string]any, path ...string) any {
	for _, p := range path[:len(path)-1] {
		d, _ = d[p].(map[string]any)
	}
	return d[path[len(path)-1]]
}
