package ec2

import (
	"net/netip"
	"strings"

	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "UnauthorizedAccess:EC2/MetadataDNSRebind",
	Severity:    picket.High,
	Techniques:  []string{"T1552.005"},
	Title:       "The name {domain}, for which the EC2 instance {instance} asked, leads to the instance's metadata.",
	Description: "The EC2 instance {instance} looked up {domain} and got the address of the instance metadata service. A web page or request under that name may so read the instance's credentials, past checks that compare names only.",
	Where: func(r *event.DNS, _ *rule.Env) bool {
		return metadataAnswer(r) && strings.Contains(r.Name, ".") && !strings.HasSuffix(r.Name, ".internal")
	},
	Key:  registered,
	Note: func(n *rule.Note, _ *event.DNS, _ *rule.Env) { n.Role = "TARGET" },
})

// The addresses of the instance metadata service.
const (
	metadata4 = "169.254.169.254"
	metadata6 = "fd00:ec2::254"
)

// metadataAnswer reports whether an answer to r, at the end of whatever aliases, is an address of the metadata service.
func metadataAnswer(r *event.DNS) bool {
	// Nearly every answer is none of these: then it need not be taken apart.
	if !strings.Contains(string(r.Answers), metadata4) && !strings.Contains(string(r.Answers), metadata6) {
		return false
	}
	for a := range r.Answers.Items() {
		switch a.Get("Type").Str() {
		case "A", "AAAA":
			addr, _ := netip.ParseAddr(a.Get("Rdata").Str())
			if s := addr.Unmap().String(); s == metadata4 || s == metadata6 {
				return true
			}
		}
	}
	return false
}
