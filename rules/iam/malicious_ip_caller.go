package iam

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Recon:IAMUser/MaliciousIPCaller",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004", "T1580"},
	Title:       "Reconnaissance API {api} was invoked from a known malicious IP address.",
	Description: "{user} called {api}, which tells what there is in the account, from {ip}. The threat list {list} knows this address for malicious activity.",
	Needs:       []intel.Category{intel.Malicious, intel.C2},
	By:          rule.Listed,
	Where:       from(recon, intel.Malicious, intel.C2),
	Note:        noteList(intel.Malicious, intel.C2),
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/MaliciousIPCaller",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "API {api} was invoked from a known malicious IP address.",
	Description: "{user} called {api} from {ip}. The threat list {list} knows this address for malicious activity.",
	Needs:       []intel.Category{intel.Malicious, intel.C2},
	By:          rule.Listed,
	Where:       from(acts, intel.Malicious, intel.C2),
	Note:        noteList(intel.Malicious, intel.C2),
}, &rule.CloudTrail{
	Type:        "Recon:IAMUser/MaliciousIPCaller.Custom",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004", "T1580"},
	Title:       "Reconnaissance API {api} was invoked from an IP address on a custom threat list.",
	Description: "{user} called {api}, which tells what there is in the account, from {ip}, an address on the custom threat list {list}.",
	Needs:       []intel.Category{intel.Custom},
	By:          rule.Listed,
	Where:       from(recon, intel.Custom),
	Note:        noteList(intel.Custom),
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "API {api} was invoked from an IP address on a custom threat list.",
	Description: "{user} called {api} from {ip}, an address on the custom threat list {list}.",
	Needs:       []intel.Category{intel.Custom},
	By:          rule.Listed,
	Where:       from(acts, intel.Custom),
	Note:        noteList(intel.Custom),
})
