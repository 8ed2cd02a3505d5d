package event

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParsePath(t *testing.T) {
	f := func(path string, want Place) {
		t.Helper()
		if diff := cmp.Diff(want, ParsePath(path)); diff != "" {
			t.Errorf("%s:\n%s", path, diff)
		}
	}
	at := func(hour, minute int) time.Time { return time.Date(2026, 1, 2, hour, minute, 0, 0, time.UTC) }
	const trail = "111122223333_CloudTrail_eu-west-1_20260102T0305Z_AbCdEfGhIjKlMnOp.json.gz"
	f("bucket/prefix/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/02/"+trail,
		Place{Kind: KindCloudTrail, Account: "111122223333", Region: "eu-west-1", Time: at(3, 5)})
	f("AWSLogs/o-abcde12345/111122223333/CloudTrail/us-gov-west-1/2026/01/02/x.json.gz",
		Place{Kind: KindCloudTrail, Account: "111122223333", Region: "us-gov-west-1", Organization: "o-abcde12345", Time: at(0, 0)})
	f("999988887777/AWSLogs/o-abcde12345/111122223333/CloudTrail-NetworkActivity/eu-west-1/2026/01/02/x.json.gz",
		Place{Kind: KindCloudTrail, Account: "111122223333", Region: "eu-west-1", Organization: "o-abcde12345", Time: at(0, 0)})
	f(trail, Place{Kind: KindCloudTrail, Account: "111122223333", Region: "eu-west-1", Time: at(3, 5)})
	f("AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/01/02/03/111122223333_vpcflowlogs_eu-west-1_fl-0a1b_20260102T0310Z_0a1b2c3d.log.gz",
		Place{Kind: KindFlow, Account: "111122223333", Region: "eu-west-1", Time: at(3, 10)})
	f("AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/01/02/03/renamed.parquet",
		Place{Kind: KindFlow, Account: "111122223333", Region: "eu-west-1", Time: at(3, 0)})
	f("AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=01/day=02/hour=03/x.log.parquet",
		Place{Kind: KindFlow, Account: "111122223333", Region: "eu-west-1", Time: at(3, 0)})
	f("p/AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1b/2026/01/02/vpc-0a1b_vpcdnsquerylogs_111122223333_20260102T0315Z_0a1b.log.gz",
		Place{Kind: KindDNS, Account: "111122223333", Time: at(3, 15)})
	f("CloudTrail-Digest/AWSLogs/111122223333/vpcflowlogs/eu-west-1/444455556666/x",
		Place{Kind: KindFlow, Account: "111122223333", Region: "eu-west-1"})
	f("2026/01/02/x", Place{Time: at(0, 0)})
	f("copies/2025/12/31/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/02/x.json.gz",
		Place{Kind: KindCloudTrail, Account: "111122223333", Region: "eu-west-1", Time: at(0, 0)})
	f("AWSLogs/aws-account-id=none/aws-service=vpcflowlogs/aws-region=/x", Place{Kind: KindFlow})
	f("2026/13/02/x", Place{})
	f("2026/02/29/x", Place{})
	f("logs/111122223333/x.json", Place{Account: "111122223333"})
	f("", Place{})
	f("/", Place{})
	f("a_b_c_d_e", Place{})
	f("not/AWSLogs/a=b/o-x/eu/2026", Place{})

	skip := func(path, want string) {
		t.Helper()
		if got := ParsePath(path); !strings.Contains(got.Skip, want) || got.Account != "111122223333" {
			t.Errorf("%s: got %+v, want it skipped as %s", path, got, want)
		}
	}
	skip("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/01/02/111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20260102T030000Z.json.gz", "CloudTrail-Digest")
	skip("AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2026/01/02/x.json.gz", "CloudTrail-Insight")
	skip("AWSLogs/111122223333/CloudTrail-Aggregated/eu-west-1/2026/01/02/x.json.gz", "CloudTrail-Aggregated")
	skip("AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/01/02/x.log.gz", "elasticloadbalancing")
}
