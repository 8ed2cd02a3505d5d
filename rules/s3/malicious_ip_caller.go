package s3

import (
	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

var _ = add(
	listed("Discovery:S3/MaliciousIPCaller", intel.Malicious, discovers, "T1619"),
	listed("Exfiltration:S3/MaliciousIPCaller", intel.Malicious, reads, "T1530"),
	listed("Impact:S3/MaliciousIPCaller", intel.Malicious, writes, "T1485", "T1486"),
	listed("Discovery:S3/MaliciousIPCaller.Custom", intel.Custom, discovers, "T1619"),
	listed("UnauthorizedAccess:S3/MaliciousIPCaller.Custom", intel.Custom,
		func(e *event.CloudTrail) bool { return isData(e) && !discovers(e) }, "T1078.004", "T1530"),
)

// listed is the rule for data events that are called from an address on a list of category c.
func listed(t picket.FindingType, c intel.Category, is func(*event.CloudTrail) bool, techniques ...string) *rule.CloudTrail {
	whose := "known malicious IP address"
	if c == intel.Custom {
		whose = "IP address on a custom threat list"
	}
	return &rule.CloudTrail{
		Type:        t,
		Severity:    picket.High,
		Techniques:  techniques,
		Title:       "S3 API {api} was invoked from a " + whose + ", {ip}.",
		Description: "{user} called {api} on bucket {bucket} from {ip}. A threat list names this address.",
		Needs:       []intel.Category{c},
		Where:       from(c, is),
		Key:         principalAndBucket,
		Note:        noteList(c),
	}
}
