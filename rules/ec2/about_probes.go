package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

// probed reports whether a known scanner found a port open: something behind security group, network ACL and host
// firewall answered with more than a reset.
func probed(c *entity.Conversation, env *rule.Env) bool {
	return c.TCP() && c.Inbound() && c.Established() && env.Remote(c).Has(intel.Scanner, c.First)
}

// cluster reports whether port is one that the programs of EMR clusters serve, and next to nothing else: the consoles of YARN and
// HDFS. It stands for the tags and security groups of cluster instances, which flow logs don't name.
func cluster(port uint16) bool {
	switch port {
	case 8042, 8088, 9870, 50070:
		return true
	}
	return false
}

// noteProbe makes the finding's action a list of the probes.
func noteProbe(n *rule.Note, c *entity.Conversation, env *rule.Env) {
	n.Probe = true
	n.Add("threatName", "Scanner")
	e, _ := env.Remote(c).First(intel.Scanner, c.First)
	n.Threat(e)
	if c.LocalPort == 9200 || c.LocalPort == 9300 {
		n.Severity = picket.High // Elasticsearch: data without a password, more often than not
	}
}
