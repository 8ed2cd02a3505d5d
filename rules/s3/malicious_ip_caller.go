package s3

import (
	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

var _ = add(
	malicious("Discovery:S3/MaliciousIPCaller", discovers, "T1619"),
	malicious("Exfiltration:S3/MaliciousIPCaller", reads, "T1530"),
	malicious("Impact:S3/MaliciousIPCaller", writes, "T1485", "T1486"),
	custom("Discovery:S3/MaliciousIPCaller.Custom", discovers, "T1619"),
	custom("UnauthorizedAccess:S3/MaliciousIPCaller.Custom", touches, "T1078.004", "T1530"),
)

// malicious is the rule for calls from an address that a built-in list knows for attacks.
func malicious(t picket.FindingType, is func(*event.CloudTrail) bool, techniques ...string) *rule.CloudTrail {
	return &rule.CloudTrail{
		Type:        t,
		Severity:    picket.High,
		Techniques:  techniques,
		Title:       "S3 API {api} was invoked from a known malicious IP address, {ip}.",
		Description: "{user} called {api} on bucket {bucket} from {ip}. The threat list {list} knows this address for malicious activity.",
		Needs:       []intel.Category{intel.Malicious, intel.C2},
		By:          rule.Listed,
		Where:       from(is, intel.Malicious, intel.C2),
		Key:         principalAndBucket,
		Note:        noteList(intel.Malicious, intel.C2),
	}
}

// custom is the rule for calls from an address on a list of the account's own.
func custom(t picket.FindingType, is func(*event.CloudTrail) bool, techniques ...string) *rule.CloudTrail {
	return &rule.CloudTrail{
		Type:        t,
		Severity:    picket.High,
		Techniques:  techniques,
		Title:       "S3 API {api} was invoked from an IP address on a custom threat list, {ip}.",
		Description: "{user} called {api} on bucket {bucket} from {ip}, an address on the custom threat list {list}.",
		Needs:       []intel.Category{intel.Custom},
		By:          rule.Listed,
		Where:       from(is, intel.Custom),
		Key:         principalAndBucket,
		Note:        noteList(intel.Custom),
	}
}
