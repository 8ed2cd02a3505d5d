package ec2

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Trojan:EC2/BlackholeTraffic",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071"},
	Title:       "The EC2 instance {instance} communicates with the black hole {ip}.",
	Description: "The EC2 instance {instance} sent traffic to {ip}. Traffic of known malware is led there so that it does no harm; the instance may be infected.",
	Needs:       []intel.Category{intel.Blackhole},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		if !talks(c) {
			return false
		}
		_, ok := listed(c, env, intel.Blackhole)
		return ok
	},
	Note: threat(intel.Blackhole),
})

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/BlackholeTraffic!DNS",
	Severity:    picket.Medium,
	Techniques:  []string{"T1071.004"},
	Title:       "The EC2 instance {instance} asked for {suffix}, a domain that leads to a black hole.",
	Description: "The EC2 instance {instance} looked up {domain}. Names of known malware are led to a black hole so that they do no harm; the instance may be infected.",
	Needs:       []intel.Category{intel.Blackhole},
	Where:       asksFor(intel.Blackhole),
	Key:         registered,
	Note: func(n *rule.Note, r *event.DNS, env *rule.Env) {
		n.Role = "TARGET"
		noteName(intel.Blackhole)(n, r, env)
	},
})
