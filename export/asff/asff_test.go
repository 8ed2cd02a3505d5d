package asff_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"picket"
	"picket/export/asff"
	"picket/guardduty"
	"picket/rules"
)

// TestRequired holds every finding that rules make to what BatchImportFindings requires.
func TestRequired(t *testing.T) {
	samples, err := rules.Samples()
	if err != nil || len(samples) == 0 {
		t.Fatalf("%d samples: %v", len(samples), err)
	}
	samples = append(samples, picket.Finding{Finding: guardduty.Finding{
		Id: guardduty.Ptr("1"), Arn: guardduty.Ptr("arn:x/finding/1"), AccountId: guardduty.Ptr("111122223333"), Region: guardduty.Ptr("cn-north-1"), Type: guardduty.Ptr("New:Thing/Seen"),
		CreatedAt: guardduty.Ptr("2026-01-05T10:00:00.000Z"), UpdatedAt: guardduty.Ptr("2026-01-05T10:00:00.000Z"),
		Title: guardduty.Ptr(strings.Repeat("é", 5000)),
	}})
	kind := regexp.MustCompile(`^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){1,2}$`)
	product := regexp.MustCompile(`^arn:aws(-cn|-us-gov)?:securityhub:[a-z0-9-]+:([0-9]{12}):product/([0-9]{12})/default$`)
	for _, f := range samples {
		b, err := asff.Marshal(&f)
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			SchemaVersion, ID, ProductArn, GeneratorID, AwsAccountID, CreatedAt, UpdatedAt, Title, Description string
			Types                                                                                              []string
			Severity                                                                                           struct{ Label string }
			Resources                                                                                          []struct{ Type, ID string }
		}
		if err := json.Unmarshal(b, &d); err != nil {
			t.Fatal(err)
		}
		complain := func(what string, got any) { t.Errorf("%s: %s: %v", *f.Type, what, got) }
		if d.SchemaVersion != "2018-10-08" || d.ID == "" || d.GeneratorID == "" || d.CreatedAt == "" || d.UpdatedAt == "" {
			complain("a member is missing", d)
		}
		if m := product.FindStringSubmatch(d.ProductArn); m == nil || m[2] != d.AwsAccountID || m[3] != d.AwsAccountID {
			complain("product of one's own", d.ProductArn)
		}
		if len(d.Types) != 1 || !kind.MatchString(d.Types[0]) {
			complain("types", d.Types)
		}
		if want := strings.ToUpper(picket.Severity(deref(f.Severity)).Label()); d.Severity.Label != want {
			complain("severity", d.Severity)
		}
		if n := utf8.RuneCountInString(d.Title); n == 0 || n > 256 {
			complain("letters of the title", n)
		}
		if n := utf8.RuneCountInString(d.Description); n == 0 || n > 1024 {
			complain("letters of the description", n)
		}
		if len(d.Resources) == 0 {
			complain("resources", d.Resources)
		}
		for _, r := range d.Resources {
			if r.Type == "" || r.ID == "" {
				complain("resource", r)
			}
		}
	}
}

func deref(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// TestAction holds what consumers of GuardDuty's findings in Security Hub look at.
func TestAction(t *testing.T) {
	f := picket.Finding{Finding: guardduty.Finding{
		Id: guardduty.Ptr("1"), Type: guardduty.Ptr("UnauthorizedAccess:EC2/SSHBruteForce"), AccountId: guardduty.Ptr("111122223333"),
		Resource: &guardduty.Resource{InstanceDetails: &guardduty.InstanceDetails{InstanceId: guardduty.Ptr("i-1")}},
		Service: &guardduty.Service{Action: &guardduty.Action{
			ActionType: guardduty.Ptr("NETWORK_CONNECTION"),
			NetworkConnectionAction: &guardduty.NetworkConnectionAction{
				ConnectionDirection: guardduty.Ptr("INBOUND"),
				LocalPortDetails:    &guardduty.LocalPortDetails{Port: guardduty.Ptr(int32(22))},
				RemoteIpDetails: &guardduty.RemoteIpDetails{
					IpAddressV4: guardduty.Ptr("198.51.100.7"), Organization: &guardduty.Organization{Asn: guardduty.Ptr("64500")},
				},
			},
		}},
	}}
	b, err := asff.Marshal(&f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"Action":{"ActionType":"NETWORK_CONNECTION","NetworkConnectionAction":{"ConnectionDirection":"INBOUND","RemoteIpDetails":{"IpAddressV4":"198.51.100.7","Organization":{"Asn":64500}}`,
		`"LocalPortDetails":{"Port":22}`, `"Types":["TTPs/UnauthorizedAccess:EC2-SSHBruteForce"]`, `"Type":"AwsEc2Instance"`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in %s", want, b)
		}
	}
}
