package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Backdoor:EC2/C&CActivity.B",
	Severity:    picket.High,
	Techniques:  []string{"T1071"},
	Title:       "The EC2 instance {instance} communicates with {ip}, a known command-and-control server.",
	Description: "The EC2 instance {instance} exchanged traffic with {ip} on port {remotePort}. A threat list says that malware takes its orders from there.",
	Needs:       []intel.Category{intel.C2},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		if !talks(c) {
			return false
		}
		_, ok := listed(c, env, intel.C2)
		return ok
	},
	Note: threat(intel.C2),
})

var _ = add(&rule.DNS{
	Type:        "Backdoor:EC2/C&CActivity.B!DNS",
	Severity:    picket.High,
	Techniques:  []string{"T1071.004"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a known command-and-control domain.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list says that malware takes its orders from there.",
	Needs:       []intel.Category{intel.C2},
	Where:       asksFor(intel.C2),
	Key:         registered,
	Note:        noteName(intel.C2),
})
