package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Trojan:EC2/DropPoint",
	Severity:    picket.Medium,
	Techniques:  []string{"T1041"},
	Title:       "The EC2 instance {instance} communicates with {ip}, a known drop point.",
	Description: "The EC2 instance {instance} sent data to {ip}. A threat list says that malware leaves stolen credentials and data there.",
	Needs:       []intel.Category{intel.DropPoint},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		if c.Out.Bytes == 0 || !talks(c) {
			return false
		}
		_, ok := listed(c, env, intel.DropPoint)
		return ok
	},
	Note: threat(intel.DropPoint),
})

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/DropPoint!DNS",
	Severity:    picket.Medium,
	Techniques:  []string{"T1041"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a known drop point.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list says that malware leaves stolen credentials and data there.",
	Needs:       []intel.Category{intel.DropPoint},
	Where:       asksFor(intel.DropPoint),
	Key:         registered,
	Note:        noteName(intel.DropPoint),
})
