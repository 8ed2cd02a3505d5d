package iam

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Recon:IAMUser/TorIPCaller",
	Severity:    picket.Medium,
	Techniques:  []string{"T1090.003", "T1580"},
	Title:       "Reconnaissance API {api} was invoked from a Tor exit node.",
	Description: "{user} called {api}, which tells what there is in the account, from {ip}, an exit node of the Tor network: somebody hides where they are.",
	Needs:       []intel.Category{intel.TorExit},
	By:          rule.Listed,
	Where:       from(recon, intel.TorExit),
	Note:        noteList(intel.TorExit),
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/TorIPCaller",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004", "T1090.003"},
	Title:       "API {api} was invoked from a Tor exit node.",
	Description: "{user} called {api} from {ip}, an exit node of the Tor network: somebody hides where they are.",
	Needs:       []intel.Category{intel.TorExit},
	By:          rule.Listed,
	Where:       from(acts, intel.TorExit),
	Note:        noteList(intel.TorExit),
})
