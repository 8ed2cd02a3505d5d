package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Recon:EC2/PortProbeUnprotectedPort",
	Severity:    picket.Low,
	Techniques:  []string{"T1595.001"},
	Title:       "Known scanners probe the unprotected port {localPort} of the EC2 instance {instance}.",
	Description: "Port {localPort} of the EC2 instance {instance} is open to the internet: neither security group, network ACL nor firewall stopped {ip}, a known scanner.",
	Needs:       []intel.Category{intel.Scanner},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		return !webPort(c.LocalPort) && !cluster(c.LocalPort) && probed(c, env)
	},
	Note: noteProbe,
})
