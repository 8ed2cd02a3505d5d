package s3

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Discovery:S3/TorIPCaller",
	Severity:    picket.Medium,
	Techniques:  []string{"T1090.003", "T1619"},
	Title:       "S3 API {api} was invoked from a Tor exit node.",
	Description: "{user} looked around in bucket {bucket} by calling {api} from the Tor exit node {ip}, which hides who is behind it.",
	Needs:       []intel.Category{intel.TorExit},
	By:          rule.Listed,
	Where:       from(discovers, intel.TorExit),
	Key:         principalAndBucket,
	Note:        noteList(intel.TorExit),
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:S3/TorIPCaller",
	Severity:    picket.High,
	Techniques:  []string{"T1090.003", "T1530"},
	Title:       "S3 API {api} was invoked from a Tor exit node.",
	Description: "{user} reached for objects of bucket {bucket} by calling {api} from the Tor exit node {ip}, which hides who is behind it.",
	Needs:       []intel.Category{intel.TorExit},
	By:          rule.Listed,
	Where:       from(touches, intel.TorExit),
	Key:         principalAndBucket,
	Note:        noteList(intel.TorExit),
})
