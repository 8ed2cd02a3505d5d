package ec2

import (
	"picket"
	"picket/entity"
	"picket/intel"
	"picket/rule"
)

// bitcoinWebBytes is how much a conversation on a web port must carry: pools share web addresses with other sites, and a
// page's redirect is smaller than a miner's first exchange of work.
const bitcoinWebBytes = 2000

var _ = add(&rule.Flow{
	Type:        "CryptoCurrency:EC2/BitcoinTool.B",
	Severity:    picket.High,
	Techniques:  []string{"T1496"},
	Title:       "The EC2 instance {instance} communicates with {ip}, which serves cryptocurrency miners.",
	Description: "The EC2 instance {instance} exchanged traffic with {ip} on port {remotePort}. A threat list ties that address to cryptocurrency mining.",
	Needs:       []intel.Category{intel.Crypto},
	Where: func(c *entity.Conversation, env *rule.Env) bool {
		if !talks(c) {
			return false
		}
		_, ok := listed(c, env, intel.Crypto)
		return ok && (!webPort(c.RemotePort) || c.In.Bytes+c.Out.Bytes >= bitcoinWebBytes)
	},
	Note: threat(intel.Crypto),
})

func webPort(port uint16) bool { return port == 80 || port == 443 }

var _ = add(&rule.DNS{
	Type:        "CryptoCurrency:EC2/BitcoinTool.B!DNS",
	Severity:    picket.High,
	Techniques:  []string{"T1496"},
	Title:       "The EC2 instance {instance} asked for {suffix}, which serves cryptocurrency miners.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list ties that name to cryptocurrency mining.",
	Needs:       []intel.Category{intel.Crypto},
	Where:       asksFor(intel.Crypto),
	Key:         registered,
	Note:        noteName(intel.Crypto),
})
