package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Recon:EC2/PortProbeEMRUnprotectedPort",
	Severity:    picket.High,
	Techniques:  []string{"T1595.001"},
	Title:       "Known scanners probe the unprotected cluster port {localPort} of the EC2 instance {instance}.",
	Description: "Port {localPort} of the EC2 instance {instance}, on which data clusters take orders, is open to the internet: nothing stopped {ip}, a known scanner.",
	Needs:       []intel.Category{intel.Scanner},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return cluster(c.LocalPort) && probed(c, env)
	},
	Note: noteProbe,
})
