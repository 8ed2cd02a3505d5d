package picket_test

import (
	"testing"

	"picket"
)

func TestFindingTypeParts(t *testing.T) {
	f := func(typ picket.FindingType, purpose, family, behavior, stem string) {
		t.Helper()
		got := [4]string{typ.Purpose(), typ.Family(), typ.Behavior(), typ.Stem()}
		if want := [4]string{purpose, family, behavior, stem}; got != want {
			t.Errorf("%s: got %q, want %q", typ, got, want)
		}
	}
	f("Stealth:IAMUser/CloudTrailLoggingDisabled", "Stealth", "IAMUser", "CloudTrailLoggingDisabled", "cloud_trail_logging_disabled")
	f("UnauthorizedAccess:EC2/SSHBruteForce", "UnauthorizedAccess", "EC2", "SSHBruteForce", "ssh_brute_force")
	f("Trojan:EC2/DGADomainRequest.C!DNS", "Trojan", "EC2", "DGADomainRequest", "dga_domain_request")
	f("Backdoor:EC2/C&CActivity.B!DNS", "Backdoor", "EC2", "C&CActivity", "cc_activity")
	f("UnauthorizedAccess:S3/MaliciousIPCaller.Custom", "UnauthorizedAccess", "S3", "MaliciousIPCaller", "malicious_ip_caller")
}

func TestSeverityLabel(t *testing.T) {
	f := func(s picket.Severity, want string) {
		t.Helper()
		if got := s.Label(); got != want {
			t.Errorf("%v: got %q, want %q", s, got, want)
		}
	}
	f(1, "Low")
	f(3.9, "Low")
	f(4, "Medium")
	f(7, "High")
	f(8.9, "High")
	f(9, "Critical")
}

func TestAWSPartition(t *testing.T) {
	f := func(region, want string) {
		t.Helper()
		if got := picket.AWSPartition(region); got != want {
			t.Errorf("%s: got %s, want %s", region, got, want)
		}
	}
	f("eu-west-1", "aws")
	f("us-east-1", "aws")
	f("cn-north-1", "aws-cn")
	f("us-gov-west-1", "aws-us-gov")
	f("us-iso-east-1", "aws-iso")
	f("us-isob-east-1", "aws-iso-b")
	f("eusc-de-east-1", "aws-eusc")
}
